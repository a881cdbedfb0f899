"""What is read once and remembered says the same as what is read cell by cell, and a row told at first sight is what a closer look says."""

import random
from typing import Any

import pytest

from levier.hours import received
from levier.hours.received import ReceivedStatement, read_statement
from levier.spreadsheets import rows
from levier.spreadsheets.values import Book, Sent, Sheet

HEADINGS = ("Nom", "Prénom", "Date de naissance", "SIRET", "Marché", "Mois", "Heures")
CELLS: tuple[tuple[Sent, ...], ...] = (
    ("Belkacem", "DOS SANTOS", "Petit", "petit", "Total", "n/a", "", None, "1"),
    ("Samira", "Paul", "Éric", "vide", None),
    (("d", "1980-02-03"), "03/02/1980", "bidon", None, 29_000, 29_000.0),
    ("99991983000078", "12345678901234", 99991983000078, True, 1, None),
    ("2026-0147", "2026-0148", "sans objet", None),
    ("10/2026", "octobre 2026", ("d", "2026-10-01"), "13/2026", None),
    (100, 100.0, 151.67, "151:40", "35h/sem", "-", "Total", "Heures", True, ("s", "36000"), -3, None),
)


def book(seed: int) -> Book:
    dice = random.Random(seed)
    made: list[list[Sent]] = [list(HEADINGS)]
    for _ in range(60):
        again = list(dice.choice(made[1:])) if len(made) > 1 and dice.random() < 0.4 else None
        row: list[Sent] = again or [dice.choice(cells) for cells in CELLS]
        match dice.randrange(20):
            case 0:
                row = [None] * 6 + [dice.choice((100, "100"))]
            case 1:
                row = ["Employeur : ACME - SIRET 999 919 830 00078"]
            case 2:
                row = row[: dice.randrange(1, 7)]
            case 3:
                row = list(HEADINGS)
        made.append(row)
    return Book(format="xlsx", sheets=(Sheet("Feuil1", made),))


def read(seed: int) -> ReceivedStatement:
    return read_statement(book(seed), "relevé.xlsx")


@pytest.mark.parametrize("seed", range(25))
def test_lines_and_problems_are_those_of_a_reader_that_remembers_nothing(monkeypatch: Any, seed: int):
    remembered = read(seed)
    monkeypatch.setattr(received, "MOST_REMEMBERED", 0)
    monkeypatch.setattr(rows._Ordinary, "is_line", lambda *_: False)
    looked_at = read(seed)
    assert remembered.lines == looked_at.lines
    assert remembered.rows == looked_at.rows
    assert any(line.problems for line in remembered.lines)


def test_the_same_wrong_cells_on_two_rows_are_wrong_on_each():
    wrong: list[Sent] = ["Petit", "Anne", "bidon", "123", "2026-0147", "10/2026"]
    right: list[Sent] = ["Grand", "Luc", "03/02/1980", "99991983000078", "2026-0147", "10/2026", 90]
    sheet = Sheet("Feuil1", [list(HEADINGS), [*wrong, 70], [*wrong, 80], right, [*right[:6], 91]])
    lines = read_statement(Book(format="xlsx", sheets=(sheet,)), "relevé.xlsx").lines
    assert [{problem.row for problem in line.problems} for line in lines] == [{2}, {3}, set(), set()]
    assert lines[0].errors == lines[1].errors == ("birth_date_unreadable", "employer_siret_invalid")
