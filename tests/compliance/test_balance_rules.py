"""Balance: a surplus hides nothing, a penalty needs a notice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.compliance import rules
from levier.compliance.values import CommitmentFacts, LateProofFacts, TrainingPenaltyFacts
from levier.foundation.explanation import NoAnswer

hours = st.decimals(min_value=0, max_value=100_000, places=2)
money = st.decimals(min_value=0, max_value=500, places=2)


@st.composite
def commitments(draw):
    due = draw(hours)
    waived = draw(st.decimals(min_value=0, max_value=due, places=2)) if due else Decimal(0)
    return CommitmentFacts(due, draw(hours), waived, draw(money))


def balance(*lines: tuple[str, str, str]):
    facts = tuple(
        CommitmentFacts(Decimal(due), Decimal(accepted), Decimal(waived), Decimal(35))
        for due, accepted, waived in lines
    )
    return rules.balance(facts).result


def test_a_surplus_does_not_hide_a_deficit():
    result = balance(("100", "300", "0"), ("300", "100", "0"))
    assert (result.raw_rate, result.covered_rate) == (Decimal("1.0000"), Decimal("0.5000"))
    assert result.penalty_hours == Decimal("200.00")
    assert sum(line.penalty for line in result.commitments) == Decimal("7000.00")


def test_more_waived_than_due_is_refused_by_its_line():
    with pytest.raises(NoAnswer) as caught:
        balance(("10", "0", "0"), ("10", "0", "10.01"))
    assert caught.value.field == "commitments[1].waived"


@given(st.lists(commitments(), min_size=1, max_size=6))
def test_invariants_of_the_balance(facts):
    result = rules.balance(tuple(facts)).result
    for fact, line in zip(facts, result.commitments, strict=True):
        assert line.outstanding * line.surplus == 0
        assert min(line.outstanding, line.surplus) >= 0
        assert fact.accepted + fact.waived + line.outstanding - line.surplus == fact.due
        assert (line.penalty == 0) or line.outstanding > 0
    assert result.penalty_hours == sum(line.outstanding for line in result.commitments)
    if result.covered_rate is not None:
        assert 0 <= result.covered_rate <= 1
        if result.penalty_hours == 0:
            assert result.covered_rate == 1


@given(commitments(), hours)
def test_accepting_more_never_costs_more(fact, more):
    better = CommitmentFacts(fact.due, fact.accepted + more, fact.waived, fact.penalty_rate)
    assert rules.balance_of(better).penalty <= rules.balance_of(fact).penalty


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(-400, 400), money)
def test_days_count_from_the_notice(notice, offset, rate):
    result = rules.late_proofs(LateProofFacts(notice, notice + timedelta(days=offset), rate)).result
    assert result.days == max(0, offset)
    assert result.penalty == result.days * rate
    assert rules.late_proofs(LateProofFacts(None, notice + timedelta(days=abs(offset)), rate)).result.penalty == 0


def test_training_penalty():
    facts = TrainingPenaltyFacts(Decimal(300), Decimal(120), Decimal(4), Decimal(29))
    assert rules.training_penalty(facts).result.penalty == Decimal("20880.00")
