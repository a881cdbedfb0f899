"""Bringing a company in: find it by its SIRET, invite its people from the award, see where each invitation stands."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from levier.accounts.labels import DUTIES, INVITATION_STATES
from levier.accounts.letters import Told, accept_letter, letters_of, open_letter
from levier.accounts.models import AccessInvitation, Membership
from levier.accounts.queries import contacts_of
from levier.accounts.values import Duty, Role
from levier.commitments.models import Commitment
from levier.commitments.queries import commitment_for
from levier.foundation.french import typeset
from levier.foundation.identifiers import siret_is_valid
from levier.foundation.objections import Refusal
from levier.onboarding.actions import invite_again, invite_from_award, withdraw_invitation
from levier.onboarding.queries import known_company
from levier.reference.queries import catalogue
from levier.territories.queries import contact_of
from levier.web import clock
from levier.web.account import open_session
from levier.web.acting import actor_of
from levier.web.declaring_link import open_by_link, private
from levier.web.typed import SeeOther, Typed

PERSON = ("full_name", "email", "phone")


def find(request: HttpRequest) -> HttpResponse:
    """From a SIRET to what Levier knows of the company, and to the commitments that one may invite it to."""
    actor = actor_of(request)
    typed = "".join(request.GET.get("siret", "").split())[:20]
    error = ""
    if typed and not siret_is_valid(typed):
        error = typeset("Un SIRET a quatorze chiffres et une clé exacte : vérifiez-le sur une facture.")
    known = known_company(actor, typed) if typed and not error else None
    context = {"typed": typed, "error": error, "known": known}
    return render(request, "access/find.html", context, status=422 if error else 200)


def invite(request: HttpRequest, commitment: str) -> HttpResponse:
    """The holder of the award, its contacts and their invitations; one more person by name and e-mail."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    typed = Typed(request.POST, PERSON)
    if request.method == "POST":
        try:
            invite_from_award(
                actor=actor, commitment_id=commitment, full_name=typed.values["full_name"][:200], catalogue=catalogue(),
                email=typed.values["email"][:254], phone=typed.values["phone"][:30], now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            typed.refused(refusal, default="email")
        else:
            messages.success(
                request,
                typeset(f"L’invitation de {typed.values['full_name']} est écrite : elle part à la prochaine tournée."),
            )
            return SeeOther(reverse("company-invite", args=[commitment]))
    contract = found.lot.contract
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id]) + "?rubrique=engagements"),
            ("Contacts de l’entreprise", ""),
        ],
        "commitment": found,
        "is_mission": actor.role is Role.MISSION,
        "known": known_company(actor, found.holder.siret),
        "people": people_of(found.holder_id),
        "typed": typed,
        "days": int(catalogue().at("access.invitation.days", clock.today()).value),
    }
    return render(request, "access/invite.html", context, status=422 if typed.errors else 200)


def again(request: HttpRequest, commitment: str, contact: str) -> HttpResponse:
    try:
        invite_again(
            actor=actor_of(request),
            commitment_id=commitment,
            contact_id=contact,
            catalogue=catalogue(),
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
    else:
        messages.success(request, typeset("Une nouvelle invitation est écrite ; le lien précédent ne sert plus."))
    return SeeOther(reverse("company-invite", args=[commitment]))


def withdraw(request: HttpRequest, commitment: str, contact: str) -> HttpResponse:
    try:
        withdraw_invitation(actor=actor_of(request), commitment_id=commitment, contact_id=contact, now=clock.now())
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
    else:
        messages.success(request, typeset("L’invitation est retirée : son lien ne sert plus."))
    return SeeOther(reverse("company-invite", args=[commitment]))


def people_of(organisation_id: int) -> list[dict[str, Any]]:
    """The contacts of a company with their duties in words and where their invitation stands."""
    people = contacts_of(organisation_id, today=clock.today())
    letters = letters_of(people, clock.now())
    return [_person(one, letters.get(one.pk)) for one in people]


def _person(contact: Membership, told: Told | None) -> dict[str, Any]:
    return {
        "contact": contact,
        "duties": [DUTIES[duty][0] for duty in Duty if duty in contact.duties],
        "told": told,
        "chip": INVITATION_STATES[told.state] if told else None,
        "password": contact.user.has_usable_password(),
    }


@sensitive_post_parameters("password", "again")
def come_in(request: HttpRequest, token: str) -> HttpResponse:
    """What an invited person finds behind the link: who invites, for which contract; then in, with a password or without."""
    now = clock.now()
    found = open_letter(token, now)
    if found is None:
        return private(render(request, "access/invitation_over.html", status=410))
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        with_password = request.POST.get("do") != "without"
        password, again = (request.POST.get(name, "")[:1000] if with_password else "" for name in ("password", "again"))
        needs = with_password and not found.membership.user.has_usable_password()
        if needs and not password:
            errors = [("password", "Choisissez un mot de passe, ou entrez sans.")]
        else:
            try:
                accepted = accept_letter(token=token, password=password, again=again, now=now)
            except Refusal as refusal:
                errors = [(o.field, s) for o, s in zip(refusal.objections, refusal.sentences, strict=True)]
            else:
                return private(_in(request, accepted, chosen=needs))
    context = {**_award(found), "invitation": found, "errors": errors, "error": dict(errors)}
    return private(render(request, "access/invitation.html", context, status=422 if errors else 200))


def _in(request: HttpRequest, accepted: AccessInvitation | None, *, chosen: bool) -> HttpResponse:
    """`chosen`: a password was chosen just now. Whoever had one before proves it on the sign-in page: a mailbox is not enough."""
    if accepted is None:
        return render(request, "access/invitation_over.html", status=410)
    membership = accepted.membership
    if chosen:
        open_session(request, membership.user)
        messages.success(request, "Votre mot de passe est enregistré. Bienvenue.")
        return redirect("todo")
    if membership.user.has_usable_password():
        messages.success(
            request, f"Vous êtes contact de {membership.organisation.name}. Connectez-vous comme d’habitude."
        )
        return redirect("sign-in")
    if Duty.DECLARE in membership.duties:
        open_by_link(request, membership)
        messages.success(
            request, typeset("Bienvenue. La prochaine fois, demandez un lien par courriel : pas de mot de passe.")
        )
        return redirect("statements")
    messages.success(request, f"Vous êtes contact de {membership.organisation.name}.")
    return redirect("home")


def _award(found: AccessInvitation) -> dict[str, Any]:
    owed = (
        Commitment.objects.filter(public_id=found.commitment_id, holder=found.membership.organisation_id)
        .select_related("lot__contract__buyer", "territory")
        .first()
        if found.commitment_id
        else None
    )
    return {"owed": owed, "facilitator": contact_of(owed.territory.number, clock.today()) if owed else None}
