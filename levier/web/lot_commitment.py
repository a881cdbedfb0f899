"""Recording what a holder of a lot owes, giving hours up, pooling commitments of one holder."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.commitments.actions import make_commitment, owed, record_pooling, waive_hours
from levier.commitments.labels import HOLDER_ROLES, INSTRUMENTS
from levier.commitments.models import Commitment
from levier.commitments.policies import may_commit, may_pool, may_waive
from levier.commitments.queries import commitment_for, commitments_visible_to
from levier.commitments.values import CommitmentTerms, Instrument
from levier.foundation.identifiers import random_public_id
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.progress import progress
from levier.procurement.models import Lot
from levier.procurement.queries import lot_for
from levier.sizing.models import Study
from levier.sizing.queries import studies_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.due_rule import METHOD_CHOICES, MODE_CHOICES, RULE, rule_typed
from levier.web.typed import SeeOther, Typed

TERMS = (
    "holder",
    "due_hours",
    "study",
    "instrument",
    "territory",
    "starts_on",
    "ends_on",
    "penalty_rate",
    "penalty_source",
    *RULE,
)
INSTRUMENT_CODES = {one.value: one for one in Instrument}


def commit(request: HttpRequest, lot: str) -> HttpResponse:
    actor = actor_of(request)
    found = lot_for(actor, lot)
    if not may_commit(actor):
        raise NotForYou
    studies = studies_of(actor, [found.pk]).get(found.pk, [])
    if request.method != "POST":
        return _commit_page(
            request, found, studies, Typed(_first_terms(found, studies, request.GET.get("study", "")), TERMS)
        )
    typed = Typed(request.POST, TERMS)
    terms = _terms(typed)
    if terms is not None:
        number = typed.values["territory"]
        try:
            made = make_commitment(
                actor=actor,
                lot_id=found.public_id,
                holder_id=typed.values["holder"],
                territory_number=int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0,
                terms=terms,
                now=clock.now(),
                study_id=typed.values["study"],
            )
        except Refusal as refusal:
            typed.refused(refusal, default="holder")
        else:
            said = f"{made.holder.name} doit {wording.hours(made.due_hours)}. Ensuite : trouver la première personne."
            messages.success(request, said)
            return SeeOther(reverse("contract", args=[found.contract.public_id]) + "?rubrique=engagements")
    return _commit_page(request, found, studies, typed)


def _first_terms(lot: Lot, studies: list[Study], asked: str) -> dict[str, str]:
    """The latest study's hours (or the one asked for), the only holder and territory, the contract's dates."""
    study = next((one for one in studies if one.public_id == asked), studies[0] if studies else None)
    holders = list(lot.holders.select_related("organisation"))
    places = list(lot.territories.select_related("territory"))
    contract = lot.contract
    return {
        "holder": holders[0].organisation.public_id if len(holders) == 1 else "",
        "due_hours": wording.quantity(study.hours) if study else "",
        "study": study.public_id if study else "",
        "instrument": Instrument.EXECUTION_CONDITION.value,
        "territory": str(places[0].territory.number) if len(places) == 1 else "",
        "starts_on": contract.starts_on.isoformat() if contract.starts_on else "",
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else "",
    }


def _terms(typed: Typed) -> CommitmentTerms | None:
    if not typed.values["holder"]:
        typed.wrong("holder", "Choisissez l’entreprise qui doit ces heures.")
    if not typed.values["territory"]:
        typed.wrong("territory", "Choisissez le territoire où ces heures seront suivies.")
    rule = rule_typed(typed)
    if rule is None or typed.values["due_hours"]:
        due = typed.hours("due_hours", missing="Écrivez les heures dues, par exemple 660.")
    else:
        due = Decimal(0)
    instrument = typed.choice("instrument", INSTRUMENT_CODES, missing="Choisissez un moyen juridique.")
    starts = typed.day("starts_on", missing="Indiquez le début.")
    ends = typed.day("ends_on", missing="Indiquez la fin.")
    rate = typed.amount("penalty_rate")
    source = typed.text("penalty_source", longest=100)
    if starts and ends and ends < starts:
        typed.wrong(
            "ends_on",
            f"La fin doit venir après le début ({wording.long_day(starts, weekday=False)}). Corrigez l’une des deux dates.",
        )
    if typed.errors or due is None or instrument is None or starts is None or ends is None:
        return None
    return CommitmentTerms(instrument, due, starts, ends, rate, source, rule)


def _crumbs(lot: Lot, last: str) -> list[tuple[str, str]]:
    contract = lot.contract
    here = reverse("contract", args=[contract.public_id])
    return [("Marchés", reverse("contracts")), (contract.reference, here), (last, "")]


def _commit_page(request: HttpRequest, lot: Lot, studies: list[Study], typed: Typed) -> HttpResponse:
    holders = [
        (one.organisation.public_id, f"{one.organisation.name} ({HOLDER_ROLES[one.role].lower()})")
        for one in lot.holders.select_related("organisation").order_by("id")
    ]
    places = [
        (str(one.territory.number), f"{one.territory.number} – {one.territory.name}")
        for one in lot.territories.select_related("territory").order_by("territory__number")
    ]
    context: dict[str, Any] = {
        "crumbs": _crumbs(lot, f"Engagement du lot {lot.number}"),
        "lot": lot,
        "contract": lot.contract,
        "typed": typed,
        "holders": [("", "Choisir une entreprise"), *holders],
        "places": [("", "Choisir un territoire"), *places],
        "instruments": [(code.value, label) for code, label in INSTRUMENTS.items()],
        "studies": [
            ("", "Aucun calibrage"),
            *(
                (one.public_id, f"{wording.hours(one.hours, 0)}, {one.author_label}, {wording.short_day(one.at)}")
                for one in studies
            ),
        ],
        "methods": METHOD_CHOICES,
        "modes": MODE_CHOICES,
        "ready": bool(holders and places),
        "without_place": not places,
    }
    return render(request, "contracts/commit.html", context, status=422 if typed.errors else 200)


def waive(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_waive(actor):
        raise NotForYou
    typed = Typed(
        request.POST if request.method == "POST" else {"once": random_public_id()}, ("hours", "reason", "once")
    )
    if request.method == "POST":
        hours = typed.hours("hours", missing="Écrivez les heures dispensées, par exemple 35.")
        reason = typed.text("reason", longest=500, missing="Écrivez le motif : il figurera au dossier.")
        if hours is not None and not typed.errors:
            try:
                waive_hours(
                    actor=actor, commitment_id=found.public_id, hours=hours, reason=reason, now=clock.now(),
                    once=typed.values["once"][:64],
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="hours")
            else:
                messages.success(
                    request, f"{wording.hours(hours)} dispensées pour {found.holder.name}. Le motif est au dossier."
                )
                return SeeOther(reverse("contract", args=[found.lot.contract.public_id]) + "?rubrique=engagements")
    context = {
        "crumbs": _crumbs(found.lot, "Dispense"),
        "commitment": found,
        "contract": found.lot.contract,
        "typed": typed,
        "figures": progress([found.pk], clock.today())[found.pk],
    }
    return render(request, "contracts/waive.html", context, status=422 if typed.errors else 200)


def pool(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_pool(actor, [owed(found)]):
        raise NotForYou
    typed = Typed(request.POST, ("reference", "signed_on"))
    chosen = request.POST.getlist("commitments") or [found.public_id]
    if request.method == "POST" and _pooled(request, actor, found, typed, chosen):
        return SeeOther(reverse("contract", args=[found.lot.contract.public_id]) + "?rubrique=documents")
    same_holder = (
        commitments_visible_to(actor)
        .filter(holder=found.holder)
        .select_related("lot__contract", "territory")
        .order_by("-starts_on", "id")
    )
    context = {
        "crumbs": _crumbs(found.lot, "Globalisation"),
        "commitment": found,
        "contract": found.lot.contract,
        "typed": typed,
        "choices": [(one, one.public_id in chosen) for one in same_holder],
    }
    return render(request, "contracts/pool.html", context, status=422 if typed.errors else 200)


def _pooled(request: HttpRequest, actor: Actor, commitment: Commitment, typed: Typed, chosen: list[str]) -> bool:
    reference = typed.text("reference", longest=60, missing="Écrivez la référence de la convention.")
    signed = typed.day("signed_on", missing="Indiquez le jour de la signature.")
    if typed.errors or signed is None:
        return False
    try:
        record_pooling(actor=actor, reference=reference, signed_on=signed, commitment_ids=chosen, now=clock.now())
    except Refusal as refusal:
        typed.refused(refusal, default="commitments")
        return False
    messages.success(
        request,
        f"Convention {reference} enregistrée pour {commitment.holder.name} : {len(set(chosen))} engagements réunis.",
    )
    return True
