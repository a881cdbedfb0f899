"""Hours: each reason to refuse is found when planted, alone, and none when the line is right."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.objections import Objection
from levier.hours import rules
from levier.hours.labels import OBJECTIONS, sentence
from levier.hours.values import Allocation, HoursRefusal, MonthLimit, Window, WorkedFacts
from levier.reference.published import published_catalogue

CATALOGUE = published_catalogue()
LIMIT = MonthLimit(Decimal("222.00"), "hours.maximum.month.adult@2002-01-01", Decimal(10))
WINDOW = Window(date(2026, 2, 20), date(2026, 3, 2), date(2027, 3, 1))
RIGHT = WorkedFacts(
    month=date(2026, 5, 1),
    hours=Decimal("100.00"),
    worked_hours=Decimal("151.67"),
    drawn_elsewhere=Decimal("51.67"),
    other_employers_hours=Decimal("0.00"),
    placement_starts_on=date(2026, 3, 2),
    placement_ends_on=date(2026, 12, 31),
    windows=(WINDOW,),
    notified_on=date(2026, 1, 15),
    ends_on=date(2027, 1, 14),
    period_sealed=False,
    already_accepted=False,
    declared_by="user-1",
    declared_for="company",
    decided_by="user-2",
    decided_for="facilitator",
    today=date(2026, 6, 3),
)
PLANTED = {
    HoursRefusal.NO_ELIGIBILITY: {"windows": ()},
    HoursRefusal.BEFORE_DECISION: {"windows": (Window(date(2026, 6, 1), date(2026, 6, 1), date(2027, 1, 1)),)},
    HoursRefusal.OUTSIDE_WINDOW: {"windows": (Window(date(2026, 2, 20), date(2026, 3, 2), date(2026, 4, 30)),)},
    HoursRefusal.OVER_COVERED_DAYS: {"windows": (Window(date(2026, 5, 23), date(2026, 5, 1), date(2027, 1, 1)),)},
    HoursRefusal.OVER_LEGAL_MAXIMUM: {"other_employers_hours": Decimal("70.34")},
    HoursRefusal.EXCEEDS_WORKED: {"hours": Decimal("100.01")},
    HoursRefusal.SEALED_PERIOD: {"period_sealed": True},
    HoursRefusal.FUTURE_MONTH: {"today": date(2026, 4, 30)},
    HoursRefusal.BEFORE_NOTIFICATION: {"notified_on": date(2026, 6, 1)},
    HoursRefusal.AFTER_END: {"ends_on": date(2026, 4, 30)},
    HoursRefusal.OUTSIDE_PLACEMENT: {"placement_ends_on": date(2026, 4, 30)},
    HoursRefusal.FOUR_EYES: {"decided_by": "user-1"},
    HoursRefusal.SAME_COMPANY: {"decided_for": "company"},
    HoursRefusal.DUPLICATE_LINE: {"already_accepted": True},
    HoursRefusal.NOT_POSITIVE: {"hours": Decimal("0.00")},
}


def codes(line: WorkedFacts) -> set[HoursRefusal]:
    return {objection.code for objection in rules.objections_to_acceptance(line, LIMIT)}


def test_a_right_line_has_no_objection():
    assert rules.objections_to_acceptance(RIGHT, LIMIT) == ()


@pytest.mark.parametrize(("code", "change"), PLANTED.items())
def test_each_planted_fault_is_found_alone(code, change):
    line = replace(RIGHT, **change)
    assert codes(line) == {code}
    for objection in rules.objections_to_acceptance(line, LIMIT):
        assert "{" not in sentence(objection)


def test_every_refusal_has_a_sentence_and_a_planted_fault():
    assert set(OBJECTIONS) == set(HoursRefusal)
    pooling = {HoursRefusal.OVER_ALLOCATED, HoursRefusal.DUPLICATE_COMMITMENT}
    assert set(PLANTED) | pooling == set(HoursRefusal)


@pytest.mark.parametrize(
    "change",
    [
        {"other_employers_hours": Decimal("70.33")},
        {"today": date(2026, 5, 1)},
        {"notified_on": date(2026, 5, 31), "hours": Decimal(10)},
        {"ends_on": date(2026, 5, 1), "hours": Decimal(10)},
        {"windows": (Window(date(2026, 5, 31), date(2026, 5, 31), date(2026, 12, 31)),), "hours": Decimal(10)},
        {"windows": (Window(date(2026, 2, 20), date(2026, 3, 2), date(2026, 5, 1)),), "hours": Decimal(10)},
        {"windows": (Window(date(2026, 5, 22), date(2026, 5, 1), date(2027, 1, 1)),)},
        {"placement_ends_on": None},
    ],
)
def test_edges_that_are_still_right(change):
    assert codes(replace(RIGHT, **change)) == set()


def test_all_reasons_are_given_at_once():
    line = replace(RIGHT, period_sealed=True, already_accepted=True, hours=Decimal(300))
    assert codes(line) == {HoursRefusal.SEALED_PERIOD, HoursRefusal.DUPLICATE_LINE, HoursRefusal.EXCEEDS_WORKED}


def test_minors_have_their_own_maximum_until_they_come_of_age():
    may = date(2026, 5, 1)
    assert rules.month_limit(date(2008, 6, 1), may, CATALOGUE).hours == Decimal("164.00")
    assert rules.month_limit(date(2008, 5, 31), may, CATALOGUE).hours == Decimal("222.00")
    assert rules.month_limit(None, may, CATALOGUE) == LIMIT
    assert rules.month_limit(date(2008, 2, 29), date(2026, 2, 1), CATALOGUE).hours == Decimal("164.00")


def test_an_adult_may_work_the_longest_lawful_month():
    """Four weeks of 48 h and three days of 10 h fit; the catalogue's figure agrees with its own parts."""
    day = date(2026, 1, 31)
    week, daily = (CATALOGUE.at(f"hours.maximum.{unit}.adult", day).value for unit in ("week", "day"))
    assert CATALOGUE.at("hours.maximum.month.adult", day).value == 4 * week + 3 * daily
    week, daily = (CATALOGUE.at(f"hours.maximum.{unit}.minor", day).value for unit in ("week", "day"))
    assert CATALOGUE.at("hours.maximum.month.minor", day).value == 4 * week + 3 * daily


@given(st.dates(date(2010, 1, 1), date(2100, 1, 1)))
def test_the_deadline_is_the_14th_of_the_next_month(period_end):
    last = rules.deadline(period_end, CATALOGUE).result.last_day
    assert last.day == 14
    assert timedelta(days=14) <= last - period_end <= timedelta(days=45)


hours = st.decimals(min_value=0, max_value=10_000, places=2)


@given(hours, st.lists(hours, min_size=1, max_size=6))
def test_allocation_never_exceeds_what_was_worked(worked, parts):
    allocations = tuple(Allocation(f"n° {number}", part) for number, part in enumerate(parts))
    result = rules.allocate(worked, allocations).result
    assert result.accepted == (sum(parts) <= worked)
    assert result.accepted == (not result.objections)


def test_the_same_commitment_twice_is_refused():
    result = rules.allocate(Decimal(100), (Allocation("A", Decimal(10)), Allocation("A", Decimal(10)))).result
    assert result.objections == (Objection(HoursRefusal.DUPLICATE_COMMITMENT, "allocations", {"commitment": "A"}),)
