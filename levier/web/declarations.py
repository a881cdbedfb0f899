"""Declaring hours: the months to declare, one month's form, reading again before sending, and the pieces."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from levier.accounts.values import Actor, Role
from levier.foundation import french
from levier.foundation.objections import Objection, Refusal
from levier.foundation.pagination import page_of
from levier.foundation.periods import add_months, last_of_month
from levier.hours import declarations
from levier.hours.actions import seal_month
from levier.hours.checks import TypedLine, month_of
from levier.hours.dictations import company_started, dictation_that_waits, dictations_for_company
from levier.hours.queries import (
    lines_visible_to,
    reference_values,
)
from levier.hours.sheets import Sheet, owed_months, sheet
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.declaration_words import (
    Error,
    context_of,
    errors_in,
    listed,
    next_words,
    state_filters,
    steps,
    too_late,
    turn_of,
)
from levier.web.pieces import piece_in, received_words

PAGE_LENGTH = 60
ALREADY_SENT = french.typeset(
    "Ces heures sont déjà parties chez votre facilitateur : rien n’a changé. S’il refuse une ligne, vous pourrez la corriger."
)
LONGEST_FIELD = 40


def statements(request: HttpRequest) -> HttpResponse:
    """Months by commitment: those that wait for the company first, the late ones before."""
    actor = actor_of(request)
    months = owed_months(actor, today=clock.today(), values=reference_values())
    asked = request.GET.get("etat", "")
    chosen = [one for one in months if not asked or one.state == asked]
    waiting = [one for one in months if one.waits_for_company]
    context = {
        "page_obj": page_of([listed(one) for one in chosen], request.GET.get("page"), PAGE_LENGTH),
        "filters": state_filters(months, asked),
        "waiting": len(waiting),
        "late": sum(one.late for one in months),
        "total": len(months),
        "company": actor.role is Role.COMPANY,
        "mission": actor.role is Role.MISSION,
        "next": waiting[0] if waiting else None,
        "to_agree": dictations_for_company(actor),
        **next_words(waiting),
    }
    return render(request, "declarations/list.html", context)


def statement(request: HttpRequest, commitment: str, month: str) -> HttpResponse:
    """The form of one month for the company; the same month to read for those who follow it."""
    actor, when = actor_of(request), month_in(month)
    if request.method == "POST":
        return _save(request, actor, commitment, when)
    found = sheet(actor, commitment, when, values=reference_values())
    return _show(request, actor, found)


def _save(request: HttpRequest, actor: Actor, commitment: str, month: date) -> HttpResponse:
    typed, do = typed_in(request.POST), request.POST.get("do", "save")
    act = declarations.copy_last_month if do == "copy" else declarations.save_draft
    more: dict[str, Any] = {} if do == "copy" else {"no_hours": do == "none"}
    version = request.POST.get("version", "")
    more["seen"] = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None
    try:
        saved = act(actor=actor, commitment_public_id=commitment, month=month, typed=typed, now=clock.now(), **more)
    except Refusal as refused:
        found = sheet(actor, commitment, month, values=reference_values())
        return _show(request, actor, found, typed=typed, errors=errors_in(refused.objections, found))
    found = sheet(actor, commitment, month, values=reference_values())
    if any(too_late(row, typed) for row in found.rows):
        return _show(request, actor, found, typed=typed, errors=[Error("month", ALREADY_SENT, ALREADY_SENT)])
    if do in {"review", "none"}:
        before = declarations.objections_before_sending(
            actor=actor, commitment_public_id=commitment, month=month, now=clock.now()
        )
        objections = (*before, *(one for one in flat(saved.unread) if one.field.startswith("w-")))
        if not objections:
            return redirect("statement-check", commitment, f"{month:%Y-%m}", permanent=False)
        return _show(request, actor, found, typed=typed, errors=errors_in(objections, found))
    if saved.unread:
        return _show(request, actor, found, typed=typed, errors=errors_in(flat(saved.unread), found))
    done = "Les heures du mois dernier sont reprises : relisez-les." if do == "copy" else "Brouillon enregistré."
    messages.success(request, french.typeset(done))
    return _back(commitment, month)


def check(request: HttpRequest, commitment: str, month: str) -> HttpResponse:
    """Read again, then send. A month that cannot be sent goes back to its form, with the reasons."""
    actor, when = actor_of(request), month_in(month)
    if request.method == "POST":
        return _send(request, actor, commitment, when)
    found = sheet(actor, commitment, when, values=reference_values())
    objections = declarations.objections_before_sending(
        actor=actor, commitment_public_id=commitment, month=when, now=clock.now()
    )
    if objections:
        return _show(request, actor, found, errors=errors_in(objections, found))
    context = context_of(actor, found, {}) | {
        "steps": steps(1),
        "going": [row for row in found.rows if row.open],
        "warned": any(row.warnings for row in found.rows if row.open),
    }
    return render(request, "declarations/check.html", context)


def _send(request: HttpRequest, actor: Actor, commitment: str, month: date) -> HttpResponse:
    try:
        sent = declarations.send(actor=actor, commitment_public_id=commitment, month=month, now=clock.now())
    except Refusal as refused:
        found = sheet(actor, commitment, month, values=reference_values())
        return _show(request, actor, found, errors=errors_in(refused.objections, found))
    if sent.again:
        said = f"Le relevé {wording.of_month(month)} était déjà envoyé : il n’a pas été envoyé deux fois."
    elif sent.statement.no_hours:
        said = f"C’est noté : aucune heure {wording.of_month(month)}."
    else:
        lines = wording.plural(sent.lines, "ligne")
        verb = "sont parties" if sent.lines > 1 else "est partie"
        said = f"{lines} {wording.of_month(month)} {verb} chez votre facilitateur. Sa réponse s’affichera ici."
    messages.success(request, french.typeset(said))
    return redirect("statements")


def attach(request: HttpRequest, commitment: str, month: str) -> HttpResponse:
    """Receive a piece of evidence."""
    actor, when = actor_of(request), month_in(month)
    try:
        received = piece_in(request)
        evidence = declarations.attach_evidence(
            actor=actor, commitment_public_id=commitment, month=when, received=received, now=clock.now()
        )
    except Refusal as refused:
        found = sheet(actor, commitment, when, values=reference_values())
        return _show(request, actor, found, file_error=" ".join(refused.sentences))
    well, said = received_words(evidence, received.name)
    messages.add_message(request, messages.SUCCESS if well else messages.ERROR, french.typeset(said))
    return _back(commitment, when)


def seal(request: HttpRequest, commitment: str, month: str) -> HttpResponse:
    """Close a month of the books."""
    actor, when = actor_of(request), month_in(month)
    try:
        seal_month(actor=actor, commitment_public_id=commitment, month=when, now=clock.now())
    except Refusal as refused:
        messages.error(request, " ".join(refused.sentences))
    else:
        said = f"Le mois {wording.of_month(when)} est clos. Une correction passera dans un mois ouvert."
        messages.success(request, said)
    return redirect("statement", commitment, f"{when:%Y-%m}", permanent=False)


def _may_be_typed(found: Sheet) -> bool:
    """Whether a facilitator may type this month for the company: it has begun, is open, and the company keeps no draft of it."""
    open_month = found.commitment.starts_on <= last_of_month(found.month) and found.month <= min(
        clock.today(), found.commitment.ends_on
    )
    something = not found.sent or any(row.state == "refused" for row in found.rows)
    return open_month and something and not found.sealed and not company_started(found.statement)


def month_in(text: str) -> date:
    found = month_of(text)
    if found is None or not date(2000, 1, 1) <= found <= date(2100, 1, 1):
        raise Http404
    return found


def _back(commitment: str, month: date) -> HttpResponse:
    response = redirect("statement", commitment, f"{month:%Y-%m}")
    response.status_code = 303
    return response


def typed_in(posted: QueryDict) -> dict[str, TypedLine]:
    """Fields `h-<placement>` and `w-<placement>`, as typed."""
    return {
        name[2:]: TypedLine(str(value)[:LONGEST_FIELD], posted.get(f"w-{name[2:]}", "")[:LONGEST_FIELD])
        for name, value in posted.items()
        if name.startswith("h-")
    }


def flat(unread: Any) -> tuple[Objection, ...]:
    return tuple(
        Objection(one.code, f"w-{key}" if one.field == "worked" else key, one.facts)
        for key, found in unread.items()
        for one in found
    )


def _show(
    request: HttpRequest,
    actor: Actor,
    found: Sheet,
    *,
    typed: dict[str, TypedLine] | None = None,
    errors: list[Error] | None = None,
    file_error: str = "",
) -> HttpResponse:
    context = context_of(actor, found, typed or {}, errors) | {"steps": steps(0), "file_error": file_error}
    context["conflict"] = any(error.field == "month" for error in errors or [])
    context["typed_for"] = any(row.open and row.typed_for for row in found.rows)
    context |= turn_of(found) | {"all_open": all(row.open for row in found.rows)}
    if actor.role is not Role.COMPANY:
        lines = {line.placement_id: line for line in lines_visible_to(actor).filter(statement=found.statement)}
        shown = [(one, lines[one.row.placement.pk]) for one in context["rows"] if one.row.placement.pk in lines]
        context |= {
            "lines": shown,
            "sent_total": sum((line.hours or Decimal(0) for _, line in shown), Decimal(0)),
            "may_seal": actor.role is Role.MISSION
            and not found.sealed
            and add_months(found.month, 1) <= clock.today()
            and not any(line.state == "pending" for line in lines.values()),
            "decides": actor.role is Role.FACILITATOR,
        }
        if actor.role is Role.FACILITATOR:
            waits = dictation_that_waits(found.statement)
            context |= {"waits": waits, "typist": waits is not None and waits.typed_by_id == actor.user_id}
            context["types"] = _may_be_typed(found)
    template = "declarations/form.html" if actor.role is Role.COMPANY else "declarations/reading.html"
    return render(request, template, context, status=422 if errors or file_error else 200)
