"""The hours book (carnet d'heures): jobs, months, tasks and skills to keep; on screen, on paper, as PDF."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.documents.papers import BookJob, BookMonth, BookText, book_pdf
from levier.foundation.objections import Refusal
from levier.hours.models import StatementLine
from levier.participants.labels import CONTRACT_KINDS
from levier.participants.models import Person, Placement
from levier.participants.notes import SKILLS, Note, notes_of, write_note
from levier.participants.queries import family_of
from levier.participants.values import ContractKind
from levier.web import clock, wording
from levier.web.own import around, lines_for
from levier.web.own_visit import own, who
from levier.web.typed import SeeOther

AUTHORITY = "Département des Bouches-du-Rhône"
STATES = {"accepted": "Comptées", "pending": "En cours de vérification"}


@own
def book(request: HttpRequest, person: Person) -> HttpResponse:
    context = {"jobs": _jobs(person), "skills": SKILLS, "name": _own_name(person), **around(person, "own-book")}
    return render(request, "own/book.html", context)


@own
def note(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep what the person writes of one job."""
    written = Note(
        tasks=request.POST.get("tasks", "").replace("\x00", "").strip(),
        skills=tuple(request.POST.getlist("skill")[: len(SKILLS)]),
        own_skill=" ".join(request.POST.get("own_skill", "").split()),
    )
    placement = request.POST.get("placement", "")[:26]
    try:
        write_note(person=person, placement_id=placement, note=written, now=clock.now())
    except Refusal as refusal:
        jobs = _jobs(person)
        for job in jobs:
            if job["placement"].public_id == placement:
                job |= {"note": written, "error": " ".join(refusal.sentences)}
        context = {"jobs": jobs, "skills": SKILLS, "name": _own_name(person), **around(person, "own-book")}
        return render(request, "own/book.html", context, status=422)
    messages.success(request, "C’est gardé dans votre carnet.")
    return SeeOther(reverse("own-book"))


@own
def book_file(_request: HttpRequest, person: Person) -> HttpResponse:
    """The same as a PDF, to keep or to show to an employer. No criterion, no birth date."""
    now = clock.now()
    jobs = tuple(_printed(job) for job in _jobs(person))
    total = sum((one.hours for one in lines_for(person)), Decimal(0))
    text = BookText(
        authority=AUTHORITY,
        name=_own_name(person),
        reference=person.reference,
        made=f"fait le {wording.long_day(now, weekday=False)}",
        total=f"{wording.quantity(total)} heures de travail",
        jobs=jobs,
    )
    response = HttpResponse(book_pdf(text, at=now), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="carnet-d-heures.pdf"'
    return response


def _own_name(person: Person) -> str:
    """The person's own name, on their own paper: even while others do not read it."""
    identity = who(person)
    return identity.name if identity else person.reference


def _jobs(person: Person) -> list[dict[str, Any]]:
    """Each placement with its months, the latest first. Four queries."""
    placements = list(
        Placement.objects.filter(person_id__in=family_of(person))
        .select_related("employer")
        .order_by("-starts_on", "-id")
    )
    notes = notes_of([one.pk for one in placements])
    months: dict[int, list[StatementLine]] = {}
    for line in lines_for(person):
        months.setdefault(line.line.placement_id, []).append(line.line)
    return [
        {
            "placement": one,
            "kind": CONTRACT_KINDS[ContractKind(one.contract_kind)],
            "months": [(line, STATES[line.state]) for line in months.get(one.pk, [])],
            "total": sum((line.hours or Decimal(0) for line in months.get(one.pk, [])), Decimal(0)),
            "note": notes.get(one.pk, Note()),
            "error": "",
        }
        for one in placements
    ]


def _printed(job: dict[str, Any]) -> BookJob:
    placement, written = job["placement"], job["note"]
    until = f" jusqu’au {wording.long_day(placement.ends_on, weekday=False)}" if placement.ends_on else ""
    return BookJob(
        title=placement.job_title,
        employer=placement.employer.name,
        kind=job["kind"],
        span=f"depuis le {wording.long_day(placement.starts_on, weekday=False)}{until}",
        total=f"{wording.quantity(job['total'])} heures",
        months=tuple(
            BookMonth(wording.month(line.statement.month), wording.hours(line.hours), state)
            for line, state in job["months"]
        ),
        tasks=written.tasks,
        skills=written.all_skills,
    )
