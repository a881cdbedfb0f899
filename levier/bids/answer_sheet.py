"""The answer sheet (cadre de réponse) that bidders fill in Excel, without a network: written here, read back by `reading`."""

import io
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from levier.bids.values import GridTerms
from levier.foundation import french
from levier.foundation.archives import steadied
from levier.foundation.french import typeset

ANSWERS, MARK = "Réponse", "levier"
SIGNATURE = "levier-critere-social/1"
NAME_CELL, SIRET_CELL, HOURS_CELL = (5, 1), (6, 1), (7, 1)
FIRST_ANSWER = 12
"""Row (from 0) of the answer to the first sub-criterion; each has one row."""
LONGEST = 4_000
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date in the file's properties, so that the same grid makes the same bytes


@dataclass(frozen=True, slots=True)
class SheetHeading:
    """What the sheet says of its contract. `grid_id`: public identifier by which the sheet is recognised when it comes back."""

    grid_id: str
    contract: str
    lot: str
    buyer: str


def answer_sheet(heading: SheetHeading, terms: GridTerms) -> bytes:
    """A protected workbook where only the answers can be typed. The same grid gives the same bytes."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": "Cadre de réponse, critère social", "author": "Levier", "created": _CREATED})
    look = _Look(workbook)
    sheet = workbook.add_worksheet(ANSWERS)
    _page(sheet)
    _heading(sheet, look, heading, terms)
    _identity(sheet, look, terms)
    _answers(sheet, look, terms)
    _scale(workbook.add_worksheet("Échelle de notation"), look, terms)
    _mark(workbook.add_worksheet(MARK), heading, terms)
    sheet.protect("", {"format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True})
    workbook.close()
    return steadied(buffer.getvalue())


class _Look:
    """Formats, in the colours of Levier."""

    def __init__(self, workbook: Workbook) -> None:
        font = {"font_name": "Calibri", "font_size": 11, "valign": "top", "text_wrap": True}
        self.title = workbook.add_format(
            font | {"bold": True, "font_size": 16, "font_color": "#163A4A", "text_wrap": False}
        )
        self.plain: Format = workbook.add_format(font)
        self.muted = workbook.add_format(font | {"font_color": "#4F5B62"})
        self.head = workbook.add_format(
            font | {"bold": True, "bg_color": "#163A4A", "font_color": "#FFFFFF", "border": 1}
        )
        self.label = workbook.add_format(font | {"bold": True, "border": 1, "border_color": "#B9C2C6"})
        self.fixed = workbook.add_format(font | {"border": 1, "border_color": "#B9C2C6"})
        typed = {"border": 1, "border_color": "#8A6D1F", "bg_color": "#FFF8E1", "locked": False}
        self.typed = workbook.add_format(font | typed | {"num_format": "@"})
        self.typed_hours = workbook.add_format(font | typed | {"num_format": "#,##0.00"})


def _page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 78)
    sheet.set_column(2, 2, 40)
    sheet.hide_gridlines(2)


def _heading(sheet: Worksheet, look: _Look, heading: SheetHeading, terms: GridTerms) -> None:
    sheet.write_string(0, 0, "Critère social : cadre de réponse", look.title)
    sheet.write_string(1, 0, heading.contract, look.plain)
    sheet.write_string(1, 1, heading.lot, look.plain)
    sheet.write_string(2, 0, heading.buyer, look.muted)
    sheet.merge_range(
        3,
        0,
        3,
        2,
        typeset(
            f"Ce critère compte pour {french.number(terms.points)} points sur 100. Remplissez les cases jaunes, "
            "enregistrez, joignez le fichier à votre offre. Ce que vous écrivez ici vous engage si vous êtes retenu."
        ),
        look.plain,
    )
    sheet.set_row(3, 34)


def _identity(sheet: Worksheet, look: _Look, terms: GridTerms) -> None:
    labels = {
        NAME_CELL: "Nom de l’entreprise (ou du mandataire)",
        SIRET_CELL: "SIRET de l’établissement",
        HOURS_CELL: "Heures d’insertion proposées, en tout",
    }
    for (row, column), label in labels.items():
        sheet.write_string(row, column - 1, label, look.label)
        sheet.write_blank(row, column, None, look.typed_hours if (row, column) == HOURS_CELL else look.typed)
    minimum = terms.minimum_hours
    said = (
        f"Minimum demandé à tous : {french.hours(minimum)}. Si vous proposez davantage, ce sont ces heures qui seront dues."
        if minimum
        else "Facultatif. Les heures proposées seront dues."
    )
    sheet.write_string(HOURS_CELL[0], 2, typeset(said), look.muted)
    sheet.set_row(HOURS_CELL[0], 46)
    sheet.data_validation(
        *SIRET_CELL,
        *SIRET_CELL,
        {
            "validate": "length", "criteria": "between", "minimum": 14, "maximum": 18, "error_title": "SIRET",
            "error_message": "Un SIRET a quatorze chiffres.",
        },
    )  # fmt: skip
    sheet.data_validation(
        *HOURS_CELL,
        *HOURS_CELL,
        {
            "validate": "decimal", "criteria": "between", "minimum": str(minimum), "maximum": 9_999_999,
            "error_title": "Heures proposées",
            "error_message": typeset(f"Écrivez un nombre d’heures, au moins {french.number(minimum)}, ou laissez vide.")[:255],
        },
    )  # fmt: skip


def _answers(sheet: Worksheet, look: _Look, terms: GridTerms) -> None:
    row = FIRST_ANSWER - 1
    for column, word in enumerate(("Sous-critère", "Votre réponse, pour ce marché", "Pièces attendues")):
        sheet.write_string(row, column, word, look.head)
    for number, line in enumerate(terms.lines):
        row = FIRST_ANSWER + number
        plural = "s" if line.weight >= 2 else ""
        sheet.write_string(row, 0, f"{line.label}\n{points_of(line.weight)}{french.HARD}point{plural}", look.label)
        sheet.write_blank(row, 1, None, look.typed)
        sheet.write_string(row, 2, line.evidence, look.fixed)
        sheet.set_row(row, 120)
        sheet.data_validation(
            row, 1, row, 1,
            {
                "validate": "length", "criteria": "<=", "value": LONGEST, "input_title": "Votre réponse",
                "input_message": "Dites qui, quoi, quand, combien. Joignez les preuves.",
                "error_title": "Réponse trop longue", "error_message": f"{LONGEST} caractères au plus.",
            },
        )  # fmt: skip
    sheet.print_area(0, 0, row, 2)


def _scale(sheet: Worksheet, look: _Look, terms: GridTerms) -> None:
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 90)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, "Note", look.head)
    sheet.write_string(0, 1, "Ce qu’elle veut dire", look.head)
    for step, anchor in enumerate(terms.anchors, start=0):
        sheet.write_number(step + 1, 0, step, look.label)
        sheet.write_string(step + 1, 1, anchor, look.fixed)
    sheet.write_string(len(terms.anchors) + 2, 1, typeset("Points d’un sous-critère = poids × note ÷ 4."), look.muted)
    sheet.write_string(len(terms.anchors) + 3, 1, typeset(f"Lien avec le marché : {terms.link}"), look.muted)
    sheet.protect("")


def _mark(sheet: Worksheet, heading: SheetHeading, terms: GridTerms) -> None:
    """By what the sheet is recognised when it comes back; hidden, holds nothing of anybody."""
    for row, value in enumerate((SIGNATURE, heading.grid_id, str(len(terms.lines)))):
        sheet.write_string(row, 0, value)
    sheet.very_hidden()
    sheet.protect("")


def points_of(weight: Decimal) -> str:
    """A weight without useless zeros: 3, 2,5."""
    return french.number(weight.normalize() if weight % 1 else weight)
