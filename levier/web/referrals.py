"""Referrals (candidatures): the list, one with its whole life, and proposing a person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.pagination import page_of
from levier.hours.queries import reference_values
from levier.participants.queries import name_of
from levier.participants.values import NewPerson
from levier.referrals import actions, policies
from levier.referrals.labels import LICENCES
from levier.referrals.models import Position, Referral
from levier.referrals.queries import (
    eligible_until,
    news_of,
    open_phone,
    own_people,
    position_for,
    referral_for,
    referrals_of,
)
from levier.referrals.values import LIVE, Licence, Party, ReferralState, Wish
from levier.territories.queries import communes, contact_of
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.follow_up import outcome_line
from levier.web.position_forms import commune_code
from levier.web.positions import tabs
from levier.web.referral_words import is_party, journal, life_of_referral, referral_rows
from levier.web.typed import SeeOther, Typed

PAGE_LENGTH = 40
FIELDS = (
    "person", "last_name", "first_name", "birth_date", "commune", "wish", "available_on", "phone", "phone_agreed", "agreed",
)  # fmt: skip
GROUPS = {"": "En cours", "emploi": "À l’emploi", "finies": "Sans suite", "toutes": "Toutes"}


def referrals(request: HttpRequest) -> HttpResponse:
    """What became of each person: for whoever proposed them, whoever hires, whoever follows the territory."""
    actor, today, asked = actor_of(request), clock.today(), request.GET.get("etat", "")
    everything = referrals_of(actor)
    by_group = {group: [one for one in everything if _in_group(one, group)] for group in GROUPS}
    page = page_of(by_group.get(asked, by_group[""]), request.GET.get("page"), PAGE_LENGTH)
    journal(actor, page)
    context = {
        "page_obj": page,
        "rows": referral_rows(actor, list(page), today),
        "filters": [
            {"label": label, "url": f"?etat={group}", "current": asked == group, "count": len(by_group[group])}
            for group, label in GROUPS.items()
        ],
        "total": len(everything),
        "company": actor.role is Role.COMPANY,
        "prescriber": actor.role is Role.PRESCRIBER,
        "tabs": tabs(actor, "referrals"),
    }
    return render(request, "referrals/referrals.html", context)


def _in_group(referral: Referral, group: str) -> bool:
    state = ReferralState(referral.state)
    if group == "emploi":
        return state is ReferralState.PLACED
    if group == "finies":
        return state not in LIVE | {ReferralState.PLACED}
    return group == "toutes" or state in LIVE


def referral(request: HttpRequest, referral: str) -> HttpResponse:
    """Who, for which position, whose turn, and everything that happened."""
    actor, today = actor_of(request), clock.today()
    found = referral_for(actor, referral)
    journal(actor, [found])
    (row,) = referral_rows(actor, [found], today)
    context = {
        "referral": found,
        "position": found.position,
        "row": row,
        "events": life_of_referral(actor, found, today),
        "turn": _turn(found, row.owner, eligible=row.until is not None, mine=row.mine),
        "phone": open_phone(found),
        "contact": contact_of(found.position.territory.number, today),
        "company": actor.role is Role.COMPANY,
        "follows": actor.role in {Role.FACILITATOR, Role.MISSION},
        "withdraws": is_party(actor, found, Party.REFERRER) and ReferralState(found.state) in LIVE,
        "refuses": is_party(actor, found, Party.FACILITATOR) and found.state == ReferralState.RETAINED,
        "news": [outcome_line(one) for one in news_of(found, today)] if actor.role is not Role.COMPANY else [],
        "asks": actor.role is Role.FACILITATOR,
        "crumbs": [
            ("Postes", reverse("positions")),
            ("Candidatures", reverse("referrals")),
            (row.name, ""),
        ],
    }
    return render(request, "referrals/referral.html", context)


def _turn(found: Referral, owner: str, *, eligible: bool, mine: bool) -> dict[str, str]:
    """Whose turn, and the one main button."""
    state = ReferralState(found.state)
    if not mine:
        if owner:
            return {"kind": "other", "who": owner, "what": "doit faire l’étape suivante.", "initials": "…"}
        return {"kind": "done", "who": "Rien n’est attendu", "what": "Tout est dans l’historique."}
    if state is ReferralState.RETAINED:
        person = [found.person.public_id]
        if eligible:
            what, url, label = (
                "Enregistrez la mise à l’emploi : tout est déjà rempli.",
                "placement-new",
                "Enregistrer la mise à l’emploi",
            )
        else:
            what, url, label = (
                "L’éligibilité se décide avant la première heure.",
                "eligibility-new",
                "Décider de l’éligibilité",
            )
        return {"kind": "yours", "who": "À vous d’agir", "what": what, "url": reverse(url, args=person), "label": label}
    what = "Dites si vous rencontrez, embauchez ou ne retenez pas cette personne."
    url = reverse("referral-answer", args=[found.public_id])
    return {"kind": "yours", "who": "À vous d’agir", "what": what, "url": url, "label": "Répondre"}


def propose(request: HttpRequest, position: str) -> HttpResponse:
    """A person of the list, or somebody new with the least data, and what the person agreed to tell."""
    actor = actor_of(request)
    found = position_for(actor, position)
    if not policies.may_propose(actor, territory_id=found.territory_id):
        raise NotForYou
    if found.closed_at is not None:
        messages.info(request, "Ce poste est fermé : personne ne peut plus y être proposé.")
        return SeeOther(reverse("position", args=[position]))
    typed = Typed(request.POST, FIELDS)
    if request.method == "POST":
        made = _proposed(actor, found, typed)
        if made is not None:
            messages.success(request, "Personne proposée. Vous suivez ici ce qu’il en advient.")
            return SeeOther(reverse("referral", args=[made.public_id]))
    context = _propose_context(actor, found, typed)
    return render(request, "referrals/propose.html", context, status=422 if typed.errors else 200)


def _proposed(actor: Actor, position: Position, typed: Typed) -> Referral | None:
    values = typed.values
    available = typed.day("available_on", missing="") if values["available_on"] else None
    new = None if values["person"] else _new_person(typed)
    phone = "".join(character for character in values["phone"] if character.isdigit())
    if typed.errors:
        return None
    wish = Wish(values["wish"], available, phone, bool(values["phone_agreed"]), bool(values["agreed"]))
    try:
        return actions.propose(
            actor=actor, position_id=position.public_id, wish=wish, catalogue=reference_values(), now=clock.now(),
            person_id=values["person"], new=new,
        )  # fmt: skip
    except Refusal as refusal:
        typed.refused(refusal, default="person")
        return None


def _new_person(typed: Typed) -> NewPerson | None:
    values = typed.values
    if not values["last_name"] and not values["first_name"]:
        return None
    born = typed.day("birth_date", missing="Écrivez la date de naissance.")
    commune = commune_code(values["commune"]) if values["commune"] else ""
    if values["commune"] and not commune:
        typed.wrong("commune", "Cette commune n’est pas dans la liste. Choisissez-la, ou laissez vide.")
    return NewPerson(values["last_name"], values["first_name"], born, commune) if born else None


def _propose_context(actor: Actor, position: Position, typed: Typed) -> dict[str, Any]:
    people = list(own_people(actor).prefetch_related("decisions"))
    today = clock.today()
    named = sorted(
        ((name_of(one), one.public_id, eligible_until(one, today)) for one in people), key=lambda told: told[:2]
    )
    if people:
        ids = [one.public_id for one in people]
        record_reads(actor=actor, person_public_ids=ids, purpose="orienter", what="liste", now=clock.now())
    return {
        "position": position,
        "licence": LICENCES[Licence(position.licence)],
        "typed": typed,
        "people": [
            ("", "Une nouvelle personne, à écrire ci-dessous"),
            *((key, f"{name}{f', éligible jusqu’au {until:%d/%m/%Y}' if until else ''}") for name, key, until in named),
        ],
        "communes": sorted(f"{one.name} ({one.code})" for one in communes()),
        "crumbs": [
            ("Postes", reverse("positions")),
            (position.job_title, reverse("position", args=[position.public_id])),
            ("Proposer une personne", ""),
        ],
    }
