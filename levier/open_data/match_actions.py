"""A person decides whether a published contract is the award of a file of ours; the decision can be undone."""

from datetime import datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.foundation.objections import NotForYou, Objection
from levier.open_data.matching import facts_of_lot, facts_of_published
from levier.open_data.models import MatchDecision, PublishedContract
from levier.open_data.published_changes import notice_published_changes
from levier.open_data.queries import contract_of
from levier.open_data.rules import match
from levier.open_data.take_up import notice_of
from levier.open_data.values import Kind
from levier.planning.following import notice_award_undone, notice_awarded
from levier.planning.need_actions import open_file
from levier.procurement.linking import tie, untie
from levier.procurement.models import Lot
from levier.procurement.policies import may_tie
from levier.procurement.queries import lots_visible_to
from levier.procurement.refusals import ContractRefusal, refuse


@transaction.atomic
def accept_match(*, actor: Actor, published_id: str, lot_id: str, now: datetime) -> MatchDecision:
    """The published contract is this lot of ours: it is tied to it, and fills what the file lacks without writing over anything.

    Accepted twice, it is one decision. Raise Refusal when either is tied already.
    """
    published, lot = _pair(actor, published_id, lot_id)
    known = _standing(published, lot)
    if known is not None and known.accepted:
        return known
    if known is not None:
        known.undone_at, known.undone_by_label = now, actor.label
        known.save(update_fields=["undone_at", "undone_by_label"])
    decision = _decide(actor, published, lot, now, accepted=True)
    decision.filled = tie(lot, notice_of(published, [published]), now)
    decision.save(update_fields=["filled"])
    notice_published_changes(now, within=Lot.objects.filter(pk=lot.pk))
    notice_awarded(lot.contract_id, by=actor.label, now=now)
    _journal(actor, "match.accepted", decision, now)
    return decision


@transaction.atomic
def open_and_match(*, actor: Actor, need_id: str, published_id: str, now: datetime) -> MatchDecision:
    """A line of the plan whose award was published before any file was opened: its file is opened, and the award tied to it.

    Raise Refusal where the line has its file already or lacks what a file needs, NotForYou where the two are not alike.
    """
    reference = contract_of(actor, published_id).published_id
    contract = open_file(actor=actor, public_id=need_id, now=now, reference=reference)
    return accept_match(actor=actor, published_id=published_id, lot_id=contract.lots.get().public_id, now=now)


@transaction.atomic
def reject_match(*, actor: Actor, published_id: str, lot_id: str, now: datetime) -> MatchDecision:
    """The published contract is not this file: it is never proposed for it again. Rejected twice, it is one decision."""
    published, lot = _pair(actor, published_id, lot_id)
    known = _standing(published, lot)
    if known is not None:
        if known.accepted:
            raise refuse(Objection(ContractRefusal.ALREADY_TIED))
        return known
    decision = _decide(actor, published, lot, now, accepted=False)
    _journal(actor, "match.rejected", decision, now)
    return decision


@transaction.atomic
def undo_match(*, actor: Actor, published_id: str, lot_id: str, now: datetime) -> MatchDecision:
    """As if nothing had been decided: what was tied and filled is taken back, what was rejected may be proposed again.

    Raise Refusal once hours are owed on the lot, NotForYou when nothing was decided.
    """
    published, lot = _pair(actor, published_id, lot_id)
    decision = _standing(published, lot)
    if decision is None:
        raise NotForYou
    if decision.accepted:
        if Commitment.objects.filter(lot=lot).exists():
            raise refuse(Objection(ContractRefusal.TIED_AND_COMMITTED))
        untie(lot, decision.filled)
        if not Lot.objects.filter(contract_id=lot.contract_id, published_key__isnull=False).exists():
            notice_award_undone(lot.contract_id, by=actor.label, now=now)
    decision.undone_at, decision.undone_by_label = now, actor.label
    decision.save(update_fields=["undone_at", "undone_by_label"])
    _journal(actor, "match.undone", decision, now)
    return decision


def _pair(actor: Actor, published_id: str, lot_id: str) -> tuple[PublishedContract, Lot]:
    """Both locked in one order. Another buyer's contract is unknown to a buyer; so is one that is not of the lot's buyer."""
    lots = lots_visible_to(actor).select_related("contract__buyer").select_for_update(of=("self", "contract"))
    lot = lots.filter(public_id=lot_id).first()
    published = contract_of(actor, published_id)
    if lot is None or not may_tie(actor, buyer_id=lot.contract.buyer_id) or published.kind != Kind.CONTRACT:
        raise NotForYou
    if not match(facts_of_published(published), facts_of_lot(lot)).score:
        raise NotForYou
    return published, lot


def _standing(published: PublishedContract, lot: Lot) -> MatchDecision | None:
    found = MatchDecision.objects.select_for_update(of=("self",)).select_related("contract")
    return found.filter(published=published, contract_id=lot.contract_id, undone_at=None).first()


def _decide(actor: Actor, published: PublishedContract, lot: Lot, now: datetime, *, accepted: bool) -> MatchDecision:
    found = match(facts_of_published(published), facts_of_lot(lot))
    return MatchDecision.objects.create(
        published=published,
        contract=lot.contract,
        lot=lot,
        accepted=accepted,
        score=found.score,
        because=[{"reason": one.reason.value, "points": one.points, "sentence": one.sentence} for one in found.because],
        decided_at=now,
        decided_by_label=actor.label,
    )


def _journal(actor: Actor, action: str, decision: MatchDecision, now: datetime) -> None:
    contract = decision.contract.public_id
    facts = {"published": decision.published.public_id, "score": decision.score, "filled": decision.filled}
    record(
        actor=actor, action=action, object_kind="contract", object_id=contract, thread=contract, facts=facts, now=now
    )
