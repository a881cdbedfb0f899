"""Which days a site is open: the invariants, whatever the calendar, and the sentence that explains a month."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.commitments import site_days
from levier.commitments.site_days import CLOSURES, ON_WEEKDAYS, SiteKind, SiteSpan, explains, open_days, possible_hours
from levier.foundation.calendar import is_public_holiday

AUGUST = date(2026, 8, 1), date(2026, 8, 31)
FIVE_DAYS = SiteSpan(SiteKind.WEEK, date(2026, 1, 1), None, (1, 2, 3, 4, 5))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def spans(draw, kinds=tuple(SiteKind)):
    kind, first = draw(st.sampled_from(kinds)), draw(DAYS)
    weekdays = tuple(draw(st.frozensets(st.integers(1, 7), min_size=1))) if kind in ON_WEEKDAYS else ()
    return SiteSpan(kind, first, first + timedelta(days=draw(st.integers(0, 60))), weekdays)


CALENDARS = st.lists(spans(), max_size=6)


def possible(calendar, first, last):
    return possible_hours(calendar, first, last, daily=Decimal(10), nightly=Decimal(8)).result


@given(CALENDARS, DAYS, st.integers(0, 40))
def test_every_day_is_open_or_not_and_hours_are_those_of_open_days(calendar, first, length):
    last = first + timedelta(days=length)
    found = possible(calendar, first, last)
    assert 0 <= found.nights <= found.open_days <= length + 1
    assert found.hours == 10 * (found.open_days - found.nights) + 8 * found.nights
    assert found.open_days == sum(len(open_days(calendar, day, day)) for day in _every(first, last)), "days add up"
    assert found.open_days + sum(days for _, days in found.lost) <= length + 1


@given(CALENDARS, spans(kinds=tuple(CLOSURES)), DAYS, st.integers(0, 40))
def test_a_closure_opens_nothing_and_other_days_close_nothing(calendar, closure, first, length):
    last = first + timedelta(days=length)
    before = set(open_days(calendar, first, last))
    assert set(open_days([*calendar, closure], first, last)) <= before
    extra = SiteSpan(SiteKind.EXTRA, first, last, tuple(range(1, 8)))
    assert before <= set(open_days([*calendar, extra], first, last))


@given(CALENDARS, DAYS)
def test_nobody_works_while_the_site_is_stopped(calendar, day):
    stop = SiteSpan(SiteKind.ORDER, day, None)
    assert open_days([*calendar, stop], day, day + timedelta(days=40)) == []


def test_without_a_calendar_monday_to_saturday_public_holidays_excepted():
    days = open_days([], date(2026, 1, 1), date(2026, 12, 31))
    assert all(day.weekday() < 6 and not is_public_holiday(day) for day in days)
    assert len(days) == 303


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        ([], "Calendrier non renseigné : du lundi au samedi, moins 1 jour férié (15)."),
        ([FIVE_DAYS], "Chantier ouvert du lundi au vendredi, sans fermeture."),
        (
            [FIVE_DAYS, SiteSpan(SiteKind.LEAVE, date(2026, 8, 3), date(2026, 8, 21))],
            "fermé pour congés du 3 au 21 août 2026 (15 jours)",
        ),
        ([SiteSpan(SiteKind.ORDER, date(2026, 8, 20))], "suspendu par ordre de service depuis le 20 août 2026 (10 jours)"),
        ([SiteSpan(SiteKind.WORKS, date(2026, 3, 1), date(2026, 8, 10))], "hors des dates de travaux 21 jours"),
    ],
)  # fmt: skip
def test_the_sentence_names_the_closure_and_the_days_it_took(calendar, words):
    found = explains(possible(calendar, *AUGUST)).replace("\u00a0", " ").replace("\u202f", " ")
    assert words in found


def test_a_holiday_that_falls_on_a_day_nobody_works_is_not_told():
    assert possible([FIVE_DAYS], *AUGUST).holidays == (), "15 August 2026 is a Saturday"
    assert possible([], *AUGUST).holidays == (date(2026, 8, 15),)


def test_planted_fault_a_stop_forgotten_is_seen(monkeypatch):
    monkeypatch.setattr(site_days, "STOPS", frozenset({SiteKind.WEATHER}))
    monkeypatch.setattr(site_days, "CLOSURES", site_days.CLOSURES - {SiteKind.ORDER})
    assert open_days([SiteSpan(SiteKind.ORDER, date(2026, 8, 3))], *AUGUST) != []


def _every(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
