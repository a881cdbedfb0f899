import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from levier.bids.answer_sheet import SheetHeading, answer_sheet
from levier.bids.rules import default_grid
from levier.bids.sheet_reading import read_sheet
from levier.foundation.archives import steady_zip
from levier.foundation.objections import Refusal

LINK = "Le critère porte sur l’accueil et la formation des personnes qui exécuteront les travaux."
TERMS = replace(default_grid(), link=LINK, minimum_hours=Decimal(420))
HEADING = SheetHeading("grille-a", "2026-0147 · Collège", "Lot 1 · Gros œuvre", "Département d’essai")
EMPTY = answer_sheet(HEADING, TERMS)


def filled(**cells: object) -> bytes:
    """The sheet as a bidder saves it."""
    book = openpyxl.load_workbook(io.BytesIO(EMPTY))
    for name, value in cells.items():
        book["Réponse"][name] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sentence(content: bytes, grid: str = "grille-a") -> str:
    with pytest.raises(Refusal) as refused:
        read_sheet(content, "reponse.xlsx", grid_id=grid)
    return " ".join(refused.value.sentences).replace("\u00a0", " ")


def test_the_same_grid_makes_the_same_bytes():
    assert answer_sheet(HEADING, TERMS) == EMPTY


def test_only_the_answers_can_be_typed_and_they_are_checked():
    sheet = openpyxl.load_workbook(io.BytesIO(EMPTY))["Réponse"]
    assert sheet.protection.sheet
    unlocked = [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    assert unlocked == ["B6", "B7", "B8", "B13", "B14", "B15", "B16"]
    rules = {str(one.sqref): (one.type, one.formula1) for one in sheet.data_validations.dataValidation}
    assert rules["B8"] == ("decimal", "420")
    assert rules["B13"] == ("textLength", "4000")


def test_what_a_bidder_wrote_comes_back_whole():
    read = read_sheet(
        filled(B6="Alpha & Fils", B7=90000001700012, B8=490.5, B13="Tuteur\nformé", B16="=1+1"),
        "r.xlsx",
        grid_id="grille-a",
    )
    assert (read.name, read.siret, read.offered_hours) == ("Alpha & Fils", "90000001700012", Decimal("490.50"))
    assert read.answers[1] == "Tuteur\nformé"
    assert read.answers[2] == ""


def test_another_sheet_is_refused_in_words():
    assert "autre lot" in sentence(filled(B6="Alpha"), grid="grille-b")
    assert "aucune case jaune" in sentence(EMPTY)
    book = openpyxl.Workbook()
    buffer = io.BytesIO()
    book.save(buffer)
    assert "n’est pas un cadre de réponse de Levier" in sentence(buffer.getvalue())
    assert "n’est pas un nombre" in sentence(filled(B6="Alpha", B8="beaucoup"))


def bomb() -> bytes:
    with zipfile.ZipFile(io.BytesIO(EMPTY)) as archive:
        parts = [(one, archive.read(one)) for one in archive.namelist()]
    return steady_zip([*parts, ("xl/worksheets/sheet9.xml", b"0" * 80_000_000)])


def with_macro() -> bytes:
    with zipfile.ZipFile(io.BytesIO(EMPTY)) as archive:
        parts = [(one, archive.read(one)) for one in archive.namelist()]
    return steady_zip([*parts, ("xl/vbaProject.bin", b"x")])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"%PDF-1.4", "n’est pas un classeur Excel"),
        (b"a;b\n1;2\n", "n’est pas un classeur Excel"),
        (EMPTY[: len(EMPTY) // 2] + b"[Content_Types].xml xl/workbook.xml", "ne peut pas être ouvert"),
        (with_macro(), "macro"),
    ],
)
def test_hostile_or_broken_files_are_refused_in_words(content: bytes, words: str):
    assert words in sentence(content)


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_anything_reads_it():
    assert "démesuré" in sentence(bomb())
