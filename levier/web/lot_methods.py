"""Sizing a lot by another method than the labour share: the form of the method, its hours at once, the study kept."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from levier.foundation.explanation import NoAnswer
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.procurement.actions import usable_amount
from levier.procurement.models import Lot
from levier.procurement.queries import lot_for
from levier.rulebook.fields import RuleInputError
from levier.rulebook.reading import read_fields
from levier.rulebook.registry import rule
from levier.rulebook.rule import Rule
from levier.sizing.actions import keep_method_study
from levier.sizing.by_method import Measured, measured, rule_of
from levier.sizing.labels import METHODS
from levier.sizing.policies import may_size
from levier.sizing.sectors import suggested_sector, usual_choice
from levier.web import calculators, clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther

FIRST = "invoiced_tranche"
AMOUNTS = ("amount", "turnover", "invoiced")


def show(request: HttpRequest, lot: str) -> HttpResponse:
    """GET calculates what the address says; POST keeps it."""
    actor = actor_of(request)
    found = lot_for(actor, lot)
    if not may_size(actor, buyer_id=found.contract.buyer_id):
        raise NotForYou
    data = request.POST if request.method == "POST" else request.GET
    method = data.get("methode", "") if data.get("methode", "") in METHODS else FIRST
    one = rule(rule_of(method))
    typed = {key: str(value)[:200] for key, value in data.items() if key not in {"methode", "csrfmiddlewaretoken"}}
    if request.method != "POST" and ("ajouter" in typed or "retirer" in typed):
        return redirect(f"{request.path}?{urlencode({'methode': method, **_changed_lines(one, typed)})}#saisie")
    asked = any(value.strip() for key, value in typed.items() if key != "lignes")
    filled = calculators.read(one, typed if asked else _first_values(one, found))
    if not asked or "lignes" in typed:
        filled.faults.clear()
        filled.payload = None
    answer = _measured(method, one, filled, found)
    if request.method == "POST" and filled.payload is not None and answer is not None:
        return _keep(request, method, one, filled.payload, found)
    return _page(request, found, method, one, filled, answer)


def _changed_lines(one: Rule, typed: dict[str, str]) -> dict[str, str]:
    add, remove = typed.pop("ajouter", ""), typed.pop("retirer", "")
    typed.pop("lignes", None)
    changed = calculators.add_line(one, typed, add) if add else calculators.remove_line(one, typed, remove)
    return changed | {"lignes": "1"}


def _first_values(one: Rule, lot: Lot) -> dict[str, str]:
    """What is known of the lot: its amount, its duration, the rate usual in its trade."""
    names = {field.name for field in one.fields}
    values: dict[str, str] = {}
    amount = usable_amount(lot)
    if amount is not None:
        values |= {name: wording.quantity(amount) for name in AMOUNTS if name in names}
    if lot.contract.duration_months and "months" in names:
        values["months"] = str(lot.contract.duration_months)
    if "insertion_rate" in names:
        values["insertion_rate"] = _usual_rate(lot)
    return values


def _usual_rate(lot: Lot) -> str:
    rate = reference_values().at(usual_choice(suggested_sector(lot.cpv) or "building").rate, clock.today())
    return wording.percent(Decimal(rate.value))


def _measured(method: str, one: Rule, filled: calculators.Filled, lot: Lot) -> Measured | None:
    if filled.payload is None:
        return None
    try:
        values = read_fields(filled.payload, one.fields)
        return measured(method, values, lot.cpv, reference_values(), clock.today())
    except NoAnswer as none:
        calculators.refuse(filled, RuleInputError(none.field, str(none)))
    except RuleInputError as error:
        calculators.refuse(filled, error)
    return None


def _keep(request: HttpRequest, method: str, one: Rule, payload: dict[str, Any], lot: Lot) -> HttpResponse:
    try:
        study = keep_method_study(
            actor=actor_of(request), lot_id=lot.public_id, method=method, values=read_fields(payload, one.fields), payload=payload,
            catalogue=reference_values(), now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
        return SeeOther(f"{request.path}?methode={method}")
    messages.success(
        request, f"Calibrage gardé : {wording.hours(study.hours, 0)}. Ensuite : inscrire l’engagement du titulaire."
    )
    return SeeOther(reverse("study", args=[study.public_id]))


def _page(
    request: HttpRequest, lot: Lot, method: str, one: Rule, filled: calculators.Filled, answer: Measured | None
) -> HttpResponse:
    contract = lot.contract
    context = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id])),
            (f"Calibrage du lot {lot.number}", ""),
        ],
        "lot": lot,
        "contract": contract,
        "method": method,
        "label": METHODS[method],
        "purpose": rule(f"sizing.{method}").purpose,
        "tabs": method_tabs(lot, method),
        "parts": calculators.parts(one, filled),
        "errors": calculators.summary(one, filled),
        "typed": filled.typed,
        "answer": answer,
    }
    return render(request, "contracts/sizing_method.html", context, status=422 if filled.faults else 200)


def method_tabs(lot: Lot, current: str) -> list[dict[str, object]]:
    """Every method for a lot; the labour share has its own page, with the trades of the catalogue."""
    own = reverse("lot-methods", args=[lot.public_id])
    first = {
        "label": METHODS["labour_share"],
        "url": reverse("lot-size", args=[lot.public_id]),
        "current": current == "labour_share",
    }
    return [
        first,
        *(
            {"label": label, "url": f"{own}?methode={name}", "current": name == current}
            for name, label in METHODS.items()
            if name != "labour_share"
        ),
    ]
