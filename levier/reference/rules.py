"""How a dated row takes its place among those already there, so that nothing is rewritten and no two overlap."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from levier.foundation.objections import Objection
from levier.foundation.quantities import LARGEST

LONGEST_SOURCE = 400
WHOLE_UNITS = frozenset({"COUNT", "MINUTES", "MONTHS", "WEEKS", "DAYS", "YEARS", "DAY_OF_MONTH"})
DIVISORS = ("hourly_cost.", "fte.divisor.", "sizing.week_hours", "sizing.cleaning.coefficient")
"""Beginnings of the keys by which the rules divide: a zero there would leave every page that computes without an answer."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days during which one row in use holds, both ends included; `row` is its identifier."""

    row: int
    valid_from: date
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Placement:
    """What must happen for a new row to hold from a day: which row it replaces or cuts short, and how long it may hold.

    `replaces`: the row that began on the very same day and is no longer believed (a correction).
    `closes`: the row that held until the day before (a change), to be closed on `closes_on`.
    `valid_until`: the end it takes over from the row it replaces or cuts short; `limit`: the eve of the next row.
    """

    valid_until: date | None
    limit: date | None
    replaces: int | None = None
    closes: int | None = None
    closes_on: date | None = None


def place(periods: Iterable[Period], valid_from: date) -> Placement:
    """Where a row valid from that day goes among rows in use that do not overlap. It never outlives the next one."""
    known = tuple(periods)
    following = min((period.valid_from for period in known if period.valid_from > valid_from), default=None)
    limit = following - _DAY if following else None
    for period in known:
        if period.valid_from == valid_from:
            return Placement(period.valid_until, limit, replaces=period.row)
        if period.covers(valid_from):
            return Placement(period.valid_until, limit, closes=period.row, closes_on=valid_from - _DAY)
    return Placement(limit, limit)


def earliest(*ends: date | None) -> date | None:
    """The first of several ends, where None means no end."""
    return min((end for end in ends if end is not None), default=None)


class ValueObjection(StrEnum):
    UNKNOWN_KEY = "unknown_key"
    RANGE = "range"
    NEGATIVE = "negative"
    NOT_A_FRACTION = "not_a_fraction"
    NOT_WHOLE = "not_whole"
    NOT_A_DAY = "not_a_day"
    NOT_A_FLAG = "not_a_flag"
    ZERO = "zero"
    TOO_LARGE = "too_large"
    NO_SOURCE = "no_source"
    SOURCE_TOO_LONG = "source_too_long"
    NO_AUTHOR = "no_author"
    UNCHANGED = "unchanged"
    MEANWHILE = "meanwhile"


def check_value(
    *, key: str, value: Decimal, low: Decimal | None, high: Decimal | None, unit: str, source: str, author_label: str
) -> tuple[Objection, ...]:
    """What is wrong with a figure somebody typed; nothing when it may be kept."""
    objections = []
    figures = [figure for figure in (value, low, high) if figure is not None]
    if any(not figure.is_finite() or figure < 0 for figure in figures):
        objections.append(Objection(ValueObjection.NEGATIVE, "value"))
    elif any(figure > LARGEST for figure in figures):
        objections.append(Objection(ValueObjection.TOO_LARGE, "value"))
    elif (low is not None and low > value) or (high is not None and high < value):
        objections.append(Objection(ValueObjection.RANGE, "value", {"low": low, "value": value, "high": high}))
    elif key.startswith(DIVISORS) and not all(figures):
        objections.append(Objection(ValueObjection.ZERO, "value"))
    else:
        objections.extend(_check_unit(unit, value, figures))
    if not source.strip():
        objections.append(Objection(ValueObjection.NO_SOURCE, "source"))
    elif len(source) > LONGEST_SOURCE:
        objections.append(Objection(ValueObjection.SOURCE_TOO_LONG, "source", {"longest": LONGEST_SOURCE}))
    if not author_label.strip():
        objections.append(Objection(ValueObjection.NO_AUTHOR, "author_label"))
    return tuple(objections)


def _check_unit(unit: str, value: Decimal, figures: list[Decimal]) -> Iterator[Objection]:
    if unit == "FRACTION" and any(figure > 1 for figure in figures):
        yield Objection(ValueObjection.NOT_A_FRACTION, "value", {"value": value})
    elif unit in WHOLE_UNITS and any(figure != figure.to_integral_value() for figure in figures):
        yield Objection(ValueObjection.NOT_WHOLE, "value")
    elif unit == "DAY_OF_MONTH" and any(not 2 <= figure <= 28 for figure in figures):
        yield Objection(ValueObjection.NOT_A_DAY, "value")
    elif unit == "FLAG" and any(figure not in {0, 1} for figure in figures):
        yield Objection(ValueObjection.NOT_A_FLAG, "value")
