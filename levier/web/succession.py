"""An establishment that closed, and the one that goes on: told by the mission, from the commitment that it still owes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.successions import record_succession, succession_of
from levier.commitments.queries import commitment_for
from levier.foundation.french import typeset
from levier.foundation.identifiers import siret_is_valid
from levier.foundation.objections import Refusal
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("siret", "name", "since", "reason")


def show(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    typed = Typed(request.POST, FIELDS)
    if request.method == "POST":
        siret = "".join(typed.values["siret"].split())
        since = typed.day("since", missing="Choisissez la date de la reprise.")
        if not siret_is_valid(siret):
            typed.wrong("siret", "Un SIRET a quatorze chiffres et une clé exacte. Vérifiez-le.")
        if not typed.errors:
            try:
                made = record_succession(
                    actor=actor, closed=found.holder, siret=siret, name=typed.values["name"][:200], since=since,
                    reason=typed.values["reason"], now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal)
            else:
                messages.success(
                    request, typeset(f"{made.successor.name} reprend {found.holder.name} : ses contacts y ont accès.")
                )
                return SeeOther(reverse("company-invite", args=[commitment]))
    context = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            ("Contacts de l’entreprise", reverse("company-invite", args=[commitment])),
            ("Reprise", ""),
        ],
        "commitment": found,
        "known": succession_of(found.holder_id),
        "typed": typed,
    }
    return render(request, "access/succession.html", context, status=422 if typed.errors else 200)
