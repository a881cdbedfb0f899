"""The typed readers, on what people write: amounts, dates, durations, CPV, names; what is ambiguous is asked with its reason."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.spreadsheets import delimited
from levier.spreadsheets.amounts import Scale, Tax, read_amount, scale_of_heading, tax_of
from levier.spreadsheets.codes import RENUMBERED, check_digit, read_cpv, read_siret
from levier.spreadsheets.dates import first_day, read_birth_date, read_month, read_start
from levier.spreadsheets.durations import DurationUnit, read_duration, unit_of_heading
from levier.spreadsheets.number_formats import hint_of_format
from levier.spreadsheets.people import split_name
from levier.spreadsheets.readings import number_of
from levier.spreadsheets.values import Cell, Hint, Sent, cell_of, column_number, letters
from levier.spreadsheets.words import alike, plain
from levier.spreadsheets.worked_hours import read_hours


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 250 k€", "1250000.00"), ("1,2 M€ HT", "1200000.00"), ("80\u202f000 €", "80000.00"), ("33.000,00", "33000.00"), ("33.000", "33000.00"),
        ("120,000", "120000.00"), ("1,250 M€", "1250000.00"), ("1'250'000", "1250000.00"), ("1,234,567.89", "1234567.89"), ("1.45E+06", "1450000.00"),
        ("40?000 €", "40000.00"), ("0,75 M€", "750000.00"), ("1,5 millions d'euros", "1500000.00"), ("150K", "150000.00"), ("150 kE HT", "150000.00"),
        ("1 200 000,00 € HT (1 440 000,00 € TTC)", "1200000.00"), ("615000,5", "615000.50"), ("200 mille euros", "200000.00"),
    ],
)  # fmt: skip
def test_an_amount_is_read(written: str, value: str):
    read = read_amount(cell_of(written))
    assert (read.value, read.code) == (Decimal(value), "")


@pytest.mark.parametrize(
    ("written", "code", "suggestion"),
    [
        ("", "amount_missing", ""), ("-", "amount_missing", ""), ("à définir", "amount_unreadable", ""), ("de 100 à 150 k€", "amount_range", "125000.00"),
        ("entre 100 000 et 150 000 €", "amount_range", "125000.00"), ("< 90 000 €", "amount_range", "90000.00"), ("50 000 €/an", "amount_unreadable", ""),
        ("2 x 50 000", "amount_unreadable", ""), ("lot 1 : 100 k€ ; lot 2 : 50 k€", "amount_unreadable", ""), ("-500", "amount_unreadable", ""), ("#REF!", "amount_unreadable", ""),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_asked(written: str, code: str, suggestion: str):
    read = read_amount(cell_of(written))
    assert (read.value, read.code, read.suggestion) == (None, code, suggestion)
    assert read.why.endswith(".")
    assert read.accepted.endswith(".")


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        ("env. 200 k€", 200_000, "amount_approximate"),
        ("max 200 000", 200_000, "amount_is_a_maximum"),
        ("0", 0, "amount_zero"),
    ],
)
def test_an_amount_may_come_with_a_warning(written: str, value: int, code: str):
    read = read_amount(cell_of(written))
    assert (read.value, read.code) == (value, code)


def test_units_and_tax_come_from_the_heading_or_the_format():
    assert scale_of_heading("Montant (k€ HT)") is Scale.THOUSANDS
    assert scale_of_heading("Montant en millions d’euros") is Scale.MILLIONS
    assert scale_of_heading("Montant HT (€)") is Scale.EUROS
    assert read_amount(cell_of(1250.0), Scale.THOUSANDS).value == 1_250_000
    assert read_amount(cell_of("80 000 €"), Scale.EUROS).value == 80_000
    assert read_amount(cell_of(1250.0, Hint.THOUSANDS)).value == 1_250_000
    assert (tax_of("Montant TTC"), tax_of("Montant H.T."), tax_of("Montant")) == (
        Tax.INCLUDED,
        Tax.EXCLUDED,
        Tax.UNKNOWN,
    )


@given(st.decimals(min_value=1, max_value=9_999_999_999, places=2, allow_nan=False, allow_infinity=False))
def test_an_amount_written_in_any_way_is_the_same(amount: Decimal):
    grouped = f"{amount:,.2f}"
    french = grouped.replace(",", " ").replace(".", ",")
    for written in (
        french,
        f"{french} €",
        f"{french} € HT",
        french.replace(" ", "\u202f"),
        french.replace(" ", "."),
        grouped,
        french.replace(" ", ""),
    ):
        assert read_amount(cell_of(written)).value == amount, written


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("T3 2026", "2026-Q3"), ("T4-26", "2026-Q4"), ("1er trimestre 2027", "2027-Q1"), ("3ème trim. 2027", "2027-Q3"), ("2027-Q3", "2027-Q3"), ("1T 2027", "2027-Q1"),
        ("3T27", "2027-Q3"), ("deuxième trimestre 2027", "2027-Q2"), ("S2 2027", "2027-H2"), ("1er sem. 2027", "2027-H1"), ("2nd semestre 2027", "2027-H2"), ("1S2027", "2027-H1"),
        ("mars-26", "2026-03"), ("sept. 2027", "2027-09"), ("Septembre 27", "2027-09"), ("09/2027", "2027-09"), ("septmebre 2027", "2027-09"), ("2027-09", "2027-09"),
        ("15/09/2027", "2027-09-15"), ("01.02.27", "2027-02-01"), ("1er juin 2027", "2027-06-01"), ("2027-09-15T00:00:00", "2027-09-15"), ("46600", "2027-08-01"),
    ],
)  # fmt: skip
def test_a_start_is_as_precise_as_it_was_written(written: str, start: str):
    assert read_start(cell_of(written)).value == start


@pytest.mark.parametrize("written", ["dès que possible", "31/02/2027", "T5 2027", "été", "13/2027"])
def test_what_is_no_date_is_asked(written: str):
    read = read_start(cell_of(written))
    assert (read.value, read.code) == (None, "start_unreadable")


def test_days_of_a_spreadsheet():
    assert read_start(cell_of(("d", "2027-05-01"), Hint.MONTH)).value == "2027-05"
    assert read_start(cell_of(("d", "2027-06-01"))).value == "2027-06-01"
    assert read_start(cell_of(46508.0)).value == "2027-05-01"
    assert (read_start(cell_of(2027.0)).value, read_start(cell_of(2027.0)).code) == ("2027", "start_year_only")
    assert [
        hint_of_format(code) for code in ("mmm-yy", "[$-40C]mmm\\-yy;@", "dd/mm/yyyy", '#,##0 "k€"', '#,##0,"k€"')
    ] == [Hint.MONTH, Hint.MONTH, None, Hint.THOUSANDS, None]
    assert [first_day(start) for start in ("2027-Q3", "2027-H2", "2027-09", "2027", "2027-09-15")] == [
        date(2027, 7, 1),
        date(2027, 7, 1),
        date(2027, 9, 1),
        date(2027, 1, 1),
        date(2027, 9, 15),
    ]


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2079, 12, 31)))
def test_a_day_written_in_any_way_is_the_same(day: date):
    for written in (f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", day.isoformat(), f"{day:%Y/%m/%d}"):
        assert read_start(cell_of(written)).value == day.isoformat()


@pytest.mark.parametrize(
    ("written", "months", "code"),
    [
        ("24 mois", 24, ""), ("2 ans", 24, ""), ("1,5 an", 18, ""), ("2 ans et 6 mois", 30, ""), ("12 + 12 + 12", 36, ""), ("4 ans (48 mois)", 48, ""), ("4 ans (1+1+1+1)", 48, ""),
        ("90 jours", 3, ""), ("6 semaines", 2, ""), ("4x12 mois", 48, ""), ("12 mois x 4", 48, ""), ("un an", 12, ""), ("36", 36, ""),
        ("1 an reconductible 3 fois", 48, "duration_with_renewals"), ("1 an, reconductible 3 fois 1 an", 48, "duration_with_renewals"),
        ("3", None, "duration_unit_unknown"), ("ponctuel", None, "duration_unreadable"), ("1 an renouvelable", 12, "duration_renewals_unknown"),
    ],
)  # fmt: skip
def test_a_duration_in_months(written: str, months: int | None, code: str):
    read = read_duration(cell_of(written))
    assert (read.value, read.code) == (months, code)


def test_the_heading_gives_the_unit_of_a_duration():
    assert read_duration(cell_of(4.0), unit_of_heading("Durée (années)")).value == 48
    assert read_duration(cell_of(4.0), unit_of_heading("Durée en mois")).value == 4
    assert unit_of_heading("Durée") is DurationUnit.UNKNOWN


@pytest.mark.parametrize(
    ("sent", "value", "code"),
    [
        ("45261000", "45261000", ""), ("50750000-7 Services d'entretien", "50750000", ""), ("45.26.10.00-4", "45261000", ""), (45321000.0, "45321000", ""),
        ("3911000", None, "cpv_7_digits_ambiguous"), (3111000.0, "03111000", "cpv_zero_restored"), (4526100.0, None, "cpv_7_digits_ambiguous"), ("45", "45000000", "cpv_completed"),
        ("45310000, 45330000", "45310000", "cpv_several"), ("12345678", None, "cpv_unknown"), ("45261000-9", "45261000", "cpv_check_digit"), ("Travaux", None, "cpv_unreadable"), ("", None, "cpv_missing"),
    ],
)  # fmt: skip
def test_a_cpv_code(sent: Sent, value: str | None, code: str):
    read = read_cpv(cell_of(sent))
    assert (read.value, read.code) == (value, code)


@pytest.mark.real_files
def test_the_check_digit_holds_on_the_published_list(shared_data):
    text = (shared_data / "nomenclatures" / "cpv_2008_ver_2013_FR.csv").read_text(encoding="utf-8-sig")
    codes = [line[:10] for line in text.splitlines() if line[:8].isdecimal() and line[8:9] == "-"]
    verified = [code for code in codes if code[:2] not in RENUMBERED]
    right = sum(check_digit(code[:8]) == int(code[9]) for code in verified)
    assert len(verified) > 8_000
    assert right / len(verified) > 0.99


def test_a_siret_whatever_the_spreadsheet_did_to_it():
    for sent in ("99991983000078", "999 919 830 00078", 99991983000078.0, "999.919.830.00078"):
        assert read_siret(cell_of(sent)).value == "99991983000078"
    assert read_siret(cell_of("99991983000079")).code == "employer_siret_invalid"
    assert read_siret(cell_of("9,99919E+13")).code == "employer_siret_invalid"


@pytest.mark.parametrize(
    ("sent", "hours"),
    [("151,67", Fraction(15167, 100)), ("151:40", Fraction(455, 3)), ("151h40", Fraction(455, 3)), ("31 h 08", Fraction(467, 15)), ("15h00", Fraction(15)), ("151 h", Fraction(151)), (("s", "546000.0"), Fraction(455, 3)), (120.0, Fraction(120))],
)  # fmt: skip
def test_hours_are_exact(sent: Sent, hours: Fraction):
    assert read_hours(cell_of(sent)).value == hours


@given(st.integers(0, 743), st.integers(0, 59))
def test_hours_and_minutes_written_in_any_way_are_the_same(hours: int, minutes: int):
    exact = Fraction(hours) + Fraction(minutes, 60)
    for written in (f"{hours}:{minutes:02d}", f"{hours}h{minutes:02d}", f"{hours} h {minutes:02d}"):
        assert read_hours(cell_of(written)).value == exact


def test_names_are_cut_where_they_can_be():
    assert split_name("Lecoq, Paul") == ("Lecoq", "Paul", True)
    assert split_name("Paul LECOQ") == ("LECOQ", "Paul", True)
    assert split_name("de OLIVEIRA Bernard") == ("de OLIVEIRA", "Bernard", True)
    assert split_name("De Oliveira Bernard") == ("De Oliveira", "Bernard", True)
    assert split_name("Paul Lecoq", first_name_first=True) == ("Lecoq", "Paul", True)
    assert split_name("Petit Anne Marie")[2] is False
    assert split_name("Cher")[2] is False


def test_births_and_months():
    assert read_birth_date(cell_of("19/01/01")).value == date(2001, 1, 19)
    assert read_birth_date(cell_of("19/01/64")).value == date(1964, 1, 19)
    assert read_birth_date(cell_of("bientôt")).code == "birth_date_unreadable"
    assert [read_month(cell_of(sent)).value for sent in ("09/2026", "octobre 2026", ("d", "2026-09-01"))] == [
        "2026-09",
        "2026-10",
        "2026-09",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso8859-15", "cp850", "mac_roman"])
@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_any_usual_encoding_and_separator(encoding: str, mark: str):
    rows = [
        ["Référence", "Libellé", "Durée prévue"],
        ["é1", "Réfection à l’été, côté cour", "août"],
        ["é2", "Création d’œuvre", "à définir"],
    ]
    text = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
    text = (
        text
        if encoding in {"utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"}
        else text.replace("’", "'").replace("œ", "oe")
    )
    decoded, name, mended = delimited.decode(text.encode(encoding))
    assert decoded == text
    assert not mended
    assert delimited.separator(decoded) == mark
    assert name in {encoding, "cp1252", "iso8859-15"}


def test_accents_broken_by_another_program_are_mended():
    broken = "Objet;Durée\nRéfection d’été;à définir\n".encode().decode("cp1252", "ignore").encode()
    text, _, mended = delimited.decode(broken)
    assert mended
    assert "Réfection d" in text


def test_columns_by_letter_and_number():
    assert [letters(number) for number in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]
    assert [column_number(text) for text in ("A", "aa", "3", "?", "", "ABCD")] == [1, 27, 3, None, None, None]


@given(st.integers(1, 16_384))
def test_letters_and_numbers_of_columns_are_one_another(number: int):
    assert column_number(letters(number)) == number


def test_words_are_compared_as_people_type_them():
    assert plain("Né(e) le : n° ŒUVRE") == "ne e le n oeuvre"
    assert alike("montant", "montnat")
    assert not alike("ttc", "ht")
    assert number_of("1 250,50") == Decimal("1250.50")
    assert number_of("12.34.56") is None


def test_a_cell_keeps_what_a_person_sees():
    assert cell_of(45321000.0).raw == "45321000"
    assert cell_of(615000.5).raw == "615000,5"
    assert cell_of(("d", "2027-05-01"), Hint.MONTH).raw == "05/2027"
    assert cell_of(("s", "546000")) == Cell("151:40", timedelta(hours=151, minutes=40))
