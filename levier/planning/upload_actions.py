"""A file of a plan, from its reception to its import: read, mapped, corrected, ticked, compared, brought in."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import batched, zip_longest
from typing import Any

from django.db import connection, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.files.actions import receive
from levier.files.queries import content_of
from levier.files.values import CSV, ODS, XLSX, Received, shown_name
from levier.foundation.collection import uncollected
from levier.foundation.objections import NotForYou, Objection
from levier.organisations.models import Organisation
from levier.planning import plan_queries
from levier.planning.drafts import (
    CORRECTABLE,
    corrected,
    line_from_json,
    line_to_json,
    marked_duplicate,
)
from levier.planning.models import ColumnMemory, PlanUpload, UploadLine
from levier.planning.plan_labels import PlanRefusal, refuse
from levier.planning.policies import may_plan
from levier.planning.reading import Plan, read_plan
from levier.planning.values import PlanLine
from levier.planning.verdicts import Judge
from levier.spreadsheets.description import reading_as_json
from levier.spreadsheets.opening import open_table
from levier.spreadsheets.remembered import read_with_memory
from levier.spreadsheets.tables import Wishes
from levier.spreadsheets.words import plain

MEDIA_TYPES = {"xlsx": XLSX, "ods": ODS, "csv": CSV, "xls": "application/vnd.ms-excel"}
AT_ONCE, SECONDS = 500, 1.2
"""Verdicts are given by so many, for so long in one request; the rest comes with the next ones, and the page shows how far it is."""


@transaction.atomic
def receive_plan(*, actor: Actor, organisation: Organisation, content: bytes, name: str, now: datetime) -> PlanUpload:
    """Keep the file, find the table, read its lines, and give the first verdicts. The headings this organisation confirmed are found
    again by themselves. Raise Refusal when there is no table of purchases in it; nothing is kept then.
    """
    if not may_plan(actor, organisation_id=organisation.pk):
        raise NotForYou
    name = shown_name(name)
    with uncollected():
        plan = _read(content, name, plan_queries.remembered(organisation.pk))
    received = Received(content, MEDIA_TYPES[plan.book.format], name)
    file = receive(actor=actor, received=received, now=now)
    upload = PlanUpload.objects.create(
        organisation=organisation, file=file, file_name=name, created_at=now, created_by_label=actor.label,
        reading=_reading(plan),
    )  # fmt: skip
    _keep_lines(upload, plan, now.date())
    journal(actor, upload, "plan.received", {"lines": len(plan.lines)}, now)
    return upload


def _read(content: bytes, name: str, headings: Mapping[str, str]) -> Plan:
    book = open_table(content, name)
    return read_with_memory(lambda wishes: read_plan(book, name, wishes), headings)


def _reading(plan: Plan) -> dict[str, Any]:
    return reading_as_json(plan.book, plan.table, plan.rows, plan.notices)


def _keep_lines(upload: PlanUpload, plan: Plan, today: date) -> None:
    """The lines as they were read, the first of them with their verdict; one COPY, twenty times faster than an INSERT by the ORM."""
    UploadLine.objects.filter(upload=upload).delete()
    with uncollected():
        verdicts = _judged(plan.lines, today)
        rows = [
            (upload.pk, line.row, _json(line_to_json(line)), "{}", _json(verdict) if verdict else None, len(line.errors), not line.errors)
            for line, verdict in zip_longest(plan.lines, verdicts)
        ]  # fmt: skip
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(["int8", "int4", "text", "text", "text", "int2", "bool"])
        for row in rows:
            copy.write_row(row)


_COPY = "COPY planning_uploadline (upload_id, row, facts, typed, verdict, errors, ticked) FROM STDIN"


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)


def _judged(lines: Sequence[PlanLine], today: date) -> list[dict[str, Any]]:
    """Verdicts of the first lines, in their order, as many as the time of one request allows; at least those of the first page."""
    judge, end, found = Judge(today), time.monotonic() + SECONDS, list[dict[str, Any]]()
    for some in batched(lines, AT_ONCE, strict=False):
        found += judge.verdicts(some)
        if time.monotonic() > end:
            break
    return found


def judge_lines(upload: PlanUpload, *, today: date) -> int:
    """Give the next lines their verdict, as many as the time of one request allows. Return how many still wait."""
    waiting = (
        UploadLine.objects.filter(upload=upload, verdict__isnull=True).order_by("row").values_list("pk", "row", "facts")
    )
    rows = list(waiting)
    with uncollected():
        verdicts = _judged([line_from_json(row, facts) for _, row, facts in rows], today)
    _write_verdicts([key for key, _, _ in rows[: len(verdicts)]], verdicts)
    return len(rows) - len(verdicts)


def _write_verdicts(keys: list[int], verdicts: list[dict[str, Any]]) -> None:
    """One statement for many rows: Django's own bulk update writes a condition a row, ten times slower."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE planning_uploadline l SET verdict = v.verdict::jsonb "
            "FROM unnest(%s::bigint[], %s::text[]) AS v(id, verdict) WHERE l.id = v.id",
            [keys, [_json(one) for one in verdicts]],
        )


@transaction.atomic
def continue_verdicts(*, actor: Actor, upload_id: str, now: datetime) -> int:
    """The next verdicts of a long file. Return how many lines still wait."""
    return judge_lines(draft_for(actor, upload_id), today=now.date())


