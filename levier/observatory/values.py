"""Results of the impact rules."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FullTimeEquivalent:
    """`fte` with two places, by the convention of a divisor in hours a year."""

    fte: Decimal


@dataclass(frozen=True, slots=True)
class Means:
    """Means with two places; None when the count is zero or unknown."""

    hours_per_person: Decimal | None
    hours_per_operation: Decimal | None
    contracts_per_person: Decimal | None
