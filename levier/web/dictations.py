"""Typing hours that a company tells, and the page where the company, or another facilitator, agrees with them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.foundation import french
from levier.foundation.objections import Objection, Refusal
from levier.hours.checks import TypedLine
from levier.hours.dictations import (
    agree_to_dictation,
    attach_for_company,
    company_started,
    has_a_colleague,
    people_to_ask,
    propose_to_company,
    type_for_company,
)
from levier.hours.queries import reference_values
from levier.hours.sheets import Sheet, sheet
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.declaration_words import Error, context_of, errors_in
from levier.web.declarations import flat, month_in, typed_in
from levier.web.pieces import piece_in, received_words
from levier.web.typed import SeeOther


def type_for(request: HttpRequest, commitment: str, month: str) -> HttpResponse:
    """The form of a month for a facilitator whom the company told its hours; nothing leaves before somebody else agrees."""
    actor, when = actor_of(request), month_in(month)
    found = sheet(actor, commitment, when, values=reference_values(), typing=True)
    if request.method != "POST":
        return _form(request, actor, found)
    typed, do, told_by = typed_in(request.POST), request.POST.get("do", "save"), request.POST.get("told_by", "")[:200]
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None
    who: dict[str, Any] = {"actor": actor, "commitment_public_id": commitment, "month": when, "now": clock.now()}
    objections: tuple[Objection, ...] = ()
    file_error = _attached(request, who) if do == "attach" or request.FILES.get("file") else ""
    stays = do == "attach" or bool(file_error)
    try:
        if not stays or _differs(found, typed):
            objections = flat(type_for_company(typed=typed, seen=seen, **who).unread)
        if not stays and not objections and do in {"propose", "none"}:
            propose_to_company(told_by=told_by, life=_link_life(), no_hours=do == "none", **who)
    except Refusal as refusal:
        objections = refusal.objections
    found = sheet(actor, commitment, when, values=reference_values(), typing=True)
    if objections or stays:
        return _form(request, actor, found, typed=typed, told_by=told_by, objections=objections, file_error=file_error)
    messages.success(request, french.typeset(_said(found, do)))
    return SeeOther(reverse("statement" if do != "save" else "statement-type-for", args=[commitment, month]))


def _attached(request: HttpRequest, who: dict[str, Any]) -> str:
    """Put the chosen piece in quarantine; why it was not kept, where it was not."""
    try:
        received = piece_in(request)
        well, said = received_words(attach_for_company(received=received, **who), received.name)
    except Refusal as refusal:
        return " ".join(refusal.sentences)
    messages.add_message(request, messages.SUCCESS if well else messages.ERROR, french.typeset(said))
    return ""


def _differs(found: Sheet, typed: dict[str, TypedLine]) -> bool:
    """Whether the form says something else than what is kept: attaching a piece alone leaves what waits for an agreement waiting."""
    return any(
        (here.hours.strip(), here.worked.strip()) != (row.typed, row.typed_worked)
        for row in found.rows
        if row.open and (here := typed.get(row.placement.public_id)) is not None
    )


def _link_life() -> timedelta:
    """As long as a link joined to a reminder: the company is not waiting for it."""
    return timedelta(hours=int(reference_values().at("access.link.reminder", clock.today()).value))


def _said(found: Sheet, do: str) -> str:
    if do == "save":
        return "Brouillon enregistré. L’entreprise n’a pas encore été interrogée."
    asked = people_to_ask(found.commitment.holder_id, clock.now())
    if not asked:
        return (
            "Les heures sont saisies. Personne dans l’entreprise ne peut recevoir de lien : invitez un contact, "
            "ou demandez à un autre facilitateur du territoire de donner son accord."
        )
    who, verb = " et ".join(one.name for one in asked), "reçoivent" if len(asked) > 1 else "reçoit"
    return f"Les heures sont saisies. {who} {verb} un lien pour dire « d’accord » ou corriger."


def _form(
    request: HttpRequest,
    actor: Actor,
    found: Sheet,
    *,
    typed: Any = None,
    told_by: str = "",
    objections: tuple[Objection, ...] = (),
    file_error: str = "",
) -> HttpResponse:
    errors: list[Error] = errors_in(objections, found)
    known = found.dictation.told_by if found.dictation and not found.dictation.answer else ""
    context = context_of(actor, found, typed or {}, errors) | {
        "file_error": file_error,
        "told_by": told_by or known,
        "told_error": next((error.text for error in errors if error.field == "told_by"), ""),
        "started": company_started(found.statement),
        "asked": people_to_ask(found.commitment.holder_id, clock.now()),
        "days": _link_life().days,
        "alone": not has_a_colleague(actor, found.commitment, clock.today()),
    }
    return render(request, "declarations/type_for.html", context, status=422 if errors or file_error else 200)


def agree(request: HttpRequest, commitment: str, month: str) -> HttpResponse:
    """What somebody typed for the company: agreed as it stands, or corrected in the usual form."""
    actor, when = actor_of(request), month_in(month)
    error = ""
    if request.method == "POST":
        try:
            sent = agree_to_dictation(actor=actor, commitment_public_id=commitment, month=when, now=clock.now())
        except Refusal as refusal:
            error = " ".join(refusal.sentences)
        else:
            done = f"C’est noté : les heures {wording.of_month(when)} sont parties. Leur acceptation revient à une autre personne que celle qui les a saisies."
            again = f"Vous aviez déjà donné votre accord sur les heures {wording.of_month(when)}."
            messages.success(request, french.typeset(again if sent.again else done))
            return redirect("statements")
    found = sheet(actor, commitment, when, values=reference_values(), typing=True)
    waits = found.dictation if found.waits_for_agreement else None
    context = context_of(actor, found, {}) | {
        "dictation": waits,
        "own": waits is not None and waits.typed_by_id == actor.user_id,
        "is_company": actor.role is Role.COMPANY,
        "attaches": False,
        "error": error,
        "going": [row for row in found.rows if row.open],
    }
    return render(request, "declarations/agree.html", context, status=422 if error else 200)
