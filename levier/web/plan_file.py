"""A file of the plan before it is imported: what was read, corrected in the cell, ticked, compared with the plan, then brought in."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from levier.foundation.objections import Objection, Refusal
from levier.foundation.pagination import page_of
from levier.planning import importing, plan_queries, upload_actions
from levier.planning.drafts import CORRECTABLE, FIELD_NAMES, LABELS
from levier.planning.models import PlanUpload, UploadLine
from levier.planning.plan_labels import PlanRefusal, refuse
from levier.spreadsheets.tables import Wishes
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.downloads import downloaded
from levier.web.plan_words import (
    NEED_HEADING,
    WIDTHS,
    field_in_words,
    hours_of,
    line_cells,
    most_hours,
    nature_in_words,
    problems_of,
    shown,
    start_in_words,
)  # fmt: skip
from levier.web.table_columns import columns_page
from levier.web.typed import SeeOther, Typed
from levier.web.workbook import Sheet, xlsx_response

PAGE_LENGTH = 50
VIEWS = {"": "Toutes", "erreurs": "À corriger", "verifier": "À vérifier"}
KINDS = {"new": ("ok", "Nouvelle"), "changed": ("wait", "Modifiée"), "gone": ("line", "Sortie")}
STATES = {
    "draft": ("wait", "Brouillon, rien n’est encore importé"),
    "imported": ("ok", "Importé"),
    "abandoned": ("line", "Écarté"),
}


def upload(request: HttpRequest) -> HttpResponseBase:
    """Receive a file; what cannot be read is said beside the field, and nothing is kept."""
    actor = actor_of(request)
    buyers = plan_queries.buyers_of(actor)
    typed = Typed(request.POST, ("organisation",))
    if request.method == "POST":
        chosen = next((one for one in buyers if one.public_id == typed.values["organisation"]), buyers[0])
        sent = request.FILES.get("file")
        try:
            if sent is None:
                raise refuse(Objection(PlanRefusal.NO_FILE, "file"))
            made = upload_actions.receive_plan(
                actor=actor, organisation=chosen, content=sent.read(), name=sent.name or "", now=clock.now()
            )
        except Refusal as refusal:
            typed.wrong("file", " ".join(refusal.sentences))
        else:
            return SeeOther(reverse("plan-file", args=[made.public_id]))
    files = plan_queries.uploads_visible_to(actor).select_related("organisation").order_by("-created_at")[:30]
    context = {
        "typed": typed,
        "buyers": [(one.public_id, one.name) for one in buyers],
        "files": [(one, *STATES[one.state]) for one in files],
        "crumbs": [("Programmation", reverse("plan")), ("Déposer un fichier", "")],
    }
    return render(request, "planning/upload.html", context, status=422 if typed.errors else 200)


def show(request: HttpRequest, upload: str) -> HttpResponseBase:
    actor = actor_of(request)
    found = plan_queries.upload_for(actor, upload)
    if request.method == "POST":
        return _work(request, found)
    lines = UploadLine.objects.filter(upload=found)
    figures = list(lines.values_list("ticked", "errors", "verdict__hours", "verdict__basis", "facts__problems"))
    waiting = sum(basis is None for _, _, _, basis, _ in figures)
    view = request.GET.get("vue", "") if request.GET.get("vue", "") in VIEWS else ""
    page = page_of(_viewed(lines, view), request.GET.get("page"), PAGE_LENGTH)
    rows = list(page.object_list)
    opened = request.GET.get("ligne", "")
    most = most_hours([row.verdict for row in rows])
    counts = {"": len(figures), "erreurs": sum(bool(errors) for _, errors, *_ in figures),
              "verifier": sum(not errors and bool(problems) for _, errors, _, _, problems in figures)}  # fmt: skip
    context = {
        "upload": found,
        "state": STATES[found.state],
        "lines": [_line(row, most, opened=str(row.row) == opened) for row in rows],
        "page_obj": page,
        "tabs": [
            {"label": label, "url": f"?vue={code}", "current": code == view, "count": counts[code]}
            for code, label in VIEWS.items()
        ],
        "view": view,
        "counts": counts,
        "lines_read": counts[""],
        "ready": counts[""] - counts["erreurs"],
        "ticked": sum(on for on, *_ in figures),
        "hours": _hours_of([hours for on, _, hours, *_ in figures if on]),
        "waiting": waiting,
        "done": len(figures) - waiting,
        "crumbs": [("Programmation", reverse("plan")), (found.file_name, "")],
    }
    return render(request, "planning/file.html", context)


def _viewed(lines: QuerySet[UploadLine], view: str) -> QuerySet[UploadLine]:
    if view == "erreurs":
        return lines.filter(errors__gt=0).order_by("row")
    if view == "verifier":
        return lines.filter(Q(facts__has_key="problems"), errors=0).order_by("row")
    return lines.order_by("row")


def _hours_of(found: list[Any]) -> tuple[Any, Any, Any]:
    ranges = [hours for hours in (hours_of({"hours": one}) for one in found) if hours]
    low, central, high = (sum(part) for part in zip(*ranges, strict=True)) if ranges else (0, 0, 0)
    return low, central, high


def _line(row: UploadLine, most: Any, *, opened: bool) -> dict[str, Any]:
    """A line as the page shows it: `cells` are the fields to correct, those in error or all of them where it was opened."""
    problems = problems_of(row)
    facts, verdict = row.facts, shown(row.verdict, most)
    wrong = [str(one["field"]) for one in problems if one["error"]]
    names = CORRECTABLE if opened else [name for name in CORRECTABLE if name in wrong]
    errors = {str(one["field"]): f"{one['why']} {one['accepted']}" for one in problems if one["error"]}
    return {
        "row": row,
        "facts": facts,
        "amount": facts.get("amount"),
        "nature": nature_in_words(facts.get("nature") or facts.get("proposed_nature")),
        "start": start_in_words(facts.get("start", "")),
        "verdict": verdict,
        "warnings": [one for one in problems if not one["error"]],
        "cells": [(name, LABELS[name], _typed_text(row, name), errors.get(name, "")) for name in names],
    }


def _typed_text(row: UploadLine, name: str) -> str:
    return str(row.typed.get(name, row.facts.get("raw", {}).get(name, "")))


def _work(request: HttpRequest, found: PlanUpload) -> HttpResponseBase:
    """Ticks and corrections of the page are kept whatever the button; then what the button says."""
    actor, do = actor_of(request), request.POST.get("do", "")
    here = reverse("plan-file", args=[found.public_id])
    back = f"{here}?vue={request.POST.get('vue', '')}&page={request.POST.get('page', '')}"
    try:
        if do == "continue":
            upload_actions.continue_verdicts(actor=actor, upload_id=found.public_id, now=clock.now())
            return SeeOther(here)
        if do == "abandon":
            upload_actions.abandon(actor=actor, upload_id=found.public_id, now=clock.now())
            messages.success(request, "Ce fichier est écarté ; rien n’en est entré dans la programmation.")
            return SeeOther(reverse("plan"))
        if do in {"all", "none"}:
            upload_actions.tick_all(actor=actor, upload_id=found.public_id, on=do == "all")
            return SeeOther(back)
        changed = _keep(request, found)
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
        return SeeOther(back)
    if do == "next":
        return SeeOther(reverse("plan-difference", args=[found.public_id]))
    if changed:
        messages.success(
            request, f"{wording.plural(changed, 'ligne')} relue{'s' if changed > 1 else ''}, l’avis est recalculé."
        )
    return SeeOther(back)


def _keep(request: HttpRequest, found: PlanUpload) -> int:
    rows = [int(text) for text in request.POST.getlist("shown") if text.isascii() and text.isdigit() and len(text) < 8]
    ticked = [int(text) for text in request.POST.getlist("tick") if text.isascii() and text.isdigit() and len(text) < 8]
    upload_actions.tick(actor=actor_of(request), upload_id=found.public_id, shown=rows, ticked=ticked)
    known = {one.row: one for one in UploadLine.objects.filter(upload=found, row__in=rows)}
    cells = {}
    for row, line in known.items():
        for name in CORRECTABLE:
            text = request.POST.get(f"c-{row}-{name}")
            if text is not None and " ".join(text.split()) != " ".join(_typed_text(line, name).split()):
                cells[row, name] = text
    return upload_actions.correct_cells(
        actor=actor_of(request), upload_id=found.public_id, cells=cells, now=clock.now()
    )


def columns(request: HttpRequest, upload: str) -> HttpResponseBase:
    """What was understood of the table: sheet, header row, which column says what; and how a person wants it read instead."""
    actor = actor_of(request)
    found = plan_queries.upload_for(actor, upload)
    here = reverse("plan-file", args=[found.public_id])

    def again(wishes: Wishes) -> None:
        upload_actions.read_again(
            actor=actor, upload_id=found.public_id, sheet=wishes.sheet, header_row=wishes.header_row,
            columns=wishes.columns, now=clock.now(),
        )  # fmt: skip

    said = {
        "file_name": found.file_name,
        "crumbs": [("Programmation", reverse("plan")), (found.file_name, here), ("Colonnes", "")],
        "remembered": plan_queries.remembered(found.organisation_id),
    }
    return columns_page(request, reading=found.reading, labels=LABELS, again=again, back=here, said=said)


def difference(request: HttpRequest, upload: str) -> HttpResponseBase:
    """Line by line, what importing would change; nothing changes before the button."""
    actor = actor_of(request)
    found = plan_queries.upload_for(actor, upload)
    if request.method == "POST":
        try:
            done = importing.import_upload(
                actor=actor, upload_id=found.public_id, drop_gone=request.POST.get("gone") == "1", now=clock.now()
            )
        except Refusal as refusal:
            messages.error(request, " ".join(refusal.sentences))
            return SeeOther(reverse("plan-file", args=[found.public_id]))
        outcome = done.outcome
        said = f"{wording.plural(outcome['new'], 'nouvelle ligne,nouvelles lignes')}, {wording.plural(outcome['changed'], 'modifiée')}, {outcome['same']} inchangées."
        messages.success(request, f"La programmation est à jour : {said}")
        return SeeOther(reverse("plan"))
    rows = (
        found.outcome.get("lines", [])
        if found.state == "imported"
        else [one.as_json() for one in importing.compared(found) if one.kind != "same"]
    )
    counts = {kind: sum(one["kind"] == kind for one in rows) for kind in KINDS}
    asked = request.GET.get("quoi", "") if request.GET.get("quoi", "") in KINDS else ""
    page = page_of([one for one in rows if asked in {"", one["kind"]}], request.GET.get("page"), 100)
    context = {
        "upload": found,
        "page_obj": page,
        "rows": [(one, *KINDS[one["kind"]], [(FIELD_NAMES.get(name, name), field_in_words(name, before), field_in_words(name, after)) for name, before, after in one["fields"]]) for one in page.object_list],
        "counts": counts,
        "filters": [
            {"label": label, "url": f"?quoi={code}", "current": code == asked, "count": number}
            for code, label, number in (("", "Tout", len(rows)), ("new", "Nouvelles", counts["new"]), ("changed", "Modifiées", counts["changed"]), ("gone", "Sorties", counts["gone"]))
        ],
        "ticked": UploadLine.objects.filter(upload=found, ticked=True).count(),
        "crumbs": [
            ("Programmation", reverse("plan")), (found.file_name, reverse("plan-file", args=[found.public_id])), ("Ce qui change", ""),
        ],
    }  # fmt: skip
    return render(request, "planning/difference.html", context)


def results(request: HttpRequest, upload: str) -> HttpResponse:
    """The file's lines back as a workbook, with the verdicts in added columns, before or without importing."""
    found = plan_queries.upload_for(actor_of(request), upload)
    lines = UploadLine.objects.filter(upload=found).order_by("row")
    heading = NEED_HEADING[: len(NEED_HEADING) - 3]
    sheet = Sheet("Avis", heading, (line_cells(line) for line in lines), WIDTHS)
    return xlsx_response(f"levier-avis-{clock.today().isoformat()}.xlsx", [sheet])


def errors(request: HttpRequest, upload: str) -> HttpResponse:
    """Only the lines in error, with what is wrong: to be sent to whoever wrote the plan."""
    found = plan_queries.upload_for(actor_of(request), upload)
    lines = [
        [
            row.row,
            row.facts.get("reference"),
            row.facts.get("object"),
            one["label"],
            one["raw"],
            one["why"],
            one["accepted"],
        ]
        for row in UploadLine.objects.filter(upload=found).order_by("row")
        for one in problems_of(row)
    ]
    heading = (
        "Ligne du fichier",
        "Référence",
        "Objet",
        "Ce qui ne va pas",
        "Ce qui est écrit",
        "Pourquoi",
        "Ce qui est accepté",
    )
    return xlsx_response(
        f"levier-a-corriger-{clock.today().isoformat()}.xlsx",
        [Sheet("À corriger", heading, lines, {2: 45, 5: 60, 6: 50})],
    )


def original(request: HttpRequest, upload: str) -> HttpResponse:
    """The file as it came: always downloaded, never shown by the browser."""
    found = plan_queries.upload_for(actor_of(request), upload)
    return downloaded(request, found.file, found.file_name)
