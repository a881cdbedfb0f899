from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import formats

from levier.web import wording
from levier.web.hours_bar import HoursBar


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("1480", None, "1\u202f480"),
        ("1480", 2, "1\u202f480,00"),
        ("151.67", None, "151,67"),
        ("0", None, "0"),
        ("1234567.5", None, "1\u202f234\u202f567,50"),
        ("-12.5", None, "\u221212,50"),
        ("0.005", 2, "0,01"),
        ("-0.001", 2, "0,00"),
    ],
)
def test_quantities_are_grouped_by_narrow_spaces(value, places, expected):
    assert wording.quantity(Decimal(value), places) == expected


def test_units_stand_after_a_no_break_space():
    assert wording.hours(Decimal(833)) == "833\u00a0h"
    assert wording.euros(Decimal(6650)) == "6\u202f650\u00a0€"
    assert wording.large_euros(Decimal(4873250)) == "4,9\u00a0M€"
    assert wording.large_euros(Decimal(330000000)) == "330\u00a0M€"
    assert wording.large_euros(Decimal(310400)) == "310\u00a0k€"
    assert wording.large_euros(Decimal(9500)) == "9\u202f500\u00a0€"
    assert wording.percent(Decimal("0.786")) == "78,6\u00a0%"
    assert wording.percent(Decimal("0.85")) == "85\u00a0%"
    assert wording.weight(212_000) == "212\u00a0ko"
    assert wording.weight(1_400_000) == "1,4\u00a0Mo"
    assert wording.weight(10) == "1\u00a0ko"


def test_dates_are_said_as_in_french():
    assert wording.short_day(date(2026, 11, 24)) == "24\u00a0nov.\u00a02026"
    assert wording.short_day(date(2026, 12, 1)) == "1er\u00a0déc.\u00a02026"
    assert wording.long_day(date(2026, 11, 24)) == "mardi 24\u00a0novembre\u00a02026"
    assert wording.month(date(2026, 10, 1)) == "octobre\u00a02026"
    assert [wording.of_month(date(2026, month, 1))[:4] for month in (3, 4, 8, 10)] == ["de m", "d’av", "d’ao", "d’oc"]


def test_an_instant_is_said_in_paris():
    late = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)
    assert wording.moment(late) == "15\u00a0juil.\u00a02026 à 0\u00a0h\u00a030"
    assert wording.short_day(late) == "15\u00a0juil.\u00a02026"


def test_zero_and_one_are_singular():
    assert [wording.plural(n, "ligne") for n in (0, 1, 2)] == ["0\u00a0ligne", "1\u00a0ligne", "2\u00a0lignes"]
    assert wording.plural(3, "cheval,chevaux") == "3\u00a0chevaux"


def test_identifiers_are_read_by_groups():
    assert wording.phone("+33199000001") == wording.phone("0199000001") == "01\u00a099\u00a000\u00a000\u00a001"
    assert wording.phone("112") == "112"
    assert wording.telephone_link("01 99 00 00 01") == wording.telephone_link("+33199000001") == "tel:+33199000001"
    assert wording.siret("90000001700012") == "900\u202f000\u202f017\u202f00012"
    assert wording.siret("à saisir") == "à saisir"
    assert wording.initials("Anne-Charlotte EXEMPLE") == "AC"


def test_djangos_own_formats_are_french_too():
    assert formats.number_format(Decimal("1480.5"), 2, use_l10n=True, force_grouping=True) == "1\u202f480,50"


def test_the_bar_shows_what_is_due_and_not_declared():
    late = HoursBar(Decimal(2760), Decimal(2430), Decimal(1020), Decimal(950))
    assert late.missing == 1410
    assert (late.accepted_width, late.declared_width, late.pivot) == ("34.42%", "36.96%", "88.04%")
    assert late.promised_mark == ""
    assert "dû à ce jour 2\u202f430\u00a0h" in late.sentence


def test_the_bar_keeps_its_promise_visible_when_more_is_done():
    over = HoursBar(Decimal(600), Decimal(600), Decimal(742), Decimal("731.50"))
    assert over.surplus == Decimal("131.50")
    assert over.missing == 0
    assert over.promised_mark == over.pivot == "80.86%"


def test_an_empty_bar_stands():
    empty = HoursBar(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    assert (empty.accepted_width, empty.pivot, empty.missing_width) == ("0.00%", "0.00%", "0.00%")
