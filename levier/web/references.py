"""Reference values for everybody: what is in force on a day, how each figure is known, and every version it ever had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from levier.foundation.encryption import normalised
from levier.foundation.explanation import Confidence
from levier.foundation.objections import NotForYou
from levier.reference import queries
from levier.reference.models import StoredValue
from levier.reference.values import Catalogue, ReferenceValue
from levier.stewardship.policies import may_keep_references
from levier.web import clock
from levier.web.reference_words import SUBJECTS, UNITS, Shown, shown, state_of, subject_of, typed_figure
from levier.web.spreadsheet import csv_response
from levier.web.typed import Typed

LONGEST_TEXT = 200
SOMEBODY = "Une personne du Département"
"""What the public reads instead of a name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; a day that cannot be read leaves today, and says so."""

    typed: Typed
    text: str
    on: date
    mark: str


def asked_in(request: HttpRequest) -> Asked:
    typed = Typed(request.GET, ("q", "au", "confiance"))
    today = clock.today()
    on = (typed.day("au", missing="") if typed.values["au"] else None) or today
    return Asked(typed, typed.values["q"][:LONGEST_TEXT], on, typed.values["confiance"])


def in_force(known: Catalogue, asked: Asked) -> list[ReferenceValue]:
    """Values of that day that hold every word, whatever their mark."""
    return [value for value in known.all_at("", asked.on) if _answers(value, asked.text)]


def _answers(value: ReferenceValue, text: str) -> bool:
    said = normalised(f"{value.label} {value.key} {value.source} {value.note}")
    return all(normalised(word) in said for word in text.split()[:8])


def _marked(values: Iterable[ReferenceValue], mark: str) -> list[ReferenceValue]:
    return [value for value in values if not mark or value.confidence.value == mark]


def show(request: HttpRequest) -> HttpResponse:
    """Every value in force on a day, by subject."""
    asked, known = asked_in(request), queries.catalogue()
    found = in_force(known, asked)
    values = _marked(found, asked.mark)
    groups: dict[str, list[Shown]] = {anchor: [] for anchor in SUBJECTS}
    for value in values:
        groups[subject_of(value.key)].append(shown(value))
    there = {value.key for value in known.all_at("", asked.on)}
    absent = {value.key: value for value in known if value.key not in there and _answers(value, asked.text)}
    context = {
        "asked": asked,
        "groups": [(anchor, SUBJECTS[anchor][0], rows) for anchor, rows in groups.items() if rows],
        "filters": _filters(found, asked),
        "found": len(values),
        "unverified": sum(value.confidence is Confidence.UNVERIFIED for value in values),
        "absent": sorted(absent.values(), key=lambda value: value.label),
        "loaded": next(iter(known), None) is not None,
        "filtered": bool(asked.text or asked.mark or asked.typed.values["au"]),
        "today": clock.today(),
    }
    return render(request, "references/list.html", context, status=422 if asked.typed.errors else 200)


def _filters(found: list[ReferenceValue], asked: Asked) -> list[dict[str, Any]]:
    marks = (("", "Toutes"), ("C", "Confirmées"), ("S", "Sources secondaires"), ("U", "Non vérifiées"),
             ("D", "Choix de conception"))  # fmt: skip
    kept = {name: asked.typed.values[name] for name in ("q", "au") if asked.typed.values[name]}
    return [
        {
            "label": label,
            "url": "?" + urlencode(kept | ({"confiance": mark} if mark else {})),
            "current": asked.mark == mark,
            "count": len(_marked(found, mark)),
        }
        for mark, label in marks
    ]


def export(request: HttpRequest) -> HttpResponse:
    """The same list for a spreadsheet; a date that cannot be read gets the page that says so."""
    asked = asked_in(request)
    if asked.typed.errors:
        return show(request)
    # fmt: off
    heading = ["Sujet", "Libellé", "Valeur", "Borne basse", "Borne haute", "Unité", "En vigueur du", "Jusqu’au", "Version",
               "Confiance", "Source", "Remarque"]
    # fmt: on
    lines = (
        [
            SUBJECTS[subject_of(value.key)][0],
            value.label,
            _plain(value.value, value.unit),
            _plain(value.low, value.unit),
            _plain(value.high, value.unit),
            UNITS.get(value.unit, value.unit),
            value.valid_from,
            value.valid_until,
            value.version,
            shown(value).chip[1],
            value.source,
            value.note,
        ]
        for value in _marked(in_force(queries.catalogue(), asked), asked.mark)
    )
    return csv_response(f"levier-references-{asked.on.isoformat()}.csv", heading, lines)


def _plain(value: Any, unit: str) -> str:
    """A number that a spreadsheet reads: decimal comma, no grouping."""
    return typed_figure(value, unit).replace("\u202f", "")


@dataclass(frozen=True, slots=True)
class Version:
    """A line of a value's history. `correct`: the address where the mission corrects it."""

    shown: Shown
    state: tuple[str, str, str]
    row: StoredValue
    by: str
    correct: str


def value(request: HttpRequest, key: str) -> HttpResponse:
    """One value with every version it had: what, until when, who wrote it and when."""
    rows = history_of(key)
    actor, today = getattr(request, "actor", None), clock.today()
    edits = may_keep_references(actor)
    change = reverse("reference-change", args=[key])
    versions = [
        Version(
            shown(queries.as_value(row)),
            state_of(row, today),
            row,
            row.created_by_label if actor is not None or row.published else SOMEBODY,
            f"{change}?du={row.valid_from.isoformat()}" if edits and row.replaced_at is None else "",
        )
        for row in rows
    ]
    current = next((one for one in versions if one.state[1] == "En vigueur"), None)
    anchor = subject_of(key)
    context = {
        "key": key,
        "label": rows[0].label,
        "versions": versions,
        "current": current,
        "edits": edits,
        "crumbs": [
            ("Valeurs de référence", reverse("references")),
            (SUBJECTS[anchor][0], f"{reverse('references')}#{anchor}"),
            (rows[0].label, ""),
        ],
    }
    return render(request, "references/value.html", context)


def history_of(key: str) -> tuple[StoredValue, ...]:
    """Raise NotForYou where no value has that key."""
    rows = queries.history(key) if len(key) <= 80 and "\x00" not in key else ()
    if not rows:
        raise NotForYou
    return rows
