"""Before a tender is published: what holds it, the condition chosen, the waivers; and awards reserved to the social economy."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.foundation.objections import NotForYou, Refusal
from levier.planning import tender_actions
from levier.planning.labels import INSTRUMENTS
from levier.planning.policies import may_prepare
from levier.planning.tender_labels import SCOPES, sentence
from levier.planning.tender_queries import TenderState, planned_instrument, register_of, tender_state, waivers_by_ground
from levier.planning.tendering import WaiverScope
from levier.planning.values import Instrument
from levier.procurement.labels import WAIVER_GROUNDS
from levier.procurement.models import Contract
from levier.procurement.queries import contract_for
from levier.procurement.values import WaiverGround
from levier.reference.queries import catalogue
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.spreadsheet import csv_response
from levier.web.typed import SeeOther, Typed
from levier.web.workbook import Sheet, xlsx_response

FIELDS = ("do", "instrument", "note", "scope", "ground", "reason", "on")
ESS_FIELDS = ("siret", "holder", "awarded_on", "duration_months")
CHOICES = {one.value: one for one in Instrument if one is not Instrument.NONE}
SCOPE_CODES = {one.value: one for one in WaiverScope}
GROUND_CODES = {one.value: one for one in WaiverGround}
HEADING = ("Marché", "Objet", "Acheteur", "Ce qui est écarté", "Motif", "Raison", "Auteur", "Date")


def _prepared(actor: Actor, public_id: str) -> Contract:
    found = contract_for(actor, public_id)
    if not may_prepare(actor, buyer_id=found.buyer_id):
        raise NotForYou
    return found


def show(request: HttpRequest, contract: str) -> HttpResponseBase:
    actor = actor_of(request)
    found = _prepared(actor, contract)
    typed = Typed(request.POST, FIELDS)
    doing = {"condition": _choose, "waiver": _waive, "publish": _publish}.get(typed.values["do"])
    if request.method == "POST" and doing is not None:
        try:
            said = doing(actor, found, typed)
        except Refusal as refusal:
            typed.refused(refusal, default="on" if typed.values["do"] == "publish" else "reason")
        else:
            if said:
                messages.success(request, said)
                return SeeOther(reverse("tender", args=[found.public_id]))
    elif request.method == "GET":
        typed.values |= {"on": clock.today().isoformat(), "instrument": planned_instrument(found)}
    state = tender_state(found)
    return render(request, "planning/tender.html", _context(found, state, typed), status=422 if typed.errors else 200)


def _context(found: Contract, state: TenderState, typed: Typed) -> dict[str, Any]:
    scopes = [
        (one.value, SCOPES[one])
        for one, asked in ((WaiverScope.LAW, state.facts.statutory), (WaiverScope.POLICY, state.facts.policy))
        if asked
    ]
    return {
        "contract": found,
        "state": state,
        "typed": typed,
        "held": sentence(state.held) if state.held and state.facts.published_on is None else "",
        "condition": INSTRUMENTS[Instrument(state.condition.instrument)] if state.condition else "",
        "waivers": [
            (one, SCOPES[WaiverScope(one.scope)], WAIVER_GROUNDS[WaiverGround(one.ground)]) for one in state.waivers
        ],
        "instruments": [("", "Choisissez"), *((code, INSTRUMENTS[one]) for code, one in CHOICES.items())],
        "scopes": scopes,
        "grounds": [("", "Choisissez"), *((one.value, label) for one, label in WAIVER_GROUNDS.items())],
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (found.reference, reverse("contract", args=[found.public_id])),
            ("Avant publication", ""),
        ],
    }


def _choose(actor: Actor, found: Contract, typed: Typed) -> str:
    chosen = typed.choice("instrument", CHOICES, missing="Choisissez ce que le marché prévoira.")
    if chosen is None:
        return ""
    tender_actions.choose_condition(
        actor=actor, contract_id=found.public_id, instrument=chosen, note=typed.values["note"], now=clock.now()
    )
    return f"C’est noté : {INSTRUMENTS[chosen].lower()}."


def _waive(actor: Actor, found: Contract, typed: Typed) -> str:
    scope = typed.choice("scope", SCOPE_CODES, missing="Dites ce que vous écartez.")
    if scope is None:
        return ""
    tender_actions.waive_obligation(
        actor=actor,
        contract_id=found.public_id,
        scope=scope,
        ground=GROUND_CODES.get(typed.values["ground"]),
        reason=typed.values["reason"],
        now=clock.now(),
    )
    return "La dispense est inscrite au registre, avec votre nom et la date."


def _publish(actor: Actor, found: Contract, typed: Typed) -> str:
    day = typed.day("on", missing="Écrivez le jour de la publication.")
    if day is None:
        return ""
    tender_actions.publish_tender(
        actor=actor, contract_id=found.public_id, on=day, catalogue=catalogue(), now=clock.now()
    )
    return "La publication est enregistrée."


def ess(request: HttpRequest, contract: str) -> HttpResponseBase:
    """Record an award reserved to the social economy: the two rules of L2113-16 are checked before anything is written."""
    actor = actor_of(request)
    found = _prepared(actor, contract)
    typed = Typed(request.POST, ESS_FIELDS)
    if request.method == "POST":
        siret = typed.text("siret", longest=20, missing="Écrivez le SIRET de l’entreprise.")
        name = typed.text("holder", longest=200)
        day = typed.day("awarded_on", missing="Écrivez le jour de l’attribution.")
        months = typed.whole("duration_months", low=1, high=600, wrong="Écrivez une durée en mois, de 1 à 600.")
        if day is not None and months is not None and not typed.errors:
            try:
                tender_actions.record_ess_award(
                    actor=actor, contract_id=found.public_id, siret=siret, name=name, awarded_on=day, duration_months=months,
                    catalogue=catalogue(), now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="siret")
            else:
                messages.success(request, "L’attribution réservée est enregistrée.")
                return SeeOther(reverse("tender", args=[found.public_id]))
    else:
        typed.values |= {"awarded_on": clock.today().isoformat(), "duration_months": str(found.duration_months or "")}
    crumbs = [
        ("Marchés", reverse("contracts")),
        (found.reference, reverse("contract", args=[found.public_id])),
        ("Avant publication", reverse("tender", args=[found.public_id])),
        ("Attribution réservée", ""),
    ]
    context = {"contract": found, "typed": typed, "crumbs": crumbs}
    return render(request, "planning/ess.html", context, status=422 if typed.errors else 200)


def waivers(request: HttpRequest) -> HttpResponse:
    """The register of waivers, with the count by ground."""
    actor = actor_of(request)
    counts = waivers_by_ground(actor)
    context = {
        "rows": [(one, SCOPES[WaiverScope(one.scope)], WAIVER_GROUNDS[WaiverGround(one.ground)]) for one in register_of(actor)[:500]],
        "counts": [(SCOPES[WaiverScope(scope)], WAIVER_GROUNDS[WaiverGround(ground)], number) for (scope, ground), number in counts.items()],
        "total": sum(counts.values()),
        "crumbs": [("Programmation", reverse("plan")), ("Registre des dispenses", "")],
    }  # fmt: skip
    return render(request, "planning/waivers.html", context)


def _register_lines(request: HttpRequest) -> list[list[object]]:
    return [
        [one.contract.reference, one.contract.title, one.contract.buyer.name, SCOPES[WaiverScope(one.scope)],
         WAIVER_GROUNDS[WaiverGround(one.ground)], one.reason, one.decided_by_label, one.at]
        for one in register_of(actor_of(request))
    ]  # fmt: skip


def waivers_csv(request: HttpRequest) -> HttpResponse:
    return csv_response(f"levier-dispenses-{clock.today().isoformat()}.csv", HEADING, _register_lines(request))


def waivers_xlsx(request: HttpRequest) -> HttpResponse:
    sheet = Sheet("Dispenses", HEADING, _register_lines(request), {1: 40, 4: 45, 5: 50})
    return xlsx_response(f"levier-dispenses-{clock.today().isoformat()}.xlsx", [sheet])
