"""People: the list, a person's file, opening a file, and what a company sees of those it employs. Every name shown is journaled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from levier.accounts.labels import ROLES
from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.audit.queries import reads_of
from levier.commitments.models import CommitmentPlacement
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.pagination import page_of
from levier.hours.queries import reference_values
from levier.hours.totals import accepted_of_placements
from levier.participants import actions, policies, queries
from levier.participants.criteria import criterion
from levier.participants.duplicates import pair_count
from levier.participants.iae_checks import checks_of, structure_of
from levier.participants.identity import Ground, Identity, open_identity
from levier.participants.labels import CONTRACT_KINDS, MODALITIES, REFUSAL_REASONS, STANDINGS
from levier.participants.models import EligibilityDecision, Person
from levier.participants.rules import SOON
from levier.participants.values import ContractKind, Modality, NewPerson, RefusalReason, Standing
from levier.territories.queries import communes
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.iae import iae_words
from levier.web.typed import Typed

PAGE_LENGTH = 50
PURPOSE = "suivre"
CHIPS = {
    Standing.UNDECIDED: "turn",
    Standing.UNPLACED: "wait",
    Standing.EXPIRING: "wait",
    Standing.ELIGIBLE: "ok",
    Standing.EXPIRED: "line",
}
ORDERS: dict[str, str] = {
    Standing.UNDECIDED: "qui attend depuis le plus longtemps d’abord",
    Standing.UNPLACED: "qui attend depuis le plus longtemps d’abord",
    Standing.EXPIRING: "les périodes qui se terminent en premier d’abord",
}


def people(request: HttpRequest) -> HttpResponse:
    """Everybody the actor follows, by state, or those whose name begins like that; names are opened and journaled for the page shown."""
    actor, today = actor_of(request), clock.today()
    asked, text = request.GET.get("etat", ""), request.GET.get("nom", "").replace("\0", "").strip()[:200]
    chosen = queries.people_in(actor)
    found = queries.named(actor, text) if text else None
    if found is not None:
        chosen = chosen.filter(pk__in=found.ids)
    counts = queries.counted(chosen, today)
    rows = queries.rows_of(chosen, asked=asked, counts=counts, today=today)
    page = page_of(rows, request.GET.get("page"), PAGE_LENGTH)
    lines = [(line, _chip(line.standing)) for line in page]
    _journal(actor, [line.public_id for line, _ in lines], "liste")
    context = {
        "page_obj": page,
        "lines": lines,
        "filters": _filters(counts, asked, text),
        "counts": {standing.value: count for standing, count in counts.items()},
        "nobody": not text and not any(counts.values()),
        "order": ORDERS.get(asked, "les derniers mouvements d’abord"),
        "text": text,
        "more": found is not None and found.more,
        "asked": asked,
        "registers": policies.may_register(actor),
        "pairs": 0 if text else pair_count(actor),
        "follows": actor.role is not Role.PRESCRIBER,
    }
    return render(request, "people/list.html", context)


def _filters(counts: dict[Standing, int], asked: str, text: str) -> list[dict[str, Any]]:
    query = f"&{urlencode({'nom': text})}" if text else ""
    first = {"label": "Toutes", "url": f"?{query[1:]}", "current": not asked, "count": sum(counts.values())}
    return [first] + [
        {"label": STANDINGS[one], "url": f"?etat={one}{query}", "current": asked == one, "count": counts[one]}
        for one in CHIPS
    ]


def _chip(standing: Standing) -> tuple[str, str]:
    return CHIPS[standing], STANDINGS[standing]


def _journal(actor: Actor, public_ids: list[str], what: str, purpose: str = PURPOSE) -> None:
    if public_ids:
        record_reads(actor=actor, person_public_ids=public_ids, purpose=purpose, what=what, now=clock.now())


def new_person(request: HttpRequest) -> HttpResponse:
    """Open a person's file. When it exists already: here, a link to it; elsewhere, whom to call."""
    actor = actor_of(request)
    typed = Typed(request.POST, ("last_name", "first_name", "birth_date", "commune"))
    existing = ""
    if request.method == "POST":
        new = _read_person(typed)
        if new is not None and not typed.errors:
            try:
                person = actions.register_person(actor=actor, new=new, catalogue=reference_values(), now=clock.now())
            except Refusal as refusal:
                typed.refused(refusal, default="last_name")
                existing = str(refusal.objections[0].facts.get("public_id", ""))
            else:
                messages.success(request, f"Fiche {person.reference} ouverte. Décidez maintenant de l’éligibilité.")
                return redirect("person", person.public_id, permanent=False)
    elif not policies.may_register(actor):
        raise NotForYou
    context = {
        "typed": typed,
        "existing": existing,
        "communes": [
            ("", "Non précisée"),
            *((one.code, one.name) for one in sorted(communes(), key=lambda one: one.name)),
        ],
        "crumbs": [("Personnes", reverse("people")), ("Nouvelle fiche", "")],
    }
    return render(request, "people/new.html", context, status=422 if typed.errors else 200)


