"""Text of a PDF, page by page: wrapped lines joined into paragraphs, repeated margins set aside, boxes to tick with their state.

No form is opened and no script engine is there, so nothing in the file runs.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from levier.tender_files.boxes import box, plain_boxes
from levier.tender_files.values import Fault, Line, LineKind, Text, Unreadable

MOST_PAGES = 1_500
_FEWEST_LETTERS = 12
"""A page with fewer letters than that and an image on it is an image."""
_ITEM = re.compile(r"^\s*(?:(?:Sous-c|C)rit[èe]re (?:n ?° ?)?\d|[•☒☐–—*▪]|-\s|->|[a-z]\)|\d{1,2}[°)]|\d+ère|\d+ème)")
_TITLE = re.compile(
    r"^\s*(?:(?:ARTICLE|Article|CHAPITRE|Chapitre|TITRE|Titre|SECTION|Section|ANNEXE|Annexe|LOT|Lot)\s+[\dIVXLA-Z]+"
    r"|\d{1,2}(?:\.\d{1,2}){0,4}\.?[)\s-]+\s*[A-ZÀÉÈÊÎÔŒ«]|[IVX]{1,5}(?:\.\d+)*[.)]\s)"
)
_GAP = "\x0b"
"""Put before a row that stands further below than usual; no page has that character."""
_WIDE_GAP = 1.35
_EXPECTS = re.compile(r"(?:\b(?:de|du|des|la|le|les|à|par|et|ou|d'|l'|n°|lots?|articles?|[LRD]\.?)|-)\s*$")
_LONGEST_TITLE, _FULL_ROW, _WHOLE_ROW = 90, 0.75, 0.9
_END = re.compile(r"[.:;!?»]\s*$")


def read(content: bytes) -> Text:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(Fault.PROTECTED if "password" in str(error).lower() else Fault.BROKEN) from error
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise Unreadable(Fault.TOO_LARGE)
        pages, blind = [], []
        for number in range(count):
            raw, images = _page(document, number)
            pages.append(raw)
            if sum(character.isalpha() for character in raw) < _FEWEST_LETTERS and images:
                blind.append(number + 1)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(Fault.BROKEN) from error
    finally:
        document.close()
    if count and not any(character.isalpha() for page in pages for character in page):
        raise Unreadable(Fault.SCAN if blind else Fault.NO_TEXT)
    margins = _margins(pages)
    lines = [line for number, raw in enumerate(pages, 1) for line in _lines(raw, number, margins)]
    return Text(tuple(lines), pages=count, blind_pages=tuple(blind))


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[str, bool]:
    page = document[number]
    text = page.get_textpage()
    raw = text.get_text_range()
    if len(raw) == text.count_chars():
        raw = _inserted(raw, [*_boxes(page, text), *((place, _GAP) for place in _gaps(raw, text))])
    images = any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return raw.replace("\x02", "-").replace("\ufffe", "-"), images


def _inserted(raw: str, marks: list[tuple[int, str]]) -> str:
    for place, mark in sorted(marks, reverse=True):
        raw = raw[:place] + mark + raw[place:]
    return raw


def _gaps(raw: str, text: pypdfium2.PdfTextPage) -> list[int]:
    """Where a row stands further below the row above than rows of this page usually do: a paragraph begins there."""
    rows: list[tuple[int, float]] = []
    for found in re.finditer(r"[^\r\n]+", raw):
        first = found.start() + len(found.group()) - len(found.group().lstrip())
        if first < found.end():
            rows.append((found.start(), text.get_charbox(first)[1]))
    steps = [above - below for (_, above), (_, below) in pairwise(rows)]
    usual = median([step for step in steps if step > 1] or [0])
    return [place for (place, _), step in zip(rows[1:], steps, strict=True) if step > _WIDE_GAP * usual > 0]


def _boxes(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> Iterator[tuple[int, str]]:
    """Boxes of a form: (the character that follows on the line, the box)."""
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), 2_000)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            rectangle = pdfium.FS_RECTF()
            is_widget = pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_WIDGET
            state = _name(annotation, b"AS")
            if is_widget and state and pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rectangle)):
                place = _beside(text, rectangle)
                if place is not None:
                    yield place, f"{box(ticked=state != 'Off')} "
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _name(annotation: object, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _beside(text: pypdfium2.PdfTextPage, rectangle: object) -> int | None:
    """The first character to the right of a box, within some four centimetres."""
    middle = (rectangle.top + rectangle.bottom) / 2  # type: ignore[attr-defined]  # a structure of ctypes
    for step in range(0, 120, 4):
        found = text.get_index(rectangle.right + step, middle, 3, 4)  # type: ignore[attr-defined]  # idem
        if found is not None and found >= 0:
            return int(found)
    return None


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line).strip()


def _margins(pages: list[str]) -> frozenset[str]:
    """Lines found at the top or foot of at least three pages and a third of them, figures apart."""
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [line.strip(_GAP) for line in re.split(r"[\r\n]+", page) if line.strip(_GAP).strip()]
        counts.update({_key(line) for line in lines[:3] + lines[-3:]})
    least = max(3, len(pages) // 3)
    return frozenset(key for key, found in counts.items() if found >= least and len(key) < 160)


def _lines(raw: str, number: int, margins: frozenset[str]) -> Iterator[Line]:
    rows = [plain_boxes(row) for row in re.split(r"[\r\n]+", raw) if row.strip(f" \t{_GAP}")]
    body = [
        row for place, row in enumerate(rows)
        if not (_key(row.strip(_GAP)) in margins and (place < 3 or place >= len(rows) - 3))
    ]  # fmt: skip
    for row in rows:
        if row not in body:
            yield Line(row.strip(_GAP), number, LineKind.MARGIN)
    width = max((len(row) for row in body), default=0)
    current = last = ""
    for marked in body:
        starts, row = marked.startswith(_GAP), marked.strip(_GAP)
        if current and not (starts and _may_start(last, row)) and _continues(last, row, width):
            current = _glued(current, row)
        else:
            if current:
                yield _line(current, number)
            current = row.strip()
        last = row
    if current:
        yield _line(current, number)


def _line(text: str, number: int) -> Line:
    kind = (
        LineKind.ITEM
        if _ITEM.match(text)
        else LineKind.HEADING
        if _TITLE.match(text) and len(text) < 150
        else LineKind.PARAGRAPH
    )
    return Line(text, number, kind)


def _may_start(last: str, row: str) -> bool:
    """A wider step starts a paragraph, unless the sentence plainly goes on (a table's cell, a figure set larger)."""
    return not (row[:1].islower() and not _END.search(last))


def _continues(last: str, row: str, width: int) -> bool:
    """Whether a row of the page goes on with the sentence of the row above it."""
    if _ITEM.match(row) or _TITLE.match(row) or re.search(r"\.{5,}\s*\d*\s*$", last):
        return False
    first = row.lstrip()[:1]
    if first.isdigit() and _EXPECTS.search(last):
        return True
    if len(last) > _WHOLE_ROW * width and last.rstrip()[-1:] in ":;," and (first.islower() or first.isdigit()):
        return True
    if first.islower() or first in "(»,;%€":
        return not _END.search(last) or last.rstrip()[-1:] == "»"
    if _END.search(last) or (_TITLE.match(last) and len(last) < _LONGEST_TITLE):
        return False
    return len(last) > _FULL_ROW * width


def _glued(before: str, row: str) -> str:
    row = row.strip()
    if before.endswith("-") and (row[:1].islower() or row[:1].isdigit()):
        return before + row
    return f"{before.rstrip()} {row}"