def draft_for(actor: Actor, upload_id: str) -> PlanUpload:
    found = plan_queries.uploads_visible_to(actor).select_for_update(of=("self",)).filter(public_id=upload_id).first()
    if found is None or not may_plan(actor, organisation_id=found.organisation_id):
        raise NotForYou
    if found.state != "draft":
        raise refuse(Objection(PlanRefusal.NOT_DRAFT))
    return found


@transaction.atomic
def read_again(
    *, actor: Actor, upload_id: str, sheet: str, header_row: int | None, columns: Mapping[str, str], now: datetime
) -> PlanUpload:
    """Read the kept file again as a person says: the sheet, the header row, the column of each field (`-` for none). What they confirm of
    the headings is remembered for the organisation. Cells corrected before are read again from the file.
    """
    upload = draft_for(actor, upload_id)
    wishes = Wishes(sheet, header_row, dict(columns))
    plan = read_plan(open_table(content_of(upload.file), upload.file_name), upload.file_name, wishes)
    upload.wishes = {"sheet": sheet, "header_row": header_row, "columns": dict(columns)}
    upload.reading = _reading(plan)
    upload.save(update_fields=["wishes", "reading"])
    _keep_lines(upload, plan, now.date())
    _remember(upload, plan, columns, actor.label, now)
    journal(actor, upload, "plan.mapped", {"sheet": plan.table.sheet.name, "columns": dict(columns)}, now)
    return upload


def _remember(upload: PlanUpload, plan: Plan, columns: Mapping[str, str], label: str, now: datetime) -> None:
    for match in plan.table.matches:
        if match.field in columns and match.heading:
            ColumnMemory.objects.update_or_create(
                organisation_id=upload.organisation_id,
                field=match.field,
                defaults={"heading": match.heading[:200], "at": now, "by_label": label},
            )


@transaction.atomic
def correct_cells(*, actor: Actor, upload_id: str, cells: Mapping[tuple[int, str], str], now: datetime) -> int:
    """Correct cells (row, field) as a person typed them; each line is read and judged again, and ticked once it has no error left. What
    cannot be read either stays typed, with its sentence. Return how many lines changed.
    """
    upload = draft_for(actor, upload_id)
    if any(name not in CORRECTABLE for _, name in cells):
        raise refuse(Objection(PlanRefusal.FIELD))
    rows = {row for row, _ in cells}
    kept = {one.row: one for one in UploadLine.objects.select_for_update().filter(upload=upload, row__in=rows)}
    if rows - kept.keys():
        raise NotForYou
    judge = Judge(now.date()) if cells else None
    for row, line in kept.items():
        assert judge is not None
        _correct(upload, line, {name: text for (at, name), text in cells.items() if at == row}, judge)
    return len(kept)


def _correct(upload: PlanUpload, kept: UploadLine, texts: Mapping[str, str], judge: Judge) -> None:
    line = line_from_json(kept.row, kept.facts)
    for name, text in texts.items():
        line = corrected(line, name, text)
    if "reference" in texts:
        line = marked_duplicate(line, _row_with(upload, line))
    had_errors = kept.errors
    kept.facts, kept.errors = line_to_json(line), len(line.errors)
    kept.verdict = next(judge.verdicts([line]))
    kept.typed = {**kept.typed, **{name: text[:1000] for name, text in texts.items()}}
    if had_errors or line.errors:
        kept.ticked = not line.errors
    kept.save(update_fields=["facts", "verdict", "errors", "typed", "ticked"])


def _row_with(upload: PlanUpload, line: PlanLine) -> int | None:
    """Another line of the file under the same reference."""
    wanted = plain(line.reference or "")
    if not wanted:
        return None
    rows = (
        UploadLine.objects.filter(upload=upload)
        .exclude(row=line.row)
        .order_by("row")
        .values_list("row", "facts__reference")
    )
    return next((row for row, reference in rows if plain(reference or "") == wanted), None)


@transaction.atomic
def tick(*, actor: Actor, upload_id: str, shown: Sequence[int], ticked: Sequence[int]) -> int:
    """Of the lines that were shown, exactly these are ticked; a line with an error never is. Return how many are ticked in all."""
    upload = draft_for(actor, upload_id)
    lines = UploadLine.objects.filter(upload=upload)
    lines.filter(row__in=shown).exclude(row__in=ticked).update(ticked=False)
    lines.filter(row__in=ticked, errors=0).update(ticked=True)
    return lines.filter(ticked=True).count()


@transaction.atomic
def tick_all(*, actor: Actor, upload_id: str, on: bool) -> int:
    """Every line without an error, or none."""
    lines = UploadLine.objects.filter(upload=draft_for(actor, upload_id))
    return lines.filter(errors=0).update(ticked=True) if on else lines.update(ticked=False)


@transaction.atomic
def abandon(*, actor: Actor, upload_id: str, now: datetime) -> None:
    """Set a file aside: nothing of it enters the plan. The file itself is kept."""
    upload = draft_for(actor, upload_id)
    upload.state = "abandoned"
    upload.save(update_fields=["state"])
    UploadLine.objects.filter(upload=upload).delete()
    journal(actor, upload, "plan.abandoned", {}, now)


def journal(actor: Actor, upload: PlanUpload, action: str, facts: dict[str, Any], now: datetime) -> None:
    record(
        actor=actor, action=action, object_kind="plan_upload", object_id=upload.public_id, thread=upload.public_id,
        facts={"file": upload.file_name, **facts}, now=now,
    )  # fmt: skip
