"""By which way hours are done, what each asks for, and what a kick-off agrees on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Way(StrEnum):
    """A way to do insertion hours (voie). Several make a mixed plan."""

    DIRECT_HIRE = "direct_hire"
    SUPPLY = "supply"
    GEIQ = "geiq"
    SUBCONTRACT = "subcontract"


class Proof(StrEnum):
    """A kind of document that the kick-off says will be asked for."""

    CONTRACT = "contract"
    PAYSLIP = "payslip"
    TIMESHEET = "timesheet"
    INVOICE = "invoice"
    ELIGIBILITY = "eligibility"


@dataclass(frozen=True, slots=True)
class Part:
    """Hours to be done by one way."""

    way: Way
    hours: Decimal


@dataclass(frozen=True, slots=True)
class WayLine:
    """What one part asks for. `first_day`: the earliest first hour; `weeks`: from then to the end of the contract, to the
    hundredth; `people`: at `week_hours` each, None when no week is left; costs in whole euros, excl. tax.
    """

    way: Way
    hours: Decimal
    first_day: date
    latest_day: date
    weeks: Decimal
    week_hours: Decimal
    people: int | None
    cost_low: Decimal
    cost_high: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """All parts together. `people` is None as soon as one part has no week left; `first_day` is the earliest of all."""

    lines: tuple[WayLine, ...]
    hours: Decimal
    people: int | None
    first_day: date
    cost_low: Decimal
    cost_high: Decimal
