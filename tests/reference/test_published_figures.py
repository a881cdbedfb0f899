"""The shipped figures are coherent: ranges, periods, sources; and the ones the rules ask for are there on the days they are asked."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from levier.foundation.explanation import Confidence
from levier.reference.published import published_catalogue
from levier.reference.values import ReferenceValue

VALUES = tuple(published_catalogue())
TODAY = date(2026, 11, 25)
EXPECTED = {
    "threshold.works": ("5404000", "5538000"),
    "threshold.supplies_services.local": ("216000", "221000"),
    "threshold.supplies_services.state": ("140000", "143000"),
    "threshold.contracting_entity": ("432000", "443000"),
}


def faults(values: tuple[ReferenceValue, ...]) -> list[str]:
    found = []
    periods: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for value in values:
        low = value.value if value.low is None else value.low
        high = value.value if value.high is None else value.high
        if not low <= value.value <= high:
            found.append(f"{value.version}: {low} <= {value.value} <= {high}")
        if value.unit == "FRACTION" and not (low >= 0 and high <= 1):
            found.append(f"{value.version}: not a fraction")
        if not (value.label and value.source):
            found.append(f"{value.version}: no label or no source")
        span = (value.valid_from, value.valid_until or date.max)
        if span[0] > span[1] or any(span[0] <= end and start <= span[1] for start, end in periods[value.key]):
            found.append(f"{value.version}: period reversed or overlapping")
        periods[value.key].append(span)
    return found


def test_figures_are_coherent():
    assert len(VALUES) > 100
    assert faults(VALUES) == []


@pytest.mark.parametrize(
    "planted",
    [
        ReferenceValue("a", "A", Decimal(2), "EUR", TODAY, "S", Confidence.DESIGN, low=Decimal(3)),
        ReferenceValue("a", "A", Decimal(2), "FRACTION", TODAY, "S", Confidence.DESIGN),
        ReferenceValue("a", "A", Decimal(2), "EUR", TODAY, "", Confidence.DESIGN),
        ReferenceValue("threshold.works", "A", Decimal(2), "EUR", TODAY, "S", Confidence.DESIGN),
        ReferenceValue("a", "A", Decimal(2), "EUR", TODAY, "S", Confidence.DESIGN, valid_until=date(2020, 1, 1)),
    ],
)
def test_a_planted_fault_is_found(planted):
    assert faults((*VALUES, planted))


@pytest.mark.parametrize(("key", "figures"), EXPECTED.items())
def test_both_periods_of_the_european_thresholds(key, figures):
    catalogue = published_catalogue()
    assert catalogue.at(key, date(2027, 12, 31)).value == Decimal(figures[0])
    assert catalogue.at(key, date(2026, 1, 1)).value == Decimal(figures[0])
    assert catalogue.at(key, date(2025, 12, 31)).value == Decimal(figures[1])
    assert catalogue.at(key, date(2024, 1, 1)).value == Decimal(figures[1])
