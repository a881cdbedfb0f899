"""Whatever way the same needs are written, the same needs are read."""

import io
import random
from decimal import Decimal

import msgspec
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from levier.planning.reading import Plan, read_plan
from levier.planning.summary import nature_word
from levier.spreadsheets import opening, workbooks
from levier.spreadsheets.tables import Wishes
from levier.spreadsheets.values import Book
from tests.planning.messy import Truth, as_csv, as_ods, as_xlsx, messy, needs


def opened(content: bytes) -> Book:
    """The book as the child would send it, read in this process: these files are ours."""
    return opening._book(
        msgspec.msgpack.decode(msgspec.msgpack.encode(workbooks.read(content)), type=opening._SentBook)
    )


def differences(plan: Plan, truth: tuple[Truth, ...], asked: frozenset[str]) -> list[str]:
    if len(plan.lines) != len(truth):
        return [f"{len(plan.lines)} lines for {len(truth)}"]
    found = []
    for line, wanted in zip(plan.lines, truth, strict=True):
        for name in asked:
            got = nature_word(line.nature) if name == "nature" else getattr(line, name)
            if got != getattr(wanted, name):
                found.append(f"row {line.row} {name}: {got!r} for {getattr(wanted, name)!r}")
    return found


@pytest.mark.parametrize("seed", range(60))
def test_a_messy_plan_reads_as_what_it_means(seed: int):
    plan = messy(seed)
    assert differences(read_plan(opened(plan.content), plan.name), plan.lines, plan.asked) == []


def test_a_wrong_figure_is_noticed():
    """The planted fault: an amount changed in the truth, a line left out."""
    plan = messy(3)
    read = read_plan(opened(plan.content), plan.name)
    lie = (
        Truth(plan.lines[0].reference, plan.lines[0].object, plan.lines[0].nature, Decimal(1), *[""] * 2, 0, ""),
        *plan.lines[1:],
    )
    assert differences(read, lie, frozenset({"amount"}))
    assert differences(read, plan.lines[1:], frozenset({"amount"}))


HEADING = ["Référence", "Objet", "Nature", "Montant HT", "CPV", "Lancement", "Durée (mois)"]


def rows_of(truth: list[Truth]) -> list[list[object]]:
    return [
        [one.reference, one.object, one.nature, str(one.amount), one.cpv, one.start, str(one.duration_months)]
        for one in truth
    ]


ASKED = frozenset({"reference", "object", "nature", "amount", "cpv", "start", "duration_months"})


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    blank=st.lists(st.integers(0, 12), max_size=5),
    titles=st.integers(0, 4),
    order=st.permutations(range(7)),
)
def test_blank_rows_titles_and_moved_columns_change_nothing(seed: int, blank: list[int], titles: int, order: list[int]):
    truth = needs(random.Random(seed), 6)
    rows = rows_of(truth)
    for place in sorted(blank, reverse=True):
        rows.insert(min(place, len(rows)), [""] * 7)
    table = [["Programmation des achats"]] * titles + [
        [row[column] for column in order] for row in [list(HEADING), *rows]
    ]
    read = read_plan(opened(as_csv(table, random.Random(seed))), "plan.csv")
    assert differences(read, tuple(truth), ASKED) == []


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_format_of_the_file_changes_nothing(seed: int):
    truth = needs(random.Random(seed), 5)
    table = [list(HEADING), *rows_of(truth)]
    for write in (as_xlsx, as_ods, as_csv):
        assert differences(read_plan(opened(write(table, random.Random(seed))), "plan"), tuple(truth), ASKED) == []


def test_columns_with_unknown_headings_are_designated():
    table = [
        ["Col 1", "Col 2", "Col 3"],
        ["A-1", "Toiture du collège", "1 250 k€"],
        ["A-2", "Sols du gymnase", "80 000"],
    ]
    book = opened(as_csv(table, random.Random(1)))
    read = read_plan(book, "plan.csv", Wishes(columns={"reference": "A", "object": "2", "amount": "Col 3"}))
    assert [(line.reference, line.object, line.amount) for line in read.lines] == [
        ("A-1", "Toiture du collège", 1_250_000),
        ("A-2", "Sols du gymnase", 80_000),
    ]


def test_a_designated_column_takes_the_place_of_the_one_found():
    table = [["Objet", "Montant HT", "Montant révisé"], ["Toiture", "1000", "2000"]]
    book = opened(as_csv(table, random.Random(1)))
    assert read_plan(book, "plan.csv").lines[0].amount == 1000
    assert read_plan(book, "plan.csv", Wishes(columns={"amount": "C"})).lines[0].amount == 2000
    assert read_plan(book, "plan.csv", Wishes(columns={"amount": "-"})).lines[0].amount is None


