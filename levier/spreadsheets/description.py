"""What was found in a book, as plain data: the keys of the convention of the sample files."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from levier.spreadsheets.rows import Row, RowKind
from levier.spreadsheets.tables import Table, column_name
from levier.spreadsheets.values import Book

NOTHING: Final[Mapping[str, tuple[str, ...]]] = {}


def outcome(table: Table) -> str:
    """Texts that a spreadsheet would run as formulas are kept as they are, inert, and said to be there."""
    texts = (sent for row in table.sheet.rows for sent in row if isinstance(sent, str))
    return "accepted_as_inert_text" if any(text.startswith(("=", "@")) for text in texts) else "read"


def source_as_json(
    book: Book,
    table: Table,
    rows: Iterable[Row],
    hidden: frozenset[str] = frozenset(),
    stands_for: Mapping[str, tuple[str, ...]] = NOTHING,
    untitled: str = "blank",
) -> dict[str, Any]:
    """Where the table was found: format, sheet, header rows, columns, and the rows that are not lines.

    `hidden`: columns recognised only so as not to be taken for another. `stands_for`: fields that one column tells at once.
    """
    place = (
        {"sheet": table.sheet.name}
        if book.format != "csv"
        else {"encoding": book.encoding, "delimiter": book.delimiter}
    )
    columns: dict[str, Any] = {}
    for match in table.matches:
        for name in stands_for.get(match.field, (match.field,)):
            shown = column_name(book, match.column)
            known = columns.get(name)
            columns[name] = shown if known is None else [*(known if isinstance(known, list) else [known]), shown]
    used = {match.column for match in table.matches}
    return {
        "format": book.format,
        **place,
        "header_rows": list(table.header_rows),
        "columns": {name: shown for name, shown in columns.items() if name not in hidden},
        "mapping": [
            {
                "field": match.field,
                "column": column_name(book, match.column),
                "heading": match.heading,
                "score": match.score,
            }
            for match in table.matches
        ],
        "columns_not_used": [
            {"column": column_name(book, column), "heading": heading}
            for column, heading in table.headings.items()
            if column not in used
        ],
        "rows_not_lines": rows_not_lines(table, rows, untitled),
    }


def reading_as_json(book: Book, table: Table, rows: Iterable[Row], notices: Iterable[str]) -> dict[str, Any]:
    """How a received file was read, kept beside it: where the table is, every heading that may be chosen, what to know of the whole."""
    return {
        **source_as_json(book, table, rows),
        "sheets": [sheet.name for sheet in book.sheets if sheet.rows],
        "headings": {str(column): heading for column, heading in table.headings.items()},
        "notices": list(notices),
    }


def rows_not_lines(table: Table, rows: Iterable[Row], untitled: str = "blank") -> dict[str, list[int]]:
    """By kind, empty kinds left out. Sections come with their subtotals. `untitled`: what rows above the header are when all are empty."""
    rows = tuple(rows)
    first = table.header_rows[0]
    above = {
        number: any(table.sheet.text(number, column) for column in range(1, table.sheet.width + 1))
        for number in range(1, first)
    }
    titles = [number for number, filled in above.items() if filled]
    by_kind = {kind: [row.number for row in rows if row.kind is kind] for kind in RowKind}
    empty = [] if titles else list(above)
    blank = by_kind[RowKind.BLANK] + (empty if untitled == "blank" else [])
    sections = by_kind[RowKind.SECTION]
    found = {
        "title": titles or (empty if untitled == "title" else []),
        "blank": sorted(blank),
        "section_and_subtotal": sorted(sections + by_kind[RowKind.TOTAL]) if sections else [],
        "total": [] if sections else by_kind[RowKind.TOTAL],
        "header": by_kind[RowKind.HEADER],
        "note": by_kind[RowKind.NOTE],
    }
    return {kind: numbers for kind, numbers in found.items() if numbers}
