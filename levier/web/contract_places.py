"""Choosing where lots are carried out, hence their facilitators: proposals from the published place, a person decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.foundation.objections import NotForYou, Refusal
from levier.procurement.actions import choose_territories
from levier.procurement.models import Contract
from levier.procurement.policies import may_locate
from levier.procurement.queries import contract_for, lots_of
from levier.territories.labels import location_sentence
from levier.territories.map import territory_map
from levier.territories.queries import belongings, directory, proposals_for_place, territories
from levier.territories.values import Location, Outcome
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther


def show(request: HttpRequest, contract: str) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    found = contract_for(actor, contract)
    if not may_locate(actor):
        raise NotForYou
    location = proposals_for_place(found.place_code, found.place_kind, clock.today())
    if request.method != "POST":
        clicked = request.GET.get("territoire", "")
        chosen = (
            {int(clicked)} if clicked.isascii() and clicked.isdigit() and len(clicked) < 3 else _first_choice(location)
        )
        return _page(request, actor, found, location, chosen=chosen, errors={})
    numbers = [int(number) for number in request.POST.getlist("territories") if number.isascii() and number.isdigit()][
        :99
    ]
    try:
        moved = choose_territories(
            actor=actor,
            contract_id=found.public_id,
            lot_ids=request.POST.getlist("lots"),
            territory_numbers=numbers,
            now=now,
            read_from_place=location.outcome is Outcome.ASSIGNED and numbers == [location.territory],
        )
    except Refusal as refusal:
        errors = {one.field: text for one, text in zip(refusal.objections, refusal.sentences, strict=True)}
        return _page(request, actor, found, location, chosen=set(numbers), errors=errors)
    said = f"{wording.plural(moved, 'lot a son,lots ont leur')} territoire" if moved else "C’était déjà le choix fait"
    messages.success(request, f"{said}. Ensuite : calibrer les heures.")
    return SeeOther(reverse("contract", args=[found.public_id]) + "?rubrique=lots")


def _first_choice(location: Location) -> set[int]:
    """What is ticked before anybody chose: the one sure territory, never a guess among several."""
    return {location.territory} if location.outcome is Outcome.ASSIGNED and location.territory else set()


def _page(
    request: HttpRequest,
    actor: Actor,
    contract: Contract,
    location: Location,
    *,
    chosen: set[int],
    errors: dict[str, str],
) -> HttpResponse:
    lots = list(lots_of(actor, [contract.pk]))
    near = {one.territory: one for one in location.proposals} if len(location.proposals) < 9 else {}
    entries = sorted(directory(clock.today()), key=lambda one: (one.territory.number not in near, one.territory.number))
    posted = request.method == "POST"
    ticked = set(request.POST.getlist("lots")) if posted else _lots_to_tick(request, lots)
    if not posted and not chosen and len(lots) == 1:
        chosen = {place.territory.number for place in lots[0].territories.all()}
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id])),
            ("Territoires", ""),
        ],
        "contract": contract,
        "map": territory_map(
            belongings(clock.today()), territories(), chosen=min(chosen) if len(chosen) == 1 else None
        ),
        "sentence": location_sentence(location),
        "outcome": location.outcome.value,
        "options": [
            {
                "entry": entry,
                "proposal": near.get(entry.territory.number),
                "checked": entry.territory.number in chosen,
                "communes": [one.name for one in entry.communes][:6],
                "more": max(0, len(entry.communes) - 6),
            }
            for entry in entries
        ],
        "lots": [(lot, lot.public_id in ticked) for lot in lots],
        "errors": errors,
        "summary": list(errors.items()),
    }
    return render(request, "contracts/places.html", context, status=422 if errors else 200)


def _lots_to_tick(request: HttpRequest, lots: list[Any]) -> set[str]:
    """The lot named in the address, else those without a territory, else all."""
    if asked := request.GET.get("lot"):
        return {asked}
    waiting = {lot.public_id for lot in lots if not lot.territories.all()}
    return waiting or {lot.public_id for lot in lots}
