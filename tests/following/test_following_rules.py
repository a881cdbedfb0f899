"""Expected hours, hours about to be lost, alerts, weather: plain Python, with what must hold whatever the figures."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.following import rules
from levier.following.values import AlertFacts, AlertKind, Owed, Pace, People, Weather
from levier.reference.published import published_catalogue

TODAY = date(2026, 11, 25)
LIMITS = rules.thresholds(published_catalogue(), TODAY)
OWED = Owed(Decimal(1000), Decimal(0), date(2026, 1, 1), date(2026, 12, 31))
FACTS = AlertFacts(OWED, Decimal(900), Decimal(0), People(3), None, 0)


def kinds(facts: AlertFacts, today: date = TODAY) -> list[AlertKind]:
    return [alert.kind for alert in rules.alerts(facts, LIMITS, today)]


@given(
    due=st.decimals(1, 90000, places=2),
    waived=st.decimals(0, 1, places=2),
    length=st.integers(1, 4000),
    shift=st.integers(-4000, 4000),
    accepted=st.decimals(0, 90000, places=2),
    pace=st.decimals(0, 9000, places=2),
)
def test_what_is_lost_is_between_nothing_and_what_is_still_owed(due, waived, length, shift, accepted, pace):
    owed = Owed(due, waived, TODAY - timedelta(days=shift), TODAY - timedelta(days=shift) + timedelta(days=length))
    found = rules.outlook(owed, accepted, Pace(pace, 91), TODAY, 30)
    assert 0 <= found.lost <= max(Decimal(0), owed.hours - accepted)
    assert 0 <= rules.expected_hours(owed, TODAY) <= owed.hours
    faster = rules.outlook(owed, accepted, Pace(pace + 100, 91), TODAY, 30)
    assert faster.lost <= found.lost, "going faster never loses more"
    done = rules.outlook(owed, accepted + 10, Pace(pace, 91), TODAY, 30)
    assert done.lost <= found.lost


def test_expected_hours_follow_the_days_or_the_invoices():
    assert rules.expected_hours(OWED, date(2026, 7, 2)) == Decimal("501.37")
    assert rules.expected_hours(replace(OWED, paid_share=Decimal("0.40")), date(2026, 7, 2)) == Decimal("400.00")
    assert rules.expected_hours(replace(OWED, waived=Decimal(200)), date(2026, 12, 31)) == Decimal("800.00")
    assert rules.expected_hours(OWED, date(2025, 12, 31)) == 0


def test_late_is_more_than_twenty_points_under_the_way_done():
    # 329 days of 365: 90.14 %
    assert AlertKind.LATE not in kinds(replace(FACTS, accepted=Decimal("701.40")))
    assert AlertKind.LATE in kinds(replace(FACTS, accepted=Decimal("701.30")))
    assert AlertKind.LATE not in kinds(replace(FACTS, accepted=Decimal(400), pending=Decimal("301.40")))
    paid = replace(FACTS, owed=replace(OWED, paid_share=Decimal("0.50")), accepted=Decimal("299.99"))
    assert AlertKind.LATE in kinds(paid)
    assert AlertKind.LATE not in kinds(replace(paid, accepted=Decimal(300)))


def test_exactly_the_tolerance_is_not_late_and_after_the_end_any_hour_is():
    half = replace(OWED, paid_share=Decimal("0.50"))
    for points, declared, late in (("0.20", "300", False), ("0.20", "299.99", True), ("0.25", "299.99", False)):
        assert rules.is_late(half, Decimal(declared), Decimal(points), date(2026, 7, 2)) is late, (points, declared)
    after = date(2027, 1, 1)
    assert rules.is_late(half, Decimal("999.99"), Decimal("0.20"), after)
    assert not rules.is_late(half, Decimal(1000), Decimal("0.20"), after)
    assert not rules.is_late(replace(half, waived=half.due), Decimal(0), Decimal("0.20"), after)


def test_nobody_at_a_quarter_of_the_duration():
    alone = replace(FACTS, people=People(0), accepted=Decimal(0))
    assert AlertKind.NOBODY not in kinds(alone, date(2026, 4, 1))
    assert AlertKind.NOBODY in kinds(alone, date(2026, 4, 2)), "92 days of 365 are a quarter and more"
    found = next(a for a in rules.alerts(alone, LIMITS, TODAY) if a.kind is AlertKind.NOBODY)
    assert found.since == date(2026, 4, 2)
    assert AlertKind.NOBODY not in kinds(replace(alone, people=People(1)), date(2026, 4, 2))


@pytest.mark.parametrize(("left", "told"), [(60, False), (59, True), (0, True), (-1, False)])
def test_an_end_within_sixty_days_with_hours_still_owed(left, told):
    assert (AlertKind.END_NEAR in kinds(FACTS, OWED.ends_on - timedelta(days=left))) is told


def test_a_statement_is_overdue_the_day_after_its_last_day():
    assert AlertKind.OVERDUE not in kinds(replace(FACTS, overdue_since=TODAY, overdue_months=1))
    assert AlertKind.OVERDUE in kinds(replace(FACTS, overdue_since=TODAY - timedelta(days=1), overdue_months=1))


def test_windows_that_are_over_and_that_will_be():
    day = TODAY + timedelta(days=10)
    people = People(3, expired=1, expired_since=date(2026, 11, 1), ending=2, next_end=day)
    found = {alert.kind: alert for alert in rules.alerts(replace(FACTS, people=people), LIMITS, TODAY)}
    assert found[AlertKind.EXPIRED].since == date(2026, 11, 1)
    assert "facilitateur" in found[AlertKind.EXPIRED].sentence
    assert "5\u00a0décembre" in found[AlertKind.WINDOW].sentence.replace("05", "5")


def test_nothing_is_said_of_who_owes_nothing_more():
    assert (
        kinds(
            replace(FACTS, accepted=Decimal(1000), people=People(0), overdue_since=date(2026, 1, 1), overdue_months=9)
        )
        == []
    )


@pytest.mark.parametrize(
    ("lost", "alerted", "ended", "sky"),
    [("0", 0, False, Weather.SUN), ("49.99", 0, False, Weather.BRIGHT), ("0", 1, False, Weather.CLOUD), ("50", 0, False, Weather.CLOUD),
     ("100", 0, False, Weather.RAIN), ("250", 1, False, Weather.STORM), ("0.01", 0, True, Weather.STORM), ("0", 0, True, Weather.SUN)],
)  # fmt: skip
def test_the_sky_follows_the_share_that_is_lost(lost, alerted, ended, sky):
    assert rules.weather(Decimal(lost), Decimal(1000), alerted, LIMITS, ended=ended) is sky


def test_a_rank_is_explained_in_one_sentence():
    found = rules.outlook(OWED, Decimal(300), Pace(Decimal(91), 91), TODAY, 30)
    sentence = rules.outlook_sentence(found, TODAY)
    assert found.lost == Decimal("653.56")
    assert sentence.count(".") == 1
    assert "654" in sentence
    assert "653,56" in rules.outlook_sentence(found, TODAY, None)
