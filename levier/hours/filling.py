"""From the lines of a table to the drafts of the statements, in a handful of set-based queries. Nothing is sent here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import batched, chain
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.foundation.identifiers import random_public_ids
from levier.hours.codes import StatementRefusal
from levier.hours.declarations import answer_dictation
from levier.hours.differences import Difference, compared
from levier.hours.file_actions import AT_ONCE, draft_for
from levier.hours.models import Statement, StatementFile, StatementFilePerson
from levier.hours.refusals import refused, walls_said
from levier.organisations.models import Organisation

MOST_KEPT = 2_000
"""Changes kept with the file for reading them later, the refused and the modified first; its lines keep them all."""

_CORRECTED = """
    UPDATE hours_statementline l SET hours = d.after, typed = '', typed_by_id = NULL, state = 'draft',
           worked_hours = CASE WHEN l.worked_hours >= d.after THEN l.worked_hours END
      FROM difference d WHERE d.line_id = l.id AND d.kind IN ('new', 'changed') AND l.state IN ('draft', 'refused')
"""
_ADDED = """
    SELECT concat_ws(E'\\t', s.id, d.placement_id, d.after) FROM difference d
      JOIN hours_statement s ON s.commitment_id = d.commitment_id AND s.month = d.month
     WHERE d.kind = 'new' AND d.line_id IS NULL ORDER BY s.id, d.placement_id
"""
_MOVED = """
    UPDATE hours_statement s SET version = version + 1, no_hours = false
      FROM (SELECT DISTINCT commitment_id, month FROM difference WHERE kind IN ('new', 'changed')) d
     WHERE s.commitment_id = d.commitment_id AND s.month = d.month RETURNING s.id
"""


def fill(*, actor: Actor, file_id: str, now: datetime) -> StatementFile:
    """Write the ticked lines into the drafts of their statements; the same file filled again writes nothing twice.

    What was refused stays with the file, its reason and its correction. Raise Refusal when nothing is ticked.
    """
    with walls_said(), transaction.atomic():
        found = draft_for(actor, file_id)
        Organisation.objects.select_for_update().get(pk=found.organisation_id)
        keys = StatementFilePerson.objects.filter(file=found).values("commitment_id")
        list(Commitment.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
        told = compared(found)
        touched = _touched()
        if not touched:
            raise refused(StatementRefusal.NOTHING_TICKED)
        kept = told.changes(("over", "changed", "new", "absent"))[:MOST_KEPT]
        _write(actor, touched, now)
        found.state, found.filled_at = "filled", now
        found.outcome = {
            **told.counts,
            "hours": str(told.hours),
            "off_site": told.off_site,
            "changes": msgspec.to_builtins(kept),
            "statements": [[one.commitment, one.month.isoformat()] for one in touched],
        }
        found.save(update_fields=["state", "filled_at", "outcome"])
        _journal(actor, found, told, touched, now)
    return found


class _Touched(NamedTuple):
    """A statement of the file; `lines`: those that are written; `begins`: there is no such statement yet."""

    commitment: int
    month: date
    lines: int
    begins: bool


def _touched() -> list[_Touched]:
    """In order; the statements refused whole are not touched."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT commitment_id, month, count(*) FILTER (WHERE kind <> 'same'), bool_and(statement_id IS NULL) FROM difference
             WHERE kind IN ('new', 'changed', 'same') GROUP BY commitment_id, month ORDER BY commitment_id, month
            """
        )
        return [_Touched(*row) for row in cursor.fetchall()]


def _write(actor: Actor, touched: Iterable[_Touched], now: datetime) -> None:
    """Under the lock of their commitments, what was there when the difference was told is what is there."""
    Statement.objects.bulk_create(
        [Statement(commitment_id=one.commitment, month=one.month, started_at=now) for one in touched if one.begins],
        ignore_conflicts=True,
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute(_CORRECTED)
        cursor.execute(_ADDED)
        _copy_lines([line for (line,) in cursor.fetchall()])
        cursor.execute(_MOVED)
        moved = list(chain.from_iterable(cursor.fetchall()))
    for statement in Statement.objects.filter(pk__in=moved, dictations__answer=""):
        answer_dictation(statement, "corrected", actor, now)


def _copy_lines(lines: Sequence[str]) -> None:
    """Each as COPY reads it: its statement, its placement and its hours. COPY costs the server a third less than INSERT, and addresses
    that come in order a third less again: their index grows at one place at a time.
    """
    columns = "public_id, statement_id, placement_id, hours, typed, state, reason, decided_by_label"
    named = zip(sorted(random_public_ids(len(lines))), lines, strict=True)
    with connection.cursor() as cursor, cursor.copy(f"COPY hours_statementline ({columns}) FROM STDIN") as copy:
        for some in batched(named, AT_ONCE, strict=False):
            copy.write("".join([f"{public_id}\t{line}\t\tdraft\t\t\n" for public_id, line in some]))


def _journal(actor: Actor, found: StatementFile, told: Difference, touched: Iterable[_Touched], now: datetime) -> None:
    """One line for the file, and one for each contract that it touched, on that contract's own thread."""
    record(
        actor=actor, action="hours.file_filled", object_kind="statement_file", object_id=found.public_id,
        facts={"file": found.file_name, **told.counts}, now=now,
    )  # fmt: skip
    written = [one for one in touched if one.lines]
    commitments = Commitment.objects.filter(pk__in={one.commitment for one in written})
    contract_of = dict(commitments.values_list("pk", "lot__contract__public_id"))
    rows: Counter[str] = Counter()
    months: dict[str, set[date]] = {}
    for one in written:
        rows[contract_of[one.commitment]] += one.lines
        months.setdefault(contract_of[one.commitment], set()).add(one.month)
    for contract in sorted(rows):
        record(
            actor=actor, action="hours.drafts_filled", object_kind="statement_file", object_id=found.public_id, thread=contract,
            facts={"rows": rows[contract], "months": [f"{month:%Y-%m}" for month in sorted(months[contract])]}, now=now,
        )  # fmt: skip
