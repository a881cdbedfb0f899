"""The calendar of a site: what is written of it, what that leaves of each month; writing, answering, withdrawing a line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.commitments.actions import owed
from levier.commitments.labels import SITE_KINDS, SITE_STATES
from levier.commitments.models import Commitment, SitePeriod
from levier.commitments.policies import may_settle_site, may_write_site
from levier.commitments.queries import commitment_for
from levier.commitments.site_actions import (
    answer_site_period,
    may_take_back,
    resume_site,
    withdraw_site_period,
    write_site_period,
)
from levier.commitments.site_days import (
    CLOSURES,
    ON_WEEKDAYS,
    OPEN_ENDED,
    PERIODS,
    STOPS,
    SiteKind,
    SiteMonth,
    explains,
    holidays_named,
    period_words,
    possible_hours,
    week_words,
)
from levier.commitments.site_queries import SiteLine, line_of, site_lines, site_periods_visible_to, sites_of
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.periods import first_of_month, last_of_month, months_between
from levier.hours.queries import reference_values
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.dues import crumbs
from levier.web.spreadsheet import csv_response
from levier.web.typed import SeeOther, Typed

FIELDS = ("kind", "first_day", "last_day", "reason")
KINDS = {kind.value: kind for kind in PERIODS}
WEEK = tuple(enumerate(("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"), start=1))
SHOWN_MONTHS = 12
BEFORE = 5
"""Months shown before this one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the calendar in words; `may_withdraw`, `may_resume`: whether the reader may take it out, or say that it is over."""

    line: SiteLine
    what: str
    when: str
    chip: tuple[str, str]
    may_withdraw: bool
    may_resume: bool = False
    open_ended: bool = False
    """Nobody said when it ends."""

    @property
    def period(self) -> SitePeriod:
        return self.line.period


def row_of(actor: Actor, line: SiteLine) -> Row:
    period, kind = line.period, SiteKind(line.period.kind)
    days = f" : {week_words(period.weekdays)}" if kind in ON_WEEKDAYS else ""
    may = line.alive and line.resumed_on is None and may_take_back(actor, period, line.state)
    closed = kind in CLOSURES and line.state == "in_force" and line.resumed_on is None
    running = closed and (period.last_day is None or period.last_day >= clock.today())
    return Row(
        line, SITE_KINDS[kind] + days, typeset(period_words(line.span)), SITE_STATES[line.state], may,
        may_resume=running and may_write_site(actor, owed(period.commitment)),
        open_ended=closed and period.last_day is None,
    )  # fmt: skip


def show(request: HttpRequest, commitment: str) -> HttpResponse:
    """The lines, the months that they leave, the public holidays; proposals that wait come first."""
    actor, today = actor_of(request), clock.today()
    found = commitment_for(actor, commitment)
    rows = [row_of(actor, line) for line in _lines(found)]
    proposed = [row for row in rows if row.line.state == "proposed"]
    stopped = next(
        (row for row in rows if row.open_ended and row.period.kind in STOPS and row.period.first_day <= today), None
    )
    if stopped is not None and any(row.period.resumes_id == stopped.period.pk for row in proposed):
        stopped = None
    whole = request.GET.get("mois") == "tous"
    months = _months(found, today, whole=whole)
    context: dict[str, Any] = {
        "crumbs": crumbs(found, "Calendrier du chantier"),
        "commitment": found,
        "contract": found.lot.contract,
        "proposed": proposed,
        "stopped": stopped,
        "stopped_who": typeset(f"Travaux arrêtés {stopped.when}") if stopped else "",
        "in_force": [row for row in rows if row.line.state == "in_force"],
        "gone": [row for row in rows if not row.line.alive],
        "months": [
            (month, typeset(explains(month)), first_of_month(month.first) == first_of_month(today)) for month in months
        ],
        "whole": whole,
        "more": not whole and len(months) < len(list(months_between(found.starts_on, found.ends_on))),
        "holidays": holidays_named(today.year),
        "year": today.year,
        "settles": may_settle_site(actor, owed(found)),
        "writes": may_write_site(actor, owed(found)),
        "is_company": actor.role is Role.COMPANY,
    }
    return render(request, "site/show.html", context)


def _lines(found: Commitment) -> list[SiteLine]:
    """With the commitment already loaded in each, for the policies."""
    lines = site_lines(found)
    for line in lines:
        line.period.commitment = found
    return lines


def _months(found: Commitment, today: date, *, whole: bool) -> list[SiteMonth]:
    """Around today, inside the commitment; the first and the last month are cut at its dates."""
    values = reference_values()
    spans = sites_of([found.pk]).get(found.pk, ())
    every = list(months_between(found.starts_on, found.ends_on))
    if not whole:
        here = next((rank for rank, month in enumerate(every) if month >= first_of_month(today)), len(every) - 1)
        start = max(0, min(here - BEFORE, len(every) - SHOWN_MONTHS))
        every = every[start : start + SHOWN_MONTHS]
    day = last_of_month(today)
    daily, nightly = (values.at(f"hours.maximum.day.{which}", day).value for which in ("adult", "night"))
    cut = [(max(month, found.starts_on), min(last_of_month(month), found.ends_on)) for month in every]
    return [possible_hours(spans, *days, daily=daily, nightly=nightly).result for days in cut]


def export(request: HttpRequest, commitment: str) -> HttpResponse:
    """Every line ever written, with what became of it."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    heading = ["Nature", "Du", "Au", "État", "Motif", "Écrit par", "Écrit le", "Suite par", "Suite le", "Motif de la suite"]  # fmt: skip
    lines = (
        [row.what, row.period.first_day, row.period.last_day, row.chip[1], row.period.reason, row.period.by_label, row.period.at,
         *((last.by_label, last.at, last.reason) if (last := row.line.last_step) else ("", "", ""))]
        for row in (row_of(actor, line) for line in _lines(found))
    )  # fmt: skip
    return csv_response(f"levier-chantier-{clock.today().isoformat()}.csv", heading, lines)


