"""The models shipped with Levier: written as plain text in texts/, made into Word documents here. The same text gives the same bytes.

Lines of a text: `# ` title, `## ` article, `### ` sub-article, `- ` item, `> ` advice to the drafter (in a frame, to be deleted),
`|` cells of a table (`|!` its heading row, `~30` at the end of a heading is the width of its column in per cent, `|%` a row that only holds a tag), `_` a line to fill by hand, anything else a paragraph.
`**bold**` inside a line; a `{%p … %}` line holds a tag alone.
"""

import io
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from levier.foundation.archives import steadied
from levier.foundation.french import typeset

TEXTS = Path(__file__).parent / "texts"
VERSION = "2026-11"
"""Changes with the texts: it is kept beside every kit made from them."""
_TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_WIDTH = re.compile(r"\s*~(\d+)$")
_INK, _MUTED, _FRAME = "163A4A", "4F5B62", "FFF3D6"
_PADDING = 38_100
"""Three points, in the unit of Word's measures."""
_TEXT_WIDTH = 5_904_000
"""16,4 cm, in the same unit."""


@cache
def shipped_model(piece: str) -> bytes:
    """The Word document of that piece."""
    return build((TEXTS / f"{piece}.txt").read_text(encoding="utf-8"))


def build(text: str) -> bytes:
    """A Word document from a text in the form above."""
    from docx import Document

    document = Document()
    _dress(document)
    table: Any = None
    for line in text.splitlines():
        if line.startswith("|"):
            table = _row(document, table, line)
            continue
        if table is not None:
            _space_after(document)
        table = None
        if line.strip():
            _paragraph(document, line)
    properties = document.core_properties
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    properties.author, properties.title, properties.comments = "Levier", "", ""
    buffer = io.BytesIO()
    document.save(buffer)
    return steadied(buffer.getvalue())


def _dress(document: Any) -> None:
    """Page and styles, so that what is written later by hand looks the same."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    looks = {
        "Normal": (10.5, False, "1B2327"),
        "Title": (20, True, _INK),
        "Heading 1": (14, True, _INK),
        "Heading 2": (11.5, True, _INK),
    }
    for name, (size, bold, colour) in looks.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = "Calibri", Pt(size), bold
        style.font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(attribute), "Calibri")
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    document.styles["Normal"].paragraph_format.line_spacing = 1.12
    title = document.styles["Title"]
    title.paragraph_format.space_after, title.paragraph_format.alignment = Pt(10), WD_ALIGN_PARAGRAPH.LEFT
    for border in title.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for name, before in (("Heading 1", 14), ("Heading 2", 10)):
        shape = document.styles[name].paragraph_format
        shape.space_before, shape.space_after, shape.keep_with_next = Pt(before), Pt(4), True
    document.styles["List Bullet"].paragraph_format.space_after = Pt(3)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), "fr-FR")


_STYLES = (("# ", "Title"), ("## ", "Heading 1"), ("### ", "Heading 2"), ("- ", "List Bullet"))


def _paragraph(document: Any, line: str) -> None:
    for mark, style in reversed(_STYLES):
        if line.startswith(mark):
            _write(document.add_paragraph(style=style), line.removeprefix(mark))
            return
    if line.startswith("> "):
        _advice(document.add_paragraph(), line.removeprefix("> "))
        return
    if line.startswith("_"):
        line = "…" * 60
    _write(document.add_paragraph(), line)


def _advice(paragraph: Any, text: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _FRAME)):
        shade.set(qn(name), value)
    paragraph.paragraph_format.element.get_or_add_pPr().append(shade)
    _write(paragraph, text)
    for run in paragraph.runs:
        run.italic, run.font.size, run.font.color.rgb = True, Pt(9.5), RGBColor.from_string(_MUTED)


def _row(document: Any, table: Any, line: str) -> Any:
    """Add a row; a heading row (or no table yet) starts one."""
    heading, tag = line.startswith("|!"), line.startswith("|%")
    cells = [cell.strip() for cell in line.lstrip("|!%").split("|")]
    if table is None:
        table = document.add_table(rows=0, cols=len(cells))
        table.style = "Table Grid"
        _lines(table)
    row = table.add_row()
    if heading:
        cells = _widths(table, cells)
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    for place, text in enumerate(cells if not tag else ["{%tr " + line.removeprefix("|%").strip() + " %}"]):
        paragraph = row.cells[place].paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = _PADDING
        _write(paragraph, f"**{text}**" if heading else text)
        if heading:
            _shade(row.cells[place])
    if heading:
        _repeat(row)
    return table


def _widths(table: Any, headings: list[str]) -> list[str]:
    """Set the columns as the headings say, and give the headings without it."""
    table.autofit = False
    for column, text in zip(table.columns, headings, strict=True):
        found = _WIDTH.search(text)
        column.width = _TEXT_WIDTH * int(found[1]) // 100 if found else _TEXT_WIDTH // len(headings)
    return [_WIDTH.sub("", text) for text in headings]


def _lines(table: Any) -> None:
    """Thin grey lines."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", "9FAEB5")):
            line.set(qn(name), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001 - python-docx has no public way to draw a table's lines


def _space_after(document: Any) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = 0
    paragraph.paragraph_format.line_spacing = 0.6


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "E7EEF1")):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no public way to shade a cell


def _repeat(row: Any) -> None:
    """The heading row is repeated on every page, and stays with what follows."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - nor to repeat a row


def _write(paragraph: Any, text: str) -> None:
    """Runs, bold where asked; typography is set outside the tags."""
    for place, part in enumerate(_BOLD.split(text)):
        if part:
            run = paragraph.add_run("".join(one if _TAG.fullmatch(one) else _set(one) for one in _TAG.split(part)))
            run.bold = True if place % 2 else None


def _set(text: str) -> str:
    return typeset(text.replace("'", "’"))
