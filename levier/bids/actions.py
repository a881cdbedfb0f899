"""What people do before scoring: write the grid and put it in the tender file, choose the panel, receive the bids."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.bids import policies, rules
from levier.bids.models import Assessor, Bid, Grid, Score, SubCriterion
from levier.bids.queries import grids_visible_to, possible_assessors
from levier.bids.refusals import BidRefusal, refuse, since
from levier.bids.values import WHOLE_MARK, GridTerms
from levier.files.actions import receive
from levier.files.values import Received
from levier.foundation import french
from levier.foundation.french import typeset
from levier.foundation.identifiers import siret_is_valid
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.quantities import LARGEST, hundredths
from levier.procurement.models import Lot
from levier.procurement.queries import lots_visible_to

LONGEST_NAME = 200
LONGEST_ANSWER = 4_000


@transaction.atomic
def save_grid(*, actor: Actor, lot_id: str, terms: GridTerms, now: datetime) -> Grid:
    """Write the grid of a lot, or write it again while it is not closed. Raise Refusal when the law or the sums do not allow it."""
    lot = _judged_lot(actor, lot_id)
    grid = Grid.objects.select_for_update().filter(lot=lot).first()
    if grid is not None and grid.closed_at is not None:
        raise refuse(Objection(BidRefusal.GRID_CLOSED, "points", since(grid.closed_at)))
    if objections := rules.objections_to(terms):
        raise refuse(*objections)
    values = {
        "points": terms.points,
        "link": typeset(terms.link.strip()),
        "anchors": [typeset(anchor.strip()) for anchor in terms.anchors],
        "minimum_hours": hundredths(terms.minimum_hours),
        "saved_at": now,
        "saved_by_label": actor.label,
    }
    grid, _ = Grid.objects.update_or_create(lot=lot, defaults=values)
    grid.lines.all().delete()
    SubCriterion.objects.bulk_create(
        SubCriterion(
            grid=grid,
            place=place,
            label=typeset(one.label.strip()),
            weight=one.weight,
            evidence=typeset(one.evidence.strip()),
        )
        for place, one in enumerate(terms.lines, start=1)
    )
    facts = {"lot": lot.number, "points": str(terms.points), "lines": len(terms.lines)}
    _journal(actor, "grid.saved", grid, facts, now)
    return grid


@transaction.atomic
def close_grid(*, actor: Actor, lot_id: str, now: datetime) -> Grid:
    """The grid goes into the tender file: it does not change any more. Closed twice, it is closed once."""
    lot = _judged_lot(actor, lot_id)
    grid = _locked_grid(actor, lot)
    if grid.closed_at is None:
        grid.closed_at, grid.closed_by_label = now, actor.label
        grid.save(update_fields=["closed_at", "closed_by_label"])
        _journal(actor, "grid.closed", grid, {"lot": lot.number, "points": str(grid.points)}, now)
    return grid


@transaction.atomic
def choose_panel(*, actor: Actor, lot_id: str, user_ids: Iterable[int], now: datetime) -> Grid:
    """Who scores. Free to change until somebody has written a score."""
    lot = _judged_lot(actor, lot_id)
    grid = _closed_grid(actor, lot)
    possible = dict(possible_assessors(lot))
    chosen = sorted(set(user_ids) & possible.keys())
    if not chosen:
        raise refuse(Objection(BidRefusal.PANEL, "panel"))
    if {one.user_id for one in grid.panel.all()} == set(chosen):
        return grid
    _refuse_once_scoring(grid)
    grid.panel.all().delete()
    Assessor.objects.bulk_create(
        Assessor(grid=grid, user_id=user, label=possible[user].partition(" (")[0][:200]) for user in chosen
    )
    _journal(actor, "panel.chosen", grid, {"lot": lot.number, "people": len(chosen)}, now)
    return grid


@transaction.atomic
def receive_bid(
    *,
    actor: Actor,
    lot_id: str,
    siret: str,
    name: str,
    offered_hours: Decimal | None,
    answers: Mapping[int, str],
    now: datetime,
    sheet: Received | None = None,
) -> Bid:
    """Register an offer, typed or read from its answer sheet, which is kept as it came. `answers`: by place of sub-criterion."""
    lot = _judged_lot(actor, lot_id)
    grid = _closed_grid(actor, lot)
    siret, name = "".join(siret.split()), " ".join(name.split())
    objections = _objections_to_bid(grid, siret, name, offered_hours)
    if objections:
        raise refuse(*objections)
    _refuse_once_scoring(grid)
    places = set(grid.lines.values_list("place", flat=True))
    file = receive(actor=actor, received=sheet, now=now) if sheet else None
    try:
        with transaction.atomic():
            bid = Bid.objects.create(
                grid=grid,
                siret=siret,
                name=name,
                offered_hours=offered_hours,
                answers={
                    str(place): text.strip()[:LONGEST_ANSWER] for place, text in answers.items() if place in places
                },
                file=file,
                received_at=now,
                received_by_label=actor.label,
            )
    except IntegrityError as error:
        raise refuse(Objection(BidRefusal.BIDDER_TWICE, "siret", {"name": name})) from error
    facts = {"lot": lot.number, "name": name, "sheet": file is not None}
    record(
        actor=actor, action="bid.received", object_kind="bid", object_id=bid.public_id, thread=lot.contract.public_id,
        facts=facts, now=now,
    )  # fmt: skip
    return bid


def _objections_to_bid(grid: Grid, siret: str, name: str, offered: Decimal | None) -> list[Objection]:
    found = []
    if not 0 < len(name) <= LONGEST_NAME:
        found.append(Objection(BidRefusal.BIDDER_NAME, "name"))
    if not siret_is_valid(siret):
        found.append(Objection(BidRefusal.BIDDER_SIRET, "siret", {"siret": siret[:20]}))
    elif known := grid.bids.filter(siret=siret).first():
        found.append(Objection(BidRefusal.BIDDER_TWICE, "siret", {"name": known.name}))
    if offered is not None and (not 0 <= offered <= LARGEST or offered != hundredths(offered)):
        found.append(Objection(BidRefusal.OFFERED_HOURS, "offered_hours"))
    return found


@transaction.atomic
def note_other_points(*, actor: Actor, lot_id: str, points: Mapping[str, Decimal | None], now: datetime) -> Grid:
    """Points of each bid (by public identifier) on the other criteria: they serve the sensitivity alone."""
    lot = _judged_lot(actor, lot_id)
    grid = _closed_grid(actor, lot)
    most = WHOLE_MARK - grid.points
    objections = [
        Objection(BidRefusal.OTHER_POINTS, f"other-{bid}", {"most": french.number(most)})
        for bid, value in points.items()
        if value is not None and (not 0 <= value <= most or value != hundredths(value))
    ]
    if objections:
        raise refuse(*objections)
    changed = []
    for bid in grid.bids.filter(public_id__in=points).select_for_update():
        if bid.other_points != points[bid.public_id]:
            bid.other_points = points[bid.public_id]
            bid.save(update_fields=["other_points"])
            changed.append(bid.name)
    if changed:
        _journal(actor, "bids.other_points", grid, {"lot": lot.number, "bids": changed}, now)
    return grid


def _judged_lot(actor: Actor, lot_id: str) -> Lot:
    lots = lots_visible_to(actor).select_related("contract").select_for_update(of=("self",))
    lot = lots.filter(public_id=lot_id).first()
    if lot is None or not policies.may_judge(actor, buyer_id=lot.contract.buyer_id):
        raise NotForYou
    return lot


def _locked_grid(actor: Actor, lot: Lot) -> Grid:
    grid = grids_visible_to(actor).select_for_update(of=("self",)).filter(lot=lot).first()
    if grid is None:
        raise refuse(Objection(BidRefusal.GRID_OPEN))
    grid.lot = lot
    return grid


def _closed_grid(actor: Actor, lot: Lot) -> Grid:
    grid = _locked_grid(actor, lot)
    if grid.closed_at is None:
        raise refuse(Objection(BidRefusal.GRID_OPEN))
    return grid


def _refuse_once_scoring(grid: Grid) -> None:
    first = Score.objects.filter(bid__grid=grid).order_by("saved_at").first()
    if first is not None:
        raise refuse(Objection(BidRefusal.SCORING_BEGUN, "", since(first.saved_at)))


def _journal(actor: Actor, action: str, grid: Grid, facts: dict[str, object], now: datetime) -> None:
    record(
        actor=actor, action=action, object_kind="grid", object_id=grid.public_id, thread=grid.lot.contract.public_id,
        facts=facts, now=now,
    )  # fmt: skip
