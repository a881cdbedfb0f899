"""A supplying structure (SIAE, ETTI, GEIQ, EA): what companies declared of its people, confirmed in one click or contested with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.audit.actions import record_reads
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.confirmations import (
    Confirmed,
    Said,
    confirm_lines,
    confirmations_of,
    contest_as_structure,
    lines_of_structure,
    lines_to_confirm,
)
from levier.hours.models import StatementLine
from levier.participants.queries import name_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.shell import COUNTS
from levier.web.typed import SeeOther, Typed

MOST_BEFORE = 60
CHIPS = {Said.YES: ("ok", "Confirmée"), Said.NO: ("bad", "Contestée")}

COUNTS["confirm"] = lambda actor: lines_to_confirm(actor).count()


@dataclass(frozen=True, slots=True)
class Declared:
    """What one company declared of the structure's people for one month."""

    company: str
    contract: str
    month: date
    sent_at: datetime | None
    lines: tuple[tuple[StatementLine, str], ...]

    @property
    def hours(self) -> Decimal:
        return sum((line.hours or Decimal(0) for line, _ in self.lines), Decimal(0))

    @property
    def key(self) -> str:
        return self.lines[0][0].statement.public_id


def confirm(request: HttpRequest) -> HttpResponse:
    """First page of the structure: what waits, by company and month; one button confirms all of a group."""
    actor = actor_of(request)
    if request.method == "POST":
        done = confirm_lines(actor=actor, line_ids=request.POST.getlist("line"), now=clock.now())
        messages.success(
            request, f"{wording.plural(done, 'ligne confirmée,lignes confirmées')}. Le facilitateur le voit."
        )
        return SeeOther(reverse("confirm"))
    waiting = _groups(_read(lines_to_confirm(actor)))
    before = _before(actor)
    names = {line.placement.person.public_id for group in waiting for line, _ in group.lines}
    names |= {line.placement.person.public_id for line, *_ in before}
    if names:
        record_reads(actor=actor, person_public_ids=names, purpose="confirmer", what="nom et heures", now=clock.now())
    answered_at = (
        lines_of_structure(actor).filter(confirmations__side="structure").aggregate(at=Max("confirmations__at"))["at"]
    )
    context = {
        "groups": waiting,
        "total": sum(len(group.lines) for group in waiting),
        "answered_at": answered_at,
        "new": sum(bool(answered_at and group.sent_at and group.sent_at > answered_at) for group in waiting),
        "before": before,
        **_turn(waiting),
    }
    return render(request, "care/confirm.html", context)


def _turn(waiting: list[Declared]) -> dict[str, str]:
    """How much waits for the structure, and since when."""
    oldest = min((group.sent_at for group in waiting if group.sent_at), default=None)
    lines = wording.plural(sum(len(group.lines) for group in waiting), "ligne attend,lignes attendent")
    hours = wording.hours(sum((group.hours for group in waiting), Decimal(0)))
    who = (
        f"À vous de confirmer, depuis le {wording.long_day(oldest, weekday=False)}" if oldest else "À vous de confirmer"
    )
    return {"turn_who": who, "turn_what": f"{lines} votre réponse, {hours} en tout."}


def _read(lines: Any) -> list[StatementLine]:
    return list(
        lines.select_related(
            "placement__person", "statement__commitment__holder", "statement__commitment__lot__contract"
        ).order_by("statement__month", "statement_id", "pk")
    )


def _groups(lines: Iterable[StatementLine]) -> list[Declared]:
    found: dict[int, list[StatementLine]] = {}
    for line in lines:
        found.setdefault(line.statement_id, []).append(line)
    return [_declared(group) for group in found.values()]


def _declared(lines: list[StatementLine]) -> Declared:
    statement = lines[0].statement
    contract = statement.commitment.lot.contract
    return Declared(
        company=statement.commitment.holder.name,
        contract=f"Marché {contract.reference}",
        month=statement.month,
        sent_at=statement.sent_at,
        lines=tuple((line, name_of(line.placement.person)) for line in lines),
    )


def _before(actor: Actor) -> list[tuple[StatementLine, str, tuple[str, str]]]:
    """The latest lines that the structure answered already."""
    lines = _read(lines_of_structure(actor).filter(confirmations__side="structure").distinct())
    known = confirmations_of(line.pk for line in lines)
    shown = [(line, name_of(line.placement.person), _chip(known[line.pk])) for line in reversed(lines)]
    return shown[:MOST_BEFORE]


def _chip(known: Confirmed) -> tuple[str, str]:
    return (
        CHIPS.get(known.by_structure, ("wait", "Corrigée depuis"))
        if known.by_structure
        else ("wait", "Corrigée depuis")
    )


def contest(request: HttpRequest, supplied: str) -> HttpResponse:
    """These hours are not those of the structure's books: a reason, which the facilitator reads."""
    actor = actor_of(request)
    lines = _read(lines_of_structure(actor).filter(public_id=supplied))
    if not lines:
        raise NotForYou
    line = lines[0]
    typed = Typed(request.POST, ("reason",))
    if request.method == "POST":
        try:
            contest_as_structure(actor=actor, line_id=supplied, reason=typed.values["reason"], now=clock.now())
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
        else:
            messages.success(
                request, "Votre réponse est enregistrée. Le facilitateur la lit avant d’accepter ces heures."
            )
            return SeeOther(reverse("confirm"))
    record_reads(
        actor=actor,
        person_public_ids=[line.placement.person.public_id],
        purpose="confirmer",
        what="nom et heures",
        now=clock.now(),
    )
    context = {"line": line, "name": name_of(line.placement.person), "group": _declared(lines), "typed": typed,
               "crumbs": [("À faire", reverse("confirm")), ("Contester", "")]}  # fmt: skip
    return render(request, "care/contest_supplied.html", context, status=422 if typed.errors else 200)
