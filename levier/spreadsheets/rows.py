"""Which rows under the header are lines, and which are blank, titles of a section, totals, notes or the header again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import msgspec

from levier.spreadsheets.readings import is_blank
from levier.spreadsheets.tables import Table
from levier.spreadsheets.values import Area, Cell, Sent, cell_of
from levier.spreadsheets.words import plain

_TOTAL = re.compile(
    r"^(?:s ?s ?total|ss total|s total|sous totaux|sous total|soustotal|total|totaux|montant total)(?:s)?\b|^(?:cumul|somme|ensemble)$"
)
_MAY_BE_TOTAL = re.compile(r"tota|cumul|somme|ensemble", re.IGNORECASE)
_NOTE = re.compile(
    r"^\s*(?:\*|\(\d\)|\(\*|nb\b|n\.b|nota|note\b|remarque|source|légende|legende|mise à jour|maj\b|fait (?:à|le)\b|établi|arrêté le|version\b|visa\b|signature|pour le (?:président|directeur)|document\b|édité|edite|imprimé)",
    re.IGNORECASE,
)
_SECTION_MARK = re.compile(
    r":$|^(?:[ivx]+|[a-z0-9]{1,2})[.)/\-–]\s+\S|^(?:lot|chapitre|section|partie|axe|titre)\s", re.IGNORECASE
)


LONGEST_NUMBERING = 5
"""Characters of a cell in a row that only numbers the columns."""


class RowKind(StrEnum):
    LINE = "line"
    BLANK = "blank"
    SECTION = "section"
    TOTAL = "total"
    HEADER = "header"
    NOTE = "note"


class Row(msgspec.Struct, frozen=True, gc=False):
    """`text`: the words of a section, a total or a note."""

    number: int
    kind: RowKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes a line in this kind of table. `names`: fields that name the line, best first. `figures`: fields of quantities.
    `is_section`: whether a text alone on its row is the title of a section rather than a line without its figures.
    """

    names: tuple[str, ...]
    figures: tuple[str, ...]
    known_sections: re.Pattern[str]


def rows_of(table: Table, shape: Shape) -> Iterator[Row]:
    """Every row under the header, in order. What follows the last total without a figure is a note."""
    last = len(table.sheet.rows)
    merged = {area.top: area for area in table.sheet.merged if area.right - area.left >= 2 and area.top == area.bottom}
    headings = {column: plain(text) for column, text in table.headings.items()}
    figures = _figure_columns(table, shape)
    firsts = tuple(column for name in shape.figures if (column := table.column(name)) is not None)
    sums = _Sums()
    ends = _last_line(table, shape)
    closed = False
    ordinary = _Ordinary(table, shape, headings, figures, firsts)
    for number in range(table.first_row, last + 1):
        if number not in merged and ordinary.is_line(number):
            sums.add(ordinary.figure)
            closed = False
            yield Row(number, RowKind.LINE)
            continue
        row = _row(table, shape, number, merged.get(number), headings, figures, firsts, sums, after_last=number > ends)
        if closed and number > ends and row.kind in {RowKind.LINE, RowKind.SECTION}:
            row = msgspec.structs.replace(row, kind=RowKind.NOTE)
        closed = row.kind is RowKind.TOTAL or (closed and row.kind is not RowKind.LINE)
        yield row


_NOT_A_TEXT, _SHORT, _LONG, _BLANK, _TOLD = range(5)
"""A cell beside the figure: no text of three characters; short enough to number a column, or longer; nothing at all (a dash); a heading or
a total."""


