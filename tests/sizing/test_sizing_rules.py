"""Sizing: one exact rounding, per lot, whole tranches, running totals."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.explanation import NoAnswer
from levier.reference.published import published_catalogue
from levier.sizing import methods, rules
from levier.sizing.values import (
    Advice,
    CleaningFacts,
    Factor,
    LotFacts,
    TrancheFacts,
    TriggerMode,
    YearFacts,
)

DAY = date(2026, 11, 25)
CATALOGUE = published_catalogue()

amounts = st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2)
rates = st.decimals(min_value=0, max_value=1, places=4)
costs = st.decimals(min_value=Decimal("0.01"), max_value=1000, places=2)
lots = st.builds(LotFacts, amounts, rates, rates, costs)


def size(amount: str, share: str, rate: str, cost: str):
    return rules.labour_share(LotFacts(Decimal(amount), Decimal(share), Decimal(rate), Decimal(cost)), CATALOGUE, DAY)


def test_no_binary_float_sneaks_in():
    """The cleaning case T5 is 360 exactly; in floats it is 360.00000000000006, which a ceiling would show as 361."""
    assert (1 - 700 * 25 / (300000 / 12)) * (300000 / 25) * 0.10 > 360
    facts = CleaningFacts(Decimal(300000), 12, Decimal(700), Decimal("0.10"))
    assert methods.cleaning(facts, CATALOGUE, DAY).result.hours_exact == Decimal("360.00")
    assert rules.exact_hours(Decimal(300000), Decimal("0.30"), Decimal("0.10"), Decimal(25)) == 360


def test_rounding_once_from_the_exact_quotient():
    """832.4967 h: two places say 832.50, the whole says 832. Rounding twice would say 833."""
    result = size("249749.01", "0.10", "0.10", "3").result
    assert (result.hours_exact, result.hours) == (Decimal("832.50"), Decimal(832))


def test_a_useless_volume_is_said():
    assert any("Attention" in step.sentence for step in size("20000", "0.5", "0.05", "30").steps)
    assert not any("Attention" in step.sentence for step in size("2000000", "0.5", "0.05", "30").steps)


def test_lots_never_use_an_average_share():
    """T4: 1 310 h; the 50 %-of-the-total shortcut would give 1 400."""
    trades = (("1200000", "0.50"), ("180000", "0.70"), ("300000", "0.20"))
    facts = tuple(LotFacts(Decimal(m), Decimal(s), Decimal("0.05"), Decimal(30)) for m, s in trades)
    assert rules.lots(facts, CATALOGUE, DAY).result.hours == 1310
    assert size("1680000", "0.50", "0.05", "30").result.hours == 1400


def test_the_range_follows_share_and_cost_not_the_chosen_rate():
    share = Factor.of(CATALOGUE.at("labour_share.masonry", DAY))
    cost = Factor.of(CATALOGUE.at("hourly_cost.works", DAY))
    rate = Factor(Decimal("0.05"), Decimal("0.05"), Decimal("0.20"))
    answer = rules.labour_share_range(Decimal(1000000), share, rate, cost, CATALOGUE, DAY)
    assert answer.result.low == size("1000000", "0.45", "0.05", "42").result.hours
    assert answer.result.high == size("1000000", "0.55", "0.05", "35").result.hours
    assert {source.version for source in answer.sources} >= {
        "labour_share.masonry@2010-01-01",
        "hourly_cost.works@2026-01-01",
    }


@given(lots)
def test_hours_are_within_half_an_hour_of_the_exact_quotient(lot):
    result = rules.labour_share(lot, CATALOGUE, DAY).result
    exact = rules.exact_hours(lot.amount, lot.labour_share, lot.insertion_rate, lot.hourly_cost)
    assert abs(Fraction(result.hours) - exact) <= Fraction(1, 2)
    assert abs(Fraction(result.hours_exact) - exact) <= Fraction(1, 200)
    assert result.hours == result.hours.to_integral_value()


@given(lots, amounts)
def test_more_money_never_means_fewer_hours(lot, more):
    richer = LotFacts(lot.amount + more, lot.labour_share, lot.insertion_rate, lot.hourly_cost)
    assert (
        rules.labour_share(richer, CATALOGUE, DAY).result.hours >= rules.labour_share(lot, CATALOGUE, DAY).result.hours
    )


@given(st.lists(lots, min_size=1, max_size=5))
def test_the_total_is_the_sum_of_what_each_lot_shows(many):
    answer = rules.lots(tuple(many), CATALOGUE, DAY).result
    assert answer.hours == sum(lot.hours for lot in answer.lots)


@given(amounts, amounts, costs)
def test_tranches_are_whole_and_excess_never_exceeds_retroactive(invoiced, trigger, tranche):
    hours = {
        mode: methods.invoiced_tranche(TrancheFacts(invoiced, trigger, tranche, mode)).result.hours
        for mode in TriggerMode
    }
    assert 0 <= hours[TriggerMode.EXCESS] <= hours[TriggerMode.RETROACTIVE]
    assert (hours[TriggerMode.RETROACTIVE] == 0) == (invoiced < trigger or invoiced < tranche)
    assert hours[TriggerMode.EXCESS] * tranche <= max(0, invoiced - trigger)


@given(
    st.builds(
        CleaningFacts,
        st.decimals(min_value=1, max_value=10_000_000, places=2),
        st.integers(min_value=1, max_value=60),
        st.decimals(min_value=0, max_value=100_000, places=2),
        rates,
        st.none() | costs,
    )
)
def test_cleaning_advice_follows_the_branch(facts):
    result = methods.cleaning(facts, CATALOGUE, DAY).result
    assert result.hours >= 0
    if result.advice is Advice.CLAUSE:
        assert result.hours_exact >= 150
    elif result.advice is Advice.NO_CLAUSE:
        assert result.hours_exact <= 150
    else:
        assert result.hours == 0


@given(st.lists(st.builds(YearFacts, amounts, rates, amounts), min_size=1, max_size=6))
def test_stepped_rate_totals_hold(years):
    result = methods.stepped_rate(tuple(years)).result
    assert result.due == sum(year.due for year in result.years) == result.years[-1].cumulative_due
    assert result.balance == sum(year.difference for year in result.years)
    assert result.balance == result.years[-1].cumulative_accepted - result.due


@pytest.mark.parametrize("amount", ["0", "0.99", "99000.01", "99500", "199500", "399999.99"])
def test_training_bands_do_not_guess(amount):
    with pytest.raises(NoAnswer, match="paliers"):
        methods.training_clause(Decimal(amount), CATALOGUE, DAY)
