"""Whose turn it is, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from levier.compliance.turns import CommitmentFacts, TaskKind, Turn, next_step, step_limits
from levier.reference.published import published_catalogue

TODAY = date(2026, 11, 25)
LIMITS = step_limits(published_catalogue(), TODAY)
QUIET = CommitmentFacts(
    due=Decimal("1000.00"),
    accepted=Decimal("800.00"),
    pending=Decimal(0),
    waived=Decimal(0),
    starts_on=date(2026, 1, 1),
    ends_on=date(2027, 2, 28),
    people=2,
    refused_lines=0,
    pending_since=None,
    refused_since=None,
    months_to_declare=(),
    declaration_deadline=None,
    certified=False,
)


def test_on_time_asks_nothing():
    assert next_step(QUIET, TODAY, LIMITS) is None


@pytest.mark.parametrize(
    ("change", "kind", "turn"),
    [
        ({"refused_lines": 1}, TaskKind.CORRECT, Turn.COMPANY),
        ({"pending": Decimal(120)}, TaskKind.VALIDATE, Turn.FACILITATOR),
        ({"accepted": Decimal(1000)}, TaskKind.CERTIFY, Turn.MISSION),
        ({"accepted": Decimal(900), "waived": Decimal(100)}, TaskKind.CERTIFY, Turn.MISSION),
        ({"months_to_declare": (date(2026, 10, 1),)}, TaskKind.DECLARE, Turn.COMPANY),
        ({"ends_on": date(2026, 11, 24)}, TaskKind.DECIDE, Turn.MISSION),
        ({"people": 0, "accepted": Decimal(0)}, TaskKind.FIND_PEOPLE, Turn.COMPANY),
        ({"accepted": Decimal(500)}, TaskKind.CATCH_UP, Turn.COMPANY),
        ({"ends_on": date(2027, 1, 20), "accepted": Decimal(900)}, TaskKind.END_NEAR, Turn.COMPANY),
    ],
)
def test_each_situation_has_one_owner(change, kind, turn):
    step = next_step(replace(QUIET, **change), TODAY, LIMITS)
    assert (step.kind, step.turn) == (kind, turn)


def test_a_certified_commitment_waits_for_nobody():
    assert next_step(replace(QUIET, certified=True, accepted=Decimal(0), refused_lines=3), TODAY, LIMITS) is None


def test_what_is_at_stake_is_what_is_missing_today():
    step = next_step(replace(QUIET, accepted=Decimal("400.00")), TODAY, LIMITS)
    # 329 of 424 days: 775,94 h due, 400 accepted
    assert step.at_stake == Decimal("375.94")


def test_stakes_never_exceed_what_is_still_owed():
    step = next_step(replace(QUIET, ends_on=date(2026, 11, 1), accepted=Decimal("990.00")), TODAY, LIMITS)
    assert step.at_stake == Decimal("10.00")


def test_lateness_is_measured_against_what_is_expected_where_it_is_known():
    behind = replace(QUIET, accepted=Decimal(500))
    assert next_step(behind, TODAY, LIMITS).kind is TaskKind.CATCH_UP
    assert next_step(replace(behind, expected=Decimal(500)), TODAY, LIMITS) is None, (
        "little is invoiced, or works stopped"
    )
    assert next_step(replace(behind, expected=QUIET.due), TODAY, LIMITS).at_stake == Decimal(500)
