"""The table of labour shares: the figures in force, what the facilitators say of them, what was asked and what was done."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.observatory.by_trade import TradeFigures, asked_and_done
from levier.open_data.identity import squeezed_words
from levier.reference.values import ReferenceValue
from levier.sizing.annotating import annotate_share
from levier.sizing.models import ShareAnnotation
from levier.sizing.policies import may_annotate
from levier.sizing.queries import annotations_by_key
from levier.sizing.sectors import SHARES, sectors
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.spreadsheet import csv_response
from levier.web.typed import SeeOther, Typed

PREFIX = "Part de main-d’œuvre, "


@dataclass(frozen=True, slots=True)
class ShareRow:
    value: ReferenceValue
    name: str
    annotations: list[ShareAnnotation]
    figures: TradeFigures | None

    @property
    def anchor(self) -> str:
        return self.value.key.removeprefix(SHARES)


def rows_for(request: HttpRequest) -> list[ShareRow]:
    actor, today = actor_of(request), clock.today()
    said, done = annotations_by_key(actor), asked_and_done(actor, today)
    rows = [
        ShareRow(value, _name(value), said.get(value.key, []), done.get(value.key.removeprefix(SHARES)))
        for value in sectors(reference_values(), today)
    ]
    return sorted(rows, key=lambda row: squeezed_words(row.name))


def _name(value: ReferenceValue) -> str:
    name = value.label.removeprefix(PREFIX)
    return f"{name[:1].upper()}{name[1:]}"


def show(request: HttpRequest) -> HttpResponse:
    actor, rows = actor_of(request), rows_for(request)
    context = {
        "rows": rows,
        "unverified": sum(row.value.confidence == "U" for row in rows),
        "annotated": [row for row in rows if row.annotations],
        "may_annotate": may_annotate(actor),
        "is_mission": actor.role == "mission",
        "own_territory": actor.territory_names[0] if actor.territory_names else "",
    }
    return render(request, "sizing/shares.html", context)


def annotate(request: HttpRequest, trade: str) -> HttpResponse:
    """What a facilitator or the mission has seen of the share of one trade, named as in the keys of the reference values."""
    actor, catalogue, key = actor_of(request), reference_values(), f"{SHARES}{trade}"
    value = next((one for one in sectors(catalogue, clock.today()) if one.key == key), None)
    if value is None or not may_annotate(actor):
        raise NotForYou
    typed = Typed(request.POST if request.method == "POST" else {}, ("text", "proposed"))
    if request.method == "POST":
        proposed = typed.fraction("proposed")
        if not typed.errors:
            try:
                annotate_share(
                    actor=actor,
                    key=key,
                    text=typed.values["text"],
                    proposed=proposed,
                    catalogue=catalogue,
                    now=clock.now(),
                )
            except Refusal as refusal:
                typed.refused(refusal)
            else:
                messages.success(request, "Votre annotation est gardée, avec votre nom et la date.")
                return SeeOther(f"{reverse('labour-shares')}#{key.removeprefix(SHARES)}")
    context = {
        "crumbs": [("Parts de main-d’œuvre", reverse("labour-shares")), (_name(value), "")],
        "value": value,
        "name": _name(value),
        "typed": typed,
        "annotations": annotations_by_key(actor).get(key, []),
        "is_mission": actor.role == "mission",
        "back": f"{reverse('labour-shares')}#{key.removeprefix(SHARES)}",
    }
    return render(request, "sizing/annotate.html", context, status=422 if typed.errors else 200)


def export(request: HttpRequest) -> HttpResponse:
    heading = ["Corps d’état", "Part basse", "Part", "Part haute", "Confiance", "Source", "Version", "Engagements", "Dues à ce jour", "Acceptées",
               "Annotations", "Dernière valeur proposée"]  # fmt: skip
    lines = (
        (
            row.name, row.value.low, row.value.value, row.value.high, row.value.confidence.value, row.value.source, row.value.version,
            row.figures.commitments if row.figures else 0, row.figures.due_to_date if row.figures else None,
            row.figures.accepted if row.figures else None, len(row.annotations),
            next((one.proposed for one in row.annotations if one.proposed is not None), None),
        )
        for row in rows_for(request)
    )  # fmt: skip
    return csv_response(f"levier-parts-de-main-d-oeuvre-{clock.today().isoformat()}.csv", heading, lines)
