"""What a declared line is checked against before it is sent, and what makes it doubtful to who accepts it.

Facts in, objections out. The company's checks know nothing of other employers; the facilitator's do.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from levier.commitments.site_days import SiteMonth, explains
from levier.foundation import french
from levier.foundation.objections import Objection
from levier.foundation.periods import first_of_month, last_of_month
from levier.foundation.quantities import NotAQuantity, parse_hours
from levier.hours.codes import Doubt, StatementRefusal
from levier.hours.rules import contract_hours, doubts_about, off_calendar
from levier.hours.values import LineToRead, MonthLimit, Window

LONGEST_MONTH = Decimal(744)
"""31 days of 24 hours: nothing above is kept as a number."""
LONGEST_TYPED = 40
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What a person typed for one placement: hours drawn onto the commitment, hours of the payslip (empty: the same)."""

    hours: str
    worked: str = ""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A typed line once read. What could not be read stays in `typed`, with its objection."""

    hours: Decimal | None
    worked: Decimal | None
    typed: str = ""
    objections: tuple[Objection, ...] = ()


def read_typed(line: TypedLine) -> ReadLine:
    hours, unreadable = _hours_of(line.hours, "hours")
    worked, unreadable_worked = _hours_of(line.worked, "worked")
    objections = (*unreadable, *unreadable_worked)
    if worked is not None and hours is not None and worked < hours:
        facts = {"worked": worked, "hours": hours}
        objections = (*objections, Objection(StatementRefusal.WORKED_BELOW_DRAWN, "worked", facts))
    if hours is None or (worked is not None and worked < hours):
        worked = None
    return ReadLine(hours, worked, line.hours.strip()[:LONGEST_TYPED] if unreadable else "", objections)


def _hours_of(text: str, field: str) -> tuple[Decimal | None, tuple[Objection, ...]]:
    if not text.strip():
        return None, ()
    try:
        value = parse_hours(text)
    except NotAQuantity:
        return None, (Objection(StatementRefusal.NOT_A_NUMBER, field, {"typed": text.strip()[:LONGEST_TYPED]}),)
    if value < 0:
        return None, (Objection(StatementRefusal.NEGATIVE, field),)
    if value > LONGEST_MONTH:
        facts = {"hours": value, "maximum": LONGEST_MONTH}
        return None, (Objection(StatementRefusal.ABOVE_MAXIMUM, field, facts),)
    return value, ()


class MonthFacts(msgspec.Struct, frozen=True, gc=False):
    """A month that a company wants to declare for a commitment. `reopened`: a line of it was accepted, then reversed."""

    month: date
    today: date
    starts_on: date
    ends_on: date
    sealed: bool
    reopened: bool = False


def objections_to_month(facts: MonthFacts) -> tuple[Objection, ...]:
    """Why nothing can be declared for that month: future, outside the commitment, closed."""
    if facts.month > facts.today:
        return (Objection(StatementRefusal.FUTURE_MONTH, "month", {"month": facts.month, "opens": facts.month}),)
    if last_of_month(facts.month) < facts.starts_on:
        said = {"month": facts.month, "starts": facts.starts_on}
        return (Objection(StatementRefusal.BEFORE_COMMITMENT, "month", said),)
    if facts.month > facts.ends_on:
        return (Objection(StatementRefusal.AFTER_COMMITMENT, "month", {"month": facts.month, "ends": facts.ends_on}),)
    if facts.sealed and not facts.reopened:
        return (Objection(StatementRefusal.SEALED_MONTH, "month", {"month": facts.month}),)
    return ()


class Span(msgspec.Struct, frozen=True, gc=False):
    """Days, both ends included."""

    first: date
    last: date


def working_days_of(month: date, starts: tuple[date, ...], ends: tuple[date | None, ...]) -> Span | None:
    """Days of the month inside every span that starts and ends there (None: open-ended); None when no day is."""
    first = max(month, *starts)
    last = min(last_of_month(month), *filter(None, ends))
    return Span(first, last) if first <= last else None


class RowFacts(msgspec.Struct, frozen=True, gc=False):
    """One row of a declaration. `days`: days of the month inside placement and commitment; `limit`: the legal maximum; `site`: what the
    calendar of the site allows on these days, where it was read.
    """

    month: date
    hours: Decimal | None
    days: Span | None
    windows: tuple[Window, ...]
    weekly_hours: Decimal
    limit: MonthLimit
    site: SiteMonth | None = None


def objections_to_sending(row: RowFacts) -> tuple[Objection, ...]:
    """What keeps a row from being sent. A row of zero hours says that nothing was worked: it needs no window."""
    if row.hours is None:
        return (Objection(StatementRefusal.MISSING_HOURS, "hours"),)
    if row.hours > row.limit.hours:
        facts = {"hours": row.hours, "maximum": row.limit.hours}
        return (Objection(StatementRefusal.ABOVE_MAXIMUM, "hours", facts),)
    if row.hours <= 0 or _held_by_one_window(row, row.hours):
        return ()
    if not covers_a_day(row.days, row.windows):
        return (Objection(StatementRefusal.NOT_ELIGIBLE, "hours", {"month": row.month}),)
    return _over_covered_days(row, row.hours)


def _held_by_one_window(row: RowFacts, hours: Decimal) -> bool:
    """Every day is inside one window, and they can hold these hours: the common case, without a look at each day."""
    days = row.days
    if days is None or hours > ((days.last - days.first).days + 1) * row.limit.daily:
        return False
    return any(window.starts <= days.first and days.last <= window.until for window in row.windows)


def _over_covered_days(row: RowFacts, hours: Decimal) -> tuple[Objection, ...]:
    """More hours than the days that may count can hold, at the legal maximum of a day."""
    covered = [day for day in _each(row.days) if _covered(day, row.windows)]
    if hours <= len(covered) * row.limit.daily:
        return ()
    facts = {
        "hours": hours,
        "days": french.plural(len(covered), "jour"),
        "first": covered[0],
        "last": covered[-1],
        "daily": row.limit.daily,
    }
    return (Objection(StatementRefusal.OVER_COVERED_DAYS, "hours", facts),)


def warnings_before_sending(row: RowFacts) -> tuple[Objection, ...]:
    """What the facilitator will look at, said to the company before it sends; nothing of other employers."""
    if not row.hours:
        return ()
    return (
        *_off_site(row.hours, row.site),
        *_partial_window(row.days, row.windows),
        *_above_contract(row.hours, row.weekly_hours),
    )


def _off_site(hours: Decimal, site: SiteMonth | None) -> tuple[Objection, ...]:
    if site is None or hours <= site.hours:
        return ()
    return (off_calendar(hours, site.open_days, site.hours, explains(site)),)


def covers_a_day(days: Span | None, windows: tuple[Window, ...]) -> bool:
    """Whether one of these days at least is inside a window."""
    return days is not None and any(window.starts <= days.last and days.first <= window.until for window in windows)


def _each(days: Span | None) -> list[date]:
    return [days.first + n * _DAY for n in range((days.last - days.first).days + 1)] if days else []


def _covered(day: date, windows: tuple[Window, ...]) -> bool:
    return any(window.starts <= day <= window.until for window in windows)


def _partial_window(days: Span | None, windows: tuple[Window, ...]) -> tuple[Objection, ...]:
    if days is None or any(window.starts <= days.first and days.last <= window.until for window in windows):
        return ()
    every = _each(days)
    outside = [day for day in every if not _covered(day, windows)]
    if not outside or len(outside) == len(every):
        return ()
    first_inside = next(day for day in every if _covered(day, windows))
    if outside[0] < first_inside:
        return (Objection(Doubt.PARTLY_BEFORE, "hours", {"day": first_inside}),)
    return (Objection(Doubt.PARTLY_OUTSIDE, "hours", {"day": outside[0]}),)


def _above_contract(hours: Decimal, weekly: Decimal) -> tuple[Objection, ...]:
    most = contract_hours(weekly)
    return (Objection(Doubt.ABOVE_CONTRACT, "hours", {"contract": most, "weekly": weekly}),) if hours > most else ()


@dataclass(frozen=True, slots=True)
class DoubtFacts:
    """A pending line with what the facilitator may know of it. `line`: its figures, for the rules of doubt (rules.py).

    `worked`: hours of the payslip; `placement_worked`/`placement_allocated`: already counted of this very placement and month.
    """

    row: RowFacts
    line: LineToRead
    worked: Decimal
    placement_worked: Decimal
    placement_allocated: Decimal
    first_declaration: bool
    pieces: int
    refused_before: str = ""
    own: bool = False
    over_training: Objection | None = None
    """Said where the line asks for more training than may still count."""
    typed_for: tuple[str, str] | None = None
    """Who typed these hours for the company, and who told them, where the company itself has not agreed."""


def doubts(facts: DoubtFacts) -> tuple[Objection, ...]:
    """Why the line deserves a reading, the gravest first; empty: it agrees with all that is known."""
    hours = facts.row.hours or Decimal(0)
    found: list[Objection] = []
    if facts.own:
        found.append(Objection(Doubt.OWN_HOURS))
    if facts.typed_for:
        who, told_by = facts.typed_for
        found.append(Objection(Doubt.TYPED_FOR_COMPANY, "hours", {"who": who, "told_by": told_by}))
    if facts.placement_allocated + hours > max(facts.placement_worked, facts.worked) and facts.placement_allocated:
        said = {"allocated": facts.placement_allocated, "worked": max(facts.placement_worked, facts.worked)}
        found.append(Objection(Doubt.OVER_WORKED, "hours", said))
    if facts.over_training:
        found.append(facts.over_training)
    found.extend(doubts_about(facts.line))
    found.extend(_partial_window(facts.row.days, facts.row.windows))
    if facts.refused_before:
        found.append(Objection(Doubt.CORRECTION, "hours", {"reason": facts.refused_before}))
    if facts.first_declaration:
        found.append(Objection(Doubt.FIRST_DECLARATION))
    if not facts.pieces:
        found.append(Objection(Doubt.NO_EVIDENCE))
    return tuple(found)


def worked_hours_needed(*, known: Decimal, allocated: Decimal, drawn: Decimal, declared: Decimal | None) -> Decimal:
    """Hours worked to write for a placement and month before `drawn` more hours are counted.

    `known` and `allocated`: what is there (0 when nothing is). While nothing is counted, the line says what was worked. Once
    something is, hours worked only grow, and only where the company declared them: hours drawn never create hours worked.
    """
    if not allocated:
        return declared if declared is not None else drawn
    return max(known, declared or Decimal(0))


def month_of(text: str) -> date | None:
    """`2026-10` as the first day of that month; None when it is not a month."""
    try:
        return first_of_month(date.fromisoformat(f"{text}-01")) if len(text) == 7 else None
    except ValueError:
        return None
