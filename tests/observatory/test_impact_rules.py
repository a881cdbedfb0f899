"""Impact: the published national figure is found again, and the convention used is named."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from levier.observatory import rules
from levier.reference.published import published_catalogue

CATALOGUE = published_catalogue()
DAY = date(2026, 11, 25)


def test_the_published_national_figure():
    """25 124 684 h are published as 15 703 full-time equivalents."""
    assert round(rules.fte(Decimal(25124684), None, CATALOGUE, DAY).result.fte) == 15703


def test_the_convention_is_named_when_it_is_known():
    named = {source.version for source in rules.fte(Decimal(1), Decimal(1607), CATALOGUE, DAY).sources}
    assert "fte.divisor.legal@2010-01-01" in named
    own = {source.version for source in rules.fte(Decimal(1), Decimal(1500), CATALOGUE, DAY).sources}
    assert own == {"impact.fte/1"}


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.decimals(min_value=1, max_value=3000, places=2))
def test_back_to_hours(hours, divisor):
    assert abs(rules.fte(hours, divisor, CATALOGUE, DAY).result.fte * divisor - hours) <= divisor / 200


def test_means_of_nobody_are_unknown():
    result = rules.means(Decimal(0), 0).result
    assert (result.hours_per_person, result.hours_per_operation, result.contracts_per_person) == (None, None, None)
