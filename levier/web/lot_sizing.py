"""Sizing a lot: choose a trade, a rate and a cost, see the hours at once, keep the study."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.procurement.actions import usable_amount
from levier.procurement.models import Lot
from levier.procurement.queries import lot_for
from levier.reference.labels import CONFIDENCES
from levier.reference.values import Catalogue, ReferenceValue
from levier.sizing.actions import keep_study
from levier.sizing.calculation import Sized, SizingChoice, size
from levier.sizing.policies import may_size
from levier.sizing.queries import studies_of
from levier.sizing.sectors import costs, rates, sectors, suggested_sector, usual_choice
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.lot_methods import method_tabs
from levier.web.typed import SeeOther, Typed

FIELDS = ("amount", "share", "own_share", "rate", "own_rate", "cost", "own_cost")


def show(request: HttpRequest, lot: str) -> HttpResponse:
    """GET calculates what the address says; POST keeps it."""
    actor, today = actor_of(request), clock.today()
    found = lot_for(actor, lot)
    if not may_size(actor, buyer_id=found.contract.buyer_id):
        raise NotForYou
    catalogue = reference_values()
    data = request.POST if request.method == "POST" else request.GET
    asked = any(name in data for name in FIELDS)
    typed = Typed(_with_usual(data, found) if asked else _first_values(found), FIELDS)
    choice = _choice(typed) if asked or (typed.values["amount"] and typed.values["share"]) else None
    sized = None
    if choice is not None:
        try:
            if request.method == "POST":
                study = keep_study(
                    actor=actor, lot_id=found.public_id, choice=choice, catalogue=catalogue, now=clock.now()
                )
                said = (
                    f"Calibrage gardé : {wording.hours(study.hours, 0)}. Ensuite : inscrire l’engagement du titulaire."
                )
                messages.success(request, said)
                return SeeOther(reverse("study", args=[study.public_id]))
            sized = size(choice, catalogue, today)
        except Refusal as refusal:
            typed.refused(refusal)
    return _page(request, actor, found, typed, sized, catalogue, today)


def _first_values(lot: Lot) -> dict[str, str]:
    """The lot's amount, and what usually goes with the trade its CPV code suggests."""
    amount = usable_amount(lot)
    values = {"amount": wording.quantity(amount) if amount is not None else ""}
    sector = suggested_sector(lot.cpv)
    if sector:
        usual = usual_choice(sector)
        values |= {"share": usual.share, "rate": usual.rate, "cost": usual.cost}
    return values


def _with_usual(data: Any, lot: Lot) -> dict[str, str]:
    """What was typed; a trade chosen alone brings its usual rate and cost."""
    values = {name: data.get(name, "") for name in FIELDS}
    changed = bool(values["share"]) and data.get("was", values["share"]) != values["share"]
    if values["share"] and (changed or not (values["rate"] or values["cost"])):
        usual = usual_choice(values["share"].partition(".")[2])
        values |= {"rate": usual.rate, "cost": usual.cost}
    if not values["amount"] and "amount" not in data:
        values["amount"] = _first_values(lot)["amount"]
    return values


def _choice(typed: Typed) -> SizingChoice | None:
    amount = typed.amount("amount", missing="Écrivez le montant hors taxes du lot, par exemple 480 000.")
    own_share, own_rate = typed.fraction("own_share"), typed.fraction("own_rate")
    own_cost = typed.amount("own_cost")
    if typed.errors or amount is None:
        return None
    values = typed.values
    return SizingChoice(amount, values["share"], values["rate"], values["cost"], own_share, own_rate, own_cost)


def _options(values: Iterable[ReferenceValue], prefix: str) -> list[tuple[str, str]]:
    found = []
    for one in values:
        name = one.label.removeprefix(prefix).lstrip(" ,")
        found.append((one.key, f"{name[:1].upper()}{name[1:]}, {_figure(one)}"))
    return found


def _figure(value: ReferenceValue) -> str:
    if value.unit == "FRACTION":
        return wording.percent(value.value)
    return f"{wording.euros(value.value)} l’heure"


def _page(
    request: HttpRequest, actor: Actor, lot: Lot, typed: Typed, sized: Sized | None, catalogue: Catalogue, today: date
) -> HttpResponse:
    contract = lot.contract
    context: dict[str, Any] = {
        "tabs": method_tabs(lot, "labour_share"),
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id])),
            (f"Calibrage du lot {lot.number}", ""),
        ],
        "lot": lot,
        "contract": contract,
        "typed": typed,
        "sized": sized,
        "factors": [
            ("Part de main-d’œuvre", sized.share),
            ("Taux d’insertion", sized.rate),
            ("Coût horaire", sized.cost),
        ]
        if sized
        else [],
        "shares": [("", "Choisir un corps d’état"), *_options(sectors(catalogue, today), "Part de main-d’œuvre")],
        "rates": [("", "Choisir un taux"), *_options(rates(catalogue, today), "Taux d’insertion")],
        "costs": [("", "Choisir un coût"), *_options(costs(catalogue, today), "Coût horaire chargé")],
        "confidences": CONFIDENCES,
        "studies": studies_of(actor, [lot.pk]).get(lot.pk, []),
    }
    return render(
        request, "contracts/sizing.html", context, status=422 if typed.errors and request.method == "POST" else 200
    )
