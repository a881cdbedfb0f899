"""Reading the social criterion. Everything starts from what the actor may see; nobody sees another's scores before all are in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from levier.accounts.models import Membership
from levier.accounts.values import Actor, Role
from levier.bids.answer_sheet import SheetHeading
from levier.bids.models import Agreement, Assessor, Bid, Grid, Promise, Score, SubCriterion
from levier.bids.policies import may_judge
from levier.bids.values import GridTerms, SubCriterionTerms
from levier.foundation.objections import NotForYou
from levier.procurement.models import Lot
from levier.procurement.opportunities import criterion_score
from levier.procurement.queries import lot_for
from levier.procurement.values import ScoredCriterion


def grids_visible_to(actor: Actor) -> QuerySet[Grid]:
    """The mission: all. A buyer: those of its contracts. Nobody else: a grid leads to the bids of several companies."""
    match actor.role:
        case Role.MISSION:
            return Grid.objects.all()
        case Role.BUYER:
            return Grid.objects.filter(lot__contract__buyer_id=actor.organisation_id)
        case _:
            return Grid.objects.none()


def bids_visible_to(actor: Actor) -> QuerySet[Bid]:
    return Bid.objects.filter(grid__in=grids_visible_to(actor))


def judged_lot(actor: Actor, lot_id: str) -> Lot:
    """A lot whose social criterion the actor may write and judge. Raise NotForYou otherwise."""
    lot = lot_for(actor, lot_id)
    if not may_judge(actor, buyer_id=lot.contract.buyer_id):
        raise NotForYou
    return lot


def grid_of(actor: Actor, lot: Lot) -> Grid | None:
    return grids_visible_to(actor).filter(lot=lot).select_related("lot__contract__buyer").first()


def bid_for(actor: Actor, public_id: str) -> Bid:
    """Raise NotForYou when it is unknown or foreign."""
    found = (
        bids_visible_to(actor)
        .select_related("grid__lot__contract__buyer", "commitment", "file")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def terms_of(grid: Grid, lines: Sequence[SubCriterion]) -> GridTerms:
    return GridTerms(
        points=grid.points,
        link=grid.link,
        anchors=tuple(grid.anchors),
        lines=tuple(SubCriterionTerms(one.label, one.weight, one.evidence) for one in lines),
        minimum_hours=grid.minimum_hours,
    )


def heading_of(grid: Grid) -> SheetHeading:
    """What the answer sheet says of its contract; the grid comes with its lot, contract and buyer."""
    lot, contract = grid.lot, grid.lot.contract
    return SheetHeading(
        grid.public_id,
        f"{contract.reference} · {contract.title}",
        f"Lot {lot.number} · {lot.title}",
        contract.buyer.name,
    )


def possible_assessors(lot: Lot) -> list[tuple[int, str]]:
    """People who may be asked to score: accounts of the mission and of the buyer, by name."""
    rows = (
        Membership.objects.filter(user__is_active=True, role__in=(Role.MISSION.value, Role.BUYER.value))
        .select_related("user", "organisation")
        .order_by("user__full_name", "user_id", "id")
    )
    found: dict[int, str] = {}
    for one in rows:
        if one.role == Role.MISSION.value or one.organisation_id == lot.contract.buyer_id:
            found.setdefault(one.user_id, f"{one.user.full_name} ({one.organisation.name})")
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the panel have handed in their scores for a bid."""

    submitted: int
    asked: int


@dataclass(slots=True)
class Board:
    """A grid with its lines, panel and bids, and who has handed in what (never the scores themselves)."""

    grid: Grid
    lines: list[SubCriterion]
    panel: list[Assessor]
    bids: list[Bid]
    submitted: set[tuple[int, int]] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Everybody has scored every bid."""
        return bool(self.bids and self.panel) and len(self.submitted) == len(self.bids) * len(self.panel)

    @property
    def waiting(self) -> list[str]:
        """Names of those who still have something to hand in."""
        return [one.label for one in self.panel if any((one.pk, bid.pk) not in self.submitted for bid in self.bids)]

    def progress(self, bid: Bid) -> Progress:
        return Progress(sum((one.pk, bid.pk) in self.submitted for one in self.panel), len(self.panel))


def board_of(grid: Grid) -> Board:
    """Read in four queries. The grid must come from `grids_visible_to`."""
    handed_in = (
        Score.objects.filter(bid__grid=grid, submitted_at__isnull=False).values_list("assessor_id", "bid_id").distinct()
    )
    return Board(grid, list(grid.lines.all()), list(grid.panel.all()), list(grid.bids.all()), set(handed_in))


def own_scores(actor: Actor, bid: Bid) -> dict[int, Score]:
    """The actor's own scores on a bid, by sub-criterion."""
    found = Score.objects.filter(assessor__user_id=actor.user_id or 0, assessor__grid=bid.grid_id, bid=bid)
    return {one.line_id: one for one in found}


def scores_together(board: Board) -> dict[tuple[int, int], list[Score]]:
    """Everybody's scores by bid and sub-criterion; empty until all are in, whoever asks."""
    if not board.complete:
        return {}
    found: dict[tuple[int, int], list[Score]] = {}
    rows = (
        Score.objects.filter(bid__grid=board.grid).select_related("assessor").order_by("assessor__label", "assessor_id")
    )
    for one in rows:
        found.setdefault((one.bid_id, one.line_id), []).append(one)
    return found


def agreed_scores(board: Board) -> dict[tuple[int, int], Agreement]:
    """What was agreed, by bid and sub-criterion; empty until everybody's scores are in."""
    if not board.complete:
        return {}
    return {(one.bid_id, one.line_id): one for one in Agreement.objects.filter(bid__grid=board.grid)}


def social_points(board: Board, agreed: dict[tuple[int, int], Agreement]) -> dict[int, Decimal]:
    """Points of each bid whose scores are all agreed, by rule criterion.score."""
    found = {}
    for bid in board.bids:
        scored = [
            ScoredCriterion(line.weight, Decimal(agreed[bid.pk, line.pk].score))
            for line in board.lines
            if (bid.pk, line.pk) in agreed
        ]
        if len(scored) == len(board.lines):
            found[bid.pk] = criterion_score(tuple(scored)).result.score
    return found


def promises_of(commitment_ids: Sequence[int]) -> list[Promise]:
    """What winners promised, for commitments that the caller may see."""
    return list(Promise.objects.filter(commitment__in=commitment_ids).select_related("commitment__holder"))
