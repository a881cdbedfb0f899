"""Saying that a person's entry into a SIAE was checked: by the structure that employs them, or by their facilitator."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.participants import policies
from levier.participants.iae_checks import Checked, checks_of, record_iae_check, structure_of
from levier.participants.labels import IAE_STRUCTURES, IAE_WAYS
from levier.participants.models import IaeCheck, Placement
from levier.participants.queries import name_of, placement_for
from levier.participants.values import IaeStructure, IaeWay
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("way", "count", "checked_on", "seen")
WAYS = {way.value: way for way in IaeWay}


def iae_words(one: Checked) -> str:
    """« Vérifiée le 3 novembre 2026 par …, ETTI : critères de niveau 2 (2), éligible »; without the level for who may not know it."""
    check = one.check
    seen = ""
    if one.seen is not None:
        counted = f" ({one.seen.count})" if one.seen.count else ""
        seen = f" : {IAE_WAYS[one.seen.way].lower()}{counted}"
    outcome = "éligible" if check.eligible else "non éligible"
    day = wording.long_day(check.checked_on, weekday=False)
    return typeset(f"Entrée IAE vérifiée le {day} par {check.checked_by_label}, {check.structure}{seen}, {outcome}")


def check(request: HttpRequest, placement: str) -> HttpResponse:
    """The facilitator's own check, from the person's file."""
    actor = actor_of(request)
    found = placement_for(actor, placement)
    return _check(request, actor, found, reverse("person", args=[found.person.public_id]))


def own_check(request: HttpRequest, employed: str) -> HttpResponse:
    """The structure's, from the list of its people."""
    actor = actor_of(request)
    return _check(request, actor, placement_for(actor, employed), reverse("own-people"))


def _check(request: HttpRequest, actor: Actor, found: Placement, back: str) -> HttpResponse:
    structure = structure_of(found)
    may = policies.may_check_iae(actor, territory_id=found.person.territory_id, employer_id=found.employer_id)
    if not may or found.person.limited_at or found.person.anonymised_at:
        raise NotForYou
    record_reads(
        actor=actor, person_public_ids=[found.person.public_id], purpose="vérifier l’entrée en SIAE", what="nom et entrée IAE",
        now=clock.now(),
    )  # fmt: skip
    typed = Typed(request.POST, FIELDS)
    if request.method != "POST":
        typed.values["checked_on"] = clock.today().isoformat()
    elif (made := _recorded(actor, found, typed)) is not None:
        said = "éligible" if made.eligible else "non éligible"
        messages.success(request, typeset(f"Vérification inscrite : {said} à l’entrée dans la structure."))
        return SeeOther(back)
    context: dict[str, Any] = {
        "placement": found,
        "name": name_of(found.person),
        "structure": IAE_STRUCTURES[IaeStructure(structure)] if structure else "",
        "earlier": [iae_words(one) for one in checks_of(actor, [found]).get(found.pk, [])],
        "typed": typed,
        "ways": [("", "Choisissez"), *((way.value, label) for way, label in IAE_WAYS.items())],
        "back": back,
        "crumbs": [
            ("Nos personnes" if actor.role is Role.STRUCTURE else "Personnes", reverse("own-people" if actor.role is Role.STRUCTURE else "people")),
            ("Entrée IAE", ""),
        ],
    }  # fmt: skip
    return render(request, "people/iae.html", context, status=422 if typed.errors else 200)


def _recorded(actor: Actor, found: Placement, typed: Typed) -> IaeCheck | None:
    day = typed.day("checked_on", missing="Indiquez le jour de la vérification.")
    count = typed.values["count"]
    if day is None:
        return None
    try:
        return record_iae_check(
            actor=actor, placement_id=found.public_id, way=WAYS.get(typed.values["way"]),
            count=int(count) if count.isascii() and count.isdigit() and len(count) < 4 else None,
            checked_on=day, proofs_seen=bool(typed.values["seen"]), catalogue=reference_values(), now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        typed.refused(refusal, default="way")
        return None
