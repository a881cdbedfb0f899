"""Public holidays of France and the Paris clock: stated here by themselves, so that a change of library is seen."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation import calendar
from levier.foundation.calendar import is_public_holiday, is_working_day, next_working_day
from levier.foundation.periods import add_months, civil_date, first_of_month, last_of_month, months_between

DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))
HOLIDAYS_OF_2026 = {
    date(2026, 1, 1): "jour de l’An",
    date(2026, 4, 6): "lundi de Pâques",
    date(2026, 5, 1): "fête du Travail",
    date(2026, 5, 8): "victoire de 1945",
    date(2026, 5, 14): "Ascension",
    date(2026, 5, 25): "lundi de Pentecôte",
    date(2026, 7, 14): "fête nationale",
    date(2026, 8, 15): "Assomption",
    date(2026, 11, 1): "Toussaint",
    date(2026, 11, 11): "armistice de 1918",
    date(2026, 12, 25): "Noël",
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def easter(year: int) -> date:
    """Gauss's rule as Meeus writes it, independent of the library."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def test_the_eleven_days_of_a_year():
    assert {day for day in days_of(2026) if is_public_holiday(day)} == set(HOLIDAYS_OF_2026)


@pytest.mark.parametrize("year", range(2020, 2041))
def test_the_moving_days_follow_easter(year):
    sunday = easter(year)
    moving = {sunday + timedelta(days=1), sunday + timedelta(days=39), sunday + timedelta(days=50)}
    fixed = {date(year, day.month, day.day) for day in HOLIDAYS_OF_2026 if day not in {
        date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)}}  # fmt: skip
    assert {day for day in days_of(year) if is_public_holiday(day)} == moving | fixed


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 12, 26)])
def test_the_days_of_alsace_and_moselle_are_worked_here(day):
    assert not is_public_holiday(day)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 4, 30), date(2026, 4, 30)),  # Thursday
        (date(2026, 5, 1), date(2026, 5, 4)),  # Friday holiday, then a week-end
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 4, 4), date(2026, 4, 7)),  # Easter Saturday: Sunday, Monday holiday
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_the_next_worked_day(day, worked):
    assert next_working_day(day) == worked


@given(DAYS)
def test_the_next_worked_day_is_worked_and_near(day):
    found = next_working_day(day)
    assert is_working_day(found)
    assert day <= found <= day + timedelta(days=5)
    assert all(not is_working_day(day + timedelta(days=n)) for n in range((found - day).days))


def test_planted_fault_a_calendar_without_easter_monday_is_seen(monkeypatch):
    real = calendar.public_holidays
    missing = {year: easter(year) + timedelta(days=1) for year in range(1990, 2110)}
    monkeypatch.setattr(
        calendar, "public_holidays", lambda year: {d: n for d, n in real(year).items() if d != missing[year]}
    )
    assert {day for day in days_of(2026) if is_public_holiday(day)} != set(HOLIDAYS_OF_2026)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),  # winter: an hour ahead
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),  # summer: two hours ahead
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),  # the two nights when the clock changes
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_date_on_the_wall_in_paris(instant, day):
    assert civil_date(instant) == day


@pytest.mark.parametrize(("changes_on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_when_the_clock_changes_has_its_hours(changes_on, hours):
    start = datetime(changes_on.year, changes_on.month, changes_on.day - 1, 12, tzinfo=UTC)
    seen = [civil_date(start + timedelta(hours=n)) for n in range(72)]
    assert seen.count(changes_on) == hours


@given(DAYS, st.integers(-60, 60))
def test_months_are_added_without_leaving_the_month(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, last_of_month(moved).day)


@given(DAYS, DAYS)
def test_the_months_of_a_span_are_first_days_in_order(start, end):
    months = list(months_between(start, end))
    assert months == sorted(set(months))
    assert all(month.day == 1 for month in months)
    if start <= end:
        assert (months[0], months[-1]) == (first_of_month(start), first_of_month(end))
