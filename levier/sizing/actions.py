"""Keeping a study."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.explanation import NoAnswer
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.procurement.models import Lot
from levier.procurement.queries import lots_visible_to
from levier.reference.values import Catalogue
from levier.sizing import policies
from levier.sizing.by_method import measured, method_answer_as_json, rule_of
from levier.sizing.calculation import RULE, SizingChoice, answer_as_json, inputs_as_json, size
from levier.sizing.models import Study
from levier.sizing.refusals import SizingRefusal, refuse
from levier.sizing.values import HoursRange


@dataclass(frozen=True, slots=True)
class Kept:
    """What a study keeps, whatever its method."""

    rule: str
    inputs: dict[str, Any]
    answer: dict[str, Any]
    hours: HoursRange
    versions: list[str]


@transaction.atomic
def keep_study(*, actor: Actor, lot_id: str, choice: SizingChoice, catalogue: Catalogue, now: datetime) -> Study:
    """Calculate and keep, with every factor, its source and its version. The same calculation as the last one is kept once.

    Raise Refusal when a factor is missing or impossible.
    """
    lot = _lot_to_size(actor, lot_id)
    sized = size(choice, catalogue, civil_date(now))
    versions = list(dict.fromkeys(one.version for one in sized.sources if one.version))
    return _keep(lot, actor, Kept(RULE, inputs_as_json(sized), answer_as_json(sized), sized.hours, versions), now)


@transaction.atomic
def keep_method_study(
    *,
    actor: Actor,
    lot_id: str,
    method: str,
    values: Mapping[str, Any],
    payload: Mapping[str, Any],
    catalogue: Catalogue,
    now: datetime,
) -> Study:
    """The same by another method. `values` are read from `payload`, which is kept as it was given. Raise Refusal where it has no answer."""
    lot = _lot_to_size(actor, lot_id)
    try:
        found = measured(method, values, lot.cpv, catalogue, civil_date(now))
    except NoAnswer as none:
        raise refuse(Objection(SizingRefusal.NO_ANSWER, none.field, {"message": str(none)})) from none
    versions = list(dict.fromkeys(one.version for one in found.sources if one.version))
    inputs = {"method": method, "values": dict(payload)}
    return _keep(lot, actor, Kept(rule_of(method), inputs, method_answer_as_json(found), found.hours, versions), now)


def _lot_to_size(actor: Actor, lot_id: str) -> Lot:
    lots = lots_visible_to(actor).select_related("contract").select_for_update(of=("self",))
    lot = lots.filter(public_id=lot_id).first()
    if lot is None or not policies.may_size(actor, buyer_id=lot.contract.buyer_id):
        raise NotForYou
    return lot


def _keep(lot: Lot, actor: Actor, kept: Kept, now: datetime) -> Study:
    last = Study.objects.filter(lot=lot).order_by("-at", "-id").first()
    if last is not None and (last.rule, last.inputs, last.answer) == (kept.rule, kept.inputs, kept.answer):
        return last
    study = Study.objects.create(
        lot=lot,
        rule=kept.rule,
        inputs=kept.inputs,
        answer=kept.answer,
        hours_exact=kept.hours.hours_exact,
        hours_low=kept.hours.low,
        hours=kept.hours.hours,
        hours_high=kept.hours.high,
        versions=kept.versions,
        at=now,
        author_label=actor.label,
    )
    record(
        actor=actor,
        action="study.kept",
        object_kind="study",
        object_id=study.public_id,
        thread=lot.contract.public_id,
        facts={
            "lot": lot.number,
            "hours": kept.answer["hours"],
            "low": kept.answer["low"],
            "high": kept.answer["high"],
        },
        now=now,
    )
    return study
