"""One purchase of the plan: what it is, its verdict with the reasons, what a person decides, and the opening of its file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.audit.queries import life_of
from levier.foundation.objections import Refusal
from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.open_data.match_actions import open_and_match
from levier.open_data.matching import alike_need
from levier.planning import need_actions, plan_queries
from levier.planning.drafts import FIELD_NAMES, LABELS
from levier.planning.labels import INSTRUMENTS
from levier.planning.models import Need
from levier.planning.stages import BY_HAND, STAGES, Stage
from levier.planning.values import Instrument
from levier.procurement.labels import WAIVER_GROUNDS
from levier.procurement.values import WaiverGround
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.need_follow import follow_up
from levier.web.plan_words import field_in_words, hours_of, nature_in_words, shown, start_in_words
from levier.web.typed import SeeOther, Typed

EVENTS = {
    "need.added": "Ajouté à la main", "need.changed": "Modifié", "need.moved": "Changé d’étape", "need.decided": "Instrument retenu",
}  # fmt: skip
HELP = {
    "amount": "1 250 000, 1 250 k€ ou 1,25 M€.", "start": "T3 2027, septembre 2027 ou 15/09/2027.", "duration_months": "En mois, ou « 2 ans ».",
    "nature": "Travaux, services ou fournitures.", "cpv": "Huit chiffres.",
}  # fmt: skip


def show(request: HttpRequest, need: str) -> HttpResponseBase:
    actor = actor_of(request)
    found = plan_queries.need_for(actor, need)
    typed = Typed(request.POST, ("do", "stage", "instrument", "reason", "published", "shares"))
    doing = {"stage": _move, "instrument": _choose, "open": _open, "award": _award}.get(typed.values["do"])
    if request.method == "POST" and doing is not None:
        try:
            answer = doing(request, actor, found, typed)
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
        else:
            if answer is not None:
                return answer
    return render(request, "planning/need.html", _context(actor, found, typed), status=422 if typed.errors else 200)


def _context(actor: Actor, found: Need, typed: Typed) -> dict[str, Any]:
    verdict = found.verdict or {}
    hours = hours_of(verdict)
    stage = Stage(found.stage)
    return {
        "need": found,
        "typed": typed,
        "verdict": verdict,
        "shown": shown(found.verdict, hours[2] if hours else 0),  # type: ignore[arg-type]  # zero is a figure of hours too
        "hours": hours,
        "stage": STAGES[stage],
        "nature": nature_in_words(found.category),
        "start": start_in_words(found.starts),
        "follow": follow_up(actor, found),
        "alike": alike_need(actor, found),
        "shares": " ; ".join(["1"] * found.lots) if found.lots and 1 < found.lots <= need_actions.MOST_LOTS else "",
        "chosen": INSTRUMENTS[Instrument(found.chosen)] if found.chosen else "",
        "alternatives": [INSTRUMENTS[Instrument(one)] for one in verdict.get("alternatives", ())],
        "waivable": [WAIVER_GROUNDS[WaiverGround(one)] for one in verdict.get("waivable", ())],
        "instruments": [("", "Choisissez"), *((one.value, label) for one, label in INSTRUMENTS.items())],
        "stages": [(one.value, STAGES[one]) for one in BY_HAND if not found.contract_id or one is Stage.DROPPED or one is stage],
        "events": [
            {"kind": "done", "date": one.at, "text": _event(one.action, one.facts), "by": one.actor_label} for one in life_of(found.public_id)
        ],
        "crumbs": [("Programmation", reverse("plan")), (found.reference or found.title[:60], "")],
    }  # fmt: skip


def _event(action: str, facts: dict[str, Any]) -> str:
    if action == "need.moved":
        return f"Étape : {STAGES[Stage(facts['before'])].lower()} → {STAGES[Stage(facts['after'])].lower()}"
    if action == "need.decided":
        return f"Instrument retenu : {INSTRUMENTS[Instrument(facts['instrument'])].lower()}"
    changed = [
        f"{FIELD_NAMES.get(name, name)} : {field_in_words(name, before)} → {field_in_words(name, after) or '(vide)'}"
        for name, (before, after) in facts.get("fields", {}).items()
        if before
    ]
    return EVENTS.get(action, action) + (f" : {' ; '.join(changed)}" if changed else "")


def _move(request: HttpRequest, actor: Actor, found: Need, typed: Typed) -> HttpResponseBase | None:
    stage = typed.choice("stage", {one.value: one for one in Stage}, missing="Choisissez une étape.")
    if stage is None:
        return None
    need_actions.move_need(actor=actor, public_id=found.public_id, stage=stage, now=clock.now())
    messages.success(request, f"Étape : {STAGES[stage].lower()}.")
    return SeeOther(reverse("need", args=[found.public_id]))


def _choose(request: HttpRequest, actor: Actor, found: Need, typed: Typed) -> HttpResponseBase | None:
    chosen = typed.choice(
        "instrument", {one.value: one for one in Instrument}, missing="Choisissez l’instrument retenu."
    )
    if chosen is None:
        return None
    need_actions.choose_instrument(
        actor=actor, public_id=found.public_id, instrument=chosen, reason=typed.values["reason"], now=clock.now()
    )
    messages.success(request, f"Retenu : {INSTRUMENTS[chosen].lower()}.")
    return SeeOther(reverse("need", args=[found.public_id]))


def _open(request: HttpRequest, actor: Actor, found: Need, typed: Typed) -> HttpResponseBase | None:
    parts = [part.strip().removesuffix("%") for part in typed.values["shares"].split(";") if part.strip()]
    try:
        shares = [parse_decimal(part) for part in parts]
    except NotAQuantity as error:
        typed.wrong("shares", str(error))
        return None
    contract = need_actions.open_file(actor=actor, public_id=found.public_id, now=clock.now(), shares=shares)
    messages.success(request, "Le dossier du marché est ouvert. Examinez-le : la publication en dépend.")
    return SeeOther(reverse("tender", args=[contract.public_id]))


def _award(request: HttpRequest, actor: Actor, found: Need, typed: Typed) -> HttpResponseBase:
    made = open_and_match(
        actor=actor, need_id=found.public_id, published_id=typed.values["published"][:40], now=clock.now()
    )
    messages.success(
        request, "Le dossier est ouvert et l’attribution rattachée. Ensuite : inscrire l’engagement du titulaire."
    )
    return SeeOther(reverse("contract", args=[made.contract.public_id]))


def new(request: HttpRequest) -> HttpResponseBase:
    return _form(request, None)


def edit(request: HttpRequest, need: str) -> HttpResponseBase:
    return _form(request, plan_queries.need_for(actor_of(request), need))


def _form(request: HttpRequest, found: Need | None) -> HttpResponseBase:
    actor = actor_of(request)
    buyers = [found.organisation] if found else plan_queries.buyers_of(actor)
    typed = Typed(request.POST if request.method == "POST" else _values(found), ("organisation", *need_actions.TYPED))
    if request.method == "POST":
        chosen = next((one for one in buyers if one.public_id == typed.values["organisation"]), buyers[0])
        try:
            kept = need_actions.type_need(
                actor=actor,
                organisation=chosen,
                texts=typed.values,
                public_id=found.public_id if found else "",
                now=clock.now(),
            )
        except Refusal as refusal:
            typed.refused(refusal, default="object")
        else:
            messages.success(request, "La ligne est dans la programmation, avec son avis.")
            return SeeOther(reverse("need", args=[kept.public_id]))
    fields = [
        (name, LABELS[name], typed.values[name], typed.errors.get(name, ""), HELP.get(name, ""))
        for name in need_actions.TYPED
        if name != "comment"
    ]
    context = {
        "need": found,
        "typed": typed,
        "fields": fields,
        "buyers": [(one.public_id, one.name) for one in buyers] if len(buyers) > 1 else [],
        "crumbs": [("Programmation", reverse("plan")), *([(found.reference or found.title[:60], reverse("need", args=[found.public_id]))] if found else []),
                   ("Modifier" if found else "Nouvelle ligne", "")],
    }  # fmt: skip
    return render(request, "planning/need_form.html", context, status=422 if typed.errors else 200)


def _values(found: Need | None) -> dict[str, str]:
    if found is None:
        return {}
    amount = "" if found.amount is None else f"{found.amount:f}".replace(".", ",")
    return {
        "reference": found.reference, "object": found.title, "nature": nature_in_words(found.category), "amount": amount, "cpv": found.cpv,
        "start": start_in_words(found.starts), "duration_months": str(found.duration_months or ""), "department": found.department,
        "place": found.place, "procedure": found.procedure, "lots": str(found.lots or ""), "comment": found.comment,
    }  # fmt: skip
