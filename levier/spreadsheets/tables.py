"""Where the table is in a book: which sheet, which header row (or two), which columns, which rows are lines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from levier.spreadsheets.columns import Field, Match, match_columns
from levier.spreadsheets.labels import refusal
from levier.spreadsheets.values import EMPTY, Book, Cell, Sheet, TableRefusal, column_number, letters
from levier.spreadsheets.words import plain

_SEARCHED_ROWS = 60
_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person decided instead of the reader: the sheet, the header row, the column of some fields (a letter, a number, a heading,
    or nothing at all for a field to be left out).
    """

    sheet: str = ""
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """`headings` by column; `matches` with their scores; `score` adds them. `others`: sheets that hold a table of the same kind.
    `more`: headings that are no field but tell a header row.
    `spread`: where the value of a cell merged over several rows stands.
    """

    sheet: Sheet
    header_rows: tuple[int, ...]
    headings: Mapping[int, str]
    matches: tuple[Match, ...]
    score: float
    others: tuple[str, ...] = ()
    more: int = 0
    spread: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def column(self, name: str) -> int | None:
        return next((match.column for match in self.matches if match.field == name), None)

    @property
    def first_row(self) -> int:
        return self.header_rows[-1] + 1

    def cell(self, row: int, name: str) -> Cell:
        """The cell of a field; an empty one when the table has no such column."""
        column = self.column(name)
        return EMPTY if column is None else self.sheet.cell(row, column)


type Counts = Callable[[str], bool]


def find_table(
    book: Book,
    fields: Sequence[Field],
    needed: Sequence[str],
    wishes: Wishes,
    name: str,
    also: Counts = lambda _: False,
) -> Table:
    """The table of a book. `needed`: fields of which one at least must be found. `also`: headings that are no field but tell a header
    row (months). Raise Refusal with what to do.
    """
    _check_wishes(book, fields, wishes, name)
    sheets = [sheet for sheet in book.sheets if sheet.rows and (not wishes.sheet or sheet.name == wishes.sheet)]
    found = [
        table
        for table in (_in_sheet(sheet, fields, wishes, also) for sheet in sheets)
        if table and (_usable(table, needed) or any(field in wishes.columns for field in needed))
    ]
    if not found:
        labels = " ou ".join(f"« {one.label} »" for one in fields if one.name in needed)
        listed = ", ".join(sheet.name or "le fichier" for sheet in book.sheets)
        raise refusal(
            TableRefusal.NO_HEADER, name=name, needed=f"une colonne {labels} et une autre colonne connue", sheets=listed
        )
    best = max(found, key=lambda table: (table.sheet.visible, round(table.score, 1), len(table.sheet.rows)))
    others = tuple(
        one.sheet.name
        for one in found
        if one is not best and one.score > 0.6 * best.score and len(one.sheet.rows) > one.first_row - 1
    )
    return replace(_with_wishes(best, wishes, name), others=others, spread=_spread(best.sheet))


