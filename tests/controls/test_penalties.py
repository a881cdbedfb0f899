"""A penalty from the reminder to the decision: a snapshot that is never edited, both sides heard, the database as the judge."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.commands.verify import verify
from levier.controls import actions, letter_actions, penalty_actions, rules
from levier.controls.models import Case, Letter, PenaltyDecision, PenaltyProposal, Step
from levier.controls.penalty_actions import Rate
from levier.controls.queries import cases_visible_to, letters_visible_to
from levier.controls.values import CaseKind, CaseState, LetterKind, Means, Outcome, Owner
from levier.files.values import Received
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line, seal_month
from levier.reference.actions import load_published
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
CCAP = Rate(Decimal(200), "CCAP, article 9.3")


@pytest.fixture(autouse=True)
def _house(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_published(NOW)


@pytest.fixture
def world(world: World) -> World:
    world.user("second", "mission", world.organisation("Département d’essai", "buyer"))
    return world


@pytest.fixture
def commitment(world: World):
    """T3 of the domain: 150 h due, 120 h accepted."""
    commitment = world.commitment(world.contract(), due="150.00")
    line = world.sent_line(commitment, world.placement(world.person(), commitment), hours="120.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return commitment


def opened(
    world: World, commitment, kind=CaseKind.OUTSTANDING, who="mission", ground="Il manque 30 h à la fin du marché."
) -> Case:
    return actions.open_case(
        actor=world.actors[who], commitment_id=commitment.public_id, kind=kind, ground=ground, now=NOW
    )


def proposed(world: World, case: Case, now=NOW, rate=CCAP, **more) -> PenaltyProposal:
    return penalty_actions.propose(
        actor=world.actors["mission"], case_id=case.public_id, rate=rate, reason="Heures non faites.", now=now, **more
    )


def answered(
    world: World, case: Case, key="a" * 32, now=NOW, text="Deux personnes sont parties en septembre.", pieces=()
):
    return actions.answer(
        actor=world.actors["company"], case_id=case.public_id, text=text, pieces=pieces, key=key, now=now
    )


def decided(
    world: World,
    case: Case,
    outcome=Outcome.APPLY,
    kept=None,
    who="second",
    now=NOW,
    reason="Rien ne justifie ce manque.",
):
    return penalty_actions.decide(
        actor=world.actors[who], case_id=case.public_id, outcome=outcome, kept=kept, reason=reason, now=now
    )


def told(world: World, letter: Letter, event: str, on: date, now=NOW, means=Means.REGISTERED):
    return letter_actions.record_dispatch(
        actor=world.actors["mission"],
        letter_id=letter.public_id,
        event=event,
        means=means,
        happened_on=on,
        tracking="2C 123",
        now=now,
    )


def refused(code: str):
    return pytest.raises(Refusal, check=lambda refusal: code in [one.code for one in refusal.objections])


def test_from_the_reminder_to_the_penalty(world: World, commitment):
    case = opened(world, commitment)
    assert (case.label, case.state, case.owner) == ("D-2026-0001", "amicable", "company")
    assert case.due_on == TODAY + timedelta(days=15)
    actions.give_notice(
        actor=world.actors["mission"], case_id=case.public_id, reason="Sans réponse.", due_on=None, now=NOW
    )
    proposal = proposed(world, case)
    assert (proposal.due_hours, proposal.units, proposal.amount) == (Decimal(150), Decimal(30), Decimal(6000))
    assert (proposal.number, proposal.supersedes, proposal.ledger_entries) == (1, None, 1)
    with refused("delay_runs"):
        decided(world, case)
    answered(world, case)
    case.refresh_from_db()
    assert (case.state, case.owner) == ("contradictory", "mission")
    decision = decided(world, case)
    assert (decision.amount, decision.units, decision.four_eyes) == (Decimal(6000), Decimal(30), True)
    case.refresh_from_db()
    assert case.state == "decided"
    kinds = [letter.kind for letter in case.letters.order_by("number")]
    assert kinds == ["reminder", "formal_notice", "proposal", "penalty"]
    assert [letter.label for letter in case.letters.order_by("number")] == [f"L-2026-000{n}" for n in range(1, 5)]
    assert JournalEntry.objects.filter(action="penalty.decided", object_id=case.public_id, thread="").count() == 1
    assert decided(world, case) == decision, "sent twice, one decision"


def test_a_late_proof_makes_a_new_proposal_that_cites_the_first(world: World, commitment):
    """Named abuse case: penalty computed, then late proof accepted."""
    case = opened(world, commitment)
    first = proposed(world, case)
    before = PenaltyProposal.objects.filter(pk=first.pk).values().get()
    with refused("same_inputs"):
        proposed(world, case)
    line = world.sent_line(
        commitment, world.placement(world.person("Late"), commitment), month=date(2026, 9, 1), hours="20.00"
    )
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    second = proposed(world, case)
    assert (second.number, second.supersedes, second.units, second.amount) == (2, first, Decimal(10), Decimal(2000))
    assert PenaltyProposal.objects.filter(pk=first.pk).values().get() == before, "the first is as it was"
    words = str(case.letters.order_by("-number").first().content["blocks"])
    assert "remplace la proposition n° 1" in words
    answered(world, case)
    assert decided(world, case, who="mission").proposal == second, "below the threshold, the same person may decide"


def test_a_late_proof_after_the_decision_opens_the_discussion_again(world: World, commitment):
    case = opened(world, commitment)
    proposed(world, case)
    answered(world, case)
    decided(world, case)
    line = world.sent_line(
        commitment, world.placement(world.person("Late"), commitment), month=date(2026, 9, 1), hours="30.00"
    )
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    second = proposed(world, case, now=NOW + timedelta(hours=1))
    assert (second.units, second.amount) == (0, 0)
    case.refresh_from_db()
    assert case.state == "contradictory"
    with refused("delay_runs"):
        decided(world, case, outcome=Outcome.WAIVE, now=NOW + timedelta(hours=1))
    decision = decided(world, case, outcome=Outcome.WAIVE, reason="Preuve acceptée.", now=NOW + timedelta(days=17))
    assert (decision.amount, PenaltyDecision.objects.count()) == (0, 2)


def test_unvalidated_hours_count_for_nothing(world: World, commitment):
    """T7: the apprentice whose hours wait, or are refused, is not counted."""
    world.sent_line(commitment, world.placement(world.person("Apprenti"), commitment), hours="30.00")
    assert proposed(world, opened(world, commitment)).accepted_hours == Decimal(120)


def test_days_are_counted_only_after_a_notice_and_from_its_reception(world: World, commitment):
    case = opened(world, commitment, kind=CaseKind.LATE_PROOFS, ground="Feuilles d’heures d’octobre.")
    rate = Rate(Decimal(75), "CCAP, article 8.2.2")
    with refused("no_formal_notice"):
        proposed(world, case, rate=rate)
    actions.give_notice(
        actor=world.actors["mission"], case_id=case.public_id, reason="Feuilles d’octobre.", due_on=None, now=NOW
    )
    with refused("no_formal_notice"):
        proposed(world, case, rate=rate)
    notice = case.letters.get(kind="formal_notice")
    later = NOW + timedelta(days=30)
    with refused("dispatch_order"):
        told(world, notice, "received", TODAY + timedelta(days=3), later)
    told(world, notice, "sent", TODAY, later)
    told(world, notice, "received", TODAY + timedelta(days=3), later)
    case.refresh_from_db()
    assert case.due_on == TODAY + timedelta(days=18), "the delay runs from the reception"
    first = proposed(world, case, rate=rate, now=later)
    assert (first.still_missing, first.units, first.amount) == (True, Decimal(27), Decimal(2025))
    second = proposed(world, case, rate=rate, now=later, received_on=TODAY + timedelta(days=13))
    assert (second.supersedes, second.units, second.amount) == (first, Decimal(10), Decimal(750))


def test_an_hour_is_never_penalised_twice(world: World, commitment):
    case = opened(world, commitment)
    proposed(world, case)
    answered(world, case)
    decided(world, case, outcome=Outcome.REDUCE, kept=Decimal(10))
    other = opened(world, commitment, ground="Le reste manque toujours.")
    proposal = proposed(world, other)
    assert (proposal.penalised_hours, proposal.units) == (Decimal(10), Decimal(20))


def test_reduce_and_waive(world: World, commitment):
    case = opened(world, commitment)
    proposed(world, case)
    answered(world, case)
    for kept in (None, Decimal(0), Decimal(30)):
        with refused("kept_units"):
            decided(world, case, outcome=Outcome.REDUCE, kept=kept)
    reduced = decided(world, case, outcome=Outcome.REDUCE, kept=Decimal("12.50"))
    assert (reduced.units, reduced.amount) == (Decimal("12.50"), Decimal("2500.00"))


def test_four_eyes_from_the_threshold(world: World, commitment):
    case = opened(world, commitment)
    proposed(world, case)
    answered(world, case)
    with refused("four_eyes"):
        decided(world, case, who="mission")


def test_who_may_do_what(world: World, commitment):
    for who in ("company", "rival", "far", "stranger_buyer", "buyer"):
        with pytest.raises(NotForYou):
            opened(world, commitment, who=who)
    case = opened(world, commitment, who="near")
    for who in ("near", "far", "company", "buyer"):
        with pytest.raises(NotForYou):
            penalty_actions.propose(actor=world.actors[who], case_id=case.public_id, rate=CCAP, reason="x", now=NOW)
        with pytest.raises(NotForYou):
            actions.give_notice(actor=world.actors[who], case_id=case.public_id, reason="x", due_on=None, now=NOW)
    for who in ("rival", "far", "stranger_buyer"):
        assert not cases_visible_to(world.actors[who]).exists()
        assert not letters_visible_to(world.actors[who]).exists()
    for who in ("mission", "near", "mission", "buyer"):
        with pytest.raises(NotForYou):
            actions.answer(actor=world.actors[who], case_id=case.public_id, text="x", pieces=(), key="k" * 8, now=NOW)


def test_a_company_reads_a_letter_once_it_was_sent(world: World, commitment):
    letter = opened(world, commitment).letters.get()
    assert not letters_visible_to(world.actors["company"]).exists()
    told(world, letter, "sent", TODAY, means=Means.EMAIL)
    assert letters_visible_to(world.actors["company"]).get() == letter


def test_an_answer_sent_twice_is_kept_once_with_its_files(world: World, commitment):
    case = opened(world, commitment)
    piece = Received(b"%PDF-1.4 essai", "application/pdf", "preuve.pdf")
    first = answered(world, case, pieces=[piece])
    assert answered(world, case, pieces=[piece]) == first
    assert first.attachments.get().file.state == "quarantine"
    assert case.observations.count() == 1
    late = answered(world, case, key="b" * 32, now=NOW + timedelta(days=40))
    assert late.late


def test_the_company_is_told_once_that_its_answer_is_awaited(world: World, commitment):
    from levier.notifications.models import Message

    case = opened(world, commitment)
    message = Message.objects.get(kind="control")
    assert message.recipient == "company@exemple.test"
    assert case.label in message.body
    assert "10\u00a0décembre" in message.body
    proposed(world, case)
    answered(world, case)
    assert Message.objects.filter(kind="control").count() == 2, "one a phase, none to anybody else"


def test_one_open_case_a_kind(world: World, commitment):
    opened(world, commitment)
    with refused("already_open"):
        opened(world, commitment)
    opened(world, commitment, kind=CaseKind.LATE_PROOFS)


def test_an_amendment_below_what_is_credited_leaves_nothing_to_penalise(world: World):
    """Named abuse case: contract amended, fewer hours due than credited. A surplus is no debt."""
    commitment = world.commitment(world.contract("2026-0300"), due="100.00")
    line = world.sent_line(commitment, world.placement(world.person(), commitment), hours="120.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    case = opened(world, commitment)
    with refused("nothing_missing"):
        proposed(world, case)
    assert not PenaltyProposal.objects.exists()


def test_a_reversal_in_an_open_month_changes_the_next_proposal_only(world: World, commitment):
    """Named abuse case: month reopened. The sealed month stays; what was computed stays."""
    from levier.hours.actions import reverse_line
    from levier.hours.models import StatementLine

    case = opened(world, commitment)
    first = proposed(world, case)
    seal_month(
        actor=world.actors["mission"], commitment_public_id=commitment.public_id, month=date(2026, 10, 1), now=NOW
    )
    line = StatementLine.objects.get(state="accepted")
    reverse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="Feuille fausse", now=NOW)
    second = proposed(world, case)
    assert (first.units, second.units) == (Decimal(30), Decimal(150))


def test_letters_are_kept_in_word_and_pdf_and_seal_what_they_say(world: World, commitment):
    from levier.compliance.snapshot import fingerprint
    from levier.controls.letters import write
    from levier.files.queries import content_of

    letter = opened(world, commitment).letters.get()
    assert content_of(letter.pdf).startswith(b"%PDF")
    assert content_of(letter.word).startswith(b"PK")
    assert fingerprint(letter.content) == bytes(letter.content_hash)
    again = write(LetterKind(letter.kind), letter.content["fields"], at=letter.at)
    assert (again.pdf, again.word) == (content_of(letter.pdf), content_of(letter.word)), "the same bytes"


# The walls, by raw SQL.
def wall(sql: str, *values) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    diag = caught.value.__cause__.diag
    return diag.constraint_name or diag.message_primary


def test_walls_of_a_proposal(world: World, commitment):
    case = opened(world, commitment)
    proposal = proposed(world, case)
    assert wall("UPDATE controls_penaltyproposal SET amount = 1") == "FROZEN"
    assert wall("DELETE FROM controls_penaltyproposal") == "FROZEN"
    copy = (
        "INSERT INTO controls_penaltyproposal (public_id, case_id, number, supersedes_id, minimum_hours, offered_hours, due_hours, accepted_hours, "
        "waived_hours, penalised_hours, ledger_entries, still_missing, rate, rate_source, versions, units, amount, reason, computed_on, at, by_id, by_label, inputs_hash) "
        "SELECT 'another', case_id, {number}, {before}, minimum_hours, offered_hours, {due}, {accepted}, waived_hours, penalised_hours, ledger_entries, false, "
        "rate, rate_source, versions, {units}, {amount}, reason, computed_on, at, by_id, by_label, '' FROM controls_penaltyproposal LIMIT 1"
    )
    good = {
        "number": 2,
        "before": proposal.pk,
        "due": "due_hours",
        "accepted": "accepted_hours",
        "units": "units",
        "amount": "amount",
    }
    assert wall(copy.format(**good | {"amount": "5999.99"})) == "penalty_amount_is_rate_times_units"
    assert wall(copy.format(**good | {"units": "31", "amount": "6200"})) == "penalty_of_hours_or_days"
    assert wall(copy.format(**good | {"due": "149"})) == "penalty_of_hours_or_days"
    assert wall(copy.format(**good | {"accepted": "100", "units": "50", "amount": "10000"})) == "PENALTY_INPUTS"
    assert wall(copy.format(**good | {"before": "NULL"})) == "SUPERSEDES_ANOTHER"
    assert wall(copy.format(**good | {"number": 3})) == "SUPERSEDES_ANOTHER"
    with connection.cursor() as cursor:
        cursor.execute(copy.format(**good))  # the twin passes


def test_walls_of_a_case_and_of_its_history(world: World, commitment):
    case = opened(world, commitment)
    assert wall("UPDATE controls_case SET state = 'decided'") == "STATE_GUARDED"
    assert wall("UPDATE controls_case SET ground = 'x'") == "FROZEN"
    assert wall("DELETE FROM controls_case") == "FROZEN"
    for table in ("controls_step", "controls_letter", "controls_dispatch", "controls_observation", "controls_visit"):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert wall(f"TRUNCATE {table} CASCADE") == "FROZEN"
    step = (
        "INSERT INTO controls_step (case_id, sequence, from_state, to_state, reason, owner, at, by_id, by_label) "
        "SELECT case_id, %s, %s, %s, %s, owner, at, by_id, by_label FROM controls_step LIMIT 1"
    )
    assert wall(step, 2, "amicable", "decided", "x") == "STEP_NOT_ALLOWED"
    assert wall(step, 3, "amicable", "closed", "x") == "STEP_NOT_ALLOWED"
    assert wall(step, 2, "noticed", "closed", "x") == "STEP_NOT_ALLOWED"
    assert wall(step, 2, "amicable", "closed", "") == "step_has_reason"
    with connection.cursor() as cursor:
        cursor.execute(step, (2, "amicable", "closed", "x"))
    case.refresh_from_db()
    assert (case.state, case.steps_count) == ("closed", 2)


def test_walls_of_a_decision(world: World, commitment):
    case = opened(world, commitment)
    proposal = proposed(world, case)
    insert = (
        "INSERT INTO controls_penaltydecision (public_id, proposal_id, outcome, units, amount, reason, four_eyes, policy_version, at, by_id, by_label) "
        "VALUES ('d', %s, %s, %s, %s, 'x', %s, 'v', now(), %s, 'x')"
    )
    me, other = world.users["mission"].pk, world.users["second"].pk
    assert wall(insert, proposal.pk, "apply", 29, 5800, True, other) == "DECISION_AMOUNT"
    assert wall(insert, proposal.pk, "reduce", 29, 5801, True, other) == "DECISION_AMOUNT"
    assert wall(insert, proposal.pk, "apply", 30, 6000, True, me) == "PENALTY_FOUR_EYES"
    assert wall(insert, proposal.pk, "waive", 1, 200, True, other) == "penalty_waived_is_zero"
    with connection.cursor() as cursor:
        cursor.execute(insert, (proposal.pk, "reduce", 29, 5800, True, other))


def test_the_database_and_the_rules_hold_the_same_list_of_steps():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, from_state, to_state FROM controls_allowedstep")
        found = {(kind, before or None, after) for kind, before, after in cursor.fetchall()}
    assert found == {(k.value, b.value if b else None, a.value) for k, b, a in rules.STEPS}


@pytest.mark.parametrize(
    ("table", "sql", "view"),
    [
        ("controls_penaltyproposal", "UPDATE controls_penaltyproposal SET reason = 'x'", "violation_penalty_inputs"),
        (
            "controls_penaltyproposal",
            "UPDATE controls_penaltyproposal SET accepted_hours = 119, units = 31, amount = 6200",
            "violation_penalty_amount",
        ),
        ("controls_penaltydecision", "UPDATE controls_penaltydecision SET amount = 1", "violation_penalty_decision"),
        ("controls_case", "UPDATE controls_case SET state = 'closed'", "violation_case_history"),
        ("controls_step", "DELETE FROM controls_step WHERE sequence = 1", "violation_case_history"),
        ("controls_letter", "UPDATE controls_letter SET number = 9 WHERE number = 2", "violation_letter_numbers"),
    ],
)
def test_verify_sees_what_the_owner_of_the_database_edits(world: World, commitment, table, sql, view):
    from click.testing import CliRunner

    case = opened(world, commitment)
    proposed(world, case)
    answered(world, case)
    decided(world, case)
    sound = CliRunner().invoke(verify)
    assert sound.exit_code == 0, sound.output
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    found = CliRunner().invoke(verify, ["--json"])
    assert found.exit_code == 1
    assert view in found.output


def test_the_hash_of_the_inputs_can_be_computed_without_the_database(world: World, commitment):
    proposal = proposed(world, opened(world, commitment))
    proposal = PenaltyProposal.objects.get(pk=proposal.pk)
    text = "|".join(
        str(part)
        for part in (
            proposal.case_id, 1, "-", "150.00", "-", "150.00", "120.00", "0.00", "0.00", 1, "-", "-", "-", 0, "200.00", "CCAP, article 9.3",
            '["controls.penalty/1"]', "30.00", "6000.00", "Heures non faites.", TODAY.isoformat(), proposal.by_id,
        )
    )  # fmt: skip
    assert hashlib.sha256(text.encode()).digest() == bytes(proposal.inputs_hash)


def test_history_is_complete(world: World, commitment):
    case = opened(world, commitment)
    actions.close_case(actor=world.actors["mission"], case_id=case.public_id, reason="Régularisé.", now=NOW)
    steps = list(Step.objects.filter(case=case).order_by("sequence"))
    assert [(one.from_state, one.to_state, one.owner) for one in steps] == [
        ("", "amicable", Owner.COMPANY),
        ("amicable", "closed", Owner.NOBODY),
    ]
    assert all(one.reason and one.by_label for one in steps)
    with refused("step_not_allowed"):
        actions.give_notice(actor=world.actors["mission"], case_id=case.public_id, reason="x", due_on=None, now=NOW)
    with refused("observation_closed"):
        answered(world, case)
    assert CaseState(steps[-1].to_state) is CaseState.CLOSED


def test_the_books_are_moved_in_the_same_transaction_and_corrected_by_an_opposite(world: World, commitment):
    case = opened(world, commitment)
    proposed(world, case)
    answered(world, case)
    decided(world, case)
    line = world.sent_line(
        commitment, world.placement(world.person("Late"), commitment), month=date(2026, 9, 1), hours="20.00"
    )
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    later = NOW + timedelta(days=20)
    proposed(world, case, now=later)
    answered(world, case, key="c" * 32, now=later)
    decided(world, case, now=later)
    assert list(commitment.penalties.order_by("id").values_list("decision_reference", "hours")) == [
        ("D-2026-0001/1", 30),
        ("D-2026-0001/1", -30),
        ("D-2026-0001/2", 10),
    ]
    commitment.refresh_from_db()
    assert (commitment.penalised_hours, commitment.balance_hours) == (10, 0)
