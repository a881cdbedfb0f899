"""`levier verify` tells a sound ledger from one that its owner tampered with, by the views and by Python separately."""

import json

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection

from levier.commands.verify import VIEWS, verify
from levier.hours import actions
from levier.hours.models import LedgerEntry, MonthCredit
from levier.hours.verification import EXPECTED_VIEWS, verify_chains, violation_views, violations
from tests.world import NOW


@pytest.fixture
def ledger(world):
    """Five entries of one commitment and three of another."""
    for reference, people in (("2026-0147", 5), ("2026-0200", 3)):
        commitment = world.commitment(world.contract(reference))
        for number in range(people):
            line = world.sent_line(commitment, world.placement(world.person(f"Nom{number}", reference), commitment))
            actions.accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return world


def tamper(sql: str) -> None:
    """As the owner of the database can: triggers off, edit, triggers on."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hours_ledgerentry DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE hours_ledgerentry ENABLE TRIGGER USER")


def run(*words: str):
    return CliRunner().invoke(verify, words)


def test_a_sound_ledger(ledger):
    answer = run()
    assert answer.exit_code == 0, answer.output
    assert "aucune anomalie" in answer.output
    assert "(8 lues)" in answer.output
    facts = json.loads(run("--json", "--pieces").output)
    assert facts["wrong"] == 0
    assert len(facts["checks"]) == len(VIEWS) + 4


def test_every_view_has_its_words(db):
    assert set(violation_views()) == set(VIEWS)
    assert set(VIEWS) >= EXPECTED_VIEWS


FIRST = "(SELECT min(id) FROM hours_ledgerentry)"
TAMPERINGS = [
    f"UPDATE hours_ledgerentry SET hours = hours + 0.01 WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET reason = 'x' WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET at = at + interval '1 microsecond' WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET post_month = post_month + interval '1 month' WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET idempotency_key = idempotency_key || 'x' WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET prev_hash = 'x' WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET hash = sha256('x') WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET sequence = 99 WHERE id = {FIRST}",
    f"DELETE FROM hours_ledgerentry WHERE id = {FIRST}",
    f"UPDATE hours_ledgerentry SET hash = hours_entry_hash(prev_hash, hours_ledgerentry), hours = 1 WHERE id = {FIRST}",
]


@pytest.mark.parametrize("sql", TAMPERINGS)
def test_the_owner_of_the_database_is_seen(ledger, sql):
    tamper(sql)
    assert "violation_entry_chain" in {violation.view for violation in violations()}
    assert verify_chains().broken != ()
    answer = run()
    assert answer.exit_code == 1
    assert "en défaut" in answer.output


def test_python_sees_what_a_changed_function_of_the_database_hides(ledger):
    """The owner also replaces the function that the view relies on: the recomputation outside the database still sees it."""
    tamper(f"UPDATE hours_ledgerentry SET hours = hours + 10 WHERE id = {FIRST}")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION hours_entry_hash(previous bytea, e hours_ledgerentry) RETURNS bytea LANGUAGE sql STABLE"
            " AS $$ SELECT e.hash $$"
        )
    assert "violation_entry_chain" not in {violation.view for violation in violations()}
    assert len(verify_chains().broken) == 1
    assert run().exit_code == 1


def test_a_tail_cut_off_is_seen_by_its_sums(ledger):
    """A chain without an outside anchor does not see its tail cut off; the counters, the lines and the sealed certificates do."""
    tamper("DELETE FROM hours_ledgerentry WHERE id = (SELECT max(id) FROM hours_ledgerentry)")
    assert verify_chains().broken == ()
    seen = {violation.view for violation in violations()}
    assert seen == {
        "violation_balance", "violation_commitment_credit", "violation_counted_once", "violation_credited_person",
        "violation_line_ledger", "violation_month_credit",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "view"),
    [
        ("UPDATE hours_monthcredit SET hours = hours + 0.01", "violation_month_credit"),
        ("DELETE FROM hours_monthcredit", "violation_month_credit"),
        (
            "DELETE FROM hours_creditedperson WHERE id = (SELECT min(id) FROM hours_creditedperson)",
            "violation_credited_person",
        ),
    ],
)
def test_a_kept_total_that_is_not_the_ledgers_is_seen(ledger, sql, view):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("hours_monthcredit", "hours_creditedperson"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        for table in ("hours_monthcredit", "hours_creditedperson"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert {violation.view for violation in violations()} == {view}


def test_kept_totals_follow_a_reversal_and_a_new_declaration(ledger):
    entry = LedgerEntry.objects.order_by("id").first()
    before = MonthCredit.objects.get(commitment=entry.commitment, month=entry.worked_month).hours
    actions.reverse_line(
        actor=ledger.actors["near"], line_public_id=entry.line.public_id, reason="Comptées à tort.", now=NOW
    )
    after = MonthCredit.objects.get(commitment=entry.commitment, month=entry.worked_month).hours
    assert after == before - entry.hours
    assert violations() == ()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hours_monthcredit SET hours = hours + 1",
        "DELETE FROM hours_creditedperson",
        "INSERT INTO hours_monthcredit (commitment_id, month, hours) SELECT min(id), '2026-01-01', 1 FROM commitments_commitment",
        "INSERT INTO hours_creditedperson (commitment_id, person_id) SELECT max(commitment_id), min(person_id) FROM hours_creditedperson",
    ],
)
def test_kept_totals_move_with_the_ledger_alone(ledger, sql):
    with pytest.raises(DatabaseError, match="COUNTER_GUARDED"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_view_that_was_dropped_is_itself_a_violation(ledger):
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW violation_four_eyes")
    answer = run()
    assert answer.exit_code == 1
    assert "violation_four_eyes : vue absente" in answer.output


def test_a_database_that_cannot_be_read(ledger, monkeypatch):
    from django.db import OperationalError

    from levier.hours import verification

    def down(*_names):
        raise OperationalError("connexion refusée")

    monkeypatch.setattr(verification, "violations", down)
    answer = run()
    assert answer.exit_code == 2
    assert "ne peut pas être lue : connexion refusée" in answer.output


@pytest.fixture
def certified(ledger):
    """A certificate of the first commitment, which pins the head of its ledger."""
    from datetime import timedelta

    from levier.commitments.models import Commitment
    from levier.compliance.actions import seal_certificate

    commitment = Commitment.objects.order_by("pk").first()
    seal_certificate(actor=ledger.actors["mission"], commitment_id=commitment.public_id, now=NOW + timedelta(minutes=1))
    return commitment


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (
            "UPDATE compliance_certificate SET content = jsonb_set(content, '{balance,accepted}', '\"9999.00\"')",
            "contenu modifié",
        ),
        ("UPDATE compliance_certificate SET content_hash = sha256('x')", "contenu modifié"),
        ("UPDATE compliance_certificate SET prev_hash = sha256('x')", "ne suit pas la précédente"),
        ("UPDATE compliance_certificate SET number = 7", "numéro hors de la suite"),
    ],
)
def test_a_certificate_changed_by_the_owner_is_seen(certified, sql, named):
    assert run().exit_code == 0, run().output
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE compliance_certificate DISABLE TRIGGER USER")
        cursor.execute(sql)
    answer = run()
    assert answer.exit_code == 1
    assert named in answer.output


KEPT = (
    "hours_ledgerentry", "hours_statementline", "commitments_commitment", "hours_workedmonth", "hours_monthcredit", "hours_creditedperson",
)  # fmt: skip
"""The ledger and every counter that says what it sums up to."""


def test_a_certificate_pins_the_ledger_that_it_sums_up(certified):
    """Cut the tail and lower every counter and line to match: the sums agree again, the certificate does not."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in KEPT:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "WITH cut AS (DELETE FROM hours_ledgerentry WHERE commitment_id = %s AND sequence = 5 RETURNING commitment_id, worked_month, line_id, placement_id, hours),"
            " m AS (UPDATE hours_monthcredit k SET hours = k.hours - cut.hours FROM cut WHERE k.commitment_id = cut.commitment_id AND k.month = cut.worked_month),"
            " p AS (DELETE FROM hours_creditedperson k USING cut, participants_placement a WHERE a.id = cut.placement_id"
            " AND k.person_id = a.person_id AND k.commitment_id = cut.commitment_id),"
            " l AS (UPDATE hours_statementline SET state = 'pending' WHERE id = (SELECT line_id FROM cut)),"
            " w AS (UPDATE hours_workedmonth SET allocated_hours = 0 WHERE placement_id = (SELECT placement_id FROM cut))"
            " UPDATE commitments_commitment SET credited_hours = credited_hours - (SELECT hours FROM cut) WHERE id = %s",
            [certified.pk, certified.pk],
        )
        for table in KEPT:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert violations() == ()
    assert verify_chains().broken == ()
    answer = run()
    assert answer.exit_code == 1
    assert "pinned_heads : attestation 2026-0001" in answer.output
