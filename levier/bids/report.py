"""The report of analysis in Word: the grid, the agreed scores with their reasons, the ranking and what would change it."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from levier.bids.answer_sheet import points_of
from levier.bids.models import Agreement, Bid
from levier.bids.queries import Board
from levier.bids.ranking import Ranked
from levier.foundation import french
from levier.foundation.archives import steadied
from levier.foundation.french import typeset
from levier.foundation.periods import civil_date

_INK = "163A4A"


def report(
    board: Board, agreed: Mapping[tuple[int, int], Agreement], points: Mapping[int, Decimal], ranked: Ranked
) -> bytes:
    """The Word document. The same scores give the same bytes."""
    from docx import Document

    document = Document()
    _dress(document)
    grid, contract = board.grid, board.grid.lot.contract
    document.add_paragraph("Analyse des offres au regard du critère social", style="Title")
    document.add_paragraph(typeset(f"Marché {contract.reference}, lot {grid.lot.number} : {grid.lot.title}"))
    document.add_paragraph(contract.buyer.name)
    _grid(document, board)
    _panel(document, board)
    _points(document, board, points)
    for bid in sorted(board.bids, key=lambda one: (-points.get(one.pk, Decimal(0)), one.name)):
        _bid(document, board, bid, agreed, points)
    _sensitivity(document, ranked)
    properties = document.core_properties
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    properties.author, properties.title, properties.comments = "Levier", "", ""
    buffer = io.BytesIO()
    document.save(buffer)
    return steadied(buffer.getvalue())


def _dress(document: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    for name, size, bold in (
        ("Normal", 10.5, False),
        ("Title", 20, True),
        ("Heading 1", 14, True),
        ("Heading 2", 11.5, True),
    ):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = "Calibri", Pt(size), bold
        style.font.color.rgb = RGBColor.from_string("1B2327" if name == "Normal" else _INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(attribute), "Calibri")
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    document.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for border in document.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), "fr-FR")


def _table(document: Any, headings: list[str], rows: list[list[str]], widths: list[float]) -> None:
    from docx.shared import Cm, Pt

    table = document.add_table(rows=0, cols=len(headings))
    table.style = "Table Grid"
    table.autofit = False
    for number, cells in enumerate([headings, *rows]):
        row = table.add_row()
        for place, text in enumerate(cells):
            row.cells[place].width = Cm(widths[place])
            paragraph = row.cells[place].paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(typeset(text))
            run.bold = True if number == 0 else None
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _grid(document: Any, board: Board) -> None:
    grid = board.grid
    document.add_paragraph("La grille", style="Heading 1")
    closed = f", arrêtée le {french.day(civil_date(grid.closed_at))}" if grid.closed_at else ""
    document.add_paragraph(typeset(f"Critère pondéré à {points_of(grid.points)} points sur 100{closed}."))
    document.add_paragraph(typeset(f"Lien avec le marché : {grid.link}"))
    _table(
        document,
        ["Sous-critère", "Points", "Pièces attendues"],
        [[line.label, points_of(line.weight), line.evidence or "—"] for line in board.lines],
        [8.2, 1.8, 6.6],
    )
    _table(
        document,
        ["Note", "Ce qu’elle veut dire"],
        [[str(step), words] for step, words in enumerate(grid.anchors)],
        [1.8, 14.8],
    )


def _panel(document: Any, board: Board) -> None:
    document.add_paragraph("La méthode", style="Heading 1")
    names = ", ".join(one.label for one in board.panel)
    document.add_paragraph(
        typeset(
            f"Ont noté, chacun sans voir les notes des autres : {names}. Les notes ont ensuite été mises en commun. "
            "Points d’un sous-critère = poids × note ÷ 4 ; les points du critère sont leur somme, arrondie au centième."
        )
    )


def _points(document: Any, board: Board, points: Mapping[int, Decimal]) -> None:
    document.add_paragraph("Les points", style="Heading 1")
    out_of = points_of(board.grid.points)
    rows = [
        [
            bid.name,
            f"{french.number(points[bid.pk])} sur {out_of}" if bid.pk in points else "—",
            "—" if bid.offered_hours is None else french.hours(bid.offered_hours),
        ]
        for bid in sorted(board.bids, key=lambda one: (-points.get(one.pk, Decimal(0)), one.name))
    ]
    _table(document, ["Offre", "Points du critère", "Heures proposées (non notées)"], rows, [8, 4, 4.6])


def _bid(
    document: Any, board: Board, bid: Bid, agreed: Mapping[tuple[int, int], Agreement], points: Mapping[int, Decimal]
) -> None:
    document.add_paragraph(
        typeset(f"{bid.name} : {french.number(points.get(bid.pk, Decimal(0)))} points"), style="Heading 2"
    )
    rows = [
        [f"{line.label} ({points_of(line.weight)})", str(one.score), one.reason]
        for line in board.lines
        if (one := agreed.get((bid.pk, line.pk))) is not None
    ]
    _table(document, ["Sous-critère (poids)", "Note", "Raison"], rows, [5.2, 1.4, 10])


def _sensitivity(document: Any, ranked: Ranked) -> None:
    document.add_paragraph("Ce qui changerait le classement", style="Heading 1")
    weights, one_point = ranked.weights, ranked.one_point
    if weights is None or one_point is None:
        document.add_paragraph(
            typeset(f"Non calculé : il manque les points des autres critères ({', '.join(ranked.missing)}).")
        )
        return
    verdict = "le classement changerait" if weights.ranking_changes else "le classement ne changerait pas"
    document.add_paragraph(typeset(f"Avec un critère à {points_of(ranked.other_weight)} points : {verdict}."))
    _table(
        document,
        ["Offre", "Total", "Rang", "Autre total", "Autre rang"],
        [
            [one.name, french.number(one.total), str(one.rank), french.number(one.new_total), str(one.new_rank)]
            for one in sorted(weights.offers, key=lambda one: (one.rank, one.name))
        ],
        [7, 2.4, 2.4, 2.4, 2.4],
    )
    said = (
        f"Sur {one_point.tried} notes déplacées d’un point, une à la fois, {len(one_point.changes)} changent le classement"
        if one_point.changes
        else f"Aucune des {one_point.tried} notes, déplacée seule d’un point, ne change le classement"
    )
    first = " ; l’offre en tête peut changer." if one_point.first_changes else " ; l’offre en tête reste la même."
    document.add_paragraph(typeset(said + first))
