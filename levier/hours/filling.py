"""From the lines of a table to the statements: what would change, line by line, then the drafts themselves. Nothing is sent here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.foundation import french
from levier.foundation.periods import civil_date
from levier.hours.codes import StatementRefusal
from levier.hours.declarations import answer_dictation
from levier.hours.file_actions import draft_for
from levier.hours.file_matching import Assigned, Placements, drafts_of
from levier.hours.models import Statement, StatementFile, StatementFileLine, StatementLine
from levier.hours.refusals import refused, walls_said
from levier.organisations.models import Organisation

CHANGES = ("new", "changed", "same", "over", "absent")
"""Kinds of difference; the first two are written, `over` is refused, `absent` is left as it is."""
MOST_ABSENT = 500
MOST_KEPT = 2_000
"""Changes kept with the file for reading them later, the refused and the modified first; its lines keep them all."""


@dataclass(frozen=True, slots=True)
class Change:
    """Hours of one placement and month: `before` as the statement has them, `after` as the file does; `rows` of the file added up."""

    kind: str
    one: Assigned
    month: date
    before: Decimal | None
    after: Decimal | None
    rows: tuple[int, ...] = ()
    said: str = ""

    def as_json(self) -> dict[str, Any]:
        """Without a name: the person is a placement."""
        return {
            "kind": self.kind, "placement": self.one.placement_id, "commitment": self.one.commitment_id, "month": self.month.isoformat(),
            "before": None if self.before is None else str(self.before), "after": None if self.after is None else str(self.after),
            "rows": list(self.rows), "said": self.said,
        }  # fmt: skip


def changes(found: StatementFile, *, today: date) -> tuple[list[Change], Placements]:
    """What filling would do, in the order of the contracts and months; and the placements that were read for it."""
    lines = list(
        StatementFileLine.objects.filter(file=found, ticked=True)
        .order_by("row", "column")
        .values_list("commitment_id", "placement_id", "month", "hours", "row")
    )
    known = Placements(found.organisation, today)
    known.know_months(found.organisation_id, {month for _, _, month, _, _ in lines if month})
    told: dict[tuple[int, int, date], list[tuple[Decimal, int]]] = {}
    for commitment, placement, month, hours, row in lines:
        assert commitment is not None
        assert placement is not None
        assert month is not None
        assert hours is not None
        told.setdefault((commitment, placement, month), []).append((hours, row))
    made = [
        _change(known, known.by_key[f"{commitment}-{placement}"], month, parts)
        for (commitment, placement, month), parts in told.items()
        if f"{commitment}-{placement}" in known.by_key
    ]
    made += _absent(known, told)
    order = {kind: place for place, kind in enumerate(("over", "changed", "new", "absent", "same"))}
    made.sort(key=lambda one: (order[one.kind], one.month, one.one.commitment_id, one.one.placement_id))
    return made, known


def _change(known: Placements, one: Assigned, month: date, parts: Sequence[tuple[Decimal, int]]) -> Change:
    total, rows = sum((hours for hours, _ in parts), Decimal(0)), tuple(row for _, row in parts)
    now = known.lines.get((one.commitment_id, one.placement_id, month))
    before = now.hours if now else None
    if now is not None and now.state in {"pending", "accepted"}:
        return Change("same" if before == total else "over", one, month, before, total, rows, "Déjà envoyées.")
    most = known.limit(one.person_id, month).hours
    if total > most:
        added = " et ".join(f"ligne {row}" for row in rows)
        said = f"{french.hours(total, 2)} en tout ({added}) : plus que le maximum légal du mois, {french.hours(most)}."
        return Change("over", one, month, before, total, rows, french.typeset(said))
    kind = "new" if before is None else "same" if before == total else "changed"
    said = f"{len(rows)} lignes additionnées." if len(rows) > 1 else ""
    return Change(kind, one, month, before, total, rows, said)


def _absent(known: Placements, told: Iterable[tuple[int, int, date]]) -> list[Change]:
    """People of the same statements whom the file does not name: their line stays as it is, empty or not."""
    named = set(told)
    found: list[Change] = []
    for commitment, month in sorted({(commitment, month) for commitment, _, month in named}):
        for one in known.assigned_in(commitment, month):
            if (commitment, one.placement_id, month) not in named and len(found) < MOST_ABSENT:
                now = known.lines.get((commitment, one.placement_id, month))
                if now is None or now.state in {"draft", "refused"}:
                    found.append(Change("absent", one, month, now.hours if now else None, None))
    return found


def fill(*, actor: Actor, file_id: str, now: datetime) -> StatementFile:
    """Write the ticked lines into the drafts of their statements; the same file filled again writes nothing twice.

    What was refused stays with the file, its reason and its correction. Raise Refusal when nothing is ticked.
    """
    with walls_said(), transaction.atomic():
        found = draft_for(actor, file_id)
        Organisation.objects.select_for_update().get(pk=found.organisation_id)
        keys = StatementFileLine.objects.filter(file=found, ticked=True).values("commitment_id")
        list(Commitment.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
        made, _ = changes(found, today=civil_date(now))
        written = [one for one in made if one.kind in {"new", "changed"}]
        if not any(one.kind in {"new", "changed", "same"} for one in made):
            raise refused(StatementRefusal.NOTHING_TICKED)
        _write(actor, written, now)
        counts = {kind: sum(one.kind == kind for one in made) for kind in CHANGES}
        touched = sorted({(one.one.commitment_id, one.month) for one in made if one.kind in {"new", "changed", "same"}})
        found.state, found.filled_at = "filled", now
        found.outcome = {
            **counts,
            "hours": str(sum((one.after or Decimal(0) for one in written), Decimal(0))),
            "changes": [one.as_json() for one in [one for one in made if one.kind != "same"][:MOST_KEPT]],
            "statements": [[commitment, month.isoformat()] for commitment, month in touched],
        }
        found.save(update_fields=["state", "filled_at", "outcome"])
        _journal(actor, found, written, counts, now)
    return found


def _write(actor: Actor, written: Sequence[Change], now: datetime) -> None:
    """Statements and lines in a handful of statements, whatever their number: Django's own bulk update writes a condition a row."""
    wanted = sorted({(one.one.commitment_id, one.month) for one in written})
    Statement.objects.bulk_create(
        [Statement(commitment_id=commitment, month=month, started_at=now) for commitment, month in wanted],
        ignore_conflicts=True,
        batch_size=1000,
    )
    statements = drafts_of((commitment for commitment, _ in wanted), (month for _, month in wanted))
    keys = [statements[one.one.commitment_id, one.month].pk for one in written]
    placements = [one.one.placement_id for one in written]
    hours = [one.after for one in written]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE hours_statementline l SET hours = v.hours, typed = '', typed_by_id = NULL, state = 'draft',
                   worked_hours = CASE WHEN l.worked_hours >= v.hours THEN l.worked_hours END
            FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS v(statement, placement, hours)
            WHERE l.statement_id = v.statement AND l.placement_id = v.placement AND l.state IN ('draft', 'refused')
            """,
            [keys, placements, hours],
        )
    already = set(StatementLine.objects.filter(statement_id__in=set(keys)).values_list("statement_id", "placement_id"))
    copied = [
        (key, placement, value)
        for key, placement, value in zip(keys, placements, hours, strict=True)
        if (key, placement) not in already
    ]
    _copy_lines(copied)
    Statement.objects.filter(pk__in=set(keys)).update(version=F("version") + 1, no_hours=False)
    for statement in Statement.objects.filter(pk__in=set(keys), dictations__answer=""):
        answer_dictation(statement, "corrected", actor, now)


def _copy_lines(rows: Sequence[tuple[int, int, Decimal | None]]) -> None:
    from levier.foundation.identifiers import random_public_id

    columns = "public_id, statement_id, placement_id, hours, typed, state, reason, decided_by_label"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY hours_statementline ({columns}) FROM STDIN") as copy,
    ):
        copy.write(
            "".join(
                f"{random_public_id()}\t{statement}\t{placement}\t{hours}\t\tdraft\t\t\n"
                for statement, placement, hours in rows
            )
        )


def _journal(
    actor: Actor, found: StatementFile, written: Sequence[Change], counts: dict[str, int], now: datetime
) -> None:
    """One line for the file, and one for each contract that it touched, on that contract's own thread."""
    record(
        actor=actor, action="hours.file_filled", object_kind="statement_file", object_id=found.public_id,
        facts={"file": found.file_name, **counts}, now=now,
    )  # fmt: skip
    by_contract: dict[str, list[Change]] = {}
    for one in written:
        by_contract.setdefault(one.one.commitment.lot.contract.public_id, []).append(one)
    for contract, some in sorted(by_contract.items()):
        record(
            actor=actor, action="hours.drafts_filled", object_kind="statement_file", object_id=found.public_id, thread=contract,
            facts={"rows": len(some), "months": sorted({f"{one.month:%Y-%m}" for one in some})}, now=now,
        )  # fmt: skip
