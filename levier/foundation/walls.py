"""SQL for tables that only grow: a migration of any room can freeze its tables with it."""

from django.db.migrations import RunSQL

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
