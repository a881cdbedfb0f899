"""By which way the hours of a commitment are done: four ways side by side, a mix, and the plan that is kept."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from levier.accounts.models import Membership
from levier.accounts.queries import contacts_of
from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment
from levier.commitments.queries import commitment_for
from levier.foundation.french import typeset
from levier.foundation.objections import Refusal
from levier.foundation.quantities import NotAQuantity, parse_hours
from levier.onboarding.actions import explained_plan, hours_left, keep_plan
from levier.onboarding.labels import STEPS, WAYS, WHEN
from levier.onboarding.models import ActionPlan
from levier.onboarding.plan_note import note_pdf
from levier.onboarding.queries import Nearby, plans_of, structures_for, trade_of
from levier.onboarding.values import Part, Plan, Way, WayLine
from levier.organisations.labels import STRUCTURE_KINDS
from levier.organisations.values import StructureKind
from levier.reference.queries import catalogue
from levier.supply.labels import TRADES
from levier.territories.queries import contact_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed
from levier.web.ways_note import note_of

HOURS = {way: f"h_{way.value}" for way in Way}
FIELDS = (*HOURS.values(), "decided_on", "owner", "note")


@dataclass(frozen=True, slots=True)
class Card:
    """One way for all the hours that are left."""

    way: Way
    name: str
    when: str
    line: WayLine
    steps: tuple[str, ...]
    nearby: Nearby | None

    @property
    def structures(self) -> list[tuple[Any, str]]:
        """The structures with their kind in words."""
        return [(one, STRUCTURE_KINDS[StructureKind(one.kind)]) for one in self.nearby.shown] if self.nearby else []


def show(request: HttpRequest, commitment: str) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    found = commitment_for(actor, commitment)
    left, kept = hours_left(found, today), plans_of(actor, [found.pk]).get(found.pk)
    typed, people = _typed(request, kept, left, today), contacts_of(found.holder_id, today=today)
    mixed: Plan | None = None
    if request.method == "POST":
        parts = _parts(typed)
        decided_on = typed.day("decided_on", missing="Choisissez le jour où les démarches commencent.")
        if not typed.errors and decided_on is not None:
            try:
                mixed = explained_plan(found, parts, decided_on, left, catalogue()).result
                if request.POST.get("do") == "keep":
                    _keep(actor, found, parts, decided_on, typed)
                    messages.success(request, typeset("Le plan est gardé. Vous pouvez l’imprimer ou le télécharger."))
                    return SeeOther(reverse("ways", args=[commitment]))
            except Refusal as refusal:
                typed.refused(refusal, default="parts")
    context = {
        **_page(actor, found, left, kept, people),
        "typed": typed,
        "mixed": _named(mixed) if mixed else [],
        "total": mixed,
        "lines": [
            (HOURS[way], label, typed.values[HOURS[way]], typed.errors.get(HOURS[way], ""))
            for way, label in WAYS.items()
        ],
    }
    return render(request, "access/ways.html", context, status=422 if typed.errors else 200)


def note(request: HttpRequest, commitment: str) -> HttpResponse:
    """The plan that was kept, or the ways side by side while none is, as a PDF."""
    actor, today = actor_of(request), clock.today()
    found = commitment_for(actor, commitment)
    left, kept = hours_left(found, today), plans_of(actor, [found.pk]).get(found.pk)
    cards = _cards(found, left, today)
    if kept:
        lines = explained_plan(found, _kept_parts(kept), kept.decided_on, found.due_hours, catalogue()).result.lines
    else:
        lines = tuple(card.line for card in cards)
    near = {card.way: card.structures for card in cards}
    content = note_pdf(
        note_of(
            found,
            lines,
            kept,
            left=wording.hours(left),
            near=near,
            facilitator=contact_of(found.territory.number, today),
        ),
        at=kept.at if kept else clock.now(),
    )
    name = f"plan-action-{found.lot.contract.reference}.pdf"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _page(
    actor: Actor, found: Commitment, left: Decimal, kept: ActionPlan | None, people: list[Membership]
) -> dict[str, Any]:
    today, contract = clock.today(), found.lot.contract
    trade = trade_of(found)
    return {
        "crumbs": [
            ("Mes marchés" if actor.role is Role.COMPANY else "Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id]) + "?rubrique=engagements"),
            ("Par quelle voie ?", ""),
        ],
        "commitment": found,
        "contract": contract,
        "left": left,
        "is_company": actor.role is Role.COMPANY,
        "ended": found.ends_on < today,
        "cards": _cards(found, left, today),
        "kept": kept,
        **(_kept_words(kept) if kept else {}),
        "trade": TRADES[trade] if trade else "",
        "owners": [("", "Choisir une personne"), *((one.public_id, one.name) for one in people)],
        "no_contact": not people,
    }


def _cards(found: Commitment, left: Decimal, today: date) -> list[Card]:
    if not left or found.ends_on < today:
        return []
    near, values = structures_for(found, today), catalogue()
    cards = []
    for way, name in WAYS.items():
        line = explained_plan(found, [Part(way, left)], today, left, values).result.lines[0]
        cards.append(Card(way, name, WHEN[way], line, STEPS[way], near.get(way)))
    return cards


def _named(plan: Plan) -> list[tuple[str, WayLine]]:
    return [(WAYS[line.way], line) for line in plan.lines]


def _kept_words(kept: ActionPlan) -> dict[str, str]:
    ways = ", ".join(f"{WAYS[part.way]} : {wording.hours(part.hours)}" for part in _kept_parts(kept))
    told = f"Plan gardé par {kept.author_label} le {wording.moment(kept.at)}"
    day = wording.long_day(kept.decided_on, weekday=False)
    note = f" {kept.note}" if kept.note else ""
    what = f"{ways}. Suivi par {kept.owner.name}, démarches à partir du {day}.{note}"
    return {"kept_who": typeset(told), "kept_what": typeset(what)}


def _kept_parts(kept: ActionPlan) -> list[Part]:
    return [Part(Way(part["way"]), Decimal(part["hours"])) for part in kept.parts]


def _typed(request: HttpRequest, kept: ActionPlan | None, left: Decimal, today: date) -> Typed:
    if request.method == "POST":
        return Typed(request.POST, FIELDS)
    asked = request.GET.get("voie", "")
    told = {"decided_on": today.isoformat()}
    if asked in HOURS:
        told |= {HOURS[Way(asked)]: wording.quantity(left)}
    elif kept:
        told |= {HOURS[part.way]: wording.quantity(part.hours) for part in _kept_parts(kept)}
        told |= {"decided_on": kept.decided_on.isoformat(), "owner": kept.owner.public_id, "note": kept.note}
    return Typed(told, FIELDS)


def _parts(typed: Typed) -> list[Part]:
    parts = []
    for way, name in HOURS.items():
        try:
            hours = parse_hours(typed.values[name]) if typed.values[name] else Decimal(0)
        except NotAQuantity as error:
            typed.wrong(name, str(error))
            continue
        if hours < 0:
            typed.wrong(name, "Écrivez un nombre d’heures positif, ou rien.")
        parts.append(Part(way, hours))
    return parts


def _keep(actor: Actor, found: Commitment, parts: list[Part], decided_on: date, typed: Typed) -> None:
    keep_plan(
        actor=actor, commitment_id=found.public_id, parts=parts, decided_on=decided_on, owner_id=typed.values["owner"],
        note=typed.values["note"], catalogue=catalogue(), now=clock.now(),
    )  # fmt: skip
