"""Tables as a workbook (XLSX): numbers and dates that a spreadsheet can add and sort, codes and SIRET as text, no formula ever."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from levier.web import wording

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60
_LONGEST_CELL = 32_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its heading and lines. `widths`: in characters, by rank of column; `notes`: lines written above the heading."""

    name: str
    heading: Sequence[str]
    lines: Iterable[Sequence[object]]
    widths: Mapping[int, int] | None = None
    notes: Sequence[str] = ()


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The bytes of the file. Text stays text: what looks like a formula or an address is not one."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    bold = book.add_format(
        {"bold": True, "bg_color": "#0B3B46", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
    )
    formats = {
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.##", "valign": "top"}),
        "text": book.add_format({"valign": "top", "text_wrap": True}),
        "note": book.add_format({"italic": True}),
    }
    for one in sheets:
        _write(book.add_worksheet(one.name[:31]), one, bold, formats)
    book.close()
    return target.getvalue()


def _write(sheet: Any, one: Sheet, bold: Any, formats: Mapping[str, Any]) -> None:
    for rank, note in enumerate(one.notes):
        sheet.write_string(rank, 0, note, formats["note"])
    top = len(one.notes)
    for rank, title in enumerate(one.heading):
        sheet.write_string(top, rank, title, bold)
        sheet.set_column(rank, rank, (one.widths or {}).get(rank, min(_WIDEST, max(12, len(title) + 2))))
    last = top
    for last, line in enumerate(one.lines, start=top + 1):
        for rank, value in enumerate(line):
            _cell(sheet, last, rank, value, formats)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, max(last, top), max(0, len(one.heading) - 1))


def _cell(sheet: Any, row: int, column: int, value: object, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date | datetime):
        sheet.write_datetime(row, column, wording.civil(value), formats["day"])
    elif isinstance(value, bool):
        sheet.write_string(row, column, "oui" if value else "non", formats["text"])
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, column, value, formats["number"])
    else:
        text = str(value).replace("\r\n", "\n").replace("\r", "\n")
        sheet.write_string(row, column, text[:_LONGEST_CELL], formats["text"])


def xlsx_response(name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """A file to download."""
    response = HttpResponse(workbook(sheets), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
