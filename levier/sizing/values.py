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


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order (bon de commande) or a part of a contract: the hours worked on it, all people together, in a period named `period`."""

    period: str
    worked_hours: Decimal


@dataclass(frozen=True, slots=True)
class PeriodHours:
    """What the orders of one period owe together: `worked_hours` × the rate, rounded once."""

    period: str
    orders: int
    worked_hours: Decimal
    due: Decimal


@dataclass(frozen=True, slots=True)
class WorkedShareHours:
    periods: tuple[PeriodHours, ...]
    worked_hours: Decimal
    due: Decimal


@dataclass(frozen=True, slots=True)
class UsefulHours:
    """`useful` is true from the minimum on; `missing` is what the volume lacks to reach it."""

    useful: bool
    minimum: Decimal
    missing: Decimal


class Light(StrEnum):
    """How sure it is that the hours can be done."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class FeasibilityFacts:
    """`structures`: inclusive structures of the trade and place; `candidates`: people ready for the trade; `lead_weeks`: from the
    notification to the first day of work. None where it is not known yet.
    """

    hours: Decimal
    duration_months: int
    structures: int | None = None
    candidates: int | None = None
    lead_weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Feasibility:
    """`light` is the worst of the four. `people`: how many at once, full time, to do the hours in the duration."""

    light: Light
    people: int
    supply: Light
    candidates: Light
    duration: Light
    calendar: Light


@dataclass(frozen=True, slots=True)
class TerritoryWeight:
    """How much of the lot is carried out in a territory: an amount, a share, a number of sites, whatever is the same for all."""

    territory: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class TerritoryHours:
    territory: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class SplitHours:
    """The hours of each territory; they add up to the whole exactly."""

    parts: tuple[TerritoryHours, ...]
    hours: Decimal
