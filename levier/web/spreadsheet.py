"""Tables for a spreadsheet: CSV with a byte-order mark and semicolons, decimal commas, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse

from levier.web import wording

BOM = "\ufeff"
_RUN = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """Text that a spreadsheet would take for a formula is preceded by an apostrophe; a SIRET stays text the same way."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, date | datetime):
        return f"{wording.civil(value):%d/%m/%Y}"
    text = " ".join(str(value).split())
    if text.startswith(_RUN) or (text.isascii() and text.isdigit() and len(text) > 11):
        return f"'{text}"
    return text


def csv_response(name: str, heading: Iterable[str], lines: Iterable[Iterable[object]]) -> HttpResponse:
    """A file to download."""
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    sheet = csv.writer(response, delimiter=";")
    sheet.writerow(heading)
    sheet.writerows([cell(value) for value in line] for line in lines)
    return response
