"""What must always hold of the volume of hours: exact splits, ordered ranges, a light no better than its worst sign."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.explanation import NoAnswer
from levier.reference.published import published_catalogue
from levier.sizing import feasibility, ranges, shares
from levier.sizing.sectors import sectors
from levier.sizing.values import FeasibilityFacts, Light, OrderFacts, TerritoryWeight

TODAY = date(2026, 11, 25)
CATALOGUE = published_catalogue()
HOURS = st.decimals("0", "999999.99", places=2)
WEIGHTS = st.lists(st.decimals("0", "9999999", places=2), min_size=1, max_size=9)


@given(hours=HOURS, weights=WEIGHTS)
def test_a_split_adds_up_exactly_and_nobody_is_a_unit_away_from_its_share(hours, weights):
    if not any(weights):
        with pytest.raises(NoAnswer):
            shares.territories(hours, tuple(TerritoryWeight("T", weight) for weight in weights))
        return
    parts = shares.territories(hours, tuple(TerritoryWeight("T", weight) for weight in weights)).result.parts
    assert sum(part.hours for part in parts) == hours
    unit = Decimal(1) if hours == hours.to_integral_value() else Decimal("0.01")
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.hours - hours * weight / sum(weights)) < unit + Decimal("0.0000001")
        assert part.hours >= 0
        assert weight or not part.hours


@given(
    amount=st.decimals("1", "99999999", places=2),
    shares_=st.lists(st.decimals("0.01", "1", places=2), min_size=3, max_size=3),
    costs=st.lists(st.decimals("10", "90", places=2), min_size=3, max_size=3),
)
def test_a_range_holds_its_central_figure(amount, shares_, costs):
    share, cost = sorted(shares_), sorted(costs)
    found = ranges.hours_range(
        "labour_share",
        {
            "amount": amount, "labour_share": share[1], "labour_share_low": share[0], "labour_share_high": share[2],
            "insertion_rate": Decimal("0.05"), "hourly_cost": cost[1], "hourly_cost_low": cost[0], "hourly_cost_high": cost[2],
        },
        CATALOGUE,
        TODAY,
    ).result  # fmt: skip
    assert 0 <= found.low <= found.hours <= found.high


@given(hours=st.lists(st.decimals("0", "5000", places=2), min_size=1, max_size=12), cut=st.integers(0, 11))
def test_cutting_an_order_changes_nothing_due(hours, cut):
    rate = Decimal("0.07")
    orders = [OrderFacts("T1", one) for one in hours]
    place = cut % len(orders)
    half = (orders[place].worked_hours / 2).quantize(Decimal("0.01"))
    parts = (OrderFacts("T1", half), OrderFacts("T1", orders[place].worked_hours - half))
    cut_orders = (*orders[:place], *parts, *orders[place + 1 :])
    assert shares.worked_share(tuple(orders), rate).result.due == shares.worked_share(cut_orders, rate).result.due


LEVELS = st.one_of(st.none(), st.integers(0, 40))


@given(
    hours=st.decimals("1", "50000", places=2),
    months=st.integers(1, 60),
    structures=LEVELS,
    candidates=LEVELS,
    weeks=LEVELS,
)
def test_the_light_is_the_worst_of_the_four(hours, months, structures, candidates, weeks):
    found = feasibility.feasibility(
        FeasibilityFacts(hours, months, structures, candidates, weeks), CATALOGUE, TODAY
    ).result
    signs = [found.supply, found.candidates, found.duration, found.calendar]
    assert found.light == max(signs, key=[Light.GREEN, Light.AMBER, Light.RED].index)
    assert found.people >= 1
    assert found.people * months * Decimal("151.67") >= hours - Decimal("0.01")


def test_an_unknown_sector_takes_the_general_minimum():
    assert feasibility.minimum_for("unheard_of", CATALOGUE, TODAY).value == 70
    assert feasibility.minimum_for("", CATALOGUE, TODAY).value == 70
    assert feasibility.minimum_for("cleaning", CATALOGUE, TODAY).value == 150


def test_every_method_has_a_range_rule_and_a_french_name():
    from levier.rulebook.volume_rules import RANGE_RULES
    from levier.sizing.labels import METHODS

    assert set(METHODS) == set(ranges.METHODS)
    assert [rule.name for rule in RANGE_RULES] == [f"sizing.range.{name}" for name in ranges.METHODS]
    assert sectors(CATALOGUE, TODAY)
