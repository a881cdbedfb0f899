"""Screening a contract: what the law requires and what the Département's policy asks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.procurement.actions import screen_contract
from levier.procurement.labels import BUYER_LEVELS, CONTRACT_OBJECTS, SERVICES
from levier.procurement.models import Contract
from levier.procurement.policies import may_screen
from levier.procurement.queries import contract_for, estimate_of
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("object", "service", "estimate", "confirmed", "consultation_date", "duration_months", "buyer")
OBJECTS = {one.value: one for one in ContractObject}
LEVELS = {one.value: one for one in BuyerLevel}


def show(request: HttpRequest, contract: str) -> HttpResponse:
    actor = actor_of(request)
    found = contract_for(actor, contract)
    if not may_screen(actor, buyer_id=found.buyer_id):
        raise NotForYou
    if request.method != "POST":
        return _form(request, found, Typed(_first_values(found), FIELDS))
    typed = Typed(request.POST, FIELDS)
    facts = _facts(typed)
    if facts is not None:
        try:
            kept = screen_contract(
                actor=actor,
                contract_id=found.public_id,
                facts=facts,
                confirmed=bool(typed.values["confirmed"]),
                catalogue=reference_values(),
                now=clock.now(),
            )
        except Refusal as refusal:
            typed.refused(refusal, default="consultation_date")
        else:
            law = "Clause obligatoire" if kept.statutory else "Clause non obligatoire"
            policy = "demandée" if kept.policy else "non demandée"
            messages.success(
                request, f"{law}, {policy} par la politique du Département. Ensuite : choisir le territoire."
            )
            return SeeOther(reverse("contract", args=[found.public_id]) + "?rubrique=examen")
    return _form(request, found, typed)


def _first_values(contract: Contract) -> dict[str, str]:
    estimate = estimate_of(contract)
    started = contract.consultation_on or contract.notified_on
    return {
        "object": contract.category,
        "estimate": wording.quantity(estimate) if estimate is not None else "",
        "consultation_date": started.isoformat() if contract.consultation_on and started else "",
        "duration_months": str(contract.duration_months or ""),
        "buyer": BuyerLevel.LOCAL.value,
    }


def _facts(typed: Typed) -> ScreeningFacts | None:
    what = typed.choice("object", OBJECTS, missing="Choisissez l’objet du marché.")
    estimate = typed.amount("estimate", missing="Écrivez le montant estimé hors taxes, par exemple 480 000.")
    if estimate is not None and not 0 <= estimate <= 10**12:
        typed.wrong("estimate", "Ce montant n’est pas vraisemblable. Écrivez-le en euros, sans les taxes.")
    day = typed.day("consultation_date", missing="Indiquez le jour où la consultation a été lancée (avis publié).")
    months = typed.whole("duration_months", low=1, high=600, wrong="Écrivez une durée en mois, de 1 à 600.")
    buyer = typed.choice("buyer", LEVELS, missing="Choisissez qui achète.")
    if typed.values["service"] and typed.values["service"] not in SERVICES:
        typed.wrong("service", "Choisissez un service de la liste.")
    if not typed.values["confirmed"]:
        typed.wrong("confirmed", "Cochez la case pour confirmer le montant : c’est lui qui décide de l’obligation.")
    if typed.errors or what is None or estimate is None or day is None or months is None or buyer is None:
        return None
    service = typed.values["service"] if what is ContractObject.SERVICES else ""
    return ScreeningFacts(what, estimate, day, months, buyer, service)


def _form(request: HttpRequest, contract: Contract, typed: Typed) -> HttpResponse:
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id])),
            ("Examen", ""),
        ],
        "contract": contract,
        "typed": typed,
        "flagged": contract.lots.exclude(amount_flag="").count(),
        "lots": contract.lots.count(),
        "objects": [(code.value, label) for code, label in CONTRACT_OBJECTS.items()],
        "services": [("", "Autre service, ou ne sait pas"), *SERVICES.items()],
        "levels": [(code.value, label) for code, label in BUYER_LEVELS.items()],
    }
    return render(request, "contracts/screening.html", context, status=422 if typed.errors else 200)
