"""Accept, refuse, reverse, seal: what is counted, once, by whom, and the sentences of what is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.commitments.models import PoolingAgreement, PoolingMember
from levier.foundation.objections import NotForYou, Refusal
from levier.hours import actions
from levier.hours.models import LedgerEntry, PersonMonth, StatementLine, WorkedMonth
from levier.hours.verification import verify_chains, violations
from tests.world import NOW, World

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def line(world: World) -> StatementLine:
    commitment = world.commitment(world.contract())
    return world.sent_line(commitment, world.placement(world.person(), commitment))


@pytest.fixture(autouse=True)
def nothing_false(db):
    """After every story here, the views that must stay empty are empty."""
    yield
    assert violations() == ()
    assert verify_chains().broken == ()


def accept(world: World, line: StatementLine, by: str = "near") -> StatementLine:
    return actions.accept_line(actor=world.actors[by], line_public_id=line.public_id, now=NOW)


def sentence(refusal: pytest.ExceptionInfo[Refusal]) -> str:
    return " ".join(refusal.value.sentences).replace("\u00a0", " ").replace("\u202f", " ")


def test_accepting_counts_the_hours_once_and_writes_one_journal_line(world, line):
    accept(world, line)
    entry = LedgerEntry.objects.get()
    commitment = line.statement.commitment
    commitment.refresh_from_db()
    assert (entry.hours, entry.worked_month, entry.post_month, entry.sequence) == (
        Decimal("120.00"),
        OCTOBER,
        OCTOBER,
        1,
    )
    assert entry.idempotency_key == f"{line.public_id}:1"
    assert commitment.credited_hours == Decimal("120.00")
    assert WorkedMonth.objects.get().allocated_hours == Decimal("120.00")
    month = PersonMonth.objects.get()
    assert (month.worked_hours, month.max_hours) == (Decimal("120.00"), Decimal("222.00"))
    assert month.max_version == "hours.maximum.month.adult@2002-01-01"
    assert JournalEntry.objects.filter(action="hours.accepted", object_id=line.public_id).count() == 1


def test_accepting_twice_does_its_work_once(world, line):
    accept(world, line)
    accept(world, line)
    assert LedgerEntry.objects.count() == 1
    assert JournalEntry.objects.filter(action="hours.accepted").count() == 1


def test_a_second_facilitator_is_told_who_was_first(world, line):
    world.user("other", "facilitator", world.organisations["Structure des facilitateurs"], world.territory(4))
    accept(world, line)
    with pytest.raises(Refusal) as refusal:
        accept(world, line, "other")
    assert (
        sentence(refusal)
        == "Near Essai a déjà accepté ces heures le 25 novembre 2026 à 10 h 00. Rien n’a été compté deux fois : "
        "passez à la ligne suivante, ou annulez-les si c’est une erreur."
    )
    with pytest.raises(Refusal) as refusal:
        actions.refuse_line(actor=world.actors["other"], line_public_id=line.public_id, reason="non", now=NOW)
    assert "a déjà accepté" in sentence(refusal)


@pytest.mark.parametrize("who", ["far", "mission", "buyer", "stranger_buyer", "company", "rival"])
def test_nobody_else_decides(world, line, who):
    for act, more in (
        (actions.accept_line, {}),
        (actions.refuse_line, {"reason": "x"}),
        (actions.reverse_line, {"reason": "x"}),
    ):
        with pytest.raises(NotForYou):
            act(actor=world.actors[who], line_public_id=line.public_id, now=NOW, **more)
    with pytest.raises(NotForYou):
        actions.accept_line(actor=world.actors[who], line_public_id="a" * 26, now=NOW)
    assert not LedgerEntry.objects.exists()


def test_four_eyes_on_the_person_and_on_the_organisation(world, line):
    line.statement.declared_by = world.users["near"]
    line.statement.version += 1
    line.statement.save()
    with pytest.raises(Refusal) as refusal:
        accept(world, line)
    assert "ne pouvez pas décider" in sentence(refusal)
    line.statement.declared_by = world.users["company"]
    line.statement.version += 1
    line.statement.save()
    world.user("twohats", "facilitator", world.organisations["Bâti Essai"], world.territory(4))
    with pytest.raises(Refusal):
        accept(world, line, "twohats")
    accept(world, line)


def test_refusing_needs_a_reason_that_the_company_reads(world, line):
    with pytest.raises(Refusal) as refusal:
        actions.refuse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="  ", now=NOW)
    assert "motif" in sentence(refusal)
    actions.refuse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="Relevé  non signé", now=NOW)
    line.refresh_from_db()
    assert (line.state, line.reason, line.decided_by_label) == ("refused", "Relevé non signé", "Near Essai")
    assert not LedgerEntry.objects.exists()
    with pytest.raises(Refusal) as refusal:
        accept(world, line)
    assert "a déjà refusé" in sentence(refusal)


def test_a_person_cannot_exceed_the_legal_maximum_over_two_employers(world):
    commitment = world.commitment(world.contract())
    other = world.commitment(world.contract("2026-0200"), holder="Rival Essai")
    person = world.person()
    first = world.sent_line(commitment, world.placement(person, commitment), hours="150.00")
    second = world.sent_line(other, world.placement(person, other, employer="Rival Essai"), hours="72.01", by="rival")
    accept(world, first)
    with pytest.raises(Refusal) as refusal:
        accept(world, second)
    assert "222,01 h" in sentence(refusal)
    assert "maximum légal" in sentence(refusal)
    assert PersonMonth.objects.get().worked_hours == Decimal("150.00")
    StatementLine.objects.filter(pk=second.pk).update(state="refused", reason="trop", decided_by=world.users["near"])
    StatementLine.objects.filter(pk=second.pk).update(state="draft", hours="72.00")
    StatementLine.objects.filter(pk=second.pk).update(state="pending")
    accept(world, second)
    assert PersonMonth.objects.get().worked_hours == Decimal("222.00")


def shared(world: World, first: str, second: str, worked: str | None = None) -> tuple[StatementLine, StatementLine]:
    """Two lines of one placement on two commitments of one company."""
    one = world.commitment(world.contract())
    two = world.commitment(world.contract("2026-0200"))
    placement = world.placement(world.person(), one)
    from levier.commitments.models import CommitmentPlacement

    CommitmentPlacement.objects.create(commitment=two, placement=placement, since=placement.starts_on)
    lines = world.sent_line(one, placement, hours=first), world.sent_line(two, placement, hours=second)
    StatementLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    return tuple(
        StatementLine.objects.create(
            statement=line.statement, placement=placement, hours=line.hours, worked_hours=worked, state="pending"
        )
        for line in lines
    )


def pool(*lines: StatementLine) -> None:
    agreement = PoolingAgreement.objects.create(reference="G-1", signed_on=date(2026, 1, 5), created_by_label="essai")
    for line in lines:
        PoolingMember.objects.create(agreement=agreement, commitment=line.statement.commitment)


def test_two_commitments_need_a_pooling_agreement(world):
    one, two = shared(world, "50.00", "80.00", "150.00")
    accept(world, one)
    with pytest.raises(Refusal) as refusal:
        accept(world, two)
    assert "convention de globalisation" in sentence(refusal)
    pool(one, two)
    accept(world, two)
    assert WorkedMonth.objects.get().allocated_hours == Decimal("130.00")


def test_the_same_hour_is_counted_once_over_pooled_commitments(world):
    one, two = shared(world, "100.00", "60.00", "150.00")
    pool(one, two)
    accept(world, one)
    with pytest.raises(Refusal) as refusal:
        accept(world, two)
    assert "Il en reste 50 h" in sentence(refusal)
    assert WorkedMonth.objects.get().allocated_hours == Decimal("100.00")


def test_hours_drawn_never_create_hours_worked_once_some_are_counted(world):
    one, two = shared(world, "100.00", "60.00")
    pool(one, two)
    accept(world, one)
    with pytest.raises(Refusal):
        accept(world, two)
    StatementLine.objects.filter(pk=two.pk).delete()
    two = StatementLine.objects.create(
        statement=two.statement, placement=two.placement, hours="60.00", worked_hours="160.00", state="pending"
    )
    accept(world, two)
    assert WorkedMonth.objects.get().worked_hours == Decimal("160.00")
    assert PersonMonth.objects.get().worked_hours == Decimal("160.00")


def test_reversing_gives_everything_back_and_the_line_can_be_declared_again(world, line):
    accept(world, line)
    actions.reverse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="Relevé faux", now=NOW)
    line.refresh_from_db()
    commitment = line.statement.commitment
    commitment.refresh_from_db()
    assert (line.state, line.reason) == ("refused", "Relevé faux")
    assert commitment.credited_hours == 0
    assert [entry.hours for entry in LedgerEntry.objects.order_by("sequence")] == [Decimal(120), Decimal(-120)]
    assert PersonMonth.objects.get().worked_hours == 0
    with pytest.raises(Refusal) as refusal:
        actions.reverse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="encore", now=NOW)
    assert "rien à annuler" in sentence(refusal)
    StatementLine.objects.filter(pk=line.pk).update(state="draft", hours="90.00")
    StatementLine.objects.filter(pk=line.pk).update(state="pending")
    accept(world, line)
    assert LedgerEntry.objects.get(sequence=3).idempotency_key == f"{line.public_id}:3"
    commitment.refresh_from_db()
    assert commitment.credited_hours == Decimal("90.00")


def seal(world: World, line: StatementLine, month: date = OCTOBER, now: datetime = NOW, by: str = "mission"):
    return actions.seal_month(
        actor=world.actors[by], commitment_public_id=line.statement.commitment.public_id, month=month, now=now
    )


def test_sealing_waits_for_every_line_and_is_the_departments(world, line):
    for who in ("near", "far", "company", "rival", "buyer"):
        with pytest.raises(NotForYou):
            seal(world, line, by=who)
    with pytest.raises(Refusal) as refusal:
        seal(world, line)
    assert sentence(refusal).startswith("1 ligne d’octobre 2026 attend")
    with pytest.raises(Refusal) as refusal:
        seal(world, line, date(2026, 11, 1))
    assert "1er décembre 2026" in sentence(refusal)
    accept(world, line)
    seal(world, line)
    with pytest.raises(Refusal) as refusal:
        seal(world, line)
    assert "déjà clos" in sentence(refusal)


def test_a_sealed_month_takes_nothing_new_and_a_correction_goes_into_an_open_month(world, line):
    accept(world, line)
    seal(world, line)
    commitment = line.statement.commitment
    late = world.sent_line(commitment, world.placement(world.person("Arnoux", "Kevin"), commitment))
    with pytest.raises(Refusal) as refusal:
        accept(world, late)
    assert "clos" in sentence(refusal)
    StatementLine.objects.filter(pk=late.pk).delete()
    later = NOW + timedelta(days=10)
    actions.reverse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="Erreur", now=later)
    entry = LedgerEntry.objects.get(sequence=2)
    assert (entry.worked_month, entry.post_month) == (OCTOBER, date(2026, 12, 1))
    StatementLine.objects.filter(pk=line.pk).update(state="draft", hours="100.00")
    StatementLine.objects.filter(pk=line.pk).update(state="pending")
    actions.accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=later)
    assert LedgerEntry.objects.get(sequence=3).post_month == date(2026, 12, 1)


def test_eligibility_is_asked_of_the_month_worked(world):
    commitment = world.commitment(world.contract())
    person = world.person()
    world.decision(person, until=date(2026, 9, 30))
    line = world.sent_line(commitment, world.placement(person, commitment))
    with pytest.raises(Refusal) as refusal:
        accept(world, line)
    assert "période d’éligibilité" in sentence(refusal)
    edge = world.sent_line(commitment, line.placement, month=date(2026, 9, 1))
    accept(world, edge)


def test_a_line_of_zero_hours_is_accepted_without_an_entry(world):
    commitment = world.commitment(world.contract())
    line = world.sent_line(commitment, world.placement(world.person(), commitment), hours="0.00")
    accept(world, line)
    line.refresh_from_db()
    assert line.state == "accepted"
    assert not LedgerEntry.objects.exists()
    actions.reverse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="Elle a travaillé", now=NOW)


def test_a_minor_has_the_maximum_of_minors(world):
    from levier.participants.identity import Identity, seal_identity

    commitment = world.commitment(world.contract())
    person = world.person()
    person.birth_year = 2009
    person.identity = seal_identity(Identity("Jeune", "Ali", date(2009, 3, 1)), person.public_id)
    person.save()
    line = world.sent_line(commitment, world.placement(person, commitment), hours="164.01")
    with pytest.raises(Refusal) as refusal:
        accept(world, line)
    assert "164 h" in sentence(refusal)
    StatementLine.objects.all().delete()
    line = world.sent_line(commitment, line.placement, hours="164.00")
    accept(world, line)
    assert PersonMonth.objects.get().max_version.startswith("hours.maximum.month.minor@")


def test_bulk_counts_what_can_be_and_says_why_not_for_the_rest(world):
    commitment = world.commitment(world.contract())
    good = [
        world.sent_line(commitment, world.placement(world.person(name, "Essai"), commitment), hours="100.00")
        for name in ("Un", "Deux", "Trois")
    ]
    bad = world.sent_line(commitment, world.placement(world.person("Quatre", "Essai"), commitment), hours="300.00")
    accept(world, good[1])
    outcome = actions.accept_lines(
        actor=world.actors["near"], line_public_ids=[one.public_id for one in (*good, bad, good[0])], now=NOW
    )
    assert outcome.accepted == tuple(one.public_id for one in good)
    assert [public_id for public_id, _ in outcome.refused] == [bad.public_id]
    assert "maximum légal" in outcome.refused[0][1]
    assert LedgerEntry.objects.count() == 3


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hours_ledgerentry SET hours = 1",
        "DELETE FROM hours_ledgerentry",
        "TRUNCATE hours_ledgerentry CASCADE",
        "UPDATE commitments_commitment SET credited_hours = 500",
        "UPDATE hours_personmonth SET worked_hours = 0",
        "UPDATE hours_workedmonth SET allocated_hours = 0",
        "UPDATE hours_statementline SET hours = 130",
        "UPDATE hours_statementline SET state = 'pending'",
        "UPDATE hours_statementline SET state = 'refused', reason = 'x'",
        "UPDATE commitments_commitment SET due_hours = 1",
    ],
)
def test_the_walls_refuse_raw_sql(world, line, sql):
    accept(world, line)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_clock_is_given(world, line):
    when = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # already December in Paris
    actions.accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=when)
    assert LedgerEntry.objects.get().at == when
