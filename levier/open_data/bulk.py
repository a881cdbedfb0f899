"""Filling an empty database: indexes are built once at the end instead of row by row, and what can be taken back needs no log.

Only the first import of a large file goes this way. Everything stays inside the one transaction of the import: a refused file, a
broken connection or a full disk leaves the tables, their indexes and their constraints exactly as they were.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

TABLE = "open_data_publishedcontract"
FILLED = (
    "open_data_publishedcontract", "open_data_publishedamendment", "open_data_publishedsubcontract", "open_data_publishedversion",
)  # fmt: skip
_OURS = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass"
_FOREIGN_REFERENCES = """
    SELECT EXISTS (SELECT FROM pg_constraint
                   WHERE contype = 'f' AND confrelid = ANY(%s::regclass[]) AND conrelid <> ALL(%s::regclass[]))"""
_UNIQUE = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype = 'u' ORDER BY conname"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    ORDER BY 1"""
MEMORY = "192MB"
"""For the building of one index."""


class EmptyTables:
    """The tables without their indexes, until `rebuild`. Only for tables that hold nothing and that the account owns."""

    def __init__(self, cursor: "CursorWrapper") -> None:
        self._cursor = cursor
        self._again: list[str] = []

    def set_aside(self) -> bool:
        """Take the indexes of published contracts away; False, and nothing done, where this account may not."""
        cursor = self._cursor
        cursor.execute(_OURS, [TABLE])
        owned = cursor.fetchone()
        if owned is None or not owned[0]:
            return False
        # Rows put into a table emptied by the same transaction need no write-ahead log where the server keeps a minimal one.
        cursor.execute(_FOREIGN_REFERENCES, [list(FILLED), list(FILLED)])
        referenced = cursor.fetchone()
        if referenced is not None and not referenced[0]:
            cursor.execute(f"TRUNCATE {', '.join(FILLED)}")
        cursor.execute(_UNIQUE, [TABLE])
        for name, definition in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {TABLE} DROP CONSTRAINT "{name}"')
            self._again.append(f'ALTER TABLE {TABLE} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute(_INDEXES, [TABLE])
        for name, definition in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
            self._again.append(definition)
        return True

    def rebuild(self) -> None:
        """Build what was taken away. Raise IntegrityError where two rows share what must be unique."""
        if self._again:
            self._cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        for statement in self._again:
            self._cursor.execute(statement.replace("%", "%%"))
        self._again = []
