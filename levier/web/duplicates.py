"""Probable duplicates: the list, two files side by side, merging and taking back. A file of another territory shows nothing but whom to call."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.pagination import page_of
from levier.hours.totals import accepted_of_placements, months_above_maximum
from levier.participants import policies
from levier.participants.duplicates import Likeness, Pair, pair_count, pairs_for
from levier.participants.merging import answer_proposal, ask_to_unmerge, merge, open_proposals, say_distinct
from levier.participants.models import MergeProposal, Person
from levier.participants.queries import family_of, name_of, person_for, shown_identity
from levier.territories.queries import contacts
from levier.territories.values import ContactFacts
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.shell import COUNTS
from levier.web.typed import SeeOther

PAGE_LENGTH = 30
WHY = {
    Likeness.NAMES: "Mêmes noms, dans un autre ordre ou avec d’autres accents ; même date de naissance",
    Likeness.SOUND: "Noms qui se prononcent pareil, même date de naissance",
    Likeness.DAY_MONTH: "Mêmes noms ; jour et mois de naissance échangés",
    Likeness.DAY: "Mêmes noms, mêmes mois et année de naissance",
    Likeness.MONTH: "Mêmes noms, mêmes jour et année de naissance",
    Likeness.YEAR: "Mêmes noms, mêmes jour et mois de naissance",
    Likeness.FIRST_NAME: "Même prénom, même date de naissance : nom d’usage ?",
}

type Calls = Mapping[int, ContactFacts]
"""Whom to call for a file of another territory, by its number."""

COUNTS["duplicates"] = pair_count


def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one person, the surest first; and what waits for a second pair of eyes."""
    actor = actor_of(request)
    pairs, calls = pairs_for(actor), contacts(clock.today())
    page = page_of(pairs, request.GET.get("page"), PAGE_LENGTH)
    persons = _persons(page.object_list)
    page.object_list = [_pair(actor, pair, persons, calls) for pair in page]
    shown = [one["public_id"] for row in page for one in row["files"] if one["mine"]]
    proposals = [_proposal(actor, one, calls) for one in open_proposals(actor)]
    shown += [one["public_id"] for row in proposals for one in row["files"] if one["mine"]]
    record_reads(actor=actor, person_public_ids=shown, purpose="comparer", what="doublons", now=clock.now())
    context = {
        "page_obj": page,
        "total": len(pairs),
        "proposals": proposals,
        "crumbs": [("Personnes", reverse("people")), ("Doublons", "")],
    }
    return render(request, "care/duplicates.html", context)


def _persons(pairs: Iterable[Pair]) -> dict[int, Person]:
    ids = {one for pair in pairs for one in (pair.first_id, pair.second_id)}
    return {one.pk: one for one in Person.objects.select_related("territory").filter(pk__among=ids)}


def _pair(actor: Actor, pair: Pair, persons: dict[int, Person], calls: Calls) -> dict[str, Any]:
    files = sorted(
        (_file(actor, persons[one], calls) for one in (pair.first_id, pair.second_id)),
        key=lambda one: (not one["mine"], one["rank"]),
    )
    return {
        "files": files,
        "why": [WHY[pair.likenesses[0]]],
        "url": reverse("duplicate", args=[files[0]["public_id"]]),
    }


def _file(actor: Actor, person: Person, calls: Calls) -> dict[str, Any]:
    """A file of the own territories by name; another one only by where it is followed: no data, not even its reference."""
    mine = actor.role is Role.MISSION or person.territory_id in actor.territory_ids
    call = None if mine else calls.get(person.territory.number)
    return {
        "mine": mine,
        "rank": person.pk,
        "public_id": person.public_id,
        "reference": person.reference if mine else "",
        "name": name_of(person) if mine else "",
        "territory": person.territory.short_name,
        "call": call,
    }


def _proposal(actor: Actor, proposal: MergeProposal, calls: Calls) -> dict[str, Any]:
    places = (proposal.kept.territory_id, proposal.absorbed.territory_id)
    return {
        "proposal": proposal,
        "files": [_file(actor, proposal.kept, calls), _file(actor, proposal.absorbed, calls)],
        "may": policies.may_agree(actor, asked_by=proposal.asked_by_id, territory_ids=places),
    }


