"""Facts and results of sizing (calibrage): how many insertion hours a lot can carry. Amounts are in euros excl. tax."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from levier.foundation.explanation import Source
from levier.reference.values import ReferenceValue


@dataclass(frozen=True, slots=True)
class LotFacts:
    """`labour_share` (part de main-d'œuvre) and `insertion_rate` are fractions; `hourly_cost` is loaded, in euros per hour, not zero."""

    amount: Decimal
    labour_share: Decimal
    insertion_rate: Decimal
    hourly_cost: Decimal
    label: str = ""


@dataclass(frozen=True, slots=True)
class LotHours:
    """`hours_exact` has two places, `hours` is the contractual whole figure. Both are rounded from the exact quotient, once each."""

    hours_exact: Decimal
    hours: Decimal


@dataclass(frozen=True, slots=True)
class LotsHours:
    """`hours` adds the rounded figure of each lot, because each lot owes its own whole number of hours."""

    lots: tuple[LotHours, ...]
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the formula with its plausible range and where it comes from."""

    value: Decimal
    low: Decimal
    high: Decimal
    source: Source | None = None

    @classmethod
    def of(cls, reference: ReferenceValue) -> "Factor":
        low = reference.value if reference.low is None else reference.low
        high = reference.value if reference.high is None else reference.high
        return cls(reference.value, low, high, reference.as_source())

    @classmethod
    def fixed(cls, value: Decimal) -> "Factor":
        """A figure that somebody decided: no range."""
        return cls(value, value, value)


@dataclass(frozen=True, slots=True)
class HoursRange:
    """Central hours, and what they become at the low and high ends of the labour share and of the hourly cost."""

    hours_exact: Decimal
    low: Decimal
    hours: Decimal
    high: Decimal


class Advice(StrEnum):
    """What the cleaning branch's tool advises."""

    CLAUSE = "clause"
    NO_CLAUSE = "no_clause"
    NO_POTENTIAL = "no_potential"


@dataclass(frozen=True, slots=True)
class CleaningFacts:
    """`turnover` over `months`; `transferable_hours` a month are taken over with the contract. `coefficient`: turnover per worked hour,
    None for the branch's.
    """

    turnover: Decimal
    months: int
    transferable_hours: Decimal
    insertion_rate: Decimal
    coefficient: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CleaningHours:
    """`weighting` has two to four places and may be negative; so may `hours_exact`. `hours` never is."""

    weighting: Decimal
    hours_exact: Decimal
    hours: Decimal
    advice: Advice


class TriggerMode(StrEnum):
    """From where tranches are counted once the trigger is reached: beyond it, or from the first euro."""

    EXCESS = "excess"
    RETROACTIVE = "retroactive"


@dataclass(frozen=True, slots=True)
class TrancheFacts:
    """One hour per `tranche` euros invoiced, from a `trigger` amount on."""

    invoiced: Decimal
    trigger: Decimal
    tranche: Decimal
    mode: TriggerMode


@dataclass(frozen=True, slots=True)
class TrancheHours:
    hours: Decimal


@dataclass(frozen=True, slots=True)
class YearFacts:
    worked_hours: Decimal
    insertion_rate: Decimal
    accepted_hours: Decimal


@dataclass(frozen=True, slots=True)
class YearBalance:
    """`difference` is accepted minus due: negative when hours are missing."""

    due: Decimal
    difference: Decimal
    cumulative_due: Decimal
    cumulative_accepted: Decimal


@dataclass(frozen=True, slots=True)
class SteppedBalance:
    """`balance` is all that was accepted minus all that was due: negative when hours are missing at the end."""

    years: tuple[YearBalance, ...]
    due: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class TrainingHours:
    hours: Decimal
