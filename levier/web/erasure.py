"""Asking to be erased, on one's own page; and what the mission reads of such requests: references, never a name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.erasure.actions import ask_erasure, look_again, preview, withdraw_request
from levier.erasure.labels import OUTCOMES, TO_THE_MISSION, TO_THE_PERSON
from levier.erasure.queries import open_request, requests_visible_to
from levier.erasure.values import Obstacle, Outcome
from levier.foundation.pagination import page_of
from levier.participants.models import Person
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.own import around
from levier.web.own_visit import leave, minutes, own, private
from levier.web.typed import SeeOther

PAGE_LENGTH = 40
LOOKED = {
    Outcome.ERASED: "Plus rien ne la retenait : la fiche est effacée.",
    Outcome.LIMITED: "La fiche reste mise de côté : {why}.",
    Outcome.KEPT: "La personne travaille de nouveau : sa fiche est gardée, sa demande est close.",
}


@own
def erase(request: HttpRequest, person: Person) -> HttpResponse:
    """What would happen is said before the button; after it, what has happened."""
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        withdraw_request(person=person, now=clock.now())
        messages.success(request, "Votre demande est retirée. Votre fiche est de nouveau suivie.")
        return SeeOther(reverse("own-erase"))
    if request.method == "POST":
        made = ask_erasure(person=person, now=clock.now())
        if made.outcome == Outcome.ERASED:
            leave(request)
            return SeeOther(reverse("own-gone"))
        return SeeOther(reverse("own-erase"))
    found, standing = preview(person, clock.today()), open_request(person)
    context = {
        "answer": found,
        "reasons": [TO_THE_PERSON[obstacle] for obstacle in found.obstacles],
        "standing": standing,
        **around(person, "own-data"),
    }
    return render(request, "erasure/own.html", context)


@private
def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "erasure/gone.html", {"minutes": minutes()})


def requests(request: HttpRequest) -> HttpResponse:
    """Files set aside first, the oldest first; then what was done."""
    found = requests_visible_to(actor_of(request)).select_related("person__territory")
    asked = request.GET.get("etat", "")
    chosen = found.filter(closed_at__isnull=asked != "closes").order_by("asked_at", "pk")
    page = page_of(
        [(one, OUTCOMES[Outcome(one.outcome)], _why(one.obstacles)) for one in chosen],
        request.GET.get("page"),
        PAGE_LENGTH,
    )
    waiting = found.filter(closed_at__isnull=True).count()
    context = {
        "page_obj": page,
        "asked": asked,
        "filters": [
            {"label": "Mises de côté", "url": "?", "current": asked != "closes", "count": waiting},
            {"label": "Closes", "url": "?etat=closes", "current": asked == "closes", "count": found.count() - waiting},
        ],
        "crumbs": [("Personnes", reverse("people")), ("Demandes d’effacement", "")],
    }
    return render(request, "erasure/requests.html", context)


def look(request: HttpRequest, erasure: str) -> HttpResponse:
    """Look again, now that a dispute may be over."""
    found = look_again(actor=actor_of(request), request_id=erasure, now=clock.now())
    messages.success(request, LOOKED[Outcome(found.outcome)].format(why=_why(found.obstacles)))
    return SeeOther(reverse("erasures"))


def _why(obstacles: list[str]) -> str:
    return ", ".join(TO_THE_MISSION[Obstacle(one)] for one in obstacles)
