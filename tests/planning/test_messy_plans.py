"""Whatever way the same needs are written, the same needs are read."""

import random
from decimal import Decimal

import msgspec
import pytest
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
    return opening._book(msgspec.msgpack.decode(msgspec.msgpack.encode(workbooks.read(content))))


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
