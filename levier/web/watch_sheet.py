"""The list of forgotten contracts as a workbook: numbers and dates that a spreadsheet adds and sorts, text that stays text."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_000


def xlsx_response(name: str, sheet: str, heading: Sequence[str], lines: Iterable[Sequence[object]]) -> HttpResponse:
    """A file to download, with a filter on its heading. Amounts become binary numbers here and nowhere else."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    page = book.add_worksheet(sheet)
    bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    euros = book.add_format({"num_format": "#,##0.00"})
    page.write_row(0, 0, heading, bold)
    last = 0
    for last, line in enumerate(lines, start=1):
        for rank, value in enumerate(line):
            if isinstance(value, Decimal):
                page.write_number(last, rank, value, euros)
            elif isinstance(value, date):
                page.write_datetime(last, rank, value, day)
            else:
                page.write_string(last, rank, str("" if value is None else value)[:LONGEST_CELL])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(heading) - 1)
    page.autofit(400)
    book.close()
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
