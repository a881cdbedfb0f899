"""One line of the plan: typed by hand, moved from stage to stage, decided upon, and opened as a contract file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.quantities import HUNDREDTH
from levier.organisations.models import Organisation
from levier.planning import plan_queries
from levier.planning.columns import FIELDS
from levier.planning.drafts import FIELD_NAMES, key_of, values_of
from levier.planning.importing import judged
from levier.planning.models import Need
from levier.planning.plan_labels import PlanRefusal, refuse
from levier.planning.policies import may_plan
from levier.planning.reading import Context, read_line
from levier.planning.stages import Stage, may_move
from levier.planning.values import Instrument, PlanLine
from levier.planning.verdicts import Judge
from levier.procurement.models import Contract, Lot
from levier.sizing.shares import split
from levier.spreadsheets.values import cell_of

TYPED = tuple(one.name for one in FIELDS if one.name not in {"clause", "amount_with_tax"})
"""Fields of a line typed by hand, the same as those of a file."""
MOST_LOTS = 60


@transaction.atomic
def type_need(
    *, actor: Actor, organisation: Organisation, texts: Mapping[str, str], now: datetime, public_id: str = ""
) -> Need:
    """Add a line by hand, or change one: its cells are read as those of a file are, then it is judged.

    Raise Refusal naming each field that cannot be read, with what to write.
    """
    if not may_plan(actor, organisation_id=organisation.pk):
        raise NotForYou
    line = _read(texts)
    need = (
        _mine(actor, public_id)
        if public_id
        else Need(organisation=organisation, stage=Stage.SCREENED.value, created_at=now)
    )
    before = {name: getattr(need, name) for name in FIELD_NAMES}
    for name, value in values_of(line).items():
        setattr(need, name, value)
    need.key = key_of(line.reference, need.title)
    judged(need, next(Judge(now.date()).verdicts([line])))
    need.changed_at, need.changed_by_label = now, actor.label
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError as error:
        raise refuse(Objection(PlanRefusal.KNOWN, "reference")) from error
    changed = {
        name: [str(before[name] or ""), str(getattr(need, name) or "")]
        for name in FIELD_NAMES
        if before[name] != getattr(need, name)
    }
    _journal(actor, need, "need.changed" if public_id else "need.added", {"fields": changed}, now)
    return need


def _read(texts: Mapping[str, str]) -> PlanLine:
    cells = {name: cell_of(" ".join(texts.get(name, "").replace("\x00", "").split())[:1000]) for name in TYPED}
    line = read_line(cells, 0, dict.fromkeys(TYPED, ""), Context())
    if not line.object:
        raise refuse(Objection(PlanRefusal.NO_TITLE, "object"))
    wrong = [
        Objection(PlanRefusal.WRONG, one.field, {"why": one.why, "accepted": one.accepted})
        for one in line.problems
        if texts.get(one.field, "").strip()
        and (one.error or one.code.endswith(("_unreadable", "_ambiguous", "_unknown")))
    ]
    if wrong:
        raise refuse(*wrong)
    return line


def _mine(actor: Actor, public_id: str) -> Need:
    found = plan_queries.needs_visible_to(actor).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if found is None or not may_plan(actor, organisation_id=found.organisation_id):
        raise NotForYou
    return found


@transaction.atomic
def move_need(*, actor: Actor, public_id: str, stage: Stage, now: datetime) -> Need:
    """Change the stage by hand, before there is a contract file; dropping is always possible."""
    need = _mine(actor, public_id)
    before = Stage(need.stage)
    if stage is before:
        return need
    if not may_move(before, stage, has_file=need.contract_id is not None):
        raise refuse(Objection(PlanRefusal.STAGE, "stage"))
    need.stage = stage.value
    return _saved(actor, need, ["stage"], "need.moved", {"before": before.value, "after": stage.value}, now)


@transaction.atomic
def choose_instrument(*, actor: Actor, public_id: str, instrument: Instrument, reason: str, now: datetime) -> Need:
    """Keep another instrument than the verdict's, or follow it, with a reason in words."""
    need = _mine(actor, public_id)
    reason = " ".join(reason.split())[:400]
    if not reason and instrument.value != need.instrument:
        raise refuse(Objection(PlanRefusal.NO_REASON, "reason"))
    need.chosen, need.chosen_reason = instrument.value, reason or "Avis suivi"
    return _saved(actor, need, ["chosen", "chosen_reason"], "need.decided", {"instrument": instrument.value}, now)


@transaction.atomic
def open_file(
    *, actor: Actor, public_id: str, now: datetime, reference: str = "", shares: Sequence[Decimal] = ()
) -> Contract:
    """Open the contract file (dossier de marché) of a need whose tender starts, with what the plan says: one lot, or one for each of
    `shares`, which may be unequal; the amounts of the lots add up to the need's exactly.

    `reference`: for a need that has none of its own.
    """
    need = _mine(actor, public_id)
    if need.contract is not None:
        facts = {"since": french.day(civil_date(need.contract.created_at)), "reference": need.contract.reference}
        raise refuse(Objection(PlanRefusal.HAS_FILE, "", facts))
    if not need.category:
        raise refuse(Objection(PlanRefusal.NO_CATEGORY, "nature"))
    reference = (need.reference or reference)[:40]
    if not reference:
        raise refuse(Objection(PlanRefusal.NO_REFERENCE, "reference"))
    taken = Contract.objects.filter(buyer_id=need.organisation_id, reference=reference).exists()
    if taken:
        raise refuse(Objection(PlanRefusal.REFERENCE_TAKEN, "reference", {"reference": reference}))
    contract = Contract.objects.create(
        buyer_id=need.organisation_id, reference=reference, title=need.title, category=need.category, nature="Marché",
        procedure=need.procedure[:100], duration_months=need.duration_months, created_at=now, created_by_label=actor.label,
    )  # fmt: skip
    Lot.objects.bulk_create(
        Lot(contract=contract, number=number, title=need.title, cpv=need.cpv[:10], initial_amount=amount, amount=amount)
        for number, amount in enumerate(_amounts(need.amount, shares), start=1)
    )
    need.contract, need.stage = contract, Stage.TENDER.value
    need.changed_at, need.changed_by_label = now, actor.label
    need.save(update_fields=["contract", "stage", "changed_at", "changed_by_label"])
    record(
        actor=actor, action="contract.opened", object_kind="need", object_id=need.public_id, thread=contract.public_id,
        facts={"reference": contract.reference}, now=now,
    )  # fmt: skip
    return contract


def _amounts(amount: Decimal | None, shares: Sequence[Decimal]) -> list[Decimal | None]:
    """Raise Refusal where the shares make no split."""
    if len(shares) < 2:
        return [amount]
    if any(share <= 0 for share in shares) or len(shares) > MOST_LOTS:
        raise refuse(Objection(PlanRefusal.SHARES, "shares"))
    if amount is None:
        return [None] * len(shares)
    return [*split(amount, shares, HUNDREDTH)]


def _saved(actor: Actor, need: Need, fields: list[str], action: str, facts: dict[str, Any], now: datetime) -> Need:
    need.changed_at, need.changed_by_label = now, actor.label
    need.save(update_fields=[*fields, "changed_at", "changed_by_label"])
    _journal(actor, need, action, facts, now)
    return need


def _journal(actor: Actor, need: Need, action: str, facts: dict[str, Any], now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="need",
        object_id=need.public_id,
        thread=need.public_id,
        facts=facts,
        now=now,
    )
