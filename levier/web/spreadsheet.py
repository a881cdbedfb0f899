"""Tables for a spreadsheet: CSV with a byte-order mark and semicolons, decimal commas, and no cell that a spreadsheet would run."""

import csv
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse

from levier.web import wording

BOM = "\ufeff"
_RUN = ("=", "+", "-", "@", "\t", "\r")
_TAKEN_FOR_A_VALUE = re.compile(
    r"\d{12,} | 0\d+ | [\d.,]+e[+-]?\d+ | \d{1,4}[/.-]\d{1,2}([/.-]\d{1,4})? | true | false | vrai | faux",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
"""A SIRET loses its last digits, a code its zeros; the rest becomes a number, a date or a truth value."""


def cell(value: object) -> str:
    """Text that a spreadsheet would take for a formula or a number is preceded by an apostrophe: it stays the text it is."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, date | datetime):
        return f"{wording.civil(value):%d/%m/%Y}"
    text = " ".join(str(value).split())
    if text.startswith(_RUN) or _TAKEN_FOR_A_VALUE.fullmatch(text):
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
