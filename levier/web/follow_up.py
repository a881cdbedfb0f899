"""What becomes of people (suites): questions due, a message to send or an answer to type, results, counts; and the page of one question."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.pagination import page_of
from levier.hours.queries import reference_values
from levier.participants.identity import open_contact
from levier.participants.models import OutcomeQuestion
from levier.participants.outcomes import (
    Answer,
    Group,
    Step,
    answer_by_link,
    ask,
    counts,
    group_of,
    question_of,
    questions_visible_to,
    rows_for_counts,
    type_answer,
)
from levier.participants.queries import name_of
from levier.web import clock, once
from levier.web.acting import actor_of
from levier.web.own_visit import private
from levier.web.spreadsheet import csv_response
from levier.web.typed import SeeOther, Typed
from levier.web.workbook import XLSX, Sheet, workbook

PAGE_LENGTH = 50
STEPS = {Step.END: "À la fin", Step.THREE: "À 3 mois", Step.SIX: "À 6 mois", Step.TWELVE: "À 12 mois"}
GROUPS = {
    Group.DURABLE: "Emploi durable",
    Group.TRANSITION: "Emploi de transition",
    Group.POSITIVE: "Sortie positive",
    Group.OTHER: "Autre situation",
    Group.RATHER_NOT: "Ne souhaite pas répondre",
    Group.SILENT: "Sans réponse",
    Group.WAITING: "En attente",
}
CHIPS = {
    Group.DURABLE: "ok", Group.TRANSITION: "ok", Group.POSITIVE: "info", Group.OTHER: "line", Group.RATHER_NOT: "line",
    Group.SILENT: "bad", Group.WAITING: "wait",
}  # fmt: skip
ANSWERS = {
    Answer.CDI: "Un emploi en CDI",
    Answer.CDD_LONG: "Un emploi en CDD de plus de 6 mois",
    Answer.CDD_SHORT: "Un emploi en CDD de 6 mois ou moins",
    Answer.TEMPORARY: "De l’intérim",
    Answer.OWN_BUSINESS: "J’ai créé mon activité",
    Answer.INSERTION: "Un emploi dans une structure d’insertion",
    Answer.TRAINING: "Une formation",
    Answer.SEEKING: "Je cherche un emploi",
    Answer.OTHER: "Autre chose",
    Answer.RATHER_NOT: "Je préfère ne pas répondre",
}
HEADING = ("Référence", "Question", "Fin du contrat", "Posée le", "Situation", "Réponse", "Répondue le", "Par")


def _answer_days() -> int:
    return int(reference_values().at("outcomes.answer_days", clock.today()).value)


def _group(question: OutcomeQuestion, days: int) -> Group:
    return group_of(question.answer, question.due_on, clock.today(), days)


def outcomes(request: HttpRequest) -> HttpResponse:
    """Questions that are due, those to ask first. By reference, not by name: the answer is kept apart from identity."""
    actor, today, days = actor_of(request), clock.today(), _answer_days()
    asked_step, asked_group = request.GET.get("etape", ""), request.GET.get("situation", "")
    due = [(one, _group(one, days)) for one in _due(actor)]
    chosen = [
        row
        for row in due
        if (not asked_step or row[0].step == asked_step) and (not asked_group or row[1] == asked_group)
    ]
    chosen.sort(key=lambda row: (row[1] is not Group.WAITING, row[0].due_on, row[0].pk))
    page = page_of([_line(one, group) for one, group in chosen], request.GET.get("page"), PAGE_LENGTH)
    numbers = counts([(one.step, one.answer, one.due_on) for one, _ in due], today, answer_days=days, smallest=0)
    filters = [{"label": "Toutes", "url": "?", "current": not asked_group, "count": len(due)}] + [
        {
            "label": GROUPS[one],
            "url": f"?situation={one}",
            "current": asked_group == one,
            "count": sum(g is one for _, g in due),
        }
        for one in Group
    ]
    context = {
        "page_obj": page,
        "filters": filters,
        "numbers": _numbers(numbers),
        "waiting": sum(group is Group.WAITING for _, group in due),
        "days": days,
        "types": actor.role is Role.FACILITATOR,
        "total": len(due),
    }
    return render(request, "care/outcomes.html", context)


def _due(actor: Actor) -> Iterable[OutcomeQuestion]:
    return (
        questions_visible_to(actor)
        .filter(due_on__lte=clock.today())
        .select_related("placement__person", "placement__employer")
        .order_by("due_on", "pk")
    )


def outcome_line(question: OutcomeQuestion) -> dict[str, Any]:
    """One question and its answer, in words, as of today."""
    return _line(question, _group(question, _answer_days()))


def _line(question: OutcomeQuestion, group: Group) -> dict[str, Any]:
    return {
        "question": question,
        "step": STEPS[Step(question.step)],
        "chip": (CHIPS[group], GROUPS[group]),
        "answer": ANSWERS[Answer(question.answer)] if question.answer else "",
        "waits": group is Group.WAITING or group is Group.SILENT,
    }


def _numbers(numbers: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "step": STEPS[one.step],
            "cells": [(GROUPS[cell.group], cell.shown) for cell in one.cells],
            "asked": None if one.hidden else one.asked,
            "answered": None if one.hidden else one.answered,
            "hidden": one.hidden,
        }
        for one in numbers
    ]


def summary(request: HttpRequest) -> HttpResponse:
    """Counts by step and situation in the actor's scope; a company, a structure and a buyer never read a count of few people."""
    actor, today = actor_of(request), clock.today()
    values = reference_values()
    open_eyes = actor.role in {Role.MISSION, Role.FACILITATOR}
    smallest = 0 if open_eyes else int(values.at("outcomes.smallest_cell", today).value)
    numbers = counts(rows_for_counts(actor), today, answer_days=_answer_days(), smallest=smallest)
    context = {
        "numbers": _numbers(numbers),
        "groups": list(GROUPS.values()),
        "smallest": smallest,
        "days": _answer_days(),
    }
    return render(request, "care/outcome_counts.html", context)