def read_rows(*rows: list[object]) -> Plan:
    return read_plan(opened(as_csv(list(rows), random.Random(1))), "plan.csv")


def test_two_header_rows_give_each_column_its_whole_heading():
    read = read_rows(
        ["N°", "Objet", "Montant", "", "Calendrier"],
        ["", "", "k€ HT", "k€ TTC", "Lancement"],
        ["1", "Toiture", "1250", "1500", "T3 2027"],
    )
    assert read.table.header_rows == (1, 2)
    assert (read.lines[0].amount, read.lines[0].start) == (1_250_000, "2027-Q3")


def test_a_year_said_once_completes_quarters_and_is_said_to_be_assumed():
    read = read_rows(
        ["Programmation 2027"],
        ["Objet", "Montant HT", "Lancement"],
        ["Toiture", "1000", "T3"],
        ["Sols", "2000", "septembre"],
    )
    assert [line.start for line in read.lines] == ["2027-Q3", "2027-09"]
    assert all("start_year_assumed" in line.warnings for line in read.lines)
    beside = read_rows(
        ["Objet", "Montant HT", "Année", "Trimestre"], ["Toiture", "1000", "2027", "T3"], ["Sols", "2000", "2028", "T1"]
    )
    assert [line.start for line in beside.lines] == ["2027-Q3", "2028-Q1"]


def test_a_value_at_the_head_of_a_group_holds_for_the_group():
    rows = [
        ["Travaux", "A", "1"],
        ["", "B", "2"],
        ["", "C", "3"],
        ["", "D", "4"],
        ["Services", "E", "5"],
        ["", "F", "6"],
    ]
    read = read_rows(
        ["Nature", "Objet", "Montant HT"], *[[kind, f"Besoin {name}", f"{amount}000"] for kind, name, amount in rows]
    )
    assert [nature_word(line.nature) for line in read.lines] == ["travaux"] * 4 + ["services"] * 2


def test_numbers_that_start_again_in_each_section_are_no_duplicates():
    heading = ["N°", "Objet", "Montant HT"]
    read = read_rows(
        heading,
        ["TRAVAUX", "", ""],
        ["1", "Toiture", "1000"],
        ["2", "Sols", "2000"],
        ["SERVICES", "", ""],
        ["1", "Ménage", "3000"],
    )
    assert [line.errors for line in read.lines] == [(), (), ()]
    assert read_rows(heading, ["1", "Toiture", "1000"], ["1", "Sols", "2000"]).lines[1].errors == (
        "duplicate_reference",
    )


def test_a_purchase_called_total_is_a_line_and_a_sum_without_a_word_is_none():
    read = read_rows(
        ["Réf", "Objet", "Montant HT"],
        ["A1", "Total Energies, cartes", "1000"],
        ["A2", "Ensemble immobilier", "2000"],
        ["", "Total", "3000"],
        ["Fait à Marseille", "", ""],
    )
    assert [line.reference for line in read.lines] == ["A1", "A2"]


def test_amounts_with_tax_only_are_said_to_be_so():
    line = read_rows(["Objet", "Montant TTC"], ["Toiture", "120 000"]).lines[0]
    assert (line.amount, line.tax.value) == (120_000, "included")
    assert "amount_with_tax" in line.warnings


def test_every_problem_says_where_and_what_would_do():
    read = read_rows(["Objet", "Montant HT", "CPV"], ["Toiture", "bientôt", "3911000"], ["", "1000", "45"])
    for line in read.lines:
        for problem in line.problems:
            assert problem.why.endswith(".")
            assert problem.accepted.endswith(".")
    assert [(problem.column, problem.raw) for problem in read.lines[0].problems if problem.field == "amount"] == [
        ("2", "bientôt")
    ]


def test_other_sheets_that_look_alike_are_named():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, count in (("Travaux", 5), ("Services", 3)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Référence", "Objet", "Montant HT"])
        for number in range(count):
            sheet.write_row(number + 1, 0, [f"{name}{number}", f"Besoin {number}", 1000])
    book.close()
    opened_book = opened(stream.getvalue())
    read = read_plan(opened_book, "plan.xlsx")
    assert (read.table.sheet.name, len(read.lines)) == ("Travaux", 5)
    assert any("Services" in notice for notice in read.notices)
    assert len(read_plan(opened_book, "plan.xlsx", Wishes(sheet="Services")).lines) == 3
