"""Walls of the database: SQL for tables that only grow, which a migration of any room can use, and what a wall says when it is reached."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from django.db import DatabaseError
from django.db.migrations import RunSQL

from levier.foundation.objections import Objection, Refusal

FROZEN_FUNCTION = """
CREATE OR REPLACE FUNCTION levier_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = TG_TABLE_NAME || ' ' || TG_OP;
END $$;
"""


def freeze(table: str, *, operations: str = "UPDATE OR DELETE") -> RunSQL:
    """Refuse UPDATE, DELETE (or only `operations`) and always TRUNCATE on the table, with SQLSTATE LV000."""
    return RunSQL(
        FROZEN_FUNCTION
        + f"CREATE TRIGGER {table}_frozen BEFORE {operations} ON {table} FOR EACH ROW EXECUTE FUNCTION levier_frozen();"
        + f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION levier_frozen();",
        f"DROP TRIGGER {table}_frozen ON {table}; DROP TRIGGER {table}_not_truncated ON {table};",
    )


def wall_reached(error: BaseException) -> str:
    """Which wall refused the write: the name of the constraint, else the code that the trigger gave as its message."""
    cause = error.__cause__
    diag = getattr(cause, "diag", None)
    if diag is None:
        return ""
    if (getattr(cause, "sqlstate", "") or "").startswith("LV"):
        return str(diag.message_primary or "")
    return str(diag.constraint_name or "")


@contextmanager
def walls_said(known: Mapping[str, StrEnum], refuse: Callable[[Objection], Refusal]) -> Iterator[None]:
    """Turn a wall of `known` reached inside into the refusal of the rule it stands for; any other error stays what it is.

    Stands around the transaction, so that nothing of it remains.
    """
    try:
        yield
    except DatabaseError as error:
        code = known.get(wall_reached(error))
        if code is None:
            raise
        raise refuse(Objection(code)) from error