class _Ordinary:
    """Rows that are lines at first sight: a figure or a text in its place, and three texts or more of which none is a heading nor says a
    total. Most rows of a long table are, and are told so without making their cells. What a cell says is looked for once.
    """

    def __init__(
        self,
        table: Table,
        shape: Shape,
        headings: dict[int, str],
        figures: frozenset[int],
        firsts: tuple[int, ...],
    ) -> None:
        self._rows, self._figures = table.sheet.rows, figures
        self._name = next((column for name in shape.names if (column := table.column(name)) is not None), 0)
        self._figure = firsts[0] if firsts and not table.sheet.hints else 0
        self._alone = len(figures) == 1
        self._headings = set(headings.values())
        self._known: dict[Sent, int] = {}
        self._read: dict[int | float, Decimal | None] = {}
        self.figure: Decimal | None = None
        """Of the last line; None where a text stands in its place."""

    def is_line(self, number: int) -> bool:
        """False for a row that has to be looked at."""
        sents = self._rows[number - 1]
        if not 0 < self._figure <= len(sents) or not 0 < self._name <= len(sents):
            return False
        name, figure = sents[self._name - 1], sents[self._figure - 1]
        if not isinstance(name, str) or len(name) < 3 or name.isdecimal():
            return False
        beside = sents[: self._figure - 1] + sents[self._figure :] if self._alone else self._beside(sents)
        words = [*map(self._known.get, beside)]
        if None in words:
            words = [*map(self._word, beside)]
        if len(words) - words.count(_NOT_A_TEXT) < 3 or _TOLD in words:
            return False
        if isinstance(figure, str):
            self.figure = None
            return self._alone and _LONG in words and _BLANK not in words and self._is_filled(figure)
        if not isinstance(figure, int | float) or isinstance(figure, bool):
            return False
        self.figure = self._read[figure] if figure in self._read else self._number(figure)
        return self.figure is not None

    def _beside(self, sents: list[Sent]) -> list[Sent]:
        return [sent for column, sent in enumerate(sents, start=1) if column not in self._figures]

    def _word(self, sent: Sent) -> int:
        if not isinstance(sent, str) or len(sent) < 3:
            word = _NOT_A_TEXT
        elif _says_total(sent) or plain(sent) in self._headings:
            word = _TOLD
        elif is_blank(cell_of(sent)):
            word = _BLANK
        else:
            word = _LONG if len(sent) > LONGEST_NUMBERING else _SHORT
        self._known[sent] = word
        return word

    def _number(self, figure: float) -> Decimal | None:
        content = cell_of(figure).content
        self._read[figure] = content if isinstance(content, Decimal) else None
        return self._read[figure]

    def _is_filled(self, figure: str) -> bool:
        """Something is written there, and nothing that says a total or is a heading."""
        return not is_blank(cell_of(figure)) and not _says_total(figure) and plain(figure) not in self._headings


def _last_line(table: Table, shape: Shape) -> int:
    """The last row with a figure or several cells: what follows it is a note."""
    figures = _figure_columns(table, shape)
    for number in range(len(table.sheet.rows), table.first_row - 1, -1):
        filled = [column for column, cell in enumerate(table.sheet.row(number), start=1) if not is_blank(cell)]
        if any(column in figures for column in filled) or len(filled) > 2:
            return number
    return table.first_row - 1


class _Sums:
    """Running totals, to know a row that only adds those above."""

    def __init__(self) -> None:
        self.section = Decimal(0)
        self.all = Decimal(0)
        self.lines = 0

    def add(self, figure: Decimal | None) -> None:
        if figure is not None:
            self.section += figure
            self.all += figure
            self.lines += 1

    def is_sum(self, figure: Decimal | None) -> bool:
        return figure is not None and self.lines > 1 and figure in {self.section, self.all}


def _row(
    table: Table,
    shape: Shape,
    number: int,
    merged: Area | None,
    headings: dict[int, str],
    figures: frozenset[int],
    firsts: tuple[int, ...],
    sums: _Sums,
    *,
    after_last: bool,
) -> Row:
    sheet = table.sheet
    cells = {column: cell for column, cell in enumerate(sheet.row(number), start=1) if not is_blank(cell)}
    if not cells:
        return Row(number, RowKind.BLANK)
    figure = _figure(cells, firsts)
    if _is_header_again(cells, headings):
        return Row(number, RowKind.HEADER)
    if _is_numbering(cells):
        return Row(number, RowKind.HEADER, "1 2 3")
    if _is_total(cells, figures) or (sums.is_sum(figure) and _only_figures(cells, figures)):
        sums.section = Decimal(0)
        return Row(number, RowKind.TOTAL, next(iter(cells.values())).raw.strip())
    if len(cells) == 1 or (merged and len(cells) <= 2):
        column, cell = next(iter(cells.items()))
        kind = _alone(table, shape, column, cell, merged=merged, after_last=after_last)
        if kind is not RowKind.LINE:
            if kind is RowKind.SECTION:
                sums.section = Decimal(0)
            return Row(number, kind, cell.raw.strip())
    sums.add(figure)
    return Row(number, RowKind.LINE)