def duplicate(request: HttpRequest, person: str) -> HttpResponse:
    """One file beside each that looks like it: what differs is marked; merged files can be separated again."""
    actor = actor_of(request)
    found = person_for(actor, person)
    if actor.role is not Role.MISSION and not policies.may_follow(actor, territory_id=found.territory_id):
        raise NotForYou
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            said = _done(actor, found, request.POST.get("do", ""), request.POST.get("other", "")[:26])
        except Refusal as refusal:
            errors = [("", sentence) for sentence in refusal.sentences]
        else:
            messages.success(request, said)
            return SeeOther(reverse("duplicates"))
    pairs = pairs_for(actor, found)
    persons = _persons(pairs)
    others = [
        (persons[pair.second_id if pair.first_id == found.pk else pair.first_id], [WHY[pair.likenesses[0]]])
        for pair in pairs
    ]
    calls = contacts(clock.today())
    here = _details(actor, found, calls)
    near = [{"why": why, **_details(actor, other, calls)} for other, why in others]
    absorbed = [
        _details(actor, one, calls) for one in found.absorbed.select_related("territory", "commune").order_by("pk")
    ]
    read = [one["public_id"] for one in (here, *near, *absorbed) if one["mine"]]
    record_reads(actor=actor, person_public_ids=read, purpose="comparer", what="doublons", now=clock.now())
    context = {
        "here": here,
        "near": near,
        "absorbed": absorbed,
        "errors": errors,
        "crumbs": [("Personnes", reverse("people")), ("Doublons", reverse("duplicates")), (here["name"], "")],
    }
    return render(request, "care/duplicate.html", context, status=422 if errors else 200)


def _done(actor: Actor, found: Person, do: str, other: str) -> str:
    now = clock.now()
    match do:
        case "merge":
            done = merge(actor=actor, first_id=found.public_id, second_id=other, now=now)
            if done.waits:
                return "La demande est envoyée : l’autre territoire, ou la mission, doit l’accepter."
            return (
                "Une seule fiche désormais. Les heures et les décisions n’ont pas bougé ; cela peut se défaire."
                + _above(found)
            )
        case "distinct":
            say_distinct(actor=actor, first_id=found.public_id, second_id=other, now=now)
            return "Ce sont deux personnes : ce rapprochement ne sera plus proposé."
        case "unmerge":
            ask_to_unmerge(actor=actor, absorbed_id=other, now=now)
            return "La demande de séparation est envoyée : une autre personne doit l’accepter."
    raise NotForYou


def _above(person: Person) -> str:
    """What the merge brings to light: months in which one person cannot have worked all that."""
    over = months_above_maximum(family_of(person.merged_into or person))
    told = ", ".join(
        f"{wording.month(month)} ({wording.hours(hours)} pour {wording.hours(most)} au plus)"
        for month, hours, most in over
    )
    return (
        f" Ensemble, elle dépasse le maximum légal : {told}. Annulez les heures en trop depuis leur ligne."
        if over
        else ""
    )


def _details(actor: Actor, person: Person, calls: Calls) -> dict[str, Any]:
    shown = _file(actor, person, calls)
    if not shown["mine"]:
        return shown
    identity = shown_identity(person)
    placements = list(person.placements.select_related("employer").order_by("-starts_on"))
    accepted = accepted_of_placements([one.pk for one in placements])
    return shown | {
        "identity": identity,
        "commune": person.commune.name if person.commune else "",
        "opened": person.created_at,
        "windows": list(
            person.decisions.filter(granted=True).order_by("valid_from").values_list("valid_from", "valid_until")
        ),
        "placements": placements,
        "hours": sum(one.hours for one in accepted.values()),
    }


def proposal(request: HttpRequest, proposal: str) -> HttpResponse:
    """The second pair of eyes says yes or no."""
    agreed = request.POST.get("agreed") == "1"
    try:
        answer_proposal(actor=actor_of(request), proposal_id=proposal, agreed=agreed, now=clock.now())
    except Refusal as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, "C’est fait, et inscrit au journal." if agreed else "La demande est déclinée.")
    return SeeOther(reverse("duplicates"))
