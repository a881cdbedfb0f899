"""When statements are due, by buyer; the same in one's own calendar program, by a secret address that can be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.following import links
from levier.following.actions import set_calendar
from levier.following.deadlines import Coming, Declared, coming
from levier.following.icalendar import Event, calendar
from levier.following.policies import may_set_calendar
from levier.foundation import french
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.periods import first_of_month
from levier.hours.calendars import Calendars, calendars
from levier.hours.queries import reference_values
from levier.hours.values import Rhythm
from levier.organisations.models import Organisation
from levier.web import clock, once, wording
from levier.web.acting import actor_of
from levier.web.spreadsheet import csv_response
from levier.web.typed import SeeOther, Typed

RHYTHMS = {Rhythm.MONTHLY: "Chaque mois", Rhythm.QUARTERLY: "Chaque trimestre", Rhythm.HALF_YEARLY: "Chaque semestre"}
SHOWN = 8
"""References written out; the others are counted."""


@dataclass(frozen=True, slots=True)
class Due:
    declared: Declared
    period: str
    days: int
    shown: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """The calendar of a buyer as it holds this month. `source`: where it is written; the default has none of its own."""

    public_id: str
    name: str
    rhythm: str
    day_before: int
    source: str
    own: bool


def _period(first: date, end: date) -> str:
    return wording.month(end) if first_of_month(end) == first else f"{wording.month(first)} à {wording.month(end)}"


def _coming(actor: Actor, today: date) -> tuple[Coming, Calendars]:
    known = calendars(reference_values())
    return coming(actor, today=today, known=known), known


def show(request: HttpRequest) -> HttpResponse:
    return _page(request, actor_of(request))


def _page(request: HttpRequest, actor: Actor, secret: str = "") -> HttpResponse:
    today = clock.today()
    found, known = _coming(actor, today)
    context = {
        "today": today,
        "dues": [
            Due(
                one,
                _period(one.first_month, one.period_end),
                (one.last_day - today).days,
                one.references[:SHOWN],
                max(0, len(one.references) - SHOWN),
            )
            for one in found.declared
        ],
        "endings": found.endings,
        "buyers": _buyers(actor, known, found.declared, today),
        "link": links.link_of(actor),
        "address": request.build_absolute_uri(reverse("calendar-feed", args=[secret])) if secret else "",
        "is_company": actor.role is Role.COMPANY,
    }
    return render(request, "following/calendar.html", context)


def _buyers(actor: Actor, known: Calendars, declared: Iterable[Declared], today: date) -> list[BuyerRow]:
    """Buyers that somebody declares to, and the actor's own; only for those who may change one."""
    if actor.role not in {Role.MISSION, Role.BUYER}:
        return []
    ids = {one.buyer_id for one in declared} | ({actor.organisation_id} if actor.role is Role.BUYER else set())
    default = reference_values().at("hours.declaration_day_before", today)
    rows = []
    for one in Organisation.objects.filter(pk__in=ids).order_by("name", "pk"):
        row = known.row_at(one.pk, today)
        rows.append(
            BuyerRow(
                one.public_id,
                one.name,
                RHYTHMS[Rhythm(row.rhythm) if row else Rhythm.MONTHLY],
                row.day_before if row else int(default.value),
                row.source if row else default.source,
                row is not None,
            )
        )
    return rows


def export(request: HttpRequest) -> HttpResponse:
    found, _ = _coming(actor_of(request), clock.today())
    lines = (
        (one.last_day, _period(one.first_month, one.period_end), one.buyer, reference)
        for one in found.declared
        for reference in one.references
    )
    heading = ("À envoyer au plus tard le", "Période", "Acheteur", "Marché")
    return csv_response(f"levier-calendrier-{clock.today().isoformat()}.csv", heading, lines)


def subscribe(request: HttpRequest) -> HttpResponse:
    """Make the secret address: it is shown on the answer and never again."""
    actor = actor_of(request)
    return _page(request, actor, links.make_link(actor=actor, now=clock.now(), secret=once.secret(request)))


def revoke(request: HttpRequest) -> HttpResponse:
    links.revoke_link(actor=actor_of(request), now=clock.now())
    messages.success(request, "L’adresse ne répond plus. Retirez-la de votre agenda.")
    return redirect("declaration-calendar")


