"""Checking the ledger after the fact: the views that must stay empty, and the hash chain computed again without the database.

The chain is recomputed here in Python, from the rows, so that a database whose function was changed is noticed too.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby

from django.db import connection

PREFIX = "violation_"
SAMPLES = 5
EXPECTED_VIEWS = frozenset(
    PREFIX + name
    for name in (
        "commitment_credit commitment_waiver counted_once legal_maximum not_eligible placement_before_decision "
        "windows_overlap sealed_period reversal four_eyes line_ledger entry_line pooling entry_chain entry_not_assigned "
        "two_live_identities commitment_due commitment_penalty balance due_basis transfer group penalty_reversal "
        "merge_chain merge_decision merge_four_eyes contested_line confirmation training_cap dictation wall_missing "
        "month_credit credited_person"
    ).split()
)
"""Views that this version of Levier brings in this room: one that is missing is itself a violation."""
MISSING = "vue absente"


@dataclass(frozen=True, slots=True)
class Violation:
    """A view that is not empty, with how many rows and a few of them; or a view that is not there."""

    view: str
    rows: int
    samples: tuple[str, ...]


def violation_views() -> tuple[str, ...]:
    """Every view named violation_…, whatever room brought it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT viewname FROM pg_views WHERE schemaname = current_schema() AND starts_with(viewname, %s) ORDER BY 1",
            [PREFIX],
        )
        return tuple(name for (name,) in cursor.fetchall())


def violations(expected: Iterable[str] = EXPECTED_VIEWS) -> tuple[Violation, ...]:
    """What the views hold; empty when all is well."""
    views = violation_views()
    found = [Violation(name, 1, (MISSING,)) for name in sorted(set(expected) - set(views))]
    for name in views:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - a name the database gave
            (rows,) = cursor.fetchone()
            if rows:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)} LIMIT {SAMPLES}")  # noqa: S608 - idem
                samples = tuple(", ".join(map(str, row)) for row in cursor.fetchall())
                found.append(Violation(name, rows, samples))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """A row of the ledger as read, its numbers and instants as the database gives them."""

    id: int
    sequence: int
    idempotency_key: str
    commitment_id: int
    placement_id: int
    worked_month: date
    post_month: date
    hours: Decimal
    line_id: int
    reverses_id: int | None
    reason: str
    declared_by_id: int
    declared_org_id: int
    actor_id: int
    actor_org_id: int
    at: datetime
    prev_hash: bytes
    hash: bytes

    def digest(self, previous: bytes) -> bytes:
        """SHA-256 of the previous hash and of what the entry says."""
        return hashlib.sha256(previous + self.text().encode()).digest()

    def text(self) -> str:
        """What the entry says, in one line separated by bars."""
        said = (
            self.sequence,
            self.idempotency_key,
            self.commitment_id,
            self.placement_id,
            self.worked_month.isoformat(),
            self.post_month.isoformat(),
            f"{self.hours:.2f}",
            self.line_id,
            "-" if self.reverses_id is None else self.reverses_id,
            self.reason,
            self.declared_by_id,
            self.declared_org_id,
            self.actor_id,
            self.actor_org_id,
            self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        )
        return "|".join(map(str, said))


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How many entries and chains were read, and the entries whose hash, order or link is not what it should be."""

    entries: int
    chains: int
    broken: tuple[str, ...]


def verify_chains() -> ChainReport:
    """Recompute every chain of the ledger, one commitment after the other."""
    entries, chains, broken = 0, 0, []
    for commitment, rows in groupby(_entries(), key=lambda entry: entry.commitment_id):
        chains += 1
        previous = b""
        for place, entry in enumerate(rows, start=1):
            entries += 1
            if entry.sequence != place:
                broken.append(
                    f"engagement {commitment}, écriture {entry.id} : numéro {entry.sequence} au lieu de {place}"
                )
            if entry.prev_hash != previous or entry.hash != entry.digest(entry.prev_hash):
                broken.append(f"engagement {commitment}, écriture {entry.id} : empreinte fausse")
            previous = entry.hash
    return ChainReport(entries, chains, tuple(broken))


def entries_of(commitment_id: int) -> list[ChainedEntry]:
    """The ledger of one commitment, in order. The caller has already asked whether the actor may see it."""
    columns = ", ".join(ChainedEntry.__dataclass_fields__)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM hours_ledgerentry WHERE commitment_id = %s ORDER BY sequence, id",  # noqa: S608 - our names
            [commitment_id],
        )
        return [ChainedEntry(*row) for row in cursor.fetchall()]


def _entries() -> Iterator[ChainedEntry]:
    columns = ", ".join(ChainedEntry.__dataclass_fields__)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM hours_ledgerentry ORDER BY commitment_id, sequence, id")  # noqa: S608 - our names
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                yield ChainedEntry(*row)
