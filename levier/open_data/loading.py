"""Writing chunks into PostgreSQL inside one transaction: COPY for what is new, one merge at the end for what is published again."""

import hashlib
from typing import TYPE_CHECKING, Any

from levier.open_data.bulk import EmptyTables
from levier.open_data.checking import Memory, Tally
from levier.open_data.copying import ACT_ROW, AMENDMENT_ROW, ROW
from levier.open_data.labels import REASONS
from levier.open_data.values import BIT, Chunk, Doubt, Reason

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

LOCK = 0x6465_6370
"""Advisory lock: one import at a time, so that two files never race for one contract."""
_OTHER_AMOUNT = BIT[Doubt.SAME_IDENTITY_OTHER_AMOUNT]
_CONTRACT, _AMENDMENT = "open_data_publishedcontract", "open_data_publishedamendment"
_ACT = "open_data_publishedsubcontract"
_VERSION, _REJECTED = "open_data_publishedversion", "open_data_rejectedrecord"
_COLUMNS = ", ".join(ROW)
_ACT_COLUMNS = ", ".join(ACT_ROW)
_AMENDMENT_COLUMNS = ", ".join(AMENDMENT_ROW)
_CHANGED = tuple(column for column in ROW if column not in {"public_id", "identity_key"})
_KEPT = ("content_hash", "rank", "published_on", "current_amount", "amount_flag", "amendment_count", "raw")

_PREPARE = f"""
    SELECT pg_advisory_xact_lock({LOCK});
    SET LOCAL enable_seqscan = off;
    DROP TABLE IF EXISTS staged, staged_amendment, staged_act, winner;
    CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT 0 AS ordinal, {_COLUMNS} FROM {_CONTRACT} WITH NO DATA;
    CREATE TEMP TABLE staged_amendment ON COMMIT DROP AS SELECT 0 AS ordinal, {_AMENDMENT_COLUMNS} FROM {_AMENDMENT} WITH NO DATA;
    CREATE TEMP TABLE staged_act ON COMMIT DROP AS SELECT 0 AS ordinal, {_ACT_COLUMNS} FROM {_ACT} WITH NO DATA;
"""  # noqa: S608 - only the names of our own tables and columns are put in
_MERGE = f"""
    ANALYZE staged;
    CREATE TEMP TABLE winner ON COMMIT DROP AS
        SELECT DISTINCT ON (s.identity_key) s.ordinal, c.id AS contract_id, s.rank >= c.rank AS wins
        FROM staged s JOIN {_CONTRACT} c USING (identity_key)
        ORDER BY s.identity_key, s.rank DESC, s.ordinal DESC;
    DELETE FROM winner WHERE NOT wins;
    ANALYZE winner;
    INSERT INTO {_VERSION} (contract_id, imported_by_id, replaced_by_id, {", ".join(_KEPT)})
        SELECT c.id, c.last_import_id, %(file)s, {", ".join("c." + name for name in _KEPT)}
        FROM winner w JOIN {_CONTRACT} c ON c.id = w.contract_id;
    INSERT INTO {_VERSION} (contract_id, imported_by_id, replaced_by_id, {", ".join(_KEPT)})
        SELECT c.id, %(file)s, %(file)s, {", ".join("s." + name for name in _KEPT)}
        FROM staged s JOIN {_CONTRACT} c USING (identity_key)
        WHERE NOT EXISTS (SELECT FROM winner w WHERE w.ordinal = s.ordinal);
    UPDATE {_CONTRACT} c SET last_import_id = %(file)s, {", ".join(f"{name} = s.{name}" for name in _CHANGED)}
        FROM staged s JOIN winner w USING (ordinal) WHERE c.id = w.contract_id;
    DELETE FROM {_AMENDMENT} a USING winner w WHERE a.contract_id = w.contract_id;
    INSERT INTO {_AMENDMENT} (contract_id, {_AMENDMENT_COLUMNS})
        SELECT w.contract_id, {", ".join("a." + name for name in AMENDMENT_ROW)}
        FROM staged_amendment a JOIN winner w USING (ordinal);
    DELETE FROM {_ACT} a USING winner w WHERE a.contract_id = w.contract_id;
    INSERT INTO {_ACT} (contract_id, {_ACT_COLUMNS})
        SELECT w.contract_id, {", ".join("a." + name for name in ACT_ROW)}
        FROM staged_act a JOIN winner w USING (ordinal);
"""  # noqa: S608 - only the names of our own columns are put in


