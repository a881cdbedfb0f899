"""What the number formats and the structure of a workbook add to the values: months without a day, thousands, formulas never computed,
merged cells of ODS. Runs in the child process, on parts already checked by preflight.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from lxml import etree

from levier.spreadsheets.values import Area, Hint, column_number

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MONTH_BUILT_IN = 17
_LARGEST_ODS_SCAN = 40 * 1024 * 1024
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_DAY_SHOWN = re.compile(
    r"^\s*\d{1,2}\D+\d{1,2}\D+\d{2,4}|\d{4}-\d{2}-\d{2}|^\s*(?:\w+\.?\s+)?\d{1,2}(?:er)?\s+[^\W\d]+\.?\s+\d{4}",
    re.UNICODE,
)


@dataclass(slots=True)
class Clues:
    """Of one sheet. Rows and columns from 1."""

    hints: dict[tuple[int, int], Hint] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)


def _tree(part: bytes) -> Any:
    return etree.fromstring(
        part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    )


def sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Name of each sheet of an XLSX and the part that holds it."""
    home = next(name for name in parts if name.startswith("xl/") and name.endswith("workbook.xml"))
    folder, _, last = home.rpartition("/")
    relations = _tree(parts.get(f"{folder}/_rels/{last}.rels", b"<none/>"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = {}
    for sheet in _tree(parts[home]).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATED), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
    return found


def styles_of_interest(styles: bytes) -> dict[int, Hint]:
    """Index of each cell style whose number format says more than the number."""
    tree = _tree(styles)
    codes = {int(one.get("numFmtId", -1)): one.get("formatCode", "") for one in tree.iter(f"{_MAIN}numFmt")}
    found = {}
    for formats in tree.iter(f"{_MAIN}cellXfs"):
        for index, style in enumerate(formats):
            number = int(style.get("numFmtId", 0))
            hint = Hint.MONTH if number == _MONTH_BUILT_IN else hint_of_format(codes.get(number, ""))
            if hint:
                found[index] = hint
    return found


def hint_of_format(code: str) -> Hint | None:
    """`mmm-yy` shows a month; `#,##0 "k€"` shows thousands unless a trailing comma already divides."""
    first = code.split(";", maxsplit=1)[0]
    literal = " ".join(re.findall(r'"([^"]*)"', first)) + re.sub(r'"[^"]*"|\[[^\]]*\]', "", first).replace("\\", "")
    tokens = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", first).lower()
    if "m" in tokens and "y" in tokens and "d" not in tokens and "h" not in tokens and "j" not in tokens:
        return Hint.MONTH
    scaled = re.search(r"[0#],+(?![0#])", tokens)
    if re.search(r"\bk ?(?:€|eur)|milliers", literal, re.IGNORECASE) and not scaled:
        return Hint.THOUSANDS
    if re.search(r"\bm ?(?:€|eur)|millions", literal, re.IGNORECASE) and not scaled:
        return Hint.MILLIONS
    return Hint.TAX_INCLUDED if "ttc" in literal.lower() else None


def xlsx_clues(sheet: bytes, styles: dict[int, Hint]) -> Clues:
    clues = Clues()
    if styles:
        wanted = "|".join(map(str, styles)).encode()
        pattern = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bs="(' + wanted + rb')")[^>]*>')
        for found in pattern.finditer(sheet):
            place = _place(found[0])
            if place:
                clues.hints[place] = styles[int(found[1])]
    if b"<f" in sheet or b":f>" in sheet:
        for found in _UNCOMPUTED.finditer(sheet):
            place = _place(found[1])
            if place:
                clues.hints[place] = Hint.NOT_COMPUTED
    return clues


def _place(text: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(text)
    column = column_number(found[1].decode()) if found else None
    return (int(found[2]), column) if found and column else None


def ods_clues(content: bytes) -> dict[str, Clues]:
    """By sheet: merged blocks, dates shown without their day, formulas without a value."""
    wanted = (b"-spanned=", b'value-type="date"', b":formula=")
    if len(content) > _LARGEST_ODS_SCAN or not any(mark in content for mark in wanted):
        return {}
    return {table.get(f"{_TABLE}name", ""): _ods_table(table) for table in _tree(content).iter(f"{_TABLE}table")}


def _ods_table(table: Any) -> Clues:
    clues, row = Clues(), 1
    for line in table.iter(f"{_TABLE}table-row"):
        column = 1
        for cell in _ods_cells(line):
            _ods_cell(cell, row, column, clues)
            column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        row += int(line.get(f"{_TABLE}number-rows-repeated", 1))
    return clues


def _ods_cells(line: Any) -> Iterator[Any]:
    return chain(one for one in line if one.tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})


def _ods_cell(cell: Any, row: int, column: int, clues: Clues) -> None:
    wide = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
    high = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
    if wide > 1 or high > 1:
        clues.merged.append(Area(row, column, row + high - 1, column + wide - 1))
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind == "date":
        shown = " ".join("".join(text.itertext()) for text in cell.iter(f"{_TEXT}p"))
        if shown and not _DAY_SHOWN.search(shown):
            clues.hints[row, column] = Hint.MONTH
    elif not kind and cell.get(f"{_TABLE}formula"):
        clues.hints[row, column] = Hint.NOT_COMPUTED
