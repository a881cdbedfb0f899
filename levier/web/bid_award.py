"""From the winning bid to the commitment: what it promised becomes what it owes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.bids.models import Bid
from levier.bids.policies import may_award
from levier.bids.queries import bid_for
from levier.bids.rules import due_hours
from levier.bids.scoring import AwardTerms, award
from levier.foundation.objections import NotForYou, Refusal
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.bids import crumbs
from levier.web.typed import SeeOther, Typed

NAMES = ("territory", "starts_on", "ends_on", "penalty_rate", "penalty_source")


def show(request: HttpRequest, bid: str) -> HttpResponse:
    actor = actor_of(request)
    found = bid_for(actor, bid)
    if not may_award(actor):
        raise NotForYou
    if request.method != "POST":
        return _page(request, found, Typed(_first(found), NAMES))
    typed = Typed(request.POST, NAMES)
    terms = _terms(typed)
    if terms is not None:
        try:
            made = award(actor=actor, bid_id=bid, terms=terms, now=clock.now())
        except Refusal as refusal:
            typed.refused(refusal, default="territory")
        else:
            messages.success(
                request,
                f"{found.name} doit {wording.hours(made.due_hours)}. Ses promesses sont gardées avec l’engagement.",
            )
            return SeeOther(reverse("contract", args=[found.grid.lot.contract.public_id]) + "?rubrique=engagements")
    return _page(request, found, typed)


def _first(bid: Bid) -> dict[str, str]:
    contract = bid.grid.lot.contract
    places = list(bid.grid.lot.territories.select_related("territory"))
    return {
        "territory": str(places[0].territory.number) if len(places) == 1 else "",
        "starts_on": contract.starts_on.isoformat() if contract.starts_on else "",
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else "",
    }


def _terms(typed: Typed) -> AwardTerms | None:
    number = typed.values["territory"]
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        typed.wrong("territory", "Choisissez le territoire où ces heures seront suivies.")
    starts = typed.day("starts_on", missing="Indiquez le début.")
    ends = typed.day("ends_on", missing="Indiquez la fin.")
    rate = typed.amount("penalty_rate")
    source = typed.text("penalty_source", longest=100)
    if typed.errors or starts is None or ends is None:
        return None
    return AwardTerms(int(number), starts, ends, rate, source)


def _page(request: HttpRequest, bid: Bid, typed: Typed) -> HttpResponse:
    grid = bid.grid
    places = grid.lot.territories.select_related("territory").order_by("territory__number")
    explained = due_hours(grid.minimum_hours, bid.offered_hours)
    context: dict[str, Any] = {
        "crumbs": crumbs(grid.lot, f"Engagement de {bid.name}"),
        "bid": bid,
        "grid": grid,
        "contract": grid.lot.contract,
        "due": explained.result.hours,
        "step": explained.steps[0].sentence,
        "source": explained.sources[0],
        "promises": [(line.label, text) for line in grid.lines.all() if (text := bid.answers.get(str(line.place), ""))],
        "places": [
            ("", "Choisir un territoire"),
            *((str(p.territory.number), f"{p.territory.number} – {p.territory.name}") for p in places),
        ],
        "typed": typed,
        "ready": grid.agreed_at is not None and bid.commitment_id is None,
    }
    return render(request, "bids/award.html", context, status=422 if typed.errors else 200)
