"""Opening an access beside the companies': a supplying structure, or a prescriber who may decide on eligibility for a time; and the
durations that a buyer counts.
"""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.invitations import end_membership, invite
from levier.accounts.labels import ROLES
from levier.accounts.models import Membership
from levier.accounts.queries import delegations_of
from levier.accounts.values import Actor, Role
from levier.foundation.identifiers import siret_is_valid
from levier.foundation.objections import Refusal
from levier.organisations.actions import make_known
from levier.organisations.models import Organisation
from levier.organisations.values import OrganisationKind
from levier.participants.buyer_windows import buyer_windows, keep_buyer_window
from levier.participants.labels import CONTRACT_KINDS
from levier.participants.values import ContractKind
from levier.territories.models import Territory
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

OPENED = {
    Role.STRUCTURE: "Une structure d’insertion, qui confirme les heures de ses salariés",
    Role.PRESCRIBER: "Un prescripteur, qui décide de l’éligibilité jusqu’à une date",
}
KINDS = {Role.STRUCTURE: OrganisationKind.INCLUSIVE_STRUCTURE, Role.PRESCRIBER: OrganisationKind.PRESCRIBER}
LONGEST_DELEGATION = timedelta(days=366)
"""A delegation is renewed each year by somebody who looks at it (choix de conception)."""


def open_partner(request: HttpRequest) -> HttpResponse:
    """SIRET, name, who, and for a prescriber until when. The link is shown once, to be handed over."""
    actor = actor_of(request)
    typed = Typed(request.POST, ("role", "siret", "organisation", "full_name", "email", "until"))
    context: dict[str, Any] = {"typed": typed}
    if request.method == "POST":
        made = _opened(actor, typed)
        if made is not None:
            path = reverse("welcome", args=[made.user.public_id, made.token]) if made.token else ""
            context |= {"made": made, "link": request.build_absolute_uri(path) if path else ""}
    context |= {
        "roles": [("", "Choisir"), *((role.value, words) for role, words in OPENED.items())],
        "held": [(one, ROLES[Role(one.role)]) for one in delegations_of(actor, today=clock.today())],
        "crumbs": [("Personnes", reverse("people")), ("Accès des partenaires", "")],
    }
    return render(request, "care/partner.html", context, status=422 if typed.errors else 200)


def _opened(actor: Actor, typed: Typed) -> Any:
    role = typed.choice("role", {one.value: one for one in OPENED}, missing="Choisissez pour qui.")
    siret = "".join(typed.values["siret"].split())
    if not siret_is_valid(siret):
        typed.wrong("siret", "Écrivez les 14 chiffres du SIRET ; le dernier vérifie les autres.")
    name = typed.text("organisation", longest=200)
    until = _until(typed) if role is Role.PRESCRIBER else None
    if typed.errors or role is None:
        return None
    now = clock.now()
    try:
        with transaction.atomic():
            if not name and not Organisation.objects.filter(siret=siret).exists():
                typed.wrong("organisation", "Levier ne connaît pas encore ce SIRET : écrivez le nom de l’organisation.")
                return None
            organisation = make_known(siret=siret, name=name, kind=KINDS[role], now=now)
            territory = (
                Territory.objects.filter(pk__in=actor.territory_ids).first() if role is Role.PRESCRIBER else None
            )
            return invite(
                actor=actor, organisation=organisation, role=role, email=typed.values["email"],
                full_name=typed.values["full_name"], territory=territory, valid_until=until, now=now,
            )  # fmt: skip
    except Refusal as refusal:
        typed.refused(refusal, default="email")
        return None


def _until(typed: Typed) -> date | None:
    until = typed.day("until", missing="Dites jusqu’à quand ce prescripteur peut décider.")
    today = clock.today()
    if until is not None and not today < until <= today + LONGEST_DELEGATION:
        typed.wrong("until", "Une délégation finit après aujourd’hui et dure un an au plus : elle se renouvelle.")
    return until


def end_partner(request: HttpRequest, membership: str) -> HttpResponse:
    """Take a delegation or an access back, from tomorrow on."""
    found: Membership = end_membership(actor=actor_of(request), membership_id=membership, now=clock.now())
    messages.success(request, f"L’accès de {found.user.full_name} se termine aujourd’hui.")
    return SeeOther(reverse("partner-access"))


def durations(request: HttpRequest) -> HttpResponse:
    """What buyers count by kind of contract, from when, and where it is written."""
    actor = actor_of(request)
    typed = Typed(request.POST, ("buyer", "kind", "months", "valid_from", "source"))
    if request.method == "POST":
        kind = typed.choice("kind", {one.value: one for one in ContractKind}, missing="Choisissez le type de contrat.")
        months = typed.whole("months", low=1, high=120, wrong="Écrivez un nombre de mois, de 1 à 120.")
        start = typed.day("valid_from", missing="Dites à partir de quand.")
        if kind is not None and months is not None and start is not None:
            try:
                keep_buyer_window(
                    actor=actor, buyer_id=typed.values["buyer"][:26], kind=kind, months=months, valid_from=start,
                    source=typed.values["source"], now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="source")
            else:
                messages.success(request, "La durée est enregistrée. Les décisions déjà prises ne changent pas.")
                return SeeOther(reverse("buyer-durations"))
    buyers = Organisation.objects.filter(kinds__contains=["buyer"]).order_by("name").values_list("public_id", "name")
    context = {
        "typed": typed,
        "rows": [(row, CONTRACT_KINDS[ContractKind(row.kind)]) for row in buyer_windows()],
        "buyers": [("", "Choisir"), *buyers],
        "kinds": [("", "Choisir"), *((one.value, words) for one, words in CONTRACT_KINDS.items())],
        "crumbs": [("Personnes", reverse("people")), ("Durées par acheteur", "")],
    }
    return render(request, "care/durations.html", context, status=422 if typed.errors else 200)