def feed(_request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar itself, for a program that is not signed in: the secret says whose it is."""
    today = clock.today()
    actor = links.actor_behind(secret, today=today)
    found, _ = _coming(actor, today)
    body = calendar("Levier : clause sociale d’insertion", _events(found, actor), now=clock.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="levier.ics"'
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Robots-Tag"] = "noindex"
    return response


def _events(found: Coming, actor: Actor) -> Iterable[Event]:
    """Contracts by their references alone: a calendar is read by programs and people that Levier does not know."""
    host = settings.PUBLIC_ADDRESS.split("//")[-1].split("/")[0].split(":")[0]
    do = "à envoyer" if actor.role is Role.COMPANY else "attendus"
    page = settings.PUBLIC_ADDRESS + reverse("declaration-calendar")
    for one in found.declared:
        period = _period(one.first_month, one.period_end)
        count = wording.plural(len(one.references), "marché,marchés")
        yield Event(
            f"relevés-{one.buyer_id}-{one.period_end:%Y%m%d}@{host}".replace("é", "e"),
            one.last_day,
            f"Relevés d’heures {do} : {period}",
            f"Dernier jour pour {count} : {', '.join(one.references[:40])}{'…' if len(one.references) > 40 else ''}",
            page,
        )
    for end in found.endings:
        yield Event(
            f"fin-{end.commitment_id}@{host}",
            end.ends_on,
            f"Fin du marché {end.reference}",
            "Dernier jour de l’engagement d’heures d’insertion.",
            settings.PUBLIC_ADDRESS + reverse("contract", args=[end.contract_id]),
        )


def change(request: HttpRequest, buyer: str) -> HttpResponse:
    """A buyer's own calendar, from a month on."""
    actor = actor_of(request)
    found = Organisation.objects.filter(public_id=buyer, kinds__contains=["buyer"]).first()
    if found is None or not may_set_calendar(actor, buyer_id=found.pk):
        raise NotForYou
    this_month = first_of_month(clock.today())
    typed = Typed(
        request.POST
        if request.method == "POST"
        else {"rhythm": "quarterly", "day_before": "15", "valid_from": f"{this_month:%Y-%m}"},
        ("rhythm", "day_before", "valid_from", "source"),
    )
    if request.method == "POST" and _changed(request, actor, found, typed):
        return SeeOther(reverse("declaration-calendar"))
    rows = calendars(reference_values())
    context: dict[str, Any] = {
        "crumbs": [("Calendrier", reverse("declaration-calendar")), (found.name, "")],
        "buyer": found,
        "typed": typed,
        "rhythms": [(one.value, label) for one, label in RHYTHMS.items()],
        "coming": [(end, last) for end, last in rows.coming(found.pk, clock.today())][:6],
    }
    return render(request, "following/buyer_calendar.html", context, status=422 if typed.errors else 200)


def _changed(request: HttpRequest, actor: Actor, buyer: Organisation, typed: Typed) -> bool:
    rhythm = typed.choice("rhythm", {one.value: one for one in Rhythm}, missing="Choisissez un rythme.")
    day = typed.whole(
        "day_before", low=2, high=28, wrong="Écrivez un jour entre 2 et 28 : « avant le 15 » laisse jusqu’au 14."
    )
    source = typed.text(
        "source", longest=200, missing="Dites où ce calendrier est écrit, par exemple « CCAP, article 1.4 »."
    )
    month = _month(typed)
    if typed.errors or rhythm is None or day is None or month is None:
        return False
    try:
        made = set_calendar(
            actor=actor, buyer=buyer, rhythm=rhythm, day_before=day, valid_from=month, source=source, now=clock.now()
        )
    except Refusal as refusal:
        typed.refused(refusal, default="valid_from")
        return False
    messages.success(
        request,
        french.typeset(
            f"{buyer.name} : {RHYTHMS[rhythm].lower()}, avant le {made.day_before}, à partir de {wording.month(made.valid_from)}."
        ),
    )
    return True


def _month(typed: Typed) -> date | None:
    try:
        return date.fromisoformat(f"{typed.values['valid_from']}-01")
    except ValueError:
        typed.wrong("valid_from", "Indiquez le premier mois auquel ce calendrier s’applique.")
        return None
