"""From the lines of a table to the statements: what would change, line by line, then the drafts themselves. Nothing is sent here."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import F

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.commitments.site_days import explains
from levier.foundation import french
from levier.foundation.periods import civil_date
from levier.hours.checks import working_days_of
from levier.hours.codes import StatementRefusal
from levier.hours.declarations import answer_dictation
from levier.hours.file_actions import draft_for
from levier.hours.file_matching import Assigned, Placements, drafts_of
from levier.hours.models import Statement, StatementFile, StatementFileLine
from levier.hours.queries import reference_values
from levier.hours.refusals import refused, sentence, walls_said
from levier.hours.rules import off_calendar
from levier.hours.sites import Sites
from levier.organisations.models import Organisation

CHANGES = ("new", "changed", "same", "over", "absent")
"""Kinds of difference; the first two are written, `over` is refused, `absent` is left as it is."""
_ORDER = ("over", "changed", "new", "absent", "same")
"""What a person reads first."""
MOST_ABSENT = 500
MOST_KEPT = 2_000
"""Changes kept with the file for reading them later, the refused and the modified first; its lines keep them all."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """Hours of one placement and month: `before` as the statement has them, `after` as the file does; `rows` of the file added up.
    `known`: the statement has a line for them already, filled or not.
    """

    kind: str
    one: Assigned
    month: date
    before: Decimal | None
    after: Decimal | None
    rows: tuple[int, ...] = ()
    said: str = ""
    known: bool = False
    off_site: bool = False
    """More hours than the calendar of the site allows that month: nothing is refused, the facilitator will look."""

    def as_json(self) -> dict[str, Any]:
        """Without a name: the person is a placement."""
        return {
            "kind": self.kind, "placement": self.one.placement_id, "commitment": self.one.commitment_id, "month": self.month.isoformat(),
            "before": None if self.before is None else str(self.before), "after": None if self.after is None else str(self.after),
            "rows": list(self.rows), "said": self.said, "off_site": self.off_site,
        }  # fmt: skip


def changes(found: StatementFile, *, today: date) -> tuple[list[Change], Placements]:
    """What filling would do, in the order of the months and contracts, the refused and the modified first; and the placements that were
    read for it. Lines of one placement and month are added up by the database.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT commitment_id, placement_id, month, sum(hours), string_agg("row"::text, ' ' ORDER BY "row", "column")
              FROM hours_statementfileline WHERE file_id = %s AND ticked GROUP BY 1, 2, 3 ORDER BY 3, 1, 2
            """,
            [found.pk],
        )
        told = cursor.fetchall()
    known = Placements(found.organisation, today)
    known.know_months(found.organisation_id, {month for _, _, month, _, _ in told})
    ours = {(one.commitment_id, one.placement_id): one for one in known.by_key.values()}
    sites = Sites({commitment for commitment, *_ in told}, reference_values())
    made: dict[str, list[Change]] = {kind: [] for kind in _ORDER}
    for commitment, placement, month, total, rows in told:
        one = ours.get((commitment, placement))
        if one is not None:
            change = _on_site(sites, _change(known, one, month, total, rows))
            made[change.kind].append(change)
    made["absent"] = _absent(known, {(commitment, placement, month) for commitment, placement, month, _, _ in told})
    return list(chain.from_iterable(made.values())), known


def _change(known: Placements, one: Assigned, month: date, total: Decimal, lines: str) -> Change:
    rows = tuple(map(int, lines.split()))
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
    return Change(kind, one, month, before, total, rows, said, now is not None)


def _on_site(sites: Sites, change: Change) -> Change:
    """The same change, with what the calendar of the site says against its hours."""
    placement, commitment = change.one.placement, change.one.commitment
    if change.kind not in {"new", "changed"} or not change.after:
        return change
    starts, ends = (placement.starts_on, commitment.starts_on), (placement.ends_on, commitment.ends_on)
    site = sites.on(commitment.pk, working_days_of(change.month, starts, ends))
    if site is None or change.after <= site.hours:
        return change
    warning = sentence(off_calendar(change.after, site.open_days, site.hours, explains(site)))
    return msgspec.structs.replace(change, off_site=True, said=f"{change.said} {warning}".strip())


def _absent(known: Placements, named: AbstractSet[tuple[int, int, date]]) -> list[Change]:
    """People of the same statements whom the file does not name: their line stays as it is, empty or not."""
    found: list[Change] = []
    for commitment, month in sorted({(commitment, month) for commitment, _, month in named}):
        for one in known.assigned_in(commitment, month):
            if (commitment, one.placement_id, month) not in named and len(found) < MOST_ABSENT:
                now = known.lines.get((commitment, one.placement_id, month))
                if now is None or now.state in {"draft", "refused"}:
                    found.append(Change("absent", one, month, now.hours if now else None, None))
    return sorted(found, key=lambda one: (one.month, one.one.commitment_id, one.one.placement_id))


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
        counted = Counter(one.kind for one in made)
        counts = {kind: counted[kind] for kind in CHANGES}
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
    """Statements and lines in a handful of statements, whatever their number: Django's own bulk update writes a condition a row.

    Under the lock of their commitments, what was there when the changes were told is what is there.
    """
    wanted = sorted({(one.one.commitment_id, one.month) for one in written})
    Statement.objects.bulk_create(
        [Statement(commitment_id=commitment, month=month, started_at=now) for commitment, month in wanted],
        ignore_conflicts=True,
        batch_size=1000,
    )
    statements = drafts_of((commitment for commitment, _ in wanted), (month for _, month in wanted))
    keys = {place: one.pk for place, one in statements.items()}
    there = [one for one in written if one.known]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE hours_statementline l SET hours = v.hours, typed = '', typed_by_id = NULL, state = 'draft',
                   worked_hours = CASE WHEN l.worked_hours >= v.hours THEN l.worked_hours END
            FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS v(statement, placement, hours)
            WHERE l.statement_id = v.statement AND l.placement_id = v.placement AND l.state IN ('draft', 'refused')
            """,
            [
                [keys[one.one.commitment_id, one.month] for one in there],
                [one.one.placement_id for one in there],
                [one.after for one in there],
            ],
        )
    _copy_lines(
        [(keys[one.one.commitment_id, one.month], one.one.placement_id, one.after) for one in written if not one.known]
    )
    changed = Statement.objects.filter(pk__in={keys[place] for place in wanted})
    changed.update(version=F("version") + 1, no_hours=False)
    for statement in changed.filter(dictations__answer=""):
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
    by_commitment: dict[int, list[Change]] = {}
    for one in written:
        by_commitment.setdefault(one.one.commitment_id, []).append(one)
    by_contract: dict[str, list[Change]] = {}
    for some in by_commitment.values():
        by_contract.setdefault(some[0].one.commitment.lot.contract.public_id, []).extend(some)
    for contract, some in sorted(by_contract.items()):
        record(
            actor=actor, action="hours.drafts_filled", object_kind="statement_file", object_id=found.public_id, thread=contract,
            facts={"rows": len(some), "months": [f"{month:%Y-%m}" for month in sorted({one.month for one in some})]}, now=now,
        )  # fmt: skip
