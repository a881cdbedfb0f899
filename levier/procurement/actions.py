"""What people do with a contract: take it up, screen it (repérage), say where it is carried out."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.explanation import Explained, NoAnswer, Source
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import add_months
from levier.foundation.walls import wall_reached
from levier.organisations.actions import make_known
from levier.organisations.models import Organisation
from levier.organisations.values import OrganisationKind
from levier.procurement import policies, queries, rules
from levier.procurement.models import Amendment, Contract, Lot, LotHolder, LotTerritory, Screening
from levier.procurement.notices import Notice, NoticeLot, lot_numbers, object_of, title_of
from levier.procurement.refusals import ContractRefusal, refuse
from levier.procurement.values import Obligations, ScreeningFacts
from levier.reference.values import Catalogue
from levier.territories.models import Territory


@transaction.atomic
def register_contract(*, actor: Actor, buyer: Organisation, notice: Notice, now: datetime) -> Contract:
    """Follow a published contract: one contract for the buyer's reference, one lot a record. Done twice, it only brings what is new:
    further lots, amendments and the amounts they leave. The lots already known keep their number and what was decided of them, and
    are found again by their key even where the buyer published them under another reference since.
    """
    if not policies.may_follow(actor):
        raise NotForYou
    if not notice.lots:
        raise refuse(Objection(ContractRefusal.NO_LOT, "lots"))
    starts, ends = execution_of(notice.notified_on, notice.duration_months)
    titles = tuple(lot.title for lot in notice.lots)
    known = Lot.objects.filter(contract__buyer=buyer, published_key__in=[lot.key for lot in notice.lots]).first()
    contract, created = Contract.objects.select_for_update().get_or_create(
        **({"pk": known.contract_id} if known else {"buyer": buyer, "reference": notice.reference}),
        defaults={
            "title": title_of(titles)[:1000],
            "nature": notice.nature[:60],
            "procedure": notice.procedure[:100],
            "category": object_of(notice.lots).value,
            "notified_on": notice.notified_on,
            "duration_months": notice.duration_months,
            "starts_on": starts,
            "ends_on": ends,
            "place_code": notice.place_code[:20],
            "place_kind": notice.place_kind[:40],
            "created_at": now,
            "created_by_label": actor.label,
        },
    )
    added, changed = _bring_lots(contract, notice.lots, now)
    if created or added or changed:
        record(
            actor=actor,
            action="contract.followed" if created else "contract.updated",
            object_kind="contract",
            object_id=contract.public_id,
            thread=contract.public_id,
            facts={"reference": contract.reference, "lots": added, "lots_changed": changed},
            now=now,
        )
    return contract


def execution_of(notified_on: date | None, months: int | None) -> tuple[date | None, date | None]:
    """From the notification, for the published duration: a notice says no better."""
    if notified_on is None or not months:
        return notified_on, None
    return notified_on, add_months(notified_on, months) - timedelta(days=1)


def _bring_lots(contract: Contract, notices: Sequence[NoticeLot], now: datetime) -> tuple[int, int]:
    """Add the lots not known yet and bring the others up to date. Return how many of each."""
    lots = list(contract.lots.all())
    known = {bytes(lot.published_key): lot for lot in lots if lot.published_key is not None}
    new = [notice for notice in notices if notice.key not in known]
    taken = {lot.number for lot in lots}
    numbers = lot_numbers(tuple(notice.title for notice in new))
    for notice, said in zip(new, numbers, strict=True):
        number = said if said not in taken else max(taken) + 1
        taken.add(number)
        _add_lot(contract, number, notice, now)
    changed = sum(_update_lot(known[notice.key], notice) for notice in notices if notice.key in known)
    return len(new), changed


def _add_lot(contract: Contract, number: int, notice: NoticeLot, now: datetime) -> Lot:
    lot = Lot.objects.create(
        contract=contract,
        number=number,
        title=notice.title[:1000],
        cpv=notice.cpv[:10],
        initial_amount=notice.initial_amount,
        amount=notice.amount,
        amount_flag=notice.amount_flag,
        published_key=notice.key,
    )
    roles: dict[Organisation, str] = {}
    for holder in notice.holders:
        company = make_known(siret=holder.siret, name=holder.name, kind=OrganisationKind.COMPANY, now=now)
        roles.setdefault(company, holder.role)
    LotHolder.objects.bulk_create(LotHolder(lot=lot, organisation=one, role=role) for one, role in roles.items())
    add_amendments(lot, notice)
    return lot


def _update_lot(lot: Lot, notice: NoticeLot) -> int:
    before = (lot.amount, lot.amount_flag)
    added = add_amendments(lot, notice)
    if before == (notice.amount, notice.amount_flag):
        return int(added > 0)
    lot.amount, lot.amount_flag = notice.amount, notice.amount_flag
    lot.save(update_fields=["amount", "amount_flag"])
    return 1


def add_amendments(lot: Lot, notice: NoticeLot) -> int:
    if not notice.amendments:
        return 0
    known = set(lot.amendments.values_list("sequence", flat=True))
    new = [one for one in notice.amendments if one.sequence not in known]
    Amendment.objects.bulk_create(
        Amendment(
            lot=lot,
            sequence=one.sequence,
            signed_on=one.signed_on,
            new_amount=one.new_amount,
            new_duration_months=one.new_duration_months,
        )
        for one in new
    )
    return len(new)


@transaction.atomic
def screen_contract(
    *, actor: Actor, contract_id: str, facts: ScreeningFacts, confirmed: bool, catalogue: Catalogue, now: datetime
) -> Screening:
    """Keep what the law and the policy say of the contract, as a snapshot with its inputs and versions.

    The same facts with the same answer are kept once. Raise Refusal when the estimate is not confirmed or the rule has no answer.
    """
    contract = queries.contracts_visible_to(actor).select_for_update(of=("self",)).filter(public_id=contract_id).first()
    if contract is None or not policies.may_screen(actor, buyer_id=contract.buyer_id):
        raise NotForYou
    if not confirmed:
        raise refuse(Objection(ContractRefusal.ESTIMATE_NOT_CONFIRMED, "confirmed"))
    try:
        explained = rules.obligations(facts, catalogue)
    except NoAnswer as none:
        raise refuse(Objection(ContractRefusal.NO_ANSWER, none.field, {"message": str(none)})) from none
    inputs, answer = screening_inputs(facts), answer_as_json(explained)
    last = queries.latest_screening(contract)
    if last is not None and (last.inputs, last.answer) == (inputs, answer):
        return last
    screening = Screening.objects.create(
        contract=contract,
        at=now,
        decided_by_label=actor.label,
        inputs=inputs,
        statutory=explained.result.statutory,
        policy=explained.result.policy,
        answer=answer,
        versions=versions_of(explained.sources),
    )
    contract.category = facts.object.value
    contract.consultation_on = facts.consultation_date
    contract.duration_months = facts.duration_months
    contract.save(update_fields=["category", "consultation_on", "duration_months"])
    record(
        actor=actor,
        action="contract.screened",
        object_kind="contract",
        object_id=contract.public_id,
        thread=contract.public_id,
        facts={"statutory": screening.statutory, "policy": screening.policy, "estimate": inputs["estimate"]},
        now=now,
    )
    return screening


def screening_inputs(facts: ScreeningFacts) -> dict[str, Any]:
    """The facts as JSON: amounts and dates as text."""
    return {
        "object": facts.object.value,
        "estimate": str(facts.estimate),
        "consultation_date": facts.consultation_date.isoformat(),
        "duration_months": facts.duration_months,
        "buyer": facts.buyer.value,
        "service": facts.service,
    }


def answer_as_json(explained: Explained[Obligations]) -> dict[str, Any]:
    result = explained.result
    return {
        "waivable": [ground.value for ground in result.waivable],
        "threshold": {"value": str(result.threshold.value), "version": result.threshold.version},
        "steps": [dataclasses.asdict(step) for step in explained.steps],
        "sources": [source_as_json(source) for source in explained.sources],
    }


def source_as_json(source: Source) -> dict[str, Any]:
    return {
        "title": source.title,
        "reference": source.reference,
        "confidence": source.confidence.value,
        "version": source.version,
        "valid_from": source.valid_from.isoformat() if source.valid_from else None,
    }


def versions_of(sources: Sequence[Source]) -> list[str]:
    return list(dict.fromkeys(source.version for source in sources if source.version))


@transaction.atomic
def choose_territories(
    *,
    actor: Actor,
    contract_id: str,
    lot_ids: Sequence[str],
    territory_numbers: Sequence[int],
    now: datetime,
    read_from_place: bool = False,
) -> int:
    """Say which territories follow these lots: exactly these, for each of them. Return how many lots changed.

    `read_from_place`: the published place led to this one territory and the person confirmed it. A territory where a commitment
    is followed cannot be withdrawn (a wall of the database holds it).
    """
    contract = queries.contracts_visible_to(actor).filter(public_id=contract_id).first()
    if contract is None or not policies.may_locate(actor):
        raise NotForYou
    wanted = set(territory_numbers)
    territories = list(Territory.objects.filter(number__in=wanted))
    lots = list(contract.lots.filter(public_id__in=lot_ids).select_for_update().order_by("number"))
    if not lots or len(lots) != len(set(lot_ids)):
        raise refuse(Objection(ContractRefusal.NO_LOT, "lots"))
    if not wanted:
        raise refuse(Objection(ContractRefusal.NO_TERRITORY, "territories"))
    if len(territories) != len(wanted):
        raise refuse(Objection(ContractRefusal.UNKNOWN_TERRITORY, "territories"))
    try:
        with transaction.atomic():
            moved = [lot for lot in lots if _place_lot(lot, territories, actor.label, now, read_from_place)]
    except IntegrityError as error:
        if wall_reached(error) == "commitment_territory_of_the_lot":
            raise refuse(Objection(ContractRefusal.TERRITORY_IN_USE, "territories")) from error
        raise
    if moved:
        record(
            actor=actor,
            action="lot.located",
            object_kind="contract",
            object_id=contract.public_id,
            thread=contract.public_id,
            facts={
                "lots": [lot.number for lot in moved],
                "territories": sorted(wanted),
                "origin": "place" if read_from_place else "person",
            },
            now=now,
        )
    return len(moved)


def _place_lot(lot: Lot, territories: Sequence[Territory], label: str, now: datetime, read_from_place: bool) -> bool:
    had = set(lot.territories.values_list("territory_id", flat=True))
    chosen = {territory.pk for territory in territories}
    if had == chosen:
        return False
    lot.territories.exclude(territory_id__in=chosen).delete()
    LotTerritory.objects.bulk_create(
        LotTerritory(
            lot=lot,
            territory_id=pk,
            origin="place" if read_from_place and len(chosen) == 1 else "person",
            decided_by_label=label,
            decided_at=now,
        )
        for pk in sorted(chosen - had)
    )
    return True


def usable_amount(lot: Lot) -> Decimal | None:
    """The amount hours may be computed from: the current total, unless it was flagged as absurd."""
    return None if lot.amount_flag else lot.amount
