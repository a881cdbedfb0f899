"""Whether the hours of a study can be done: the directory of structures and the people ready are read, and a person may say otherwise."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.foundation.explanation import Explained
from levier.hours.queries import reference_values
from levier.participants.queries import ready_people
from levier.procurement.models import Lot
from levier.procurement.queries import lots_of
from levier.sizing.feasibility import feasibility
from levier.sizing.models import Study
from levier.sizing.queries import study_for
from levier.sizing.sectors import suggested_sector
from levier.sizing.values import Feasibility, FeasibilityFacts, Light
from levier.supply.labels import TRADES
from levier.supply.queries import supply_index
from levier.supply.rules import trade_of_sector
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.typed import Typed

FIELDS = ("structures", "candidates", "duration_months", "lead_weeks")
LIGHTS = {Light.GREEN: ("ok", "Faisable"), Light.AMBER: ("wait", "À assurer"), Light.RED: ("bad", "Difficile")}
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Known:
    """What Levier knows by itself; None where it knows nothing. `capacity`: posts that the structures told."""

    structures: int | None
    capacity: Decimal
    trade: str
    candidates: int | None
    lead_weeks: int | None


def show(request: HttpRequest, study: str) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    found = study_for(actor, study)
    [lot] = lots_of(actor, [found.lot.contract_id]).filter(pk=found.lot_id)
    known = known_of(actor, found, lot, today)
    typed = Typed(request.GET, FIELDS)
    said = {
        name: typed.whole(name, low=int(name == "duration_months"), high=100_000, wrong="Écrivez un nombre entier.")
        if typed.values[name]
        else None
        for name in FIELDS
    }
    months = said["duration_months"] or lot.contract.duration_months
    answer: Explained[Feasibility] | None = None
    if months and not typed.errors:
        facts = FeasibilityFacts(
            hours=found.hours, duration_months=months, structures=_first(said["structures"], known.structures),
            candidates=_first(said["candidates"], known.candidates), lead_weeks=_first(said["lead_weeks"], known.lead_weeks),
        )  # fmt: skip
        answer = feasibility(facts, reference_values(), today)
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (lot.contract.reference, reverse("contract", args=[lot.contract.public_id])),
            (f"Calibrage du lot {lot.number}", reverse("study", args=[found.public_id])),
            ("Faisabilité", ""),
        ],
        "study": found,
        "lot": lot,
        "places": [one.territory.short_name for one in lot.territories.all()],
        "known": known,
        "typed": typed,
        "months": lot.contract.duration_months,
        "answer": answer,
        "light": LIGHTS[answer.result.light] if answer else None,
    }
    return render(request, "contracts/feasibility.html", context, status=422 if typed.errors else 200)


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def known_of(actor: Actor, study: Study, lot: Lot, today: date) -> Known:
    """The structures of the trade in the lot's territories (in the département where it has none), and the people of those territories
    who are eligible and without a post, as far as the reader may count them.
    """
    share = study.inputs.get("labour_share")
    sector = share.get("key", "") if isinstance(share, dict) else ""
    trade = trade_of_sector(sector) or trade_of_sector(suggested_sector(lot.cpv))
    numbers = [one.territory.number for one in lot.territories.all()]
    structures, capacity = None, Decimal(0)
    index = supply_index(today)
    if trade is not None and index.known:
        places: list[int | None] = [*numbers] or [None]
        found = [index.found(trade.value, number) for number in places]
        structures, capacity = sum(one.structures for one in found), sum((one.capacity for one in found), Decimal(0))
    contract = lot.contract
    weeks = None
    if contract.notified_on and contract.starts_on and contract.starts_on > contract.notified_on:
        weeks = (contract.starts_on - contract.notified_on).days // DAYS_OF_A_WEEK
    return Known(structures, capacity, TRADES[trade] if trade else "", ready_people(actor, numbers, today), weeks)
