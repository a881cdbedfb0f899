"""The bench of pages tells a page whose queries grow, or that is too slow, from one that holds what was promised."""

from dataclasses import replace

import pytest

from benchmarks.pages.run import PageMeasure, beyond, growing

HOLDS = PageMeasure("Monday list", "mission", 40.0, 60.0, 80.0, 35.0, 70.0, 200, 3.3, 9, 10.0)


def test_a_page_that_holds_is_not_named():
    assert growing([HOLDS], [replace(HOLDS, median=47.9, p95=99.9)]) == []
    assert beyond([HOLDS], [replace(HOLDS, median=47.9, p95=99.9)]) == []


@pytest.mark.parametrize("planted", [{"queries": 10}, {"status": 500}])
def test_one_more_query_or_a_failure_is_named(planted: dict[str, int]):
    (said,) = growing([HOLDS], [replace(HOLDS, **planted)])
    assert "Monday list, mission" in said


@pytest.mark.parametrize("planted", [{"p95": 100.1}, {"median": 48.1}])
def test_a_time_beyond_the_promise_is_named(planted: dict[str, float]):
    (said,) = beyond([HOLDS], [replace(HOLDS, **planted)])
    assert "Monday list, mission" in said


def test_what_was_not_promised_is_told_and_not_judged():
    other = replace(HOLDS, page="Dashboard")
    assert beyond([other], [replace(other, p95=900.0, median=900.0)]) == []
