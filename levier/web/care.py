"""What the facilitator does for a person beside eligibility: the letter to their own page, how they may be asked, their contestations."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.documents.papers import LetterText, letter_pdf
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.pagination import page_of
from levier.hours.confirmations import contested_by_structures
from levier.hours.contests import Matter, answer_contest, contest_for, contests_to_answer, contests_visible_to, told
from levier.hours.models import Contest
from levier.hours.queries import reference_values
from levier.participants import policies
from levier.participants.identity import open_contact
from levier.participants.letters import latest_letter, make_letter, printed_on, revoke_letter
from levier.participants.models import AccessLetter, Person
from levier.participants.outcomes import keep_contact
from levier.participants.queries import name_of, person_for
from levier.web import clock, made_files, once, wording
from levier.web.acting import actor_of
from levier.web.own_visit import facilitator_of
from levier.web.own_words import MATTERS
from levier.web.shell import COUNTS
from levier.web.typed import SeeOther, Typed

PAGE_LENGTH = 40
SERVICE = "Direction de l’insertion"
DEPARTMENT = "Département des Bouches-du-Rhône"

COUNTS["contests"] = lambda actor: contests_to_answer(actor).count()


def _followed(actor: Actor, public_id: str, purpose: str) -> Person:
    found = person_for(actor, public_id)
    if not policies.may_follow(actor, territory_id=found.territory_id):
        raise NotForYou
    record_reads(actor=actor, person_public_ids=[public_id], purpose=purpose, what="identité", now=clock.now())
    return found


def _crumbs(person: Person, name: str, here: str) -> list[tuple[str, str]]:
    return [("Personnes", reverse("people")), (name, reverse("person", args=[person.public_id])), (here, "")]


def letter(request: HttpRequest, person: str) -> HttpResponse:
    """Making the paper comes back to this page, which hands its PDF out: the link is printed there and kept nowhere. Making another ends
    the one before.
    """
    actor = actor_of(request)
    found = _followed(actor, person, "écrire")
    address = reverse("person-letter", args=[person])
    if request.method == "POST" and request.POST.get("do") == "revoke":
        revoke_letter(actor=actor, person_id=person, now=clock.now())
        messages.success(request, "La lettre n’ouvre plus rien.")
        return SeeOther(address)
    if request.method == "POST":
        new = make_letter(
            actor=actor, person_id=person, catalogue=reference_values(), now=clock.now(), token=once.secret(request)
        )
        response = made_files.made(address)
        made_files.keep(response, request, address, new.token)
        return response
    name, latest = name_of(found), latest_letter(found)
    ready = latest is not None and printed_on(latest, made_files.kept(request, address))
    context = {
        "person": found,
        "name": name,
        "latest": latest,
        "in_use": latest is not None and latest.revoked_at is None,
        "state": _letter_state(latest),
        "crumbs": _crumbs(found, name, "Lettre"),
    }
    return made_files.shown(
        request,
        "care/letter.html",
        context,
        reverse("person-letter-pdf", args=[person]) if ready else "",
        latest.made_at if latest else None,
    )


def letter_file(request: HttpRequest, person: str) -> HttpResponse:
    """The paper, for the browser where it was made and as long as its link is there and in use."""
    actor = actor_of(request)
    found = _followed(actor, person, "écrire")
    address, latest = reverse("person-letter", args=[person]), latest_letter(found)
    token = made_files.kept(request, address)
    if latest is None or not printed_on(latest, token):
        messages.warning(
            request, "Cette lettre n’est plus à portée : son lien n’est gardé nulle part. Faites-en une autre."
        )
        return SeeOther(address)
    call = facilitator_of(found)
    text = LetterText(
        authority=DEPARTMENT,
        service=SERVICE,
        name=name_of(found),
        reference=found.reference,
        address=f"{settings.PUBLIC_ADDRESS}{reverse('own-enter', args=[token])}",
        until=wording.long_day(latest.expires_at, weekday=False),
        facilitator=call.name if call else actor.label,
        reach=(wording.phone(call.phone) if call.phone else call.email) if call else actor.organisation_name,
    )
    return made_files.attached(letter_pdf(text, at=latest.made_at), "application/pdf", f"lettre-{found.reference}.pdf")


def _letter_state(letter: AccessLetter | None) -> tuple[str, str, str]:
    """How its chip looks, what it says, and what comes next."""
    now = clock.now()
    most = int(reference_values().at("own_page.tries", clock.today()).value)
    if letter is None:
        return "line", "Aucune lettre", ""
    if letter.revoked_at is not None:
        return "line", "N’ouvre plus rien", "Cette lettre a été fermée. Faites-en une autre quand la personne est là."
    if letter.expires_at <= now:
        return "line", "Terminée", "Cette lettre n’est plus valable. Faites-en une autre quand la personne est là."
    if letter.tries >= most:
        return (
            "bad",
            "Bloquée",
            "Trop d’années de naissance fausses ont été essayées. Voyez la personne, et faites-lui une autre lettre.",
        )
    if letter.opened_at:
        return "ok", "Déjà ouverte", "La personne a ouvert sa page : rien à faire pour vous."
    return (
        "wait",
        "Pas encore ouverte",
        "La personne n’a pas encore ouvert sa page. Demandez-lui si elle a gardé le papier.",
    )


def contact(request: HttpRequest, person: str) -> HttpResponse:
    """How the person agreed to be asked what became of them; emptied as easily."""
    actor = actor_of(request)
    found = _followed(actor, person, "écrire")
    typed = Typed(request.POST, ("email", "phone"))
    if request.method == "POST":
        try:
            keep_contact(
                actor=actor, person_id=person, email=typed.values["email"], phone=typed.values["phone"], now=clock.now()
            )
        except Refusal as refusal:
            typed.refused(refusal, default="email")
        else:
            messages.success(request, "C’est enregistré, sous scellé.")
            return SeeOther(reverse("person", args=[person]))
    else:
        known = open_contact(found.contact, found.public_id)
        typed.values |= {"email": known.email, "phone": known.phone}
    name = name_of(found)
    context = {"person": found, "name": name, "typed": typed, "crumbs": _crumbs(found, name, "Coordonnées")}
    return render(request, "care/contact.html", context, status=422 if typed.errors else 200)


def contests(request: HttpRequest) -> HttpResponse:
    """Cases opened by people, those that wait first; and hours that a structure does not recognise."""
    actor = actor_of(request)
    asked = request.GET.get("etat", "")
    everything = contests_visible_to(actor).select_related(
        "person__territory", "decision", "line__placement__employer", "line__statement__commitment__lot__contract"
    )
    waiting = everything.filter(answered_at__isnull=True).count()
    chosen = everything.filter(answered_at__isnull=asked != "repondu").order_by("opened_at", "pk")
    page = page_of([(one, _about(one), name_of(one.person)) for one in chosen], request.GET.get("page"), PAGE_LENGTH)
    contested = contested_by_structures(actor)
    _read(
        actor, [one.person.public_id for one, *_ in page] + [one.line.placement.person.public_id for one in contested]
    )
    filters = [
        {"label": "À répondre", "url": "?", "current": asked != "repondu", "count": waiting},
        {
            "label": "Répondues",
            "url": "?etat=repondu",
            "current": asked == "repondu",
            "count": everything.count() - waiting,
        },
    ]
    context = {
        "page_obj": page,
        "filters": filters,
        "waiting": waiting,
        "oldest": everything.filter(answered_at__isnull=True)
        .order_by("opened_at")
        .values_list("opened_at", flat=True)
        .first(),
        "contested": [(one, name_of(one.line.placement.person)) for one in contested],
        "answers": actor.role is Role.FACILITATOR,
        "asked": asked,
        "today": clock.today(),
    }
    return render(request, "care/contests.html", context)


def _read(actor: Actor, ids: list[str]) -> None:
    if ids:
        record_reads(actor=actor, person_public_ids=ids, purpose="répondre", what="contestation", now=clock.now())


def _about(contest: Contest) -> str:
    if contest.line is not None:
        line = contest.line
        hours = wording.hours(line.hours) if line.hours is not None else "aucune heure"
        return f"{hours} {wording.of_month(line.statement.month)}, {line.placement.employer.name}"
    assert contest.decision is not None
    return f"Décision d’éligibilité du {wording.long_day(contest.decision.decided_on, weekday=False)}"


def contest(request: HttpRequest, contest: str) -> HttpResponse:
    """One case: what the person says, and the answer they will read."""
    actor = actor_of(request)
    found = contest_for(actor, contest)
    typed = Typed(request.POST, ("answer", "upheld"))
    answers = actor.role is Role.FACILITATOR and found.person.territory_id in actor.territory_ids
    if request.method == "POST":
        upheld = typed.choice("upheld", {"yes": True, "no": False}, missing="Dites si la personne a raison.")
        if upheld is not None:
            try:
                answer_contest(
                    actor=actor, contest_id=contest, upheld=upheld, answer=typed.values["answer"], now=clock.now()
                )
            except Refusal as refusal:
                typed.refused(refusal, default="answer")
            else:
                messages.success(request, "La réponse est enregistrée. La personne la lira sur sa page.")
                return SeeOther(reverse("contests"))
    name = name_of(found.person)
    _read(actor, [found.person.public_id])
    context: dict[str, Any] = {
        "contest": found,
        "told": told(found),
        "name": name,
        "about": _about(found),
        "matter": MATTERS[Matter(found.matter)],
        "answers": answers and found.answered_at is None,
        "decides": answers,
        "days": (clock.today() - wording.civil(found.opened_at)).days,
        "typed": typed,
        "options": [("", "Choisir"), ("yes", "Oui, la personne a raison"), ("no", "Non, c’était juste")],
        "crumbs": [("Contestations", reverse("contests")), (name, "")],
    }
    return render(request, "care/contest.html", context, status=422 if typed.errors else 200)
