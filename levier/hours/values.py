"""Facts and refusals of hours: a month declared for one placement, drawn onto one commitment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levier.foundation.objections import Objection


class HoursRefusal(StrEnum):
    """Why hours cannot be accepted. The sentences are in labels.py."""

    NO_ELIGIBILITY = "no_eligibility"
    BEFORE_DECISION = "before_decision"
    OUTSIDE_WINDOW = "outside_window"
    OVER_LEGAL_MAXIMUM = "over_legal_maximum"
    OVER_COVERED_DAYS = "over_covered_days"
    EXCEEDS_WORKED = "exceeds_worked"
    SEALED_PERIOD = "sealed_period"
    FUTURE_MONTH = "future_month"
    BEFORE_NOTIFICATION = "before_notification"
    AFTER_END = "after_end"
    OUTSIDE_PLACEMENT = "outside_placement"
    FOUR_EYES = "four_eyes"
    SAME_COMPANY = "same_company"
    DUPLICATE_LINE = "duplicate_line"
    NOT_POSITIVE = "not_positive"
    OVER_ALLOCATED = "over_allocated"
    DUPLICATE_COMMITMENT = "duplicate_commitment"


@dataclass(frozen=True, slots=True)
class Window:
    """An eligibility decision and the days it covers, both ends included."""

    decision_date: date
    starts: date
    until: date


@dataclass(frozen=True, slots=True)
class MonthLimit:
    """Legal maximum of a person's hours in a civil month over all employers, and the name of the figure used. `daily`: of one day."""

    hours: Decimal
    version: str
    daily: Decimal = Decimal(24)


@dataclass(frozen=True, slots=True)
class WorkedFacts:
    """One line to accept: `hours` of `month` (its first day) drawn onto a commitment.

    `first_day`, `last_day`: when the person can have worked that month under the placement (its dates within the month).
    `worked_hours`: what the payslip says of placement and month; `drawn_elsewhere`: what is already accepted of it on any commitment.
    `other_employers_hours`: hours of the same person and month already counted with other placements.
    `notified_on`, `ends_on`: bounds of the public contract. `placement_ends_on` None: open-ended.
    `declared_by`/`declared_for` and `decided_by`/`decided_for` identify the two users and their two organisations.
    """

    month: date
    hours: Decimal
    worked_hours: Decimal
    drawn_elsewhere: Decimal
    other_employers_hours: Decimal
    placement_starts_on: date
    placement_ends_on: date | None
    windows: tuple[Window, ...]
    notified_on: date
    ends_on: date
    period_sealed: bool
    already_accepted: bool
    declared_by: str
    declared_for: str
    decided_by: str
    decided_for: str
    today: date


class Rhythm(StrEnum):
    """How often statements are due: after each month, each quarter (31 March, 30 June…) or each half-year."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"

    @property
    def months(self) -> int:
        return {"monthly": 1, "quarterly": 3, "half_yearly": 6}[self.value]


@dataclass(frozen=True, slots=True)
class Deadline:
    last_day: date


@dataclass(frozen=True, slots=True)
class Allocation:
    """Hours drawn onto one commitment under a pooling agreement (convention de globalisation)."""

    commitment: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Pooling:
    """`accepted` is true when there is no objection."""

    accepted: bool
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class LineToRead:
    """A declared line before it is accepted, with what may make it doubtful.

    `total`: hours of the person that month, all employers, this line included. `limit`, `alert`: legal maximum of the month and the figure
    from which it is looked at. `alike`: other people of the same statement with exactly these hours. `twins`: lines of the same person
    and month, with another employer, for exactly these hours. `open_days`: days on which the site and the contract allow work, None when
    nobody said; `daily`: legal maximum of a day. `possible`: hours that these days allow, None: `open_days` × `daily`; `calendar`: what closed
    the others, in a sentence. `confirmed_by_structure`, `confirmed_by_person`: None while nobody was asked.
    """

    hours: Decimal
    weekly: Decimal
    total: Decimal
    limit: Decimal
    alert: Decimal
    last_month: Decimal | None = None
    same_as_last: int = 0
    alike: int = 0
    twins: int = 0
    open_days: int | None = None
    daily: Decimal = Decimal(24)
    possible: Decimal | None = None
    calendar: str = ""
    confirmed_by_structure: bool | None = None
    confirmed_by_person: bool | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """`doubts`: codes, the gravest first; empty when the line agrees with all that is known."""

    doubts: tuple[str, ...]
    change: Decimal | None
