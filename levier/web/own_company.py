"""The space of a company: its contacts, which it keeps by itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.contacts import add_contact, change_contact, contact_for, remove_contact
from levier.accounts.labels import DUTIES
from levier.accounts.letters import send_letter
from levier.accounts.models import Membership
from levier.accounts.policies import may_administer
from levier.accounts.queries import former_contacts_of
from levier.accounts.values import OPENING, Actor, Duty
from levier.audit.models import JournalEntry
from levier.audit.queries import changes_to
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.periods import civil_date
from levier.onboarding.actions import contact_letter
from levier.organisations.models import Organisation
from levier.reference.queries import catalogue
from levier.web import clock, timeline
from levier.web.acting import actor_of
from levier.web.company_invite import people_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("full_name", "email", "phone")
WORDS = {
    "account.invited": "Contact ajouté",
    "contact.changed": "Contact modifié",
    "contact.removed": "Contact retiré",
}


def show(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    people, former = people_of(actor.organisation_id), former_contacts_of(actor.organisation_id)
    known = [*(one["contact"] for one in people), *former]
    ids = [text for one in known for text in (one.public_id, one.user.public_id)]
    context = {
        "company": Organisation.objects.get(pk=actor.organisation_id),
        "people": people,
        "former": former,
        "administers": may_administer(actor, actor.organisation_id),
        "duties": [(word, typeset(meaning)) for word, meaning in DUTIES.values()],
        "events": [
            timeline.Event(date=civil_date(one.at), text=_told(one), by=one.actor_label)
            for one in changes_to(ids, organisation_id=actor.organisation_id, actions=tuple(WORDS))
        ],
    }
    return render(request, "access/own_company.html", context)


def add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not may_administer(actor, actor.organisation_id):
        raise NotForYou
    typed, duties = Typed(request.POST, FIELDS), _duties(request)
    if request.method == "POST":
        try:
            add_contact(
                actor=actor, full_name=typed.values["full_name"][:200], email=typed.values["email"][:254],
                phone=typed.values["phone"][:30], duties=duties, write=_letter(actor, typed), days=_days(), now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            typed.refused(refusal)
        else:
            messages.success(request, typeset(f"{typed.values['full_name']} est un contact de votre entreprise."))
            return SeeOther(reverse("own-company"))
    return _form(request, typed, duties or [Duty.DECLARE], None)


def change(request: HttpRequest, contact: str) -> HttpResponse:
    actor = actor_of(request)
    found = contact_for(actor, contact, clock.now())
    if request.method != "POST":
        told = {"full_name": found.name, "phone": found.phone}
        return _form(request, Typed(told, FIELDS), [duty for duty in Duty if duty in found.duties], found)
    typed, duties = Typed(request.POST, FIELDS), _duties(request)
    try:
        change_contact(
            actor=actor, contact_id=contact, full_name=typed.values["full_name"][:200], phone=typed.values["phone"][:30],
            duties=duties, write=_letter(actor, typed), days=_days(), now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        typed.refused(refusal)
        return _form(request, typed, duties, found)
    messages.success(request, typeset(f"La fiche de {typed.values['full_name']} est à jour."))
    return SeeOther(reverse("own-company"))


def again(request: HttpRequest, contact: str) -> HttpResponse:
    """Another invitation for somebody whose first one was not used; the link of the first stops working."""
    actor, now = actor_of(request), clock.now()
    found = contact_for(actor, contact, now)
    if not OPENING & set(found.duties):
        raise NotForYou
    try:
        send_letter(
            actor=actor,
            membership=found,
            write=contact_letter(actor, found.name, actor.organisation_name),
            days=_days(),
            now=now,
        )
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
    else:
        messages.success(request, typeset("Une nouvelle invitation est écrite ; le lien précédent ne sert plus."))
    return SeeOther(reverse("own-company"))


def remove(request: HttpRequest, contact: str) -> HttpResponse:
    """A page that says what it does, then the deed."""
    actor = actor_of(request)
    found = contact_for(actor, contact, clock.now())
    error = ""
    if request.method == "POST":
        try:
            remove_contact(actor=actor, contact_id=contact, now=clock.now())
        except Refusal as refusal:
            error = " ".join(refusal.sentences)
        else:
            messages.success(request, typeset(f"{found.name} n’est plus un contact de votre entreprise."))
            return SeeOther(reverse("own-company" if found.user_id != actor.user_id else "home"))
    context = {"contact": found, "error": error, "crumbs": _crumbs("Retirer un contact")}
    return render(request, "access/remove_contact.html", context, status=422 if error else 200)


def _told(entry: JournalEntry) -> str:
    name = entry.facts.get("contact") or entry.facts.get("name") or entry.facts.get("after", {}).get("name", "")
    return typeset(f"{WORDS[entry.action]} : {name}" if name else WORDS[entry.action])


def _duties(request: HttpRequest) -> list[Duty]:
    asked = set(request.POST.getlist("duties"))
    return [duty for duty in Duty if duty.value in asked]


def _days() -> int:
    return int(catalogue().at("access.invitation.days", clock.today()).value)


def _letter(actor: Actor, typed: Typed) -> Any:
    return contact_letter(actor, typed.values["full_name"], actor.organisation_name)


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [("Mon entreprise", reverse("own-company")), (last, "")]


def _form(request: HttpRequest, typed: Typed, duties: list[Duty], contact: Membership | None) -> HttpResponse:
    context = {
        "typed": typed,
        "contact": contact,
        "duties": [(duty.value, word, typeset(meaning), duty in duties) for duty, (word, meaning) in DUTIES.items()],
        "crumbs": _crumbs("Modifier un contact" if contact else "Ajouter un contact"),
    }
    return render(request, "access/contact.html", context, status=422 if typed.errors else 200)
