"""A new amount of a followed lot: noticed in what is published, recorded by the mission. What is owed does not change with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max, QuerySet

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection
from levier.procurement import policies, queries
from levier.procurement.models import Amendment, AmendmentNotice, Lot
from levier.procurement.refusals import ContractRefusal, refuse

LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class PublishedChange:
    """The new total that was published for a lot, excluding tax; `source` says where it can be read."""

    lot_id: int
    new_amount: Decimal
    signed_on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class AmendmentTerms:
    """What the mission records: the new total excluding tax, the day it was signed, where it is written."""

    new_amount: Decimal
    signed_on: date
    source: str


def notices_visible_to(actor: Actor) -> QuerySet[AmendmentNotice]:
    return AmendmentNotice.objects.filter(lot__in=queries.lots_visible_to(actor))


def waiting_notice(lot: Lot) -> AmendmentNotice | None:
    return lot.amendment_notices.filter(state="pending").first()


def notice_changes(changes: Iterable[PublishedChange], now: datetime, *, within: QuerySet[Lot]) -> int:
    """Let the changed amounts of these lots wait for the mission; those that waited for lots `within` and are in no change any
    more are withdrawn. An amount that the mission has seen (recorded as published, or as it corrected it) does not come back.
    Return how many wait that did not. Called inside the import or the match that found them.
    """
    by_lot = {one.lot_id: one for one in changes}
    lots = {lot.pk: lot for lot in Lot.objects.filter(pk__in=by_lot)}
    seen = seen_by_the_mission(lots)
    waiting = {one.lot_id: one for one in AmendmentNotice.objects.filter(state="pending", lot__in=within)}
    made = 0
    for lot_id, change in by_lot.items():
        if (lot_id, change.new_amount) in seen:
            continue
        known = waiting.pop(lot_id, None)
        if known is None or known.new_amount != change.new_amount:
            _let_wait(known or AmendmentNotice(lot=lots[lot_id]), lots[lot_id], change, now)
            made += 1
    AmendmentNotice.objects.filter(pk__in=[one.pk for one in waiting.values()]).update(state="withdrawn")
    return made


def seen_by_the_mission(lot_ids: Iterable[int]) -> set[tuple[int, Decimal]]:
    """Lots and published amounts that were recorded, as they were published or as the mission corrected them."""
    recorded = AmendmentNotice.objects.filter(lot__in=list(lot_ids), state="recorded")
    return set(recorded.values_list("lot_id", "new_amount"))


def _let_wait(notice: AmendmentNotice, lot: Lot, change: PublishedChange, now: datetime) -> None:
    notice.old_amount, notice.new_amount = lot.amount, change.new_amount
    notice.signed_on, notice.source, notice.noticed_at = change.signed_on, change.source[:300], now
    notice.save()


@transaction.atomic
def record_amendment(*, actor: Actor, lot_id: str, terms: AmendmentTerms, now: datetime) -> AmendmentNotice:
    """Give the lot its new total and keep the old one, the day and the source. The hours owed stay what they are: changing them is
    another decision. Recorded twice, it is one amendment. Raise Refusal for an amount that is absurd or the one the lot has.
    """
    lots = queries.lots_visible_to(actor).select_related("contract").select_for_update(of=("self",))
    lot = lots.filter(public_id=lot_id).first()
    if lot is None or not policies.may_amend(actor):
        raise NotForYou
    last = lot.amendment_notices.filter(state="recorded").order_by(F("recorded_at").desc(), "-id").first()
    if (
        last
        and lot.amount == terms.new_amount
        and (last.recorded_amount, last.signed_on) == (lot.amount, terms.signed_on)
    ):
        return last
    _verify(lot, terms)
    kept = waiting_notice(lot) or AmendmentNotice(lot=lot, new_amount=terms.new_amount, noticed_at=now)
    kept.state, kept.old_amount, kept.recorded_amount = "recorded", lot.amount, terms.new_amount
    kept.signed_on, kept.source = terms.signed_on, terms.source[:300]
    kept.recorded_at, kept.recorded_by_label = now, actor.label
    kept.save()
    _add_to_lot(lot, terms)
    record(
        actor=actor,
        action="lot.amended",
        object_kind="contract",
        object_id=lot.contract.public_id,
        thread=lot.contract.public_id,
        facts={
            "lot": lot.number,
            "old_amount": str(kept.old_amount),
            "new_amount": str(terms.new_amount),
            "signed_on": terms.signed_on.isoformat(),
            "source": kept.source,
        },
        now=now,
    )
    return kept


def _verify(lot: Lot, terms: AmendmentTerms) -> None:
    if not 0 < terms.new_amount <= LARGEST:
        raise refuse(Objection(ContractRefusal.AMENDED_AMOUNT, "new_amount"))
    if lot.amount == terms.new_amount and not lot.amount_flag:
        raise refuse(Objection(ContractRefusal.AMENDED_SAME, "new_amount", {"amount": french.euros(terms.new_amount)}))
    if lot.contract.notified_on and terms.signed_on < lot.contract.notified_on:
        raise refuse(
            Objection(ContractRefusal.AMENDED_BEFORE, "signed_on", {"notified": french.day(lot.contract.notified_on)})
        )


def _add_to_lot(lot: Lot, terms: AmendmentTerms) -> None:
    """The amendment may be there already, brought by the publication with its number."""
    if not lot.amendments.filter(new_amount=terms.new_amount, signed_on=terms.signed_on).exists():
        last = lot.amendments.aggregate(last=Max("sequence"))["last"] or 0
        Amendment.objects.create(lot=lot, sequence=last + 1, signed_on=terms.signed_on, new_amount=terms.new_amount)
    lot.amount, lot.amount_flag = terms.new_amount, ""
    lot.save(update_fields=["amount", "amount_flag"])
