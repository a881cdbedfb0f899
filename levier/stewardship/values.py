"""What the mission types when it changes reference data, once read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levier.foundation.explanation import Confidence


@dataclass(frozen=True, slots=True)
class NewFigure:
    """A figure that holds from a day on, with its range, its source and how it is known."""

    value: Decimal
    low: Decimal | None
    high: Decimal | None
    valid_from: date
    source: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class NewContact:
    """Who is to be called in a territory from a day on."""

    structure: str
    person: str
    phone: str
    email: str
    valid_from: date
    source: str
