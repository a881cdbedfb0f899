"""A received table as it was read, cell by cell, and what can be wrong with it. Rows and columns are counted from 1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import msgspec

type Content = str | Decimal | date | timedelta | bool | None
type Sent = bool | int | float | str | tuple[str, str] | None
"""A cell as the child process sends it; `("d", "2027-05-01")` a day, `("s", "9060")` seconds."""


class Hint(StrEnum):
    """What the sheet says beside the value of a cell."""

    MONTH = "month"
    NOT_COMPUTED = "not_computed"
    THOUSANDS = "thousands"
    MILLIONS = "millions"
    TAX_INCLUDED = "tax_included"


class TableRefusal(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_TABLE = "not_a_table"
    IMAGE = "image"
    PDF = "pdf"
    WEB_PAGE = "web_page"
    OTHER_OFFICE = "other_office"
    OLD_BINARY = "old_binary"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    LINKED = "linked"
    HOSTILE = "hostile"
    BOMB = "bomb"
    DAMAGED = "damaged"
    FAR_CELL = "far_cell"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_HEAVY = "too_heavy"
    NO_SHEET = "no_sheet"
    NO_HEADER = "no_header"
    UNKNOWN_SHEET = "unknown_sheet"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_COLUMN = "unknown_column"
    NO_LINE = "no_line"


class Cell(msgspec.Struct, frozen=True, gc=False):
    """`raw`: the text as a person sees it, as far as the file tells. `content`: None when the cell is empty."""

    raw: str
    content: Content
    hint: Hint | None = None


EMPTY = Cell("", None)


@dataclass(frozen=True, slots=True)
class Area:
    """A merged block of cells, its four sides included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` are those sent by the child, from row 1 and column 1 on; a row may be shorter than another.

    `columns_left_out`: how many columns beyond the limit were not read.
    """

    name: str
    rows: list[list[Sent]]
    visible: bool = True
    merged: tuple[Area, ...] = ()
    hints: Mapping[tuple[int, int], Hint] = field(default_factory=dict)
    columns_left_out: int = 0

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at that place; an empty one beyond the table."""
        line = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        sent = line[column - 1] if 0 < column <= len(line) else None
        hint = self.hints.get((row, column)) if self.hints else None
        return cell_of(sent, hint)

    def row(self, row: int) -> list[Cell]:
        """The cells of a row as it was sent, from column 1 on."""
        if self.hints:
            return [self.cell(row, column) for column in range(1, len(self.rows[row - 1]) + 1)]
        return [cell_of(sent) for sent in self.rows[row - 1]]

    def text(self, row: int, column: int) -> str:
        return self.cell(row, column).raw.strip()


@dataclass(frozen=True, slots=True)
class Book:
    """`format`: xlsx, ods, xls or csv. `encoding` and `delimiter` only for csv. `unread`: sheets left out, with the reason in French."""

    format: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    delimiter: str = ""
    unread: tuple[tuple[str, str], ...] = ()
    mended: bool = False


def cell_of(sent: Sent, hint: Hint | None = None) -> Cell:
    """The cell that the child described. A binary number becomes the decimal that a person reads."""
    return _day_or_other(sent[0], sent[1], hint) if isinstance(sent, tuple) else _plain_cell(sent, hint)


@lru_cache(maxsize=100_000, typed=True)  # columns repeat themselves, and 1, 1.0 and True are three different cells
def _plain_cell(sent: bool | float | str | None, hint: Hint | None) -> Cell:
    if sent is None or sent == "":
        return EMPTY if hint is None else Cell("", None, hint)
    if isinstance(sent, str):
        return Cell(sent, sent.strip() or None, hint)
    if isinstance(sent, bool):
        return Cell("VRAI" if sent else "FAUX", sent, hint)
    if isinstance(sent, int) or (isinstance(sent, float) and sent.is_integer() and abs(sent) < 10**15):
        whole = int(sent)
        return Cell(str(whole), Decimal(whole), hint)
    if isinstance(sent, float):
        number = plain(Decimal(repr(sent)))
        return Cell(f"{number:f}".replace(".", ","), number, hint)
    raise TypeError(sent)


@lru_cache(maxsize=20_000)
def _day_or_other(kind: str, text: str, hint: Hint | None) -> Cell:
    if kind == "d":
        day = date.fromisoformat(text)
        return Cell(f"{day:%m/%Y}" if hint is Hint.MONTH else f"{day:%d/%m/%Y}", day, hint)
    if kind == "s":
        seconds = round(float(text))
        return Cell(f"{seconds // 3600}:{seconds % 3600 // 60:02d}", timedelta(seconds=seconds), hint)
    return Cell(text, text, hint)


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros nor exponent: 45321000.0 is 45321000."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() and abs(number) < 10**25 else number


def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int | None:
    """`A`, `aa` or `3` as a column number; None when it is neither."""
    text = text.strip().upper()
    if text.isdecimal() and text.isascii():
        return int(text) if 0 < int(text) <= 16_384 else None
    if not 0 < len(text) <= 3 or any(not "A" <= letter <= "Z" for letter in text):
        return None
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def place_name(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


class Problem(msgspec.Struct, frozen=True, gc=False):
    """What a cell leaves to say. `column`: a letter (a number in a CSV), empty when the table has no such column.

    `error`: the line cannot be used before it is answered; otherwise it is a warning. `why` and `accepted` are French.
    """

    code: str
    field: str
    row: int
    column: str
    raw: str
    why: str
    accepted: str
    error: bool
    suggestion: str = ""
