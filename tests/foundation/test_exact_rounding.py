"""One rounding, half away from zero, exact; and numbers as French people read them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation import french
from levier.foundation.quantities import half_up


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6), st.integers(0, 5))
def test_it_agrees_with_decimal_where_decimal_is_exact(value, places):
    expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert half_up(value, places) == expected


@pytest.mark.parametrize(
    ("exact", "places", "text"),
    [
        (Fraction(1, 7), 4, "0.1429"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(10**40 + 1, 3), 2, "3333333333333333333333333333333333333333.67"),
        (0, 2, "0.00"),
    ],
)
def test_cases(exact, places, text):
    assert f"{half_up(exact, places):f}" == text


def test_words():
    assert french.euros(Decimal("1250.5")) == "1\u202f250,50\u00a0€"
    assert french.euros(1_000_000) == "1\u202f000\u202f000\u00a0€"
    assert french.hours(Decimal("151.67")) == "151,67\u00a0h"
    assert french.percent(Fraction(1, 7)) == "14,29\u00a0%"
    assert french.percent(Decimal("0.10")) == "10\u00a0%"
    assert french.number(Decimal("-0.5")) == "−0,5"
    assert french.day(date(2026, 1, 1)) == "1er\u00a0janvier\u00a02026"
    assert french.month(date(2026, 8, 1)) == "août\u00a02026"
    assert french.plural(1, "jour") == "1\u00a0jour"
    assert french.plural(2, "structure trouvée", "structures trouvées") == "2\u00a0structures trouvées"
