"""Each wall of the ledger taken down in turn: the named constraints, and every refusal of every trigger, read from the database."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

CONSTRAINTS = {
    "hours_workedmonth": ("counted_once", "worked_month_person_of_the_placement"),
    "hours_personmonth": ("legal_maximum",),
    "hours_ledgerentry": ("four_eyes", "entry_sign", "entry_reversal_has_reason", "entry_placement_of_the_commitment"),
    "commitments_commitment": (
        "commitment_waiver_within_due",
        "commitment_due_not_negative",
        "commitment_member_has_parent",
    ),
    "commitments_duemovement": ("movement_said",),
    "commitments_duebasis": ("basis_once",),
    "commitments_duetransfer": ("transfer_said",),
    "commitments_duetransferanswer": ("transfer_refusal_has_reason",),
    "commitments_hourspenalty": ("penalty_sign", "penalty_said"),
    "commitments_hourswaiver": ("waiver_positive",),
    "participants_eligibilitydecision": ("decision_windows_do_not_overlap",),
    "participants_placement": ("placement_decision_of_the_person",),
    "participants_pairdecision": ("pair_four_eyes",),
    "hours_contest": ("contest_answered_whole",),
    "hours_trainingcap": ("training_cap_share",),
}
FUNCTIONS = (
    "levier_frozen", "participants_placement_check", "commitments_commitment_guard", "commitments_period_guard",
    "hours_personmonth_guard", "hours_workedmonth_guard", "hours_ledgerentry_post", "hours_statementline_guard",
    "hours_entry_of_its_line", "hours_entry_with_its_line", "commitments_duemovement_post", "commitments_duebasis_post",
    "commitments_duetransfer_post", "commitments_penalty_post", "participants_person_merge_guard", "participants_pairdecision_check",
    "participants_person_merge_told", "participants_pairdecision_done", "hours_statementline_contested", "hours_contest_guard",
    "hours_ledgerentry_training",
)  # fmt: skip
INDEXES = ("person_one_live_identity", "penalty_once_a_decision", "contest_one_open_a_line")
CONSENT = "CREATE OR REPLACE FUNCTION commitments_pooling_holds(agreement bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'"
ONCE = {
    "hours_ledgerentry": "reverses_id",
    "commitments_hourspenalty": "reverses_id",
    "commitments_duetransferanswer": "transfer_id",
}
"""A table and the column in which a row is named once."""
RAISE = re.compile(r"RAISE EXCEPTION USING ERRCODE = 'LV\d{3}', MESSAGE = '(\w+)'[^;]*;")


@dataclass(frozen=True)
class Breach:
    """How to take one wall down: a statement, or the refusal at that `place` of a function. `met`: what the database says when it refuses."""

    wall: str
    met: str
    sql: str = ""
    function: str = ""
    place: int = 0


def breaches() -> list[Breach]:
    found = [
        Breach(name, name, f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
        for table, names in CONSTRAINTS.items()
        for name in names
    ]
    found += [Breach(name, name, f"DROP INDEX {name}") for name in INDEXES]
    found.append(Breach("a buyer's consent", "NO_POOLING_AGREEMENT", CONSENT))
    with connection.cursor() as cursor:
        for table, column in ONCE.items():
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'"
                " AND pg_get_constraintdef(oid) = %s",
                [table, f"UNIQUE ({column})"],
            )
            (once,) = cursor.fetchone()
            found.append(Breach(f"{table}.{column} once", once, f"ALTER TABLE {table} DROP CONSTRAINT {once}"))
        for function in FUNCTIONS:
            for place, refusal in enumerate(RAISE.finditer(_source(cursor, function)), start=1):
                found.append(Breach(f"{function} {refusal[1]} ({place})", refusal[1], function=function, place=place))
    return found


def take_down(walls: Iterable[Breach]) -> None:
    """All of them at once, in the database that is open."""
    walls = list(walls)
    with connection.cursor() as cursor:
        for one in walls:
            if one.sql:
                cursor.execute(one.sql)
        for function in sorted({one.function for one in walls if one.function}):
            places = {one.place for one in walls if one.function == function}
            nothing = "RETURN COALESCE(NEW, OLD);" if function in {"levier_frozen", "hours_contest_guard"} else "NULL;"
            number = itertools.count(1)
            broken = RAISE.sub(
                lambda found, number=number, places=places, nothing=nothing: nothing if next(number) in places else found[0],
                _source(cursor, function),
            )  # fmt: skip
            cursor.execute(broken)


def _source(cursor: Any, function: str) -> str:
    cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
    (source,) = cursor.fetchone()
    return str(source)


@dataclass(frozen=True)
class Held:
    """Why nothing goes through when this wall is down alone; `attack`: the operation that tries."""

    reason: str
    attack: str


HELD_BY_ANOTHER = {
    "commitment_due_not_negative": Held(
        "commitment_waiver_within_due keeps the due above what is waived and penalised, never below zero", "owe_less_than_nothing"
    ),
    "entry_sign": Held("an entry says what its line says, and no line has negative hours", "count_negative_hours"),
    "hours_ledgerentry.reverses_id once": Held(
        "the line's entries would no longer add up to what its state says", "reverse_twice"
    ),
    "hours_ledgerentry_post NOT_A_REVERSAL (3)": Held(
        "the line's entries would no longer add up; a reversal of a reversal is positive", "reverse_part"
    ),
    "hours_ledgerentry_post NO_WORKED_MONTH (6)": Held(
        "entry_worked_month points at the worked month", "count_a_month_that_nobody_worked"
    ),
    "hours_workedmonth_guard FROZEN (3)": Held(
        "entry_worked_month and worked_month_person_month point at the month", "move_a_worked_month"
    ),
}  # fmt: skip
"""Walls behind which another one stands: taking one of them down alone lets nothing through. The attack then takes down, with it, whatever
refused in its place, until something goes through: that the others stand there is seen, not supposed.
"""


def behind() -> list[Breach]:
    """Walls that are only met where another one is down."""
    return [
        Breach(name, name, f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
        for table, name in (
            ("hours_ledgerentry", "entry_worked_month"), ("hours_workedmonth", "worked_month_person_month"),
            ("commitments_commitment", "commitment_never_negative"),
        )
    ]  # fmt: skip
