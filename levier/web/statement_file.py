"""A company's own table of hours: dropped, read, corrected in the cell, compared with its statements, then filled into their drafts."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.audit.actions import record_reads
from levier.commitments.models import Commitment
from levier.foundation.objections import Refusal
from levier.foundation.pagination import page_of
from levier.foundation.periods import add_months, first_of_month, last_of_month
from levier.hours import differences, file_actions, filling
from levier.hours.checks import month_of
from levier.hours.codes import StatementRefusal
from levier.hours.file_lines import CORRECTABLE, LABELS, Match
from levier.hours.models import StatementFile, StatementFileLine
from levier.hours.queries import assigned_in
from levier.hours.refusals import refused
from levier.participants.models import Person, Placement
from levier.participants.queries import shown_identity
from levier.spreadsheets.tables import Wishes
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.statement_file_words import (
    CHANGES,
    FILE_STATES,
    MATCHES,
    VIEWS,
    FileRow,
    changed_rows,
    rows_of,
)
from levier.web.table_columns import columns_page
from levier.web.typed import SeeOther
from levier.web.workbook import Sheet, xlsx_response

PAGE_LENGTH = 50
LARGEST = 25_000_001
MODEL_HEADING = (
    "Référence de la personne", "Nom", "Prénom", "Marché", "Employeur", "SIRET de l’employeur", "Mois", "Heures du mois",
)  # fmt: skip
MODEL_HELP = (
    ("Référence de la personne", "Gardez-la : elle évite de confondre deux homonymes."),
    ("Heures du mois", "151,67 ou 151:40. Laissez 0 si la personne n’a pas travaillé ; effacez la ligne si vous ne savez pas encore."),
    ("Mois", "Un mois par ligne, par exemple 10/2026 ; ou une colonne par mois, intitulée « octobre 2026 »."),
    ("Vos propres colonnes", "Déposez aussi bien votre tableau : Levier cherche l’en-tête et vous montre ce qu’il a compris."),
    ("Jamais", "Pas de numéro de sécurité sociale : un fichier qui en contient n’est pas gardé."),
)  # fmt: skip


def upload(request: HttpRequest) -> HttpResponseBase:
    """Receive a table; what cannot be read is said beside the field, and nothing is kept."""
    actor, error = actor_of(request), ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            if sent is None:
                raise refused(StatementRefusal.NO_FILE, "file")
            made = file_actions.receive_file(
                actor=actor, content=sent.read(LARGEST), name=sent.name or "", now=clock.now()
            )
        except Refusal as refusal:
            error = " ".join(refusal.sentences)
        else:
            return SeeOther(reverse("statement-file", args=[made.public_id]))
    files = file_actions.files_visible_to(actor).order_by("-created_at")[:30]
    context = {
        "error": error,
        "errors": [("file", error)] if error else [],
        "files": [(one, *FILE_STATES[one.state]) for one in files],
        "months": [add_months(first_of_month(clock.today()), -back) for back in range(4)],
        "crumbs": [("Déclarer les heures", reverse("statements")), ("Déposer un tableau", "")],
    }
    return render(request, "statement_files/upload.html", context, status=422 if error else 200)


def model(request: HttpRequest) -> HttpResponse:
    """A workbook to fill in, with the people whom the company may declare for that month already named."""
    actor = actor_of(request)
    month = month_of(request.GET.get("mois", "")) or add_months(first_of_month(clock.today()), -1)
    rows = list(
        assigned_in(month, commitment__holder_id=actor.organisation_id, commitment__starts_on__lte=last_of_month(month))
        .filter(commitment__ends_on__gte=month)
        .select_related("commitment__lot__contract", "placement__person", "placement__employer")
    )
    _journal(actor, [row.placement for row in rows], "statement-model")
    lines = [
        (
            row.placement.person.reference,
            *_name(row.placement.person),
            row.commitment.lot.contract.reference,
            row.placement.employer.name,
            row.placement.employer.siret,
            f"{month:%m/%Y}",
            None,
        )
        for row in rows
    ]
    sheets = [
        Sheet("Heures", MODEL_HEADING, lines, {0: 16, 1: 22, 2: 18, 3: 18, 4: 30, 5: 18}),
        Sheet("Mode d’emploi", ("Colonne", "Ce qui s’écrit"), MODEL_HELP, {0: 28, 1: 100}),
    ]
    return xlsx_response(f"levier-heures-{month:%Y-%m}.xlsx", sheets)


def _name(person: Person) -> tuple[str, str]:
    identity = shown_identity(person)
    return (identity.last_name, identity.first_name) if identity else ("", "")


def show(request: HttpRequest, statement_file: str) -> HttpResponseBase:
    actor = actor_of(request)
    found = file_actions.file_for(actor, statement_file)
    if request.method == "POST":
        return _work(request, found)
    lines = StatementFileLine.objects.filter(file=found).select_related("person")
    counted = {
        match: (n, hours)
        for match, n, hours in lines.order_by().values_list("match").annotate(Count("pk"), Sum("hours"))
    }
    view = request.GET.get("vue", "") if request.GET.get("vue", "") in VIEWS else ""
    wanted = VIEWS[view][1]
    page = page_of(lines.filter(match__in=wanted) if wanted else lines, request.GET.get("page"), PAGE_LENGTH)
    rows = rows_of(page.object_list, opened=request.GET.get("ligne", ""))
    _journal(actor, [one for row in rows for one in row.placements], "statement-file")
    context = {
        "file": found,
        "state": FILE_STATES[found.state],
        "rows": rows,
        "page_obj": page,
        "view": view,
        "tabs": _tabs(counted, view),
        "total": sum(n for n, _ in counted.values()),
        "ready": counted.get(Match.READY, (0, 0))[0],
        "asked": sum(counted.get(match, (0, 0))[0] for match in VIEWS["erreurs"][1]),
        "ticked": lines.filter(ticked=True).aggregate(n=Count("pk"), hours=Sum("hours")),
        "may_match": any(counted.get(match) for match in (Match.UNKNOWN, Match.NOT_PLACED, Match.REFUSED)),
        "statements": _statements(found) if found.state == "filled" else [],
        "crumbs": [*_crumbs(), (found.file_name, "")],
    }
    return render(request, "statement_files/file.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("Déclarer les heures", reverse("statements")), ("Tableaux", reverse("statement-upload"))]


def _tabs(counted: dict[str, tuple[int, Any]], view: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?vue={code}",
            "current": code == view,
            "count": sum(n for match, (n, _) in counted.items() if not matches or match in matches),
        }
        for code, (label, matches) in VIEWS.items()
    ]


def _statements(found: StatementFile) -> list[tuple[Commitment, date]]:
    """Statements that the file filled, which the company now reads and sends."""
    told = found.outcome.get("statements", [])[:PAGE_LENGTH]
    commitments = Commitment.objects.select_related("lot__contract").in_bulk({key for key, _ in told})
    return [(commitments[key], date.fromisoformat(month)) for key, month in told if key in commitments]


def _work(request: HttpRequest, found: StatementFile) -> HttpResponseBase:
    """Ticks, answers and corrections of the page are kept whatever the button; then what the button says."""
    actor, do = actor_of(request), request.POST.get("do", "")
    here = reverse("statement-file", args=[found.public_id])
    back = f"{here}?vue={request.POST.get('vue', '')}&page={request.POST.get('page', '')}"
    try:
        if do == "abandon":
            file_actions.abandon(actor=actor, file_id=found.public_id, now=clock.now())
            messages.success(request, "Ce fichier est écarté ; rien n’en est entré dans vos relevés.")
            return SeeOther(reverse("statement-upload"))
        if do in {"all", "none"}:
            file_actions.tick_all(actor=actor, file_id=found.public_id, on=do == "all")
            return SeeOther(back)
        if do == "match":
            ready = file_actions.match_waiting(actor=actor, file_id=found.public_id, now=clock.now())
            messages.success(
                request,
                f"Les lignes sont comparées de nouveau : {wording.plural(ready, 'de plus est prête,de plus sont prêtes')}.",
            )
            return SeeOther(back)
        changed = _keep(request, actor, found)
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
        return SeeOther(back)
    if do == "next":
        return SeeOther(reverse("statement-file-difference", args=[found.public_id]))
    if changed:
        messages.success(request, f"{wording.plural(changed, 'ligne')} relue{'s' if changed > 1 else ''}.")
    return SeeOther(back)


def _keep(request: HttpRequest, actor: Actor, found: StatementFile) -> int:
    """What the page says of its lines: `tick`, `c-<key>-<field>` for a cell, `q-<key>` for an answer."""
    posted = request.POST
    shown = [int(text) for text in posted.getlist("shown") if text.isascii() and text.isdigit() and len(text) < 19]
    ticked = [int(text) for text in posted.getlist("tick") if text.isascii() and text.isdigit() and len(text) < 19]
    file_actions.tick(actor=actor, file_id=found.public_id, shown=shown, ticked=ticked)
    cells: dict[tuple[int, str], dict[str, str]] = {}
    choices: dict[tuple[int, str], str] = {}
    for row in StatementFileLine.objects.filter(file=found, pk__in=shown).select_related("person"):
        line = file_actions.opened(row)
        for name in CORRECTABLE:
            text = posted.get(f"c-{row.pk}-{name}")
            if text is not None and " ".join(text.split()) != " ".join(line.shown(name).split()):
                cells.setdefault((row.row, row.column), {})[name] = text
        answer = posted.get(f"q-{row.pk}", line.choice)
        if answer != line.choice and (not answer or [int(part) for part in answer.split("-")] in row.choices):
            choices[row.row, row.column] = answer
    return file_actions.correct(actor=actor, file_id=found.public_id, cells=cells, choices=choices, now=clock.now())


def columns(request: HttpRequest, statement_file: str) -> HttpResponseBase:
    """Which column says what, as it was understood and as the person wants it."""
    actor = actor_of(request)
    found = file_actions.file_for(actor, statement_file)
    here = reverse("statement-file", args=[found.public_id])

    def again(wishes: Wishes) -> None:
        file_actions.read_again(actor=actor, file_id=found.public_id, wishes=wishes, now=clock.now())

    said = {
        "file_name": found.file_name,
        "crumbs": [*_crumbs(), (found.file_name, here), ("Colonnes", "")],
        "remembered": file_actions.remembered(found.organisation_id),
    }
    kept = {name: label for name, label in LABELS.items() if name not in {"criterion", "commune"}}
    return columns_page(request, reading=found.reading, labels=kept, again=again, back=here, said=said)


def difference(request: HttpRequest, statement_file: str) -> HttpResponseBase:
    """Line by line, what filling the statements would change; nothing changes before the button."""
    actor = actor_of(request)
    found = file_actions.file_for(actor, statement_file)
    here = reverse("statement-file", args=[found.public_id])
    if request.method == "POST":
        try:
            done = filling.fill(actor=actor, file_id=found.public_id, now=clock.now())
        except Refusal as refusal:
            messages.error(request, " ".join(refusal.sentences))
            return SeeOther(here)
        written = done.outcome["new"] + done.outcome["changed"]
        lines = wording.plural(written, "ligne écrite,lignes écrites")
        messages.success(
            request,
            f"Vos relevés sont remplis : {lines}, {done.outcome['same']} déjà à jour. Relisez-les, puis envoyez-les.",
        )
        return SeeOther(here)
    asked = request.GET.get("quoi", "") if request.GET.get("quoi", "") in CHANGES else ""
    with transaction.atomic():
        told = differences.kept(found) if found.state == "filled" else differences.compared(found)
        page: Page[Any] = page_of(told.changes((asked,) if asked else CHANGES), request.GET.get("page"), 100)
    shown = changed_rows(page.object_list)
    _journal(actor, [one.placement for one in shown], "statement-file")
    listed = [
        ("", "Tout", len(told.changes(CHANGES))),
        *((kind, CHANGES[kind][2], len(told.changes((kind,)))) for kind in CHANGES),
    ]
    context = {
        "file": found,
        "page_obj": page,
        "rows": shown,
        "counts": told.counts,
        "filters": [
            {"label": label, "url": f"?quoi={code}", "current": code == asked, "count": number}
            for code, label, number in listed
            if number or not code
        ],
        "off_site": told.off_site,
        "writes": told.counts["new"] + told.counts["changed"],
        "hours": told.hours,
        "crumbs": [*_crumbs(), (found.file_name, here), ("Ce qui change", "")],
    }
    return render(request, "statement_files/difference.html", context)


def errors(request: HttpRequest, statement_file: str) -> HttpResponse:
    """The lines that are not ready, each with its place in the file, why, and what was typed to mend it."""
    actor = actor_of(request)
    found = file_actions.file_for(actor, statement_file)
    kept = StatementFileLine.objects.filter(file=found).select_related("person").exclude(match__in=("ready", "same"))
    lines = [_error_cells(FileRow.of(row)) for row in kept]
    heading = (
        "Ligne du fichier", "Colonne", "Nom", "Prénom", "Mois", "Heures", "Marché", "État", "Pourquoi", "Ce qui est écrit",
        "Ce qui est accepté", "Correction tapée",
    )  # fmt: skip
    sheet = Sheet("À corriger", heading, lines, {2: 22, 3: 18, 6: 20, 7: 22, 8: 70, 9: 30, 10: 50, 11: 40})
    return xlsx_response(f"levier-heures-a-corriger-{clock.today().isoformat()}.xlsx", [sheet])


def _error_cells(row: FileRow) -> list[object]:
    line, problems = row.line, row.line.errors
    typed = "; ".join(f"{LABELS.get(name, name)} : {text}" for name, text in line.typed.items())
    return [
        line.row, line.column, line.named.last_name, line.named.first_name, line.shown("month"), line.shown("hours"),
        line.named.public_contract,
        MATCHES[Match(row.kept.match)][1], "\n".join(one.why for one in problems) or row.kept.said, "\n".join(one.raw for one in problems),
        "\n".join(one.accepted for one in problems), typed,
    ]  # fmt: skip


def _journal(actor: Actor, placements: list[Placement], what: str) -> None:
    people = {one.person.public_id for one in placements}
    if people:
        record_reads(actor=actor, person_public_ids=people, purpose="declare", what=what, now=clock.now())