class Loading:
    """One file on its way into the database. `tally` counts what became of its records."""

    def __init__(self, cursor: "CursorWrapper", file_id: int, *, large: bool = False) -> None:
        self._cursor, self._file = cursor, file_id
        self._memory, self.tally = Memory(), Tally()
        self._staged = 0
        cursor.execute(_PREPARE)
        cursor.execute(f"SELECT EXISTS (SELECT FROM {_CONTRACT})")  # noqa: S608 - our own name
        self._empty = not self._one()
        """Nothing was there before this file: no need to ask the database what it knows."""
        self._bulk = EmptyTables(cursor) if self._empty and large else None
        if self._bulk and not self._bulk.set_aside():
            self._bulk = None

    def _one(self) -> Any:
        found = self._cursor.fetchone()
        assert found is not None
        return found[0]

    def take(self, chunk: Chunk) -> None:
        tally, memory = self.tally, self._memory
        tally.read += chunk.read
        self._reject(chunk)
        self._renamed(chunk.former)
        contents = self._known(chunk.contents, "content_hash", _CONTRACT, _VERSION)
        identities = self._known(chunk.identities, "identity_key", _CONTRACT)
        fresh: list[int] = []
        again: list[int] = []
        for place, content in enumerate(chunk.contents):
            further = chunk.rows_more.get(chunk.ordinals[place], 0) if chunk.rows_more else 0
            tally.further_rows += further
            if content in contents or memory.repeated(content):
                tally.duplicates += 1 + further
                continue
            identity = chunk.identities[place]
            known, other_amount = memory.known(identity, chunk.amounts[place])
            known = known or identity in identities
            (again if known else fresh).append(place)
            tally.accepted += 1 + further
            tally.updated += known
            mask = chunk.masks[place]
            tally.masks[mask | _OTHER_AMOUNT if other_amount else mask] += 1
            if chunk.corrections:
                tally.correct(chunk.corrections.get(chunk.ordinals[place]))
        self._insert(chunk, fresh)
        self._stage(chunk, again)

    def _renamed(self, former: dict[bytes, bytes]) -> None:
        """A contract that is known under an identity which a correction changes is given the right one, with the lot tied to it: the
        correction does not make a second contract of it. Where both are known already, they stay two, and a person sees them.
        """
        if self._empty or not former:
            return
        for right, wrong in former.items():
            names = {"right": right, "wrong": wrong}
            self._cursor.execute(
                f"""UPDATE {_CONTRACT} c SET identity_key = %(right)s WHERE identity_key = %(wrong)s
                    AND NOT EXISTS (SELECT FROM {_CONTRACT} o WHERE o.identity_key = %(right)s)""",  # noqa: S608 - our own name
                names,
            )
            if self._cursor.rowcount:
                self._cursor.execute(
                    "UPDATE procurement_lot SET published_key = %(right)s WHERE published_key = %(wrong)s", names
                )

    def _known(self, values: list[bytes], column: str, *tables: str) -> frozenset[bytes]:
        if self._empty or not values:
            return frozenset()
        query = " UNION ALL ".join(f"SELECT {column} FROM {table} WHERE {column} = ANY(%(values)s)" for table in tables)  # noqa: S608 - our own names
        self._cursor.execute(query, {"values": values})
        return frozenset(bytes(row[0]) for row in self._cursor.fetchall())

    def _insert(self, chunk: Chunk, places: list[int]) -> None:
        if not places:
            return
        self._cursor.execute(
            f"SELECT nextval(pg_get_serial_sequence('{_CONTRACT}', 'id')) FROM generate_series(1, %s)",  # noqa: S608 - our own name
            [len(places)],
        )
        numbers = [row[0] for row in self._cursor.fetchall()]
        self._copy(
            f"{_CONTRACT} (id, first_import_id, last_import_id, {_COLUMNS})",
            b"".join(
                b"%d\t%d\t%d\t%s\n" % (number, self._file, self._file, chunk.rows[place])
                for number, place in zip(numbers, places, strict=True)
            ),
        )
        for table, columns, lines in (
            (_AMENDMENT, _AMENDMENT_COLUMNS, chunk.amendments),
            (_ACT, _ACT_COLUMNS, chunk.acts),
        ):
            self._copy(
                f"{table} (contract_id, {columns})",
                b"".join(
                    b"%d\t%s\n" % (number, line)
                    for number, place in zip(numbers, places, strict=True)
                    for line in lines[place]
                ),
            )

    def _stage(self, chunk: Chunk, places: list[int]) -> None:
        self._staged += len(places)
        self._copy(
            f"staged (ordinal, {_COLUMNS})",
            b"".join(b"%d\t%s\n" % (chunk.ordinals[place], chunk.rows[place]) for place in places),
        )
        for table, columns, lines in (
            ("staged_amendment", _AMENDMENT_COLUMNS, chunk.amendments),
            ("staged_act", _ACT_COLUMNS, chunk.acts),
        ):
            self._copy(
                f"{table} (ordinal, {columns})",
                b"".join(b"%d\t%s\n" % (chunk.ordinals[place], line) for place in places for line in lines[place]),
            )

    def _copy(self, target: str, lines: bytes) -> None:
        if lines:
            with self._cursor.copy(f"COPY {target} FROM STDIN") as copy:
                copy.write(lines)

    def _reject(self, chunk: Chunk) -> None:
        rejected = chunk.rejected
        if not rejected:
            return
        self.tally.refuse(chunk)
        self._cursor.execute(
            f"""INSERT INTO {_REJECTED} (imported_by_id, number, reason, sentence, digest, raw)
                SELECT %s, * FROM unnest(%s::int[], %s::text[], %s::text[], %s::bytea[], %s::text[])
                ON CONFLICT (digest) DO NOTHING""",  # noqa: S608 - our own names
            [
                self._file,
                [number for number, _, _ in rejected],
                [reason for _, reason, _ in rejected],
                [REASONS[Reason(reason)] for _, reason, _ in rejected],
                [hashlib.sha256(reason.encode() + b"\0" + raw).digest() for _, reason, raw in rejected],
                [raw.decode("utf-8", "replace").replace("\0", "\ufffd") for _, _, raw in rejected],
            ],
        )

    def finish(self) -> None:
        """Give every contract its latest publication; what it replaces, or what came too late, stays as a version."""
        if self._bulk:
            self._bulk.rebuild()
        if self._staged:
            for statement in _MERGE.split(";")[:-1]:
                self._cursor.execute(statement, {"file": self._file})
        self._cursor.execute("SET LOCAL enable_seqscan = on")
