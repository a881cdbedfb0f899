"""Which column of a received table says what: shown, corrected, confirmed. The same page for a purchase plan and for hours."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from levier.foundation.objections import Refusal
from levier.spreadsheets.tables import Wishes
from levier.spreadsheets.values import letters
from levier.web.typed import SeeOther, Typed


def columns_page(
    request: HttpRequest,
    *,
    reading: dict[str, Any],
    labels: Mapping[str, str],
    again: Callable[[Wishes], None],
    back: str,
    said: dict[str, Any],
) -> HttpResponseBase:
    """`reading`: how the file was read; `labels`: field to its name in French; `again`: read it again so, or raise Refusal."""
    now = {one["field"]: str(one["column"]) for one in reading.get("mapping", ())}
    typed = Typed(request.POST, ("sheet", "header_row", *labels))
    if request.method == "POST":
        wishes = _wishes(typed, reading, now, labels)
        if not typed.errors and _read_again(again, wishes, typed):
            messages.success(
                request, "Le fichier est relu avec vos colonnes. Elles seront reconnues la prochaine fois."
            )
            return SeeOther(back)
    else:
        typed.values |= {"sheet": reading.get("sheet", ""), "header_row": str(reading["header_rows"][-1]), **now}
    headings = _headings(reading)
    context = {
        **said,
        "typed": typed,
        "back": back,
        "sheets": [(name, name) for name in reading.get("sheets", ()) if name],
        "fields": [
            (name, label, typed.values[name] or "-", typed.errors.get(name, "")) for name, label in labels.items()
        ],
        "options": [("-", "Aucune"), *((key, f"{_letter(reading, key)} – {text[:60]}") for key, text in headings)],
    }
    return render(request, "components/table_columns.html", context, status=422 if typed.errors else 200)


def _headings(reading: dict[str, Any]) -> list[tuple[str, str]]:
    """(column as the mapping names it, heading), in the order of the sheet."""
    csv = reading.get("format") == "csv"
    return [
        (column if csv else letters(int(column)), heading)
        for column, heading in sorted(reading.get("headings", {}).items(), key=lambda one: int(one[0]))
    ]


def _letter(reading: dict[str, Any], key: str) -> str:
    return f"colonne {key}" if reading.get("format") == "csv" else key


def _wishes(typed: Typed, reading: dict[str, Any], now: Mapping[str, str], labels: Mapping[str, str]) -> Wishes:
    """What the person asked for; the columns that stay as they were found are confirmed by the same gesture."""
    header = (
        typed.whole("header_row", low=1, high=1000, wrong="Écrivez le numéro de la ligne d’en-tête.")
        if typed.values["header_row"]
        else None
    )
    same = typed.values["sheet"] in {"", reading.get("sheet", "")} and header in {None, reading["header_rows"][-1]}
    wished = {
        name: typed.values[name] or "-"
        for name in labels
        if (same and (typed.values[name] or "-") != "-") or name in now
    }
    several = same and len(reading["header_rows"]) > 1
    return Wishes(typed.values["sheet"], None if several else header, wished if same else {})


def _read_again(again: Callable[[Wishes], None], wishes: Wishes, typed: Typed) -> bool:
    try:
        again(wishes)
    except Refusal as refusal:
        typed.wrong("sheet", " ".join(refusal.sentences))
        return False
    return True
