"""Months and spans of civil dates. Hours are attributed to a month of the Paris civil calendar, stored as its first day."""

import calendar
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def civil_date(instant: datetime) -> date:
    """The date on the wall in Paris at that instant (instants are kept in UTC)."""
    return instant.astimezone(PARIS).date()


def first_of_month(day: date) -> date:
    return day.replace(day=1)


@lru_cache(maxsize=10_000)
def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month (31 January + 1 month = 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> Iterator[date]:
    """First day of each month touched by the span, both ends included; nothing when it is reversed."""
    month = first_of_month(start)
    while month <= end:
        yield month
        month = add_months(month, 1)


def elapsed_share(start: date, end: date, today: date) -> tuple[int, int]:
    """(days elapsed, days in all) of a span whose two ends count, as of the evening of `today`."""
    total = (end - start).days + 1
    elapsed = (min(today, end) - start).days + 1
    return max(0, elapsed), max(1, total)
