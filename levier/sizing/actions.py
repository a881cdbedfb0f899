"""Keeping a study."""

from datetime import datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.objections import NotForYou
from levier.foundation.periods import civil_date
from levier.procurement.queries import lots_visible_to
from levier.reference.values import Catalogue
from levier.sizing import policies
from levier.sizing.calculation import RULE, SizingChoice, answer_as_json, inputs_as_json, size
from levier.sizing.models import Study


@transaction.atomic
def keep_study(*, actor: Actor, lot_id: str, choice: SizingChoice, catalogue: Catalogue, now: datetime) -> Study:
    """Calculate and keep, with every factor, its source and its version. The same calculation as the last one is kept once.

    Raise Refusal when a factor is missing or impossible.
    """
    lots = lots_visible_to(actor).select_related("contract").select_for_update(of=("self",))
    lot = lots.filter(public_id=lot_id).first()
    if lot is None or not policies.may_size(actor, buyer_id=lot.contract.buyer_id):
        raise NotForYou
    sized = size(choice, catalogue, civil_date(now))
    inputs, answer = inputs_as_json(sized), answer_as_json(sized)
    last = Study.objects.filter(lot=lot).order_by("-at", "-id").first()
    if last is not None and (last.rule, last.inputs, last.answer) == (RULE, inputs, answer):
        return last
    study = Study.objects.create(
        lot=lot,
        rule=RULE,
        inputs=inputs,
        answer=answer,
        hours_exact=sized.hours.hours_exact,
        hours_low=sized.hours.low,
        hours=sized.hours.hours,
        hours_high=sized.hours.high,
        versions=list(dict.fromkeys(one.version for one in sized.sources if one.version)),
        at=now,
        author_label=actor.label,
    )
    record(
        actor=actor,
        action="study.kept",
        object_kind="study",
        object_id=study.public_id,
        thread=lot.contract.public_id,
        facts={"lot": lot.number, "hours": answer["hours"], "low": answer["low"], "high": answer["high"]},
        now=now,
    )
    return study
