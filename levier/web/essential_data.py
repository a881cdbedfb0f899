"""Sending our contracts as open data: how many are ready, what each of the others lacks, and the files."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from levier.accounts.values import Actor, Role
from levier.foundation.pagination import page_of
from levier.open_data.exporting.assembling import prepare
from levier.open_data.exporting.gathering import Filters, known_lots
from levier.open_data.exporting.outcome import Form, export
from levier.open_data.exporting.values import KnownLot, Prepared
from levier.procurement.queries import buyers_of, lots_visible_to
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.spreadsheet import csv_response
from levier.web.typed import SeeOther

PAGE_LENGTH = 30
STATES = {"": "À compléter", "pretes": "Prêtes"}
FILES = {
    Form.JSON: ("marches.json", "application/json"),
    Form.XML: ("marches.xml", "application/xml"),
    Form.OCDS: ("ocds.json", "application/json"),
}


def show(request: HttpRequest) -> HttpResponse:
    actor, filters = actor_of(request), filters_in(request)
    prepared = _prepared(actor, filters)
    ready = [one for one in prepared if one.ready]
    waiting = [one for one in prepared if not one.ready]
    state = "pretes" if request.GET.get("etat") == "pretes" else ""
    shown = ready if state else waiting
    page = page_of(shown, request.GET.get("page"), PAGE_LENGTH)
    context = {
        "crumbs": [("Marchés", reverse("contracts")), ("Données essentielles", "")],
        "page_obj": page,
        "rows": page.object_list,
        "ready": len(ready),
        "waiting": len(waiting),
        "state": state,
        "tabs": _tabs(request, state, len(waiting), len(ready)),
        "since": request.GET.get("depuis", "")[:10],
        "buyer": filters.buyer,
        "buyers": list(buyers_of(actor)) if actor.role is Role.MISSION else [],
        "most_lacking": _most_lacking(waiting) if len(waiting) > 3 else [],
        "question": urlencode({"depuis": filters.since.isoformat() if filters.since else "", "acheteur": filters.buyer}),
    }  # fmt: skip
    return render(request, "open_data/export.html", context)


def _tabs(request: HttpRequest, state: str, *counts: int) -> list[dict[str, Any]]:
    asked = {name: value for name in ("acheteur", "depuis") if (value := request.GET.get(name, ""))}
    return [
        {"label": label, "url": "?" + urlencode({**asked, **({"etat": code} if code else {})}), "current": code == state, "count": count}
        for (code, label), count in zip(STATES.items(), counts, strict=True)
    ]  # fmt: skip


def filters_in(request: HttpRequest) -> Filters:
    """What cannot be read is left out: the page then shows all."""
    buyer = request.GET.get("acheteur", "")
    try:
        since = date.fromisoformat(request.GET.get("depuis", ""))
    except ValueError:
        since = None
    return Filters(since, buyer if len(buyer) == 14 and buyer.isascii() and buyer.isdigit() else "")


def _known(actor: Actor, filters: Filters) -> list[KnownLot]:
    return known_lots(lots_visible_to(actor), filters)


def _prepared(actor: Actor, filters: Filters) -> list[Prepared]:
    today = clock.today().isoformat()
    return [prepare(lot, published_on=today) for lot in _known(actor, filters)]


def _most_lacking(waiting: Iterable[Prepared]) -> list[tuple[str, int]]:
    """The fields that hold most records back."""
    counts: dict[str, int] = {}
    for one in waiting:
        for lack in one.lacks:
            counts[lack.label] = counts.get(lack.label, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:6]


def _download(request: HttpRequest, form: Form) -> HttpResponse:
    actor = actor_of(request)
    outcome = export(
        _known(actor, filters_in(request)),
        form,
        published_on=clock.today(),
        publisher=actor.organisation_name,
        address=settings.PUBLIC_ADDRESS,
    )
    if not outcome.data:
        messages.warning(request, "Aucune fiche n’est complète : complétez d’abord celles de la liste.")
        return SeeOther(reverse("essential-data"))
    name, kind = FILES[form]
    response = HttpResponse(outcome.data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def as_json(request: HttpRequest) -> HttpResponse:
    return _download(request, Form.JSON)


def as_xml(request: HttpRequest) -> HttpResponse:
    return _download(request, Form.XML)


def as_ocds(request: HttpRequest) -> HttpResponse:
    return _download(request, Form.OCDS)


def lacks_csv(request: HttpRequest) -> HttpResponse:
    """One line for each field that each record lacks."""
    heading = [
        "Acheteur",
        "SIRET de l’acheteur",
        "Référence",
        "Lot",
        "Objet",
        "Rubrique",
        "Libellé",
        "Ce qu’il faut écrire",
    ]
    lines: Iterable[Iterable[Any]] = (
        (one.lot.buyer.name, one.lot.buyer.siret, one.lot.reference, one.lot.lot_number, one.lot.title, lack.field, lack.label, lack.ask)
        for one in _prepared(actor_of(request), filters_in(request))
        for lack in one.lacks
    )  # fmt: skip
    return csv_response(f"levier-fiches-incompletes-{clock.today().isoformat()}.csv", heading, lines)
