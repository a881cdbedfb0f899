"""What people do with the bids: score alone and hand in, agree together, and turn the winner's promises into commitments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.bids import policies, rules
from levier.bids.models import Agreement, Assessor, Bid, Grid, Promise, Score, SubCriterion
from levier.bids.queries import bids_visible_to, board_of, grids_visible_to
from levier.bids.refusals import BidRefusal, refuse, since
from levier.bids.values import SCALE_TOP
from levier.commitments.actions import make_commitment
from levier.commitments.models import Commitment
from levier.commitments.values import CommitmentTerms, Instrument
from levier.foundation.objections import NotForYou, Objection
from levier.organisations.actions import make_known
from levier.organisations.values import OrganisationKind
from levier.procurement.models import LotHolder

LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Given:
    """A score with its reason, as typed; the score is None when nothing was chosen yet."""

    score: int | None
    reason: str


@transaction.atomic
def save_scores(*, actor: Actor, bid_id: str, given: Mapping[int, Given], submit: bool, now: datetime) -> None:
    """One assessor's scores on one bid, by place of sub-criterion: kept as a draft, or handed in for good.

    Raise NotForYou for somebody who is not of the panel, Refusal when something is missing in what is handed in.
    """
    bid = _locked_bid(actor, bid_id)
    assessor = Assessor.objects.filter(grid=bid.grid_id, user_id=actor.user_id or 0).first()
    if assessor is None:
        raise NotForYou
    handed = Score.objects.filter(assessor=assessor, bid=bid, submitted_at__isnull=False).first()
    if handed is not None and handed.submitted_at is not None:
        raise refuse(Objection(BidRefusal.ALREADY_SUBMITTED, "", since(handed.submitted_at)))
    lines = list(bid.grid.lines.all())
    objections = [one for line in lines for one in _objections_to_given(line, given.get(line.place), complete=submit)]
    if objections:
        raise refuse(*objections)
    for line in lines:
        one = given.get(line.place, Given(None, ""))
        values = {
            "score": one.score,
            "reason": one.reason.strip(),
            "saved_at": now,
            "submitted_at": now if submit else None,
        }
        Score.objects.update_or_create(assessor=assessor, bid=bid, line=line, defaults=values)
    action = "scores.submitted" if submit else "scores.saved"
    _journal(actor, action, bid, {"lot": bid.grid.lot.number, "name": bid.name}, now)


def _objections_to_given(line: SubCriterion, given: Given | None, *, complete: bool) -> list[Objection]:
    """What is missing (when handed in) or impossible (always)."""
    facts = {"label": line.label}
    score, reason = (given.score, given.reason.strip()) if given else (None, "")
    found = []
    if (score is None and complete) or (score is not None and not 0 <= score <= SCALE_TOP):
        found.append(Objection(BidRefusal.SCORE, f"score-{line.place}", facts))
    if (complete and not reason) or len(reason) > LONGEST_REASON:
        found.append(Objection(BidRefusal.REASON, f"reason-{line.place}", facts))
    return found


@transaction.atomic
def agree(*, actor: Actor, bid_id: str, given: Mapping[int, Given], now: datetime) -> None:
    """The scores agreed on for one bid, all its sub-criteria at once, each with its reason."""
    bid = _locked_bid(actor, bid_id)
    board = board_of(bid.grid)
    if not board.complete:
        raise refuse(Objection(BidRefusal.NOT_ALL_SUBMITTED, "", {"waiting": ", ".join(board.waiting)}))
    if bid.grid.agreed_at is not None:
        raise refuse(Objection(BidRefusal.AGREED, "", since(bid.grid.agreed_at)))
    objections = [o for line in board.lines for o in _objections_to_given(line, given.get(line.place), complete=True)]
    if objections:
        raise refuse(*objections)
    for line in board.lines:
        one = given[line.place]
        assert one.score is not None
        values = {"score": one.score, "reason": one.reason.strip(), "saved_at": now, "saved_by_label": actor.label}
        Agreement.objects.update_or_create(bid=bid, line=line, defaults=values)
    _journal(actor, "scores.agreed", bid, {"lot": bid.grid.lot.number, "name": bid.name}, now)


@transaction.atomic
def close_agreement(*, actor: Actor, grid_id: str, now: datetime) -> Grid:
    """The agreed scores of every bid are final. Closed twice, they are closed once."""
    grid = (
        grids_visible_to(actor)
        .select_related("lot__contract")
        .select_for_update(of=("self",))
        .filter(public_id=grid_id)
        .first()
    )
    if grid is None or not policies.may_judge(actor, buyer_id=grid.lot.contract.buyer_id):
        raise NotForYou
    if grid.agreed_at is not None:
        return grid
    board = board_of(grid)
    if not board.complete:
        raise refuse(Objection(BidRefusal.NOT_ALL_SUBMITTED, "", {"waiting": ", ".join(board.waiting) or "les offres"}))
    if Agreement.objects.filter(bid__grid=grid).count() != len(board.bids) * len(board.lines):
        raise refuse(Objection(BidRefusal.NOT_AGREED))
    grid.agreed_at, grid.agreed_by_label = now, actor.label
    grid.save(update_fields=["agreed_at", "agreed_by_label"])
    record(
        actor=actor, action="scores.closed", object_kind="grid", object_id=grid.public_id,
        thread=grid.lot.contract.public_id, facts={"lot": grid.lot.number, "bids": len(board.bids)}, now=now,
    )  # fmt: skip
    return grid


@dataclass(frozen=True, slots=True)
class AwardTerms:
    """What the commitment needs beside the hours, which the grid and the offer give. `territory`: its number."""

    territory: int
    starts_on: date
    ends_on: date
    penalty_rate: Decimal | None = None
    penalty_source: str = ""


@transaction.atomic
def award(*, actor: Actor, bid_id: str, terms: AwardTerms, now: datetime) -> Commitment:
    """What the winner promised becomes what it owes: the greater of the minimum and of its offer, and its words for each
    sub-criterion. The company becomes a holder of the lot where the publication has not said so yet.
    """
    bid = _locked_bid(actor, bid_id)
    if not policies.may_award(actor):
        raise NotForYou
    grid = bid.grid
    if grid.agreed_at is None:
        raise refuse(Objection(BidRefusal.NOT_AGREED))
    if bid.commitment is not None:
        told = {"name": bid.name, **since(bid.commitment.created_at)}
        raise refuse(Objection(BidRefusal.ALREADY_AWARDED, "", told))
    due = rules.due_hours(grid.minimum_hours, bid.offered_hours).result.hours
    if due <= 0:
        raise refuse(Objection(BidRefusal.NOTHING_DUE))
    company = make_known(siret=bid.siret, name=bid.name, kind=OrganisationKind.COMPANY, now=now)
    LotHolder.objects.get_or_create(lot=grid.lot, organisation=company, defaults={"role": "contractor"})
    instrument = Instrument.CONDITION_AND_CRITERION if grid.minimum_hours else Instrument.CRITERION
    commitment = make_commitment(
        actor=actor,
        lot_id=grid.lot.public_id,
        holder_id=company.public_id,
        territory_number=terms.territory,
        terms=CommitmentTerms(
            instrument, due, terms.starts_on, terms.ends_on, terms.penalty_rate, terms.penalty_source
        ),
        now=now,
    )
    Promise.objects.bulk_create(
        Promise(commitment=commitment, place=line.place, label=line.label, text=text, at=now)
        for line in grid.lines.all()
        if (text := bid.answers.get(str(line.place), "").strip())
    )
    bid.commitment = commitment
    bid.save(update_fields=["commitment"])
    facts = {"lot": grid.lot.number, "name": bid.name, "hours": str(due), "minimum": str(grid.minimum_hours)}
    _journal(actor, "bid.awarded", bid, facts, now)
    return commitment


def _locked_bid(actor: Actor, public_id: str) -> Bid:
    bids = bids_visible_to(actor).select_related("grid__lot__contract").select_for_update(of=("self",))
    bid = bids.filter(public_id=public_id).first()
    if bid is None or not policies.may_judge(actor, buyer_id=bid.grid.lot.contract.buyer_id):
        raise NotForYou
    return bid


def _journal(actor: Actor, action: str, bid: Bid, facts: dict[str, object], now: datetime) -> None:
    record(
        actor=actor, action=action, object_kind="bid", object_id=bid.public_id, thread=bid.grid.lot.contract.public_id,
        facts=facts, now=now,
    )  # fmt: skip
