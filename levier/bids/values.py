"""Facts of the social criterion: a grid of sub-criteria, offers with their scores, and what a change would do to the ranking."""

from dataclasses import dataclass
from decimal import Decimal

SCALE_TOP = 4
"""Scores go from 0 to 4 (domain.md section 7)."""
WHOLE_MARK = Decimal(100)
"""All criteria of a consultation together, in points."""


@dataclass(frozen=True, slots=True)
class SubCriterionTerms:
    """One sub-criterion: its weight in points and the evidence expected from bidders."""

    label: str
    weight: Decimal
    evidence: str


@dataclass(frozen=True, slots=True)
class GridTerms:
    """`points`: what the criterion weighs out of 100. `link`: in what the criterion is linked with the subject matter of the contract
    or its execution conditions. `anchors`: the words of each step of the scale, from 0 to 4.
    """

    points: Decimal
    link: str
    anchors: tuple[str, ...]
    lines: tuple[SubCriterionTerms, ...]
    minimum_hours: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class OfferTotal:
    """An offer with its points on the other criteria and on the social one."""

    name: str
    other: Decimal
    social: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """`rank` counts from 1; offers with exactly the same total share it."""

    name: str
    total: Decimal
    rank: int
    new_total: Decimal
    new_rank: int


@dataclass(frozen=True, slots=True)
class WeightAnswer:
    """What another weight of the criterion would do. `first` and `new_first` name the offers ranked first."""

    ranking_changes: bool
    first_changes: bool
    first: str
    new_first: str
    offers: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class OfferScores:
    """`scores` are in the order of the sub-criteria, from 0 to 4."""

    name: str
    other: Decimal
    scores: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class OnePointChange:
    """One score moved by one point that changes the ranking. `sub_criterion` counts from 1."""

    name: str
    sub_criterion: int
    score: Decimal
    new_score: Decimal
    new_first: str


@dataclass(frozen=True, slots=True)
class OnePointAnswer:
    """`first_changes`: whether at least one of the changes puts another offer first. `tried`: how many were tried."""

    ranking_changes: bool
    first_changes: bool
    first: str
    tried: int
    changes: tuple[OnePointChange, ...]


@dataclass(frozen=True, slots=True)
class DueHours:
    hours: Decimal
