"""The person's own page: hours to confirm, who looked, and saying no. Opened by a paper letter and the birth year, without account."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from levier.accounts.actions import record_sign_in, sign_in_wait
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.periods import add_months
from levier.hours.confirmations import Confirmed, Said, answer_as_person, confirmations_of, lines_of_person
from levier.hours.contests import Matter, contests_of, open_contest
from levier.hours.models import StatementLine
from levier.hours.queries import reference_values
from levier.organisations.models import Organisation
from levier.participants.letters import attempt_name, open_letter
from levier.participants.models import EligibilityDecision, Person
from levier.participants.queries import family_of
from levier.web import clock, wording
from levier.web.own_reads import reads_for
from levier.web.own_visit import begin, facilitator_of, leave, minutes, own, private, who
from levier.web.own_words import ANSWERED, ANSWERS, HOUR_MATTERS, MATTERS, THANKS
from levier.web.typed import SeeOther, Typed

WRONG = (
    "Le lien ou l’année ne va pas. Regardez bien votre lettre et recommencez. "
    "Si la lettre est ancienne, demandez-en une autre à votre facilitateur."
)
NEWS = timedelta(days=31)
"""How long the answer to a case is said first: people come back about once a month."""
DAYS_A_WEEK = 5
"""Only to say hours as days, with « environ »."""


@private
@sensitive_post_parameters("year")
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the QR code asks for the birth year, whatever the link; the same answer whatever was wrong."""
    error = ""
    if request.method == "POST":
        now, name, address = clock.now(), attempt_name(token[:64]), request.META.get("REMOTE_ADDR", "")
        left = sign_in_wait(email=name, address=address, now=now)
        if left:
            seconds = ceil(left.total_seconds())
            span = wording.plural(seconds, "seconde") if seconds < 90 else wording.plural(ceil(seconds / 60), "minute")
            error = f"Trop d’essais. Attendez {span}. Ensuite, recommencez."
        else:
            year = request.POST.get("year", "")[:10]
            letter = open_letter(token=token[:64], birth_year=year, catalogue=reference_values(), now=now)
            record_sign_in(email=name, address=address, accepted=letter is not None, now=now)
            if letter is not None:
                begin(request, letter)
                return SeeOther(reverse("own"))
            error = WRONG
    context = {"error": error, "minutes": minutes()}
    return render(request, "own/enter.html", context, status=422 if error else 200)


@private
def quit_visit(request: HttpRequest) -> HttpResponse:
    leave(request)
    return render(request, "own/over.html", {"minutes": minutes(), "left": True})


@dataclass(frozen=True, slots=True)
class OwnLine:
    """Hours of one month with one employer, as the person reads them."""

    line: StatementLine
    said: Said | None
    contested: bool

    @property
    def id(self) -> str:
        return self.line.public_id

    @property
    def hours(self) -> Decimal:
        return self.line.hours or Decimal(0)

    @property
    def days(self) -> int:
        """About how many days of work that is, at the daily length of the person's own contract."""
        daily = self.line.placement.weekly_hours / DAYS_A_WEEK
        return max(1, round(self.hours / daily)) if daily else 0

    @property
    def chip(self) -> tuple[str, str]:
        if self.contested:
            return "turn", "Vous attendez une réponse"
        return ANSWERED[self.said] if self.said else ("line", "Sans réponse")


def lines_for(person: Person) -> list[OwnLine]:
    lines = list(lines_of_person(person))
    known = confirmations_of(line.pk for line in lines)
    return [_own_line(line, known[line.pk]) for line in lines]


def _own_line(line: StatementLine, confirmed: Confirmed) -> OwnLine:
    return OwnLine(line, confirmed.by_person, confirmed.contested)


@own
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """One month at a time: the latest that was not answered, or the one asked for; then the months before."""
    lines = lines_for(person)
    asked = request.GET.get("heures", "")
    current = next((one for one in lines if one.id == asked), None) or next(
        (one for one in lines if one.said is None and not one.contested), None
    )
    identity, cases = who(person), [_case(one) for one in contests_of(person)]
    context = {
        "first_name": identity.first_name if identity else "",
        "current": current,
        "answers": [(said.value, *words) for said, words in ANSWERS.items()],
        "before": [one for one in lines if one is not current],
        "waiting": sum(one.said is None and not one.contested for one in lines),
        "total": sum((one.hours for one in lines), Decimal(0)),
        "until": _until(person),
        "contests": cases,
        "news": [
            one for one in cases if one["answered"] is None or clock.today() - wording.civil(one["answered"]) <= NEWS
        ],
        **around(person, "own"),
    }
    return render(request, "own/home.html", context)