def write(request: HttpRequest, commitment: str) -> HttpResponse:
    """One line more: proposed by the company, in force where the facilitator writes it."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_write_site(actor, owed(found)):
        raise NotForYou
    typed, settles = Typed(request.POST, FIELDS), may_settle_site(actor, owed(found))
    ticked = {int(day) for day in request.POST.getlist("weekdays") if day in set("1234567")}
    if request.method == "POST" and (period := _written(actor, found, typed, ticked)) is not None:
        done = "est au calendrier" if settles else "est proposé : le facilitateur répondra"
        messages.success(request, typeset(f"{SITE_KINDS[SiteKind(period.kind)]} {done}."))
        return SeeOther(reverse("site-calendar", args=[commitment]))
    context = {
        "crumbs": crumbs(found, "Calendrier du chantier"),
        "commitment": found,
        "contract": found.lot.contract,
        "typed": typed,
        "kinds": [("", "Choisissez"), *((kind.value, SITE_KINDS[kind]) for kind in PERIODS)],
        "week": [(number, name, number in ticked) for number, name in WEEK],
        "settles": settles,
    }
    return render(request, "site/write.html", context, status=422 if typed.errors else 200)


def _written(actor: Actor, found: Commitment, typed: Typed, ticked: set[int]) -> SitePeriod | None:
    kind = typed.choice("kind", KINDS, missing="Choisissez ce que vous inscrivez au calendrier.")
    first = typed.day("first_day", missing="Indiquez le premier jour.")
    last = None
    if typed.values["last_day"] or kind not in OPEN_ENDED:
        last = typed.day("last_day", missing="Indiquez le dernier jour.")
    reason = typed.text("reason", longest=500, missing="Écrivez le motif : l’autre partie le lira.")
    if kind in ON_WEEKDAYS and not ticked:
        typed.wrong("weekdays", "Cochez au moins un jour de la semaine.")
    if typed.errors or kind is None or first is None:
        return None
    try:
        return write_site_period(
            actor=actor, commitment_public_id=found.public_id, kind=kind, first_day=first, last_day=last, weekdays=ticked,
            reason=reason, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        typed.refused(refusal, default="kind")
        return None


def resume(request: HttpRequest, site_period: str) -> HttpResponse:
    """Say that the works are on again, from a day, with the reason; the company proposes it, the facilitator writes it."""
    actor = actor_of(request)
    found = _period(actor, site_period)
    if not may_write_site(actor, owed(found.commitment)):
        raise NotForYou
    typed, settles = Typed(request.POST, ("day", "reason")), may_settle_site(actor, owed(found.commitment))
    back = reverse("site-calendar", args=[found.commitment.public_id])
    if request.method == "POST":
        day = typed.day("day", missing="Indiquez le jour de la reprise.")
        reason = typed.text("reason", longest=500, missing="Écrivez le motif : l’autre partie le lira.")
        try:
            if day is not None and not typed.errors:
                resume_site(actor=actor, period_public_id=site_period, day=day, reason=reason, now=clock.now())
                done = "est au calendrier" if settles else "est proposée : le facilitateur répondra"
                messages.success(request, typeset(f"La reprise {done}."))
                return SeeOther(back)
        except Refusal as refusal:
            typed.refused(refusal, default="day")
    context = {
        "crumbs": crumbs(found.commitment, "Calendrier du chantier"),
        "commitment": found.commitment,
        "contract": found.commitment.lot.contract,
        "row": row_of(actor, line_of(found)),
        "typed": typed,
        "settles": settles,
        "back": back,
    }
    return render(request, "site/resume.html", context, status=422 if typed.errors else 200)


def answer(request: HttpRequest, site_period: str) -> HttpResponse:
    """The facilitator says yes or no to what the company proposed."""
    actor, agreed = actor_of(request), request.POST.get("answer") == "yes"
    found = _period(actor, site_period)
    try:
        answer_site_period(
            actor=actor, period_public_id=site_period, agreed=agreed, reason=request.POST.get("reason", ""), now=clock.now()
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
    else:
        said = "La ligne est au calendrier." if agreed else "La ligne est refusée : l’entreprise lira votre motif."
        messages.success(request, said)
    return SeeOther(reverse("site-calendar", args=[found.commitment.public_id]))


def withdraw(request: HttpRequest, site_period: str) -> HttpResponse:
    """Take a line out of the calendar, with a reason; it stays in the history."""
    actor = actor_of(request)
    found = _period(actor, site_period)
    line = line_of(found)
    if not may_take_back(actor, found, line.state):
        raise NotForYou
    typed = Typed(request.POST, ("reason",))
    back = reverse("site-calendar", args=[found.commitment.public_id])
    if request.method == "POST":
        reason = typed.text("reason", longest=500, missing="Écrivez pourquoi vous retirez cette ligne.")
        try:
            if not typed.errors:
                withdraw_site_period(actor=actor, period_public_id=site_period, reason=reason, now=clock.now())
                messages.success(request, "La ligne est retirée du calendrier. Elle reste dans l’historique.")
                return SeeOther(back)
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
    context = {
        "crumbs": crumbs(found.commitment, "Calendrier du chantier"),
        "commitment": found.commitment,
        "contract": found.commitment.lot.contract,
        "row": row_of(actor, line),
        "typed": typed,
        "back": back,
    }
    return render(request, "site/withdraw.html", context, status=422 if typed.errors else 200)


def _period(actor: Actor, public_id: str) -> SitePeriod:
    found = (
        site_periods_visible_to(actor)
        .select_related("commitment__lot__contract__buyer", "commitment__holder")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found