def _figure_columns(table: Table, shape: Shape) -> frozenset[int]:
    return frozenset(match.column for match in table.matches if match.field in shape.figures)


def _figure(cells: dict[int, Cell], firsts: tuple[int, ...]) -> Decimal | None:
    for column in firsts:
        cell = cells.get(column)
        if cell is not None and isinstance(cell.content, Decimal):
            return cell.content
    return None


def _is_header_again(cells: dict[int, Cell], headings: dict[int, str]) -> bool:
    same = wrong = 0
    for column, cell in cells.items():
        if isinstance(cell.content, str) and plain(cell.raw) == headings.get(column):
            same += 1
        else:
            wrong += 1
            if wrong * 2 >= len(cells):
                return False
    return same >= 2


def _is_numbering(cells: dict[int, Cell]) -> bool:
    """A row that only numbers the columns: 1, 2, 3… or (a), (b), (c)…"""
    if len(cells) < 3:
        return False
    if any(len(cell.raw) > LONGEST_NUMBERING for cell in cells.values()):
        return False
    texts = [cell.raw.strip(" ()").casefold() for cell in cells.values()]
    start = int(texts[0]) if texts[0].isdecimal() and len(texts[0]) < 3 else None
    if start is not None:
        return texts == [str(start + step) for step in range(len(texts))]
    return texts == [chr(97 + step) for step in range(len(texts))] if len(texts) <= 26 else False


@lru_cache(maxsize=20_000)
def _says_total(text: str) -> bool:
    return _MAY_BE_TOTAL.search(text) is not None and _TOTAL.match(plain(text)) is not None


def _is_total(cells: dict[int, Cell], figures: frozenset[int]) -> bool:
    """A text begins with the word, and little else than figures is filled."""
    if not any(
        isinstance(cell.content, str) and len(cell.raw) <= 60 and _says_total(cell.raw) for cell in cells.values()
    ):
        return False
    words = [column for column in cells if column not in figures and isinstance(cells[column].content, str)]
    first = next(iter(cells.values())).raw
    return len(words) <= 1 or (len(words) == 2 and bool(_TOTAL.match(plain(first))))


def _only_figures(cells: dict[int, Cell], figures: frozenset[int]) -> bool:
    return all(column in figures or isinstance(cell.content, Decimal) for column, cell in cells.items())


def _alone(table: Table, shape: Shape, column: int, cell: Cell, *, merged: Area | None, after_last: bool) -> RowKind:
    """A text alone on its row."""
    text = cell.raw.strip()
    if not isinstance(cell.content, str):
        return RowKind.LINE
    if _NOTE.match(text) or (after_last and len(text) > 60):
        return RowKind.NOTE
    if merged or shape.known_sections.search(plain(text)):
        return RowKind.SECTION if not after_last or shape.known_sections.search(plain(text)) else RowKind.NOTE
    main = table.column(shape.names[0])
    if column == main:
        titled = text.isupper() or _SECTION_MARK.search(text)
        return (RowKind.NOTE if after_last else RowKind.SECTION) if titled and column == 1 else RowKind.LINE
    if column in _figure_columns(table, shape):
        return RowKind.LINE
    if after_last:
        return RowKind.NOTE
    known = next((match.field for match in table.matches if match.column == column), "")
    return RowKind.LINE if known in shape.names and any(letter.isdigit() for letter in text) else RowKind.SECTION
