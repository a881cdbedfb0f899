"""The steps of a referral, each a form of its own: the company's answer, withdrawing, not validating."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.foundation.objections import Refusal
from levier.hours.queries import reference_values
from levier.referrals import policies
from levier.referrals.actions import take_step
from levier.referrals.labels import REASONS
from levier.referrals.models import Referral
from levier.referrals.queries import eligible_until, involved_of, open_phone, referral_for
from levier.referrals.values import (
    COMPANY_REASONS,
    FACILITATOR_REASONS,
    REFERRER_REASONS,
    STEPS,
    Reason,
    ReferralState,
)
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.referral_words import journal, name_for
from levier.web.typed import SeeOther, Typed

FIELDS = ("answer", "reason", "note", "meets_on")
ANSWERS = {"rencontrer": ReferralState.TO_MEET, "embaucher": ReferralState.RETAINED, "refuser": ReferralState.REFUSED}
DONE = {
    ReferralState.TO_MEET: "Rencontre notée. Après elle, dites si vous embauchez.",
    ReferralState.RETAINED: "C’est noté : le facilitateur valide l’éligibilité, puis la mise à l’emploi. Attendez-le avant la première heure.",
    ReferralState.REFUSED: "Réponse envoyée, avec son motif, à qui a proposé la personne.",
    ReferralState.WITHDRAWN: "Candidature retirée.",
    ReferralState.NOT_PLACED: "C’est noté, avec le motif ; qui a proposé la personne en est averti.",
}


def answer(request: HttpRequest, referral: str) -> HttpResponse:
    """Meet, hire, or not, with a reason: three forms on one page."""
    typed = Typed(request.POST, FIELDS)
    target = ANSWERS.get(typed.values["answer"], ReferralState.REFUSED)
    return _step(request, referral, typed, target, "referrals/answer.html", COMPANY_REASONS)


def withdraw(request: HttpRequest, referral: str) -> HttpResponse:
    """Whoever proposed the person takes the referral back."""
    typed = Typed(request.POST, FIELDS)
    return _step(request, referral, typed, ReferralState.WITHDRAWN, "referrals/withdraw.html", REFERRER_REASONS)


def not_placed(request: HttpRequest, referral: str) -> HttpResponse:
    """The facilitator cannot validate what the company wants."""
    typed = Typed(request.POST, FIELDS)
    return _step(request, referral, typed, ReferralState.NOT_PLACED, "referrals/withdraw.html", FACILITATOR_REASONS)


def _step(
    request: HttpRequest, referral: str, typed: Typed, target: ReferralState, template: str, reasons: tuple[Reason, ...]
) -> HttpResponse:
    actor = actor_of(request)
    found = referral_for(actor, referral)
    page = reverse("referral", args=[referral])
    if not _possible(actor, found, target):
        messages.info(
            request, "Cette étape n’est plus possible : quelqu’un a répondu entre-temps, ou ce n’est pas à vous."
        )
        return SeeOther(page)
    if request.method == "POST" and _taken(actor, found, target, typed):
        messages.success(request, DONE[target])
        return SeeOther(page)
    journal(actor, [found])
    return render(
        request, template, _context(actor, found, target, typed, reasons), status=422 if typed.errors else 200
    )


def _possible(actor: Actor, found: Referral, target: ReferralState) -> bool:
    step = STEPS.get((ReferralState(found.state), target))
    return step is not None and bool(step.by & policies.parties(actor, involved_of(found)))


def _taken(actor: Actor, found: Referral, target: ReferralState, typed: Typed) -> bool:
    values = typed.values
    meets_on = None
    if target is ReferralState.TO_MEET:
        meets_on = typed.day("meets_on", missing="Indiquez le jour de la rencontre.")
        if typed.errors:
            return False
    try:
        take_step(
            actor=actor, referral_id=found.public_id, target=target, catalogue=reference_values(), now=clock.now(),
            reason=values["reason"], note=values["note"], meets_on=meets_on,
        )  # fmt: skip
    except Refusal as refusal:
        typed.refused(refusal, default="reason")
        return False
    return True


def _context(
    actor: Actor, found: Referral, target: ReferralState, typed: Typed, reasons: tuple[Reason, ...]
) -> dict[str, Any]:
    name = name_for(actor, found)
    return {
        "referral": found,
        "position": found.position,
        "name": name,
        "typed": typed,
        "target": target.value,
        "meets": _possible(actor, found, ReferralState.TO_MEET),
        "until": eligible_until(found.person, clock.today()),
        "phone": open_phone(found),
        "reasons": [("", "Choisir"), *((one.value, REASONS[one]) for one in reasons)],
        "crumbs": [
            ("Postes", reverse("positions")),
            ("Candidatures", reverse("referrals")),
            (name, reverse("referral", args=[found.public_id])),
            ("Étape suivante", ""),
        ],
    }
