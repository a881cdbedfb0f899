"""Each wall of the ledger taken down in turn: the named constraints, and every refusal of every trigger, read from the database."""

import re
from dataclasses import dataclass

from django.db import connection

CONSTRAINTS = {
    "hours_workedmonth": ("counted_once", "worked_month_person_of_the_placement"),
    "hours_personmonth": ("legal_maximum",),
    "hours_ledgerentry": ("four_eyes", "entry_sign", "entry_reversal_has_reason", "entry_placement_of_the_commitment"),
    "commitments_commitment": ("commitment_waiver_within_due",),
    "commitments_hourswaiver": ("waiver_positive",),
    "participants_eligibilitydecision": ("decision_windows_do_not_overlap",),
    "participants_placement": ("placement_decision_of_the_person",),
}
FUNCTIONS = (
    "levier_frozen", "participants_placement_check", "commitments_commitment_guard", "commitments_period_guard",
    "hours_personmonth_guard", "hours_workedmonth_guard", "hours_ledgerentry_post", "hours_statementline_guard",
    "hours_entry_of_its_line", "hours_entry_with_its_line",
)  # fmt: skip
RAISE = re.compile(r"RAISE EXCEPTION USING ERRCODE = 'LV\d{3}', MESSAGE = '(\w+)'[^;]*;")


@dataclass(frozen=True)
class Breach:
    """How to take one wall down; `met` is what the database says when that wall refuses."""

    wall: str
    met: str
    sql: str


def breaches() -> list[Breach]:
    found = [
        Breach(name, name, f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
        for table, names in CONSTRAINTS.items()
        for name in names
    ]
    identity = "person_one_live_identity"
    found.append(Breach(identity, identity, f"DROP INDEX {identity}"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'hours_ledgerentry'::regclass AND contype = 'u'"
            " AND pg_get_constraintdef(oid) = 'UNIQUE (reverses_id)'"
        )
        (once,) = cursor.fetchone()
        found.append(Breach("one reversal an entry", once, f"ALTER TABLE hours_ledgerentry DROP CONSTRAINT {once}"))
        for function in FUNCTIONS:
            cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
            source = cursor.fetchone()[0]
            nothing = "RETURN COALESCE(NEW, OLD);" if function == "levier_frozen" else "NULL;"
            for place, refusal in enumerate(RAISE.finditer(source), start=1):
                broken = source[: refusal.start()] + nothing + source[refusal.end() :]
                found.append(Breach(f"{function} {refusal[1]} ({place})", refusal[1], broken))
    return found


HELD_BY_ANOTHER = {
    "entry_sign": "an entry says what its line says, and no line has negative hours",
    "one reversal an entry": "the line's entries would no longer add up to what its state says",
    "hours_ledgerentry_post NOT_A_REVERSAL (3)": "the line's entries would no longer add up; a reversal of a reversal is positive",
    "hours_ledgerentry_post NO_WORKED_MONTH (6)": "entry_worked_month points at the worked month",
    "hours_workedmonth_guard FROZEN (3)": "entry_worked_month and worked_month_person_month point at the month",
}
"""Walls behind which another one stands: taking one of them down alone lets nothing through."""