def around(person: Person, here: str) -> dict[str, Any]:
    """What every page of the visit shows: the five places, whom to call, and how long the visit lasts."""
    places = (
        ("own", "Mes heures", "clock"),
        ("own-book", "Mon carnet", "list"),
        ("own-reads", "Qui a regardé", "eye"),
        ("own-data", "Mes données", "person"),
        ("own-contest", "Pas d’accord", "alert"),
    )
    return {
        "tabs": [
            {"label": label, "url": reverse(name), "icon": icon, "current": name == here}
            for name, label, icon in places
        ],
        "facilitator": facilitator_of(person),
        "minutes": minutes(),
        "reference": person.reference,
        "home": here == "own",
    }


def _until(person: Person) -> Any:
    latest = EligibilityDecision.objects.filter(person_id__in=family_of(person), granted=True)
    return latest.order_by("-valid_until").values_list("valid_until", flat=True).first()


@own
def answer(request: HttpRequest, person: Person) -> HttpResponse:
    """Yes, no, « je ne sais pas »: recorded at once. After a no, the page that lets the person say more."""
    line_id = request.POST.get("line", "")[:26]
    try:
        said = Said(request.POST.get("answer", ""))
    except ValueError:
        return SeeOther(reverse("own"))
    answer_as_person(person=person, line_id=line_id, said=said, now=clock.now())
    if said is Said.NO:
        return SeeOther(f"{reverse('own-contest')}?heures={line_id}")
    messages.success(request, THANKS[said])
    return SeeOther(reverse("own"))


@own
def contest(request: HttpRequest, person: Person) -> HttpResponse:
    """Saying that hours or a decision are not right: opens a dated case; nothing has to be written."""
    lines, decisions = lines_for(person), _decisions(person)
    typed = Typed(request.POST, ("about", "matter", "words"))
    if request.method == "POST":
        matters = {one.value: one for one in Matter}
        about = typed.text("about", longest=40, missing="Choisissez ce qui ne va pas.")
        kind, _, public_id = about.partition(":")
        matter = Matter.DECISION if kind == "decision" else None
        matter = matter or typed.choice("matter", matters, missing="Choisissez une réponse.")
        if matter and not typed.errors and _opened(person, typed, matter, kind, public_id):
            messages.success(
                request, "C’est envoyé. Votre facilitateur va vous répondre ici. Ces heures attendent sa réponse."
            )
            return SeeOther(reverse("own"))
    else:
        asked = request.GET.get("heures", "")[:26]
        typed.values["about"] = f"line:{asked}" if any(one.id == asked for one in lines) else ""
    chosen = next((one for one in lines if typed.values["about"] == f"line:{one.id}"), None)
    context = {
        "typed": typed,
        "lines": [one for one in lines if not one.contested],
        "decisions": decisions,
        "chosen": chosen,
        "matters": [(code.value, words) for code, words in HOUR_MATTERS.items()],
        "contests": [_case(one) for one in contests_of(person)],
        **around(person, "own-contest"),
    }
    return render(request, "own/contest.html", context, status=422 if typed.errors else 200)


def _opened(person: Person, typed: Typed, matter: Matter, kind: str, public_id: str) -> bool:
    try:
        open_contest(
            person=person,
            matter=matter,
            words=typed.values["words"],
            now=clock.now(),
            line_id=public_id if kind == "line" else "",
            decision_id=public_id if kind == "decision" else "",
        )
    except Refusal as refusal:
        typed.refused(refusal, default="about")
    except NotForYou:
        typed.wrong("about", "Choisissez dans la liste.")
    return not typed.errors


def _decisions(person: Person) -> list[EligibilityDecision]:
    found = EligibilityDecision.objects.filter(person_id__in=family_of(person))
    return list(found.order_by("-decided_on", "-id"))


def _case(told: Any) -> dict[str, Any]:
    contest = told.contest
    line = contest.line
    if line is not None:
        about = f"Heures {wording.of_month(line.statement.month)}, {line.placement.employer.name}"
    else:
        about = f"Décision du {wording.long_day(contest.decision.decided_on, weekday=False)}"
    return {
        "about": about,
        "matter": MATTERS[Matter(contest.matter)],
        "words": told.words,
        "opened": contest.opened_at,
        "answered": contest.answered_at,
        "answer": told.answer,
        "upheld": contest.upheld,
    }


@own
def reads(request: HttpRequest, person: Person) -> HttpResponse:
    """Who looked at the file: day, organisation, role, purpose. Agents are not named on screen (the data protection officer knows)."""
    rows = reads_for(person, since=add_months(clock.today(), -36))
    names = dict(Organisation.objects.filter(pk__in={row.organisation_id for row in rows}).values_list("pk", "name"))
    context = {"rows": [(row, names.get(row.organisation_id, "")) for row in rows], **around(person, "own-reads")}
    return render(request, "own/reads.html", context)
