"""The rules of controls and penalties without a database: published cases, steps, draws anyone can do again."""

import hashlib
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.controls import rules
from levier.controls.values import (
    CaseKind,
    CaseState,
    HearingFacts,
    HoursPenaltyFacts,
    Outcome,
    ProportionFacts,
    RiskFacts,
    Ticketed,
)
from levier.foundation.explanation import NoAnswer
from tests.world import TODAY

HOURS = st.decimals(min_value=0, max_value=99999, places=2)


def facts(minimum="150", offered=None, accepted="120", waived="0", rate="200"):
    return HoursPenaltyFacts(
        Decimal(minimum),
        None if offered is None else Decimal(offered),
        Decimal(accepted),
        Decimal(waived),
        Decimal(rate),
    )


def test_published_cases_of_the_domain():
    t3 = rules.penalty(facts()).result
    assert (t3.due, t3.missing, t3.amount) == (Decimal("150.00"), Decimal("30.00"), Decimal("6000.00"))
    t7 = rules.penalty(facts(minimum="400", offered="490", accepted="70", rate="35")).result
    assert (t7.due, t7.missing, t7.amount) == (Decimal("490.00"), Decimal("420.00"), Decimal("14700.00"))


def test_an_offer_below_the_minimum_does_not_lower_it():
    assert rules.penalty(facts(minimum="500", offered="490", accepted="500")).result.missing == 0


@given(HOURS, st.none() | HOURS, HOURS, st.decimals(min_value="0.01", max_value=999, places=2))
def test_a_penalty_is_exact_and_never_negative(minimum, offered, accepted, rate):
    found = rules.penalty(HoursPenaltyFacts(minimum, offered, accepted, Decimal(0), rate)).result
    assert found.due == max(minimum, offered or 0)
    assert found.missing == max(0, found.due - accepted)
    assert abs(found.amount - found.missing * rate) <= Decimal("0.005")
    assert found.amount >= 0


def test_more_waived_than_due_has_no_answer():
    with pytest.raises(NoAnswer):
        rules.penalty(facts(waived="151"))


def test_the_amicable_phase_comes_first_and_late_proofs_need_a_notice():
    for kind in CaseKind:
        assert not rules.allowed(kind, None, CaseState.NOTICED)
        assert not rules.allowed(kind, None, CaseState.CONTRADICTORY)
        assert not rules.allowed(kind, CaseState.CLOSED, CaseState.AMICABLE)
        assert not rules.allowed(kind, CaseState.AMICABLE, CaseState.DECIDED)
    assert not rules.allowed(CaseKind.LATE_PROOFS, CaseState.AMICABLE, CaseState.CONTRADICTORY)
    assert rules.allowed(CaseKind.OUTSTANDING, CaseState.DECIDED, CaseState.CONTRADICTORY), (
        "a late proof reopens the discussion"
    )
    assert CaseState.NOTICED in rules.next_states(CaseKind.OUTSTANDING, CaseState.AMICABLE)


def test_nobody_decides_before_the_company_was_heard():
    heard = HearingFacts(CaseState.CONTRADICTORY, TODAY, answered=True)
    running = HearingFacts(CaseState.CONTRADICTORY, TODAY, answered=False)
    over = HearingFacts(CaseState.CONTRADICTORY, TODAY.replace(day=1), answered=False)
    assert rules.objections_to_deciding(heard, TODAY) == ()
    assert [one.code for one in rules.objections_to_deciding(running, TODAY)] == ["delay_runs"]
    assert rules.objections_to_deciding(over, TODAY) == ()
    noticed = HearingFacts(CaseState.NOTICED, None, answered=True)
    assert [one.code for one in rules.objections_to_deciding(noticed, TODAY)] == ["not_heard"]


def test_what_a_decision_keeps():
    units = Decimal("30.00")
    assert rules.decided_units(Outcome.APPLY, units, None) == units
    assert rules.decided_units(Outcome.REDUCE, units, Decimal(10)) == 10
    assert rules.decided_units(Outcome.WAIVE, units, Decimal(10)) == 0
    assert rules.price(Decimal(200), Decimal("0.33")) == Decimal("66.00")


def test_proportion_says_what_is_known():
    full = rules.proportion(ProportionFacts(Decimal(6000), Decimal(30), Decimal(1200000), Decimal(30)))
    assert full.result.of_contract == Decimal("0.0050")
    assert (full.result.labour_cost, full.result.of_labour) == (Decimal("900.00"), Decimal("6.6667"))
    assert len(full.steps) == 3
    bare = rules.proportion(ProportionFacts(Decimal(6000), Decimal(30), None, None))
    assert (bare.result.of_contract, bare.result.of_labour, bare.steps) == (None, None, ())


def test_everybody_has_one_ticket_and_risk_adds_some():
    quiet = RiskFacts(late=False, months_silent=0, refused_lines=0, due=Decimal(100), controlled_within_a_year=True)
    worst = RiskFacts(late=True, months_silent=3, refused_lines=2, due=Decimal(1000), controlled_within_a_year=False)
    assert (rules.risk_weight(quiet).result, rules.risk_weight(worst).result) == (1, 10)
    assert len(rules.risk_weight(worst).steps) == 6


POPULATION = tuple(Ticketed(f"code{n:02d}", 1 + n % 5) for n in range(20))


def test_a_draw_can_be_done_again_by_anybody():
    drawn = rules.draw("12 34 56", POPULATION, 4)
    # The oracle: sha256sum and sort, written again.
    lines = sorted(
        (hashlib.sha256(f"12 34 56|{one.code}|{i}".encode()).hexdigest(), one.code)
        for one in POPULATION
        for i in range(1, one.weight + 1)
    )
    assert drawn == tuple(dict.fromkeys(code for _, code in lines))[:4]
    assert drawn == rules.draw("12 34 56", reversed(POPULATION), 4), "the order of the list does not matter"
    assert drawn != rules.draw("12 34 57", POPULATION, 4)


def test_more_tickets_are_drawn_more_often():
    pair = (Ticketed("a", 1), Ticketed("b", 4))
    times = sum(rules.draw(f"graine {n}", pair, 1) == ("b",) for n in range(2000))
    assert 1520 <= times <= 1680, "four tickets of five: 1 600 expected"


@pytest.mark.parametrize(
    ("seed", "population", "size"),
    [
        ("", POPULATION, 1),
        ("s", POPULATION, 0),
        ("s", POPULATION, 21),
        ("s", (*POPULATION, POPULATION[0]), 1),
        ("s", (Ticketed("a", 0),), 1),
    ],
)
def test_a_draw_that_cannot_be(seed, population, size):
    with pytest.raises(NoAnswer):
        rules.draw(seed, population, size)


def test_a_population_is_pinned_whatever_its_order():
    assert rules.population_hash(POPULATION) == rules.population_hash(reversed(POPULATION))
    hashes = {rules.population_hash([Ticketed("a", weight)]) for weight in range(1, 9)}
    assert len(hashes) == 8
    assert all(first != second for first, second in pairwise(sorted(hashes)))
