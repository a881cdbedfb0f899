"""Facts and results of following a commitment. Hours have two places; shares are between 0 and 1; dates are civil dates in Paris."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum


class AlertKind(StrEnum):
    """What must be said before it is too late (domain.md 5.5)."""

    LATE = "late"
    NOBODY = "nobody"
    OVERDUE = "overdue"
    EXPIRED = "expired"
    END_NEAR = "end_near"
    WINDOW = "window"


class Weather(IntEnum):
    """Weather of the clause (météo), from the best to the worst. Always said in words beside its drawing."""

    SUN = 0
    BRIGHT = 1
    CLOUD = 2
    RAIN = 3
    STORM = 4


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed and between which days, both included. `paid_share`: invoiced ÷ amount of the lot, None when it is not known.

    `stops`: (first, last) of each time that works were stopped from outside; last None: they still are.
    """

    due: Decimal
    waived: Decimal
    starts_on: date
    ends_on: date
    paid_share: Decimal | None = None
    penalised: Decimal = Decimal(0)
    stops: tuple[tuple[date, date | None], ...] = ()

    @property
    def hours(self) -> Decimal:
        return self.due - self.waived - self.penalised


@dataclass(frozen=True, slots=True)
class Expected:
    """Hours that should be done on that day, and the share of the way they stand for. `by_invoices`: which of the two ways was used."""

    hours: Decimal
    share: Decimal
    by_invoices: bool


@dataclass(frozen=True, slots=True)
class Pace:
    """Hours declared over the last whole months, and how many days these months had under the commitment."""

    hours: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is about to be lost by `by_day` if nothing changes: `expected` then, `done` now, `coming` at the present pace."""

    by_day: date
    expected: Decimal
    done: Decimal
    coming: Decimal
    lost: Decimal


@dataclass(frozen=True, slots=True)
class People:
    """Those assigned to the commitment. `expired`: at work although their window is over; `ending`: at work, their window ends soon."""

    assigned: int
    expired: int = 0
    expired_since: date | None = None
    ending: int = 0
    next_end: date | None = None


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """`overdue_since`: last day to send the oldest statement that is missing, None when none is."""

    owed: Owed
    accepted: Decimal
    pending: Decimal
    people: People
    overdue_since: date | None
    overdue_months: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Dated parameters `following.*` of the day (shares and points are fractions)."""

    late_points: Decimal
    nobody_share: Decimal
    end_days: int
    window_days: int
    horizon_days: int
    cloud: Decimal
    rain: Decimal
    storm: Decimal


@dataclass(frozen=True, slots=True)
class Alert:
    """`sentence` says what to do and who does it; `since`: from which day it holds, None when it has no day of its own."""

    kind: AlertKind
    sentence: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Raised:
    """The alerts of a commitment by their codes, as the rule is called from outside."""

    alerts: tuple[AlertKind, ...]
