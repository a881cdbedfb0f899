"""The first meeting with a company: its date, who comes, and the proofs that are kept from then on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.commitments.queries import commitment_for
from levier.foundation.french import typeset
from levier.foundation.objections import Refusal
from levier.onboarding.actions import keep_kick_off
from levier.onboarding.labels import PROOFS
from levier.onboarding.queries import kick_offs_of
from levier.onboarding.values import Proof
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("held_on", "attendees", "note")
USUAL = (Proof.CONTRACT, Proof.TIMESHEET)


def show(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    kept = kick_offs_of(actor, [found.pk]).get(found.pk)
    contract = found.lot.contract
    if request.method == "POST":
        typed, proofs = (
            Typed(request.POST, FIELDS),
            [one for one in Proof if one.value in request.POST.getlist("proofs")],
        )
        held_on = typed.day("held_on", missing="Choisissez la date de la réunion.")
        if not typed.errors or typed.values["held_on"] == "":
            try:
                keep_kick_off(
                    actor=actor, commitment_id=commitment, held_on=held_on, attendees=typed.values["attendees"], proofs=proofs,
                    note=typed.values["note"], now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal)
            else:
                messages.success(request, typeset("La réunion de démarrage et les preuves sont au dossier."))
                return SeeOther(reverse("contract", args=[contract.public_id]) + "?rubrique=engagements")
    elif kept:
        told = {"held_on": kept.held_on.isoformat(), "attendees": kept.attendees, "note": kept.note}
        typed, proofs = Typed(told, FIELDS), [Proof(code) for code in kept.proofs]
    else:
        typed, proofs = Typed({}, FIELDS), list(USUAL)
    context = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id]) + "?rubrique=engagements"),
            ("Réunion de démarrage", ""),
        ],
        "commitment": found,
        "kept": kept,
        "typed": typed,
        "proofs": [(one.value, label, one in proofs) for one, label in PROOFS.items()],
    }
    return render(request, "access/kick_off.html", context, status=422 if typed.errors else 200)
