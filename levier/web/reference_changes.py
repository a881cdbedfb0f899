"""The mission changes a reference value: a new dated version, journaled; past results keep the one they used."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from levier.foundation.explanation import Confidence
from levier.foundation.french import typeset
from levier.foundation.objections import Refusal
from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.reference.actions import ValueChange
from levier.reference.models import StoredValue
from levier.reference.rules import LONGEST_SOURCE
from levier.stewardship.actions import change_reference
from levier.stewardship.values import NewFigure
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.reference_words import CHIPS, UNITS, figure, typed_figure
from levier.web.references import history_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("value", "low", "high", "valid_from", "source", "confidence", "note")
LONGEST_NOTE = 1_000
MARKS = {mark.value: mark for mark in Confidence}


def change(request: HttpRequest, key: str) -> HttpResponseBase:
    """The form: `?du=` opens it on one version, to correct it."""
    rows = history_of(key)
    in_use = [row for row in rows if row.replaced_at is None]
    typed = Typed(request.POST, FIELDS)
    if request.method == "POST":
        new = _read(typed, rows[0].unit)
        if new is not None:
            try:
                done = change_reference(actor=actor_of(request), key=key, new=new, now=clock.now())
            except Refusal as refusal:
                typed.refused(refusal, default="value")
            else:
                messages.success(request, _said(done))
                return SeeOther(reverse("reference", args=[key]))
    else:
        typed.values |= _proposal(in_use, request.GET.get("du", ""))
    unit = rows[0].unit
    context = {
        "key": key,
        "label": rows[0].label,
        "unit": UNITS.get(unit, unit),
        "is_flag": unit == "FLAG",
        "flags": [("", "Choisissez"), ("1", "Oui"), ("0", "Non")],
        "typed": typed,
        "marks": [("", "Choisissez"), *((mark.value, chip[1]) for mark, chip in CHIPS.items())],
        "periods": [(row, figure(row.value, row.unit)) for row in in_use],
        "crumbs": [
            ("Valeurs de référence", reverse("references")),
            (rows[0].label, reverse("reference", args=[key])),
            ("Changer", ""),
        ],
    }
    return render(request, "references/change.html", context, status=422 if typed.errors else 200)


def _proposal(in_use: Sequence[StoredValue], corrected: str) -> Mapping[str, str]:
    """What the form holds at first: a version to correct, else the figure of today with its source left to write."""
    today = clock.today()
    row = next((one for one in in_use if one.valid_from.isoformat() == corrected), None)
    if row is not None:
        own = {"valid_from": corrected, "source": row.source, "confidence": row.confidence, "note": row.note}
    else:
        row = next((one for one in in_use if one.valid_from <= today), in_use[-1])
        own = {"valid_from": today.isoformat()}
    return {name: typed_figure(getattr(row, name), row.unit) for name in ("value", "low", "high")} | own


def _read(typed: Typed, unit: str) -> NewFigure | None:
    value = _number(typed, "value", unit, "Écrivez la nouvelle valeur.")
    low, high = _number(typed, "low", unit), _number(typed, "high", unit)
    valid_from = typed.day("valid_from", missing="Écrivez le jour à partir duquel cette valeur s’applique.")
    source = typed.text(
        "source", longest=LONGEST_SOURCE, missing="Indiquez la source : un texte, un article, une page."
    )
    mark = typed.choice("confidence", MARKS, missing="Dites comment cette valeur est connue.")
    note = typed.text("note", longest=LONGEST_NOTE)
    if typed.errors or value is None or valid_from is None or mark is None:
        return None
    return NewFigure(value, low, high, valid_from, source, mark, note)


def _number(typed: Typed, name: str, unit: str, missing: str = "") -> Decimal | None:
    """A figure as people type it, its unit tolerated; a percentage becomes a fraction."""
    text = typed.values[name].removesuffix("€/h").rstrip("€%h ")
    if not text:
        if missing:
            typed.wrong(name, missing)
        return None
    try:
        value = parse_decimal(text)
    except NotAQuantity as error:
        typed.wrong(name, str(error))
        return None
    if unit == "FRACTION":
        value /= 100
        if value > 1:
            typed.wrong(name, "Un taux va de 0 à 100 %. Corrigez-le.")
    return value


def _said(done: ValueChange) -> str:
    after = done.after
    day = wording.long_day(after.valid_from, weekday=False)
    text = f"Enregistré : {figure(after.value, after.unit)} à partir du {day}. Version {after.version}."
    if done.before is not None and done.before.version != after.version:
        text += f" Les résultats déjà calculés gardent la version {done.before.version}."
    return typeset(text)
