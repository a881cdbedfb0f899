"""The ranking of the bids of a lot, and what would change it: the rules of `rules.py` applied to what was agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from levier.bids.models import Agreement
from levier.bids.queries import Board
from levier.bids.rules import with_another_weight, with_one_point
from levier.bids.values import OfferScores, OfferTotal, OnePointAnswer, WeightAnswer
from levier.foundation.explanation import NoAnswer


@dataclass(frozen=True, slots=True)
class Ranked:
    """`missing`: names of the bids without points on the other criteria, or without agreed scores; then nothing else is known."""

    missing: tuple[str, ...] = ()
    other_weight: Decimal = Decimal(0)
    weights: WeightAnswer | None = None
    one_point: OnePointAnswer | None = None


def ranking(
    board: Board, agreed: Mapping[tuple[int, int], Agreement], points: Mapping[int, Decimal], other_weight: Decimal
) -> Ranked:
    """The sensitivity of the ranking to the criterion's weight and to each score. Bids are told apart by name and SIRET."""
    missing = tuple(bid.name for bid in board.bids if bid.other_points is None or bid.pk not in points)
    if missing or not board.bids:
        return Ranked(missing, other_weight)
    names = [bid.name for bid in board.bids]
    shown = [bid.name if names.count(bid.name) == 1 else f"{bid.name} ({bid.siret})" for bid in board.bids]
    totals = [
        OfferTotal(name, bid.other_points or Decimal(0), points[bid.pk])
        for name, bid in zip(shown, board.bids, strict=True)
    ]
    scored = [
        OfferScores(
            name, bid.other_points or Decimal(0), tuple(Decimal(agreed[bid.pk, line.pk].score) for line in board.lines)
        )
        for name, bid in zip(shown, board.bids, strict=True)
    ]
    try:
        weights = with_another_weight(board.grid.points, other_weight, totals).result
        one_point = with_one_point([line.weight for line in board.lines], scored).result
    except NoAnswer:
        return Ranked(("points hors échelle",), other_weight)
    return Ranked((), other_weight, weights, one_point)