def _read_person(typed: Typed) -> NewPerson | None:
    born = typed.day("birth_date", missing="Écrivez la date de naissance.")
    if born is None:
        return None
    values = typed.values
    return NewPerson(values["last_name"], values["first_name"], born, values["commune"])


def person(request: HttpRequest, person: str) -> HttpResponse:
    """A person's file: who, until when, why (for those who may know), where they work, and who has read it."""
    actor, today = actor_of(request), clock.today()
    found = queries.person_for(actor, person)
    grounds = policies.may_read_ground(actor, territory_id=found.territory_id)
    decisions = queries.decisions_of(found, with_ground=grounds)
    standing, until = queries.standing_of(found, today)
    identity = open_identity(found.identity, found.public_id)
    what = "identité et critère" if grounds and decisions else "identité"
    _journal(actor, [found.public_id], what, "litige ou preuve" if found.limited_at else PURPOSE)
    follows = policies.may_follow(actor, territory_id=found.territory_id)
    context = {
        "person": found,
        "identity": identity,
        "name": _name(found, identity),
        "chip": _chip(standing),
        "turn": _set_aside(found.limited_at)
        if found.limited_at
        else _turn(
            standing, until, follows=follows, decides=policies.may_decide(actor, territory_id=found.territory_id)
        ),
        "until": until,
        "decisions": [_decision(one, ground, today) for one, ground in decisions],
        "grounds": grounds,
        "placements": _placements(actor, found, today),
        "reads": [(one, ROLES.get(Role(one.actor_role), "")) for one in reads_of(found.public_id)],
        "follows": follows,
        "decides": policies.may_decide(actor, territory_id=found.territory_id),
        "merged": found.absorbed.count(),
        "crumbs": [("Personnes", reverse("people")), (_name(found, identity), "")],
    }
    return render(request, "people/person.html", context)


