"""The table of steps, promised delays, words that may not be written, and hours spread over months."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.calendar import is_working_day
from levier.reference.published import published_catalogue
from levier.referrals import labels, rules
from levier.referrals.jobs import jobs, sector_label, sector_of_job
from levier.referrals.values import (
    LIVE,
    OWNERS,
    STEPS,
    TRANSITIONS,
    Bounds,
    Licence,
    Party,
    Reason,
    ReferralRefusal,
    ReferralState,
    StepFacts,
    Terms,
    Wish,
)
from levier.sizing.purchase_sectors import sectors

CATALOGUE = published_catalogue()
TODAY = date(2026, 11, 25)
TERMS = Terms(
    "F1703",
    "Aide-maçon",
    "13001",
    date(2026, 12, 7),
    date(2027, 1, 31),
    Decimal(35),
    2,
    "M. Vial",
    Licence.NONE,
    "",
    "Cloisons",
)
BOUNDS = Bounds(date(2026, 1, 1), date(2027, 2, 28), Decimal(48))
STEP = StepFacts(ReferralState.PROPOSED, ReferralState.REFUSED, frozenset({Party.COMPANY}), Reason.SKILLS, "", TODAY)


def codes(objections) -> list[str]:
    return [one.code.value for one in objections]


def test_a_position_that_can_be_opened():
    assert rules.objections_to_terms(TERMS, BOUNDS) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"job_title": " "}, "job_missing"),
        ({"job_code": "1703"}, "job_code"),
        ({"starts_on": date(2025, 12, 31)}, "start_outside"),
        ({"starts_on": date(2027, 3, 1), "ends_on": None}, "start_outside"),
        ({"ends_on": date(2026, 12, 6)}, "end_before_start"),
        ({"weekly_hours": Decimal(49)}, "weekly_hours"),
        ({"weekly_hours": Decimal("0.5")}, "weekly_hours"),
        ({"places": 0}, "places"),
        ({"places": 51}, "places"),
        ({"link": "  "}, "link_missing"),
        ({"conditions": "x" * 501}, "too_long"),
    ],
)
def test_what_a_position_cannot_be(change, code):
    assert codes(rules.objections_to_terms(replace(TERMS, **change), BOUNDS)) == [code]


def test_places_are_not_taken_from_those_already_hired():
    assert codes(rules.objections_to_terms(TERMS, replace(BOUNDS, hired=3))) == ["places_below_hired"]


@given(state=st.sampled_from(ReferralState), target=st.sampled_from(ReferralState), party=st.sampled_from(Party))
def test_no_step_outside_the_table(state, target, party):
    """Whatever is typed beside it, a step is taken only where the table has it for that party."""
    facts = StepFacts(
        state, target, frozenset({party}), Reason.OTHER, "le chantier est décalé", TODAY,
        meets_on=TODAY,
    )  # fmt: skip
    allowed = (state, target) in STEPS and party in STEPS[state, target].by
    assert (ReferralRefusal.NOT_A_STEP.value in codes(rules.objections_to_step(facts))) is not allowed


@given(walk=st.lists(st.tuples(st.sampled_from(ReferralState), st.sampled_from(Party)), max_size=30))
def test_a_referral_only_goes_forward(walk):
    """Random steps by random parties: an end is never left, nobody is hired without having been retained, each live state has an owner."""
    state, past = ReferralState.PROPOSED, [ReferralState.PROPOSED]
    for target, party in walk:
        step = STEPS.get((state, target))
        if step is None or party not in step.by:
            continue
        assert state in LIVE
        state = target
        past.append(state)
    assert (ReferralState.PLACED not in past) or ReferralState.RETAINED in past
    assert len(past) <= 4
    assert state not in LIVE or state in OWNERS


def test_every_live_state_can_end_and_its_owner_may_act():
    for state in LIVE:
        assert any(one.origin is state and OWNERS[state] in one.by for one in TRANSITIONS)
        assert any(one.origin is state and one.target is ReferralState.WITHDRAWN for one in TRANSITIONS)


def test_a_refusal_needs_a_reason_of_its_own_list():
    assert rules.objections_to_step(STEP) == ()
    assert codes(rules.objections_to_step(replace(STEP, reason=""))) == ["reason_missing"]
    assert codes(rules.objections_to_step(replace(STEP, reason=Reason.NOT_ELIGIBLE))) == ["reason_missing"]
    assert codes(rules.objections_to_step(replace(STEP, reason=Reason.OTHER))) == ["note_missing"]


@pytest.mark.parametrize(
    "note", ["Elle est malade", "reconnu RQTH", "enceinte de six mois", "sort de prison", "Handicapé"]
)
def test_nothing_of_a_life_is_written(note):
    assert codes(rules.objections_to_step(replace(STEP, note=note))) == ["health_words"]
    assert codes(rules.objections_to_wish(Wish(note, None, "", False, True))) == ["health_words"]


@pytest.mark.parametrize("note", ["Il faut le CACES R482", "Le chantier commence à 6 h", "La remise en santé du site"])
def test_words_about_the_job_are_welcome(note):
    assert rules.objections_to_step(replace(STEP, note=note)) == ()


def test_a_note_is_short():
    assert rules.objections_to_note("x" * 200) == ()
    assert codes(rules.objections_to_note("x" * 201)) == ["note_too_long"]


def test_a_phone_only_goes_with_the_person_s_agreement():
    assert rules.objections_to_wish(Wish("Maçonnerie", None, "0612345678", True, True)) == ()
    assert codes(rules.objections_to_wish(Wish("", None, "0612345678", False, True))) == ["phone_without_agreement"]
    assert codes(rules.objections_to_wish(Wish("", None, "612", True, True))) == ["phone"]
    assert codes(rules.objections_to_wish(Wish("", None, "", False, False))) == ["agreement_missing"]


def test_a_meeting_is_to_come():
    meeting = replace(STEP, target=ReferralState.TO_MEET, reason="", meets_on=TODAY)
    assert rules.objections_to_step(meeting) == ()
    assert codes(rules.objections_to_step(replace(meeting, meets_on=TODAY - timedelta(days=1)))) == [
        "meeting_in_the_past"
    ]


def test_promised_days_are_working_days():
    """Proposed on Wednesday 25 November 2026: five working days end on Wednesday 2 December. Over Christmas, one more."""
    assert rules.due_on(ReferralState.PROPOSED, TODAY, CATALOGUE) == date(2026, 12, 2)
    assert rules.due_on(ReferralState.PROPOSED, date(2026, 12, 23), CATALOGUE) == date(2026, 12, 31)
    meeting = rules.due_on(ReferralState.TO_MEET, TODAY, CATALOGUE, meets_on=date(2026, 12, 1))
    assert meeting == date(2026, 12, 4)
    assert rules.due_on(ReferralState.PLACED, TODAY, CATALOGUE) is None
    assert rules.due_on(ReferralState.REFUSED, TODAY, CATALOGUE) is None
    assert rules.days_late(date(2026, 12, 2), date(2026, 12, 2)) == 0
    assert rules.days_late(date(2026, 12, 2), date(2026, 12, 5)) == 3


@given(start=st.dates(date(2024, 1, 1), date(2028, 12, 31)), days=st.integers(1, 30))
def test_the_last_day_is_worked_and_the_count_is_right(start, days):
    last = rules.after_working_days(start, days)
    assert is_working_day(last)
    assert sum(is_working_day(start + timedelta(days=n)) for n in range(1, (last - start).days + 1)) == days


@given(
    hours=st.decimals(0, 100_000, places=2),
    first=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    length=st.integers(0, 1500),
)
def test_spread_hours_add_up_exactly(hours, first, length):
    months = rules.spread(hours, first, first + timedelta(days=length))
    assert sum(months.values()) == hours
    assert all(value >= 0 for value in months.values())
    assert all(month.day == 1 for month in months)


def test_spread_follows_the_days():
    """90 h from 16 December to 14 January: sixteen days out of thirty in December, fourteen in January."""
    assert rules.spread(Decimal(90), date(2026, 12, 16), date(2027, 1, 14)) == {
        date(2026, 12, 1): Decimal("48.00"), date(2027, 1, 1): Decimal("42.00"),
    }  # fmt: skip
    assert rules.spread(Decimal(10), date(2027, 1, 5), date(2027, 1, 4)) == {date(2027, 1, 1): Decimal("10.00")}


def test_what_nobody_covers():
    assert rules.uncovered(Decimal(1000), Decimal(200), Decimal(100), [Decimal(250)]) == 450
    assert rules.uncovered(Decimal(100), Decimal(80), Decimal(0), [Decimal(250)]) == 0
    assert rules.expected_hours(Decimal(35), date(2026, 12, 1), date(2026, 12, 14)) == 70
    assert rules.expected_hours(Decimal(35), date(2026, 12, 2), date(2026, 12, 1)) == 0


def test_every_trade_has_a_known_sector_and_every_code_its_words():
    assert {job.sector for job in jobs().values()} <= sectors().keys()
    assert sector_label(sector_of_job("F1703")) == "Maçonnerie et ravalement"
    assert sector_of_job("Z0000", "90910000") == "cleaning"
    for kind, words in (
        (ReferralState, labels.STATES), (Reason, labels.REASONS), (Party, labels.PARTIES),
        (Licence, labels.LICENCES), (ReferralRefusal, labels.SENTENCES),
    ):  # fmt: skip
        assert set(kind) == words.keys()