def _spread(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    return {
        (row, column): (area.top, area.left)
        for area in sheet.merged
        if area.bottom > area.top and area.bottom <= len(sheet.rows)
        for row in range(area.top + 1, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    }


def _check_wishes(book: Book, fields: Sequence[Field], wishes: Wishes, name: str) -> None:
    names = [sheet.name for sheet in book.sheets]
    if wishes.sheet and wishes.sheet not in names:
        raise refusal(TableRefusal.UNKNOWN_SHEET, name=name, sheet=wishes.sheet, sheets=", ".join(names))
    for wished in wishes.columns:
        if wished not in {known.name for known in fields}:
            raise refusal(TableRefusal.UNKNOWN_FIELD, field=wished, fields=", ".join(known.name for known in fields))


def _usable(table: Table, needed: Sequence[str]) -> bool:
    return (
        any(match.field in needed for match in table.matches)
        and len({match.column for match in table.matches}) + table.more > 1
    )


def _in_sheet(sheet: Sheet, fields: Sequence[Field], wishes: Wishes, also: Counts) -> Table | None:
    """The best header of one sheet; None when no row looks like one and nobody designated any."""
    if wishes.header_row:
        return _try(sheet, (wishes.header_row,), fields, also, least=0)
    best: Table | None = None
    for row in range(1, min(_SEARCHED_ROWS, len(sheet.rows)) + 1):
        if not _may_be_header(sheet, row):
            continue
        alone = _try(sheet, (row,), fields, also)
        continued = _may_continue(sheet, row) and (
            _under_merged(sheet, row) or match_columns(_headings(sheet, (row,)), fields)
        )
        both = _try(sheet, (row, row + 1), fields, also) if continued else None
        if both and (
            not alone or both.score > alone.score + 0.25 or (both.score >= alone.score and _under_merged(sheet, row))
        ):
            alone = both
        if alone and (best is None or alone.score > best.score + 0.3):
            best = alone
    return _designated(sheet, fields, wishes, also) if best is None and wishes.columns else best


def _designated(sheet: Sheet, fields: Sequence[Field], wishes: Wishes, also: Counts) -> Table | None:
    """No row looks like a header, but a person designated columns: it is the row with the headings they named, else the first that may be."""
    named = {plain(text) for text in wishes.columns.values()}
    rows = [row for row in range(1, min(_SEARCHED_ROWS, len(sheet.rows)) + 1) if _may_be_header(sheet, row)]
    spoken = [row for row in rows if any(plain(cell.raw) in named for cell in _cells(sheet, row))]
    row = next(iter([*spoken, *rows]), 1)
    return _try(sheet, (row,), fields, also, least=0)


def _may_be_header(sheet: Sheet, row: int) -> bool:
    """Two texts or more, and no long sentence among them."""
    texts = [cell.raw for cell in _cells(sheet, row) if isinstance(cell.content, str)]
    return len(texts) >= 2 and sum(len(text) > 90 for text in texts) * 2 < len(texts)


def _may_continue(sheet: Sheet, row: int) -> bool:
    """The next row holds short texts only, several of them, which may complete the headings above."""
    below = [cell for cell in _cells(sheet, row + 1) if cell.content is not None]
    several = len(below) > 1 or (len(below) == 1 and _under_merged(sheet, row) and not _across(sheet, row + 1))
    return several and all(_is_heading_like(cell) for cell in below)


def _is_heading_like(cell: Cell) -> bool:
    """A short text with hardly any digit: `HT`, `(mois)`, `Lot 2`; not a date, a code nor a figure."""
    return isinstance(cell.content, str) and len(cell.raw) <= 40 and sum(map(str.isdigit, cell.raw)) <= 2


def _across(sheet: Sheet, row: int) -> bool:
    """The row is one cell merged over the table: the title of a section."""
    return any(area.top == row and area.right - area.left >= 2 for area in sheet.merged)


def _under_merged(sheet: Sheet, row: int) -> bool:
    return any(area.top == row == area.bottom and area.right > area.left for area in sheet.merged) or any(
        area.top == row and area.bottom == row + 1 for area in sheet.merged
    )


def _cells(sheet: Sheet, row: int) -> list[Cell]:
    return (
        [sheet.cell(row, column) for column in range(1, len(sheet.rows[row - 1]) + 1)]
        if 0 < row <= len(sheet.rows)
        else []
    )


def _headings(sheet: Sheet, rows: tuple[int, ...]) -> dict[int, str]:
    """Text of each column's heading. A heading merged over several columns holds for each of them, completed by what is below."""
    width = max((len(sheet.rows[row - 1]) for row in rows if row <= len(sheet.rows)), default=0)
    found = {}
    for column in range(1, width + 1):
        parts = []
        for row in rows:
            text = sheet.text(row, column) or _merged_text(sheet, row, column)
            if not text and row != rows[-1]:
                text = _to_the_left(sheet, row, column, rows[-1])
            if text and text not in parts:
                parts.append(text)
        if parts:
            found[column] = " ".join(" ".join(parts).split())
    return found


def _merged_text(sheet: Sheet, row: int, column: int) -> str:
    for area in sheet.merged:
        if area.top == row and area.bottom == row and area.left < column <= area.right:
            return sheet.text(area.top, area.left)
    return ""


def _to_the_left(sheet: Sheet, row: int, column: int, below: int) -> str:
    """In a file without merged cells: an empty heading over a filled one belongs to the heading on its left."""
    if sheet.merged or not sheet.text(below, column):
        return ""
    for left in range(column - 1, 0, -1):
        if sheet.text(row, left):
            return sheet.text(row, left) if sheet.text(below, left) else ""
    return ""


def _try(sheet: Sheet, rows: tuple[int, ...], fields: Sequence[Field], also: Counts, least: int = 2) -> Table | None:
    """The table under that header; None when fewer than `least` of its headings are known."""
    if rows[-1] > len(sheet.rows):
        return None
    headings = _headings(sheet, rows)
    rough = match_columns(headings, fields)
    more = sum(1 for heading in headings.values() if also(heading))
    if len(rough) + more < least:
        return None
    samples: dict[int, list[Cell]] = {}

    def sample(column: int) -> list[Cell]:
        if column not in samples:
            last = min(len(sheet.rows), rows[-1] + _SAMPLE)
            samples[column] = [sheet.cell(row, column) for row in range(rows[-1] + 1, last + 1)]
        return samples[column]

    matches = match_columns(headings, fields, sample)
    weights = {known.name: known.weight for known in fields}
    score = sum(match.score * weights[match.field] for match in matches) + 0.7 * more - 0.002 * rows[0]
    return Table(sheet, rows, headings, matches, score, more=more)


def _with_wishes(table: Table, wishes: Wishes, name: str) -> Table:
    """The columns that a person designated take the place of those found."""
    if not wishes.columns:
        return table
    chosen = {wished: _wished_column(table, wished, text, name) for wished, text in wishes.columns.items()}
    taken = set(chosen.values())
    kept = [match for match in table.matches if match.field not in chosen and match.column not in taken]
    added = [Match(wished, column, table.headings.get(column, ""), 1.0) for wished, column in chosen.items() if column]
    return replace(table, matches=tuple(sorted([*kept, *added], key=lambda match: (match.column, match.field))))


def _wished_column(table: Table, wished: str, text: str, name: str) -> int | None:
    if not text.strip() or text.strip() == "-":
        return None
    same = [column for column, heading in table.headings.items() if plain(heading) == plain(text)]
    column = same[0] if same else column_number(text)
    if column is None or column > table.sheet.width:
        raise refusal(TableRefusal.UNKNOWN_COLUMN, name=name, column=text, field=wished, sheet=table.sheet.name)
    return column


def column_name(book: Book, column: int) -> str | int:
    """A letter in a workbook, a number in a CSV."""
    return column if book.format == "csv" else letters(column)