def _name(found: Person, identity: Identity | None) -> str:
    return identity.name if identity else found.reference


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is with a person. `action`: name of the page of the one filled button, and its label."""

    kind: str
    who: str
    what: str
    action: tuple[str, str] | None = None


def _set_aside(since: datetime) -> Turn:
    return Turn(
        "done",
        f"Fiche mise de côté depuis le {wording.long_day(since, weekday=False)}",
        "La personne a demandé à être effacée : seule la mission lit son nom, pour un litige ou pour la preuve.",
    )


def _turn(standing: Standing, until: date | None, *, follows: bool, decides: bool) -> Turn:
    end = wording.long_day(until, weekday=False) if until else ""
    whose = "yours" if (decides if standing is Standing.UNDECIDED else follows) else "other"
    who = "À vous d’agir" if whose == "yours" else "Au facilitateur de son territoire"
    decide = ("eligibility-new", "Décider de l’éligibilité") if decides else None
    place = ("placement-new", "Enregistrer une mise à l’emploi") if follows else None
    match standing:
        case Standing.UNDECIDED:
            return Turn(
                whose,
                who,
                "L’éligibilité se décide avant la première heure : celles d’avant ne compteraient pas.",
                decide,
            )
        case Standing.UNPLACED:
            return Turn(whose, who, f"Éligible jusqu’au {end}, sans contrat en cours.", place)
        case Standing.EXPIRING:
            return Turn(whose, who, f"La période se termine le {end} : les heures d’après ne compteront plus.", decide)
        case Standing.EXPIRED:
            return Turn("done", "Période terminée", f"Les heures comptent jusqu’au {end}.", decide)
        case _:
            return Turn("done", "Rien ne vous attend", f"Éligible jusqu’au {end}, au travail.", None)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    decision: EligibilityDecision
    chip: tuple[str, str]
    why: str
    proof: str


def _decision(decision: EligibilityDecision, ground: Ground | None, today: date) -> DecisionRow:
    running = decision.valid_from <= today <= decision.valid_until
    if not decision.granted:
        chip = ("bad", "Refusée")
    elif running:
        chip = ("ok", "En cours")
    else:
        chip = ("info", "À venir") if decision.valid_from > today else ("line", "Terminée")
    if ground is None:
        return DecisionRow(decision, chip, "", "")
    if ground.reason:
        return DecisionRow(decision, chip, REFUSAL_REASONS[RefusalReason(ground.reason)], "")
    return DecisionRow(decision, chip, *_ground_words(ground))


def _ground_words(ground: Ground) -> tuple[str, str]:
    """Criterion and proof in words; a criterion that is no longer in the list keeps its code."""
    try:
        known = criterion(ground.criterion)
    except KeyError:
        return ground.criterion, ""
    seen = f", du {wording.short_day(ground.proof_date)}" if ground.proof_date else ""
    until = f", valable jusqu’au {wording.short_day(ground.expires_on)}" if ground.expires_on else ""
    return known.label, f"{known.proof_label}{seen}{until}"


def _placements(actor: Actor, found: Person, today: date) -> list[dict[str, Any]]:
    rows = list(
        queries.placements_visible_to(actor)
        .filter(person_id__in=queries.family_of(found))
        .select_related("employer", "person")
        .order_by("-starts_on", "-id")
    )
    ids = [row.pk for row in rows]
    checks = checks_of(actor, rows)
    accepted = accepted_of_placements(ids)
    assigned: dict[int, list[CommitmentPlacement]] = {}
    for one in CommitmentPlacement.objects.filter(placement_id__in=ids).select_related("commitment__lot__contract"):
        assigned.setdefault(one.placement_id, []).append(one)
    return [
        {
            "placement": row,
            "modality": MODALITIES[Modality(row.modality)],
            "kind": CONTRACT_KINDS[ContractKind(row.contract_kind)],
            "accepted": accepted.get(row.pk),
            "assigned": assigned.get(row.pk, []),
            "siae": structure_of(row) is not None,
            "iae": [iae_words(one) for one in checks.get(row.pk, [])],
            "over": row.ends_on is not None and row.ends_on < today,
        }
        for row in rows
    ]


def end_placement(request: HttpRequest, placement: str) -> HttpResponse:
    """Say when a contract ends."""
    actor = actor_of(request)
    found = queries.placement_for(actor, placement)
    if not policies.may_follow(actor, territory_id=found.person.territory_id):
        raise NotForYou
    typed = Typed(request.POST, ("ends_on",))
    if request.method == "POST":
        day = typed.day("ends_on", missing="Indiquez le dernier jour du contrat.")
        if day is not None:
            try:
                actions.end_placement(
                    actor=actor, placement_id=placement, ends_on=day, catalogue=reference_values(), now=clock.now()
                )
            except Refusal as refusal:
                typed.refused(refusal, default="ends_on")
            else:
                messages.success(
                    request, typeset(f"Fin du contrat enregistrée : {wording.long_day(day, weekday=False)}.")
                )
                return redirect("person", found.person.public_id, permanent=False)
    elif found.ends_on:
        typed.values["ends_on"] = found.ends_on.isoformat()
    _journal(actor, [found.person.public_id], "identité")
    name = queries.name_of(found.person)
    crumbs = [
        ("Personnes", reverse("people")),
        (name, reverse("person", args=[found.person.public_id])),
        ("Fin du contrat", ""),
    ]
    context = {"placement": found, "name": name, "typed": typed, "crumbs": crumbs}
    return render(request, "people/end.html", context, status=422 if typed.errors else 200)


def own_people(request: HttpRequest) -> HttpResponse:
    """A company: its people, their job, their contract, until when they are eligible. Nothing of the reasons."""
    actor = actor_of(request)
    asked = request.GET.get("etat", "")
    lines = queries.employees_of(actor, today=clock.today())
    chosen = [line for line in lines if not asked or line.over == (asked == "termine")]
    page = page_of([(line, _employee_words(line)) for line in chosen], request.GET.get("page"), PAGE_LENGTH)
    if actor.role is Role.STRUCTURE:
        _say_checks(actor, page)
    _journal(actor, [line.person_public_id for line, _ in page], "nom et métier")
    over = sum(line.over for line in lines)
    filters = [
        {"label": "Toutes", "url": "?", "current": not asked, "count": len(lines)},
        {"label": "En cours", "url": "?etat=en-cours", "current": asked == "en-cours", "count": len(lines) - over},
        {"label": "Terminées", "url": "?etat=termine", "current": asked == "termine", "count": over},
    ]
    return render(request, "people/own.html", {"page_obj": page, "filters": filters, "total": len(lines)})


def _say_checks(actor: Actor, page: Iterable[tuple[queries.EmployeeLine, dict[str, Any]]]) -> None:
    """Beside each line of the page, the last check of the person's entry into the structure."""
    words = {line.public_id: said for line, said in page}
    placements = queries.placements_visible_to(actor).filter(public_id__in=words).select_related("person", "employer")
    checks = checks_of(actor, placements)
    for one in placements:
        told = checks.get(one.pk, [])
        words[one.public_id] |= {"siae": structure_of(one) is not None, "iae": iae_words(told[0]) if told else ""}


def _employee_words(line: queries.EmployeeLine) -> dict[str, Any]:
    soon = not line.over and line.until <= clock.today() + SOON
    chip = ("line", "Terminé") if line.over else ("wait", "Se termine bientôt") if soon else ("ok", "En cours")
    return {
        "chip": chip,
        "kind": CONTRACT_KINDS[ContractKind(line.contract_kind)],
        "modality": MODALITIES[Modality(line.modality)],
    }
