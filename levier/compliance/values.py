"""Facts and results of compliance: the balance (bilan) of what was owed, and penalties. Hours and euros have two places."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """One commitment at its end. `due` is the larger of the minimum and of the hours offered; `accepted` are the validated hours
    alone; `waived` were formally given up by the buyer and are at most `due`; `penalty_rate` is in euros per hour.
    """

    due: Decimal
    accepted: Decimal
    waived: Decimal
    penalty_rate: Decimal
    label: str = ""
    penalised: Decimal = Decimal("0.00")
    """Hours not done for which a penalty was already decided: they are settled."""


@dataclass(frozen=True, slots=True)
class CommitmentBalance:
    """`outstanding` and `surplus` are never both above zero. `realisation_rate` (accepted ÷ due) may exceed 1; None when nothing is due."""

    outstanding: Decimal
    surplus: Decimal
    realisation_rate: Decimal | None
    penalty: Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """`covered_rate`: share of the hours still owed after waivers that each commitment covers by itself, at most 1, and 1 when
    nothing is outstanding. `raw_rate`: all accepted ÷ all due, where a surplus may hide another's deficit. None when nothing is owed.
    """

    commitments: tuple[CommitmentBalance, ...]
    covered_rate: Decimal | None
    raw_rate: Decimal | None
    penalty_hours: Decimal


@dataclass(frozen=True, slots=True)
class LateProofFacts:
    """`formal_notice_date` (mise en demeure) is None when none was sent."""

    formal_notice_date: date | None
    received_date: date
    rate_per_day: Decimal


@dataclass(frozen=True, slots=True)
class LatePenalty:
    days: int
    penalty: Decimal


@dataclass(frozen=True, slots=True)
class TrainingPenaltyFacts:
    """Training clause: missing hours × `factor` × hourly social security ceiling (plafond horaire)."""

    due: Decimal
    done: Decimal
    factor: Decimal
    hourly_ceiling: Decimal


@dataclass(frozen=True, slots=True)
class TrainingPenalty:
    missing: Decimal
    penalty: Decimal