def export_csv(request: HttpRequest) -> HttpResponse:
    return csv_response("suites.csv", HEADING, _exported(actor_of(request)))


def export_xlsx(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(workbook([Sheet("Suites", HEADING, _exported(actor_of(request)))]), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="suites.xlsx"'
    return response


def _exported(actor: Actor) -> list[list[object]]:
    days = _answer_days()
    return [
        [
            one.placement.person.reference,
            STEPS[Step(one.step)],
            one.placement.ends_on,
            one.asked_at,
            GROUPS[_group(one, days)],
            ANSWERS[Answer(one.answer)] if one.answer else "",
            one.answered_at,
            one.answered_by_label,
        ]
        for one in _due(actor)
    ]


def outcome(request: HttpRequest, outcome: str) -> HttpResponse:
    """One question: send it by mail, copy the text of an SMS, or type what the person said."""
    actor = actor_of(request)
    found = (
        questions_visible_to(actor)
        .select_related("placement__person", "placement__employer")
        .filter(public_id=outcome)
        .first()
    )
    if found is None or actor.role is not Role.FACILITATOR:
        raise NotForYou
    person = found.placement.person
    record_reads(actor=actor, person_public_ids=[person.public_id], purpose="suivre", what="suites", now=clock.now())
    typed, text = Typed(request.POST, ("answer",)), ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "type":
                type_answer(actor=actor, question_id=outcome, answer=typed.values["answer"], now=clock.now())
                messages.success(request, "La réponse est enregistrée.")
                return SeeOther(reverse("outcomes"))
            by = "mail" if request.POST.get("do") == "mail" else "sms"
            asked = ask(actor=actor, question_id=outcome, by=by, now=clock.now(), token=once.secret(request))
            text = asked.text
            if not text:
                messages.success(request, "Le message part à la prochaine tournée.")
                return SeeOther(reverse("outcomes"))
            found.refresh_from_db()
        except Refusal as refusal:
            typed.refused(refusal, default="answer")
    name = name_of(person)
    context = {
        **_line(found, _group(found, _answer_days())),
        "name": name,
        "person": person,
        "contact": open_contact(person.contact, person.public_id),
        "text": text,
        "typed": typed,
        "options": [("", "Choisir"), *((code.value, words) for code, words in ANSWERS.items())],
        "due": found.due_on <= clock.today(),
        "crumbs": [("Suites", reverse("outcomes")), (f"{name}, {STEPS[Step(found.step)].lower()}", "")],
    }
    return render(request, "care/outcome.html", context, status=422 if typed.errors else 200)


@private
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """One question, one click, no name. An unknown link and one that served say the same."""
    if request.method == "POST":
        try:
            done = answer_by_link(token=token[:64], answer=request.POST.get("answer", ""), now=clock.now())
        except Refusal:
            done = False
        return SeeOther(reverse("outcome-replied")) if done else render(request, "own/replied.html", {"done": False})
    if question_of(token[:64]) is None:
        return render(request, "own/replied.html", {"done": False})
    context = {"answers": [(code.value, words) for code, words in ANSWERS.items()]}
    return render(request, "own/reply.html", context)


@private
def replied(request: HttpRequest) -> HttpResponse:
    return render(request, "own/replied.html", {"done": True})
