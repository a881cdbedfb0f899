"""What is due by every method, by the database and by the rule in words separately; amendments from their date."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from levier.commitments import rules
from levier.commitments.actions import make_commitment, penalise_hours, waive_hours
from levier.commitments.due_actions import enter_amendment, enter_pieces
from levier.commitments.models import Commitment, DueBasis, DueMovement
from levier.commitments.queries import Invoiced, accrued_by, due_series, invoiced_of
from levier.commitments.values import (
    Amended,
    BasisKind,
    CommitmentTerms,
    DueFacts,
    DueMethod,
    DueRule,
    Instrument,
    Piece,
)
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line
from levier.hours.progress import progress
from levier.hours.verification import violations
from levier.sizing.values import TriggerMode
from tests.world import NOW, TODAY, World, small_world

TRANCHE = DueRule(DueMethod.TRANCHE, "CCAP, art. 1.4", Decimal(2000), Decimal(2_700_000))
TERMS = CommitmentTerms(
    Instrument.EXECUTION_CONDITION, Decimal(0), date(2026, 1, 1), date(2027, 12, 31), Decimal(200), "CCAP", rule=TRANCHE
)


@pytest.fixture
def world(db) -> World:
    return small_world()


def made(world: World, terms: CommitmentTerms = TERMS, reference: str = "2026-0147") -> Commitment:
    return make_commitment(
        actor=world.actors["mission"], lot_id=world.contract(reference).public_id,
        holder_id=world.organisation("Bâti Essai").public_id, territory_number=4, terms=terms, now=NOW,
    )  # fmt: skip


def invoice(reference: str, amount: object, on: date = date(2026, 3, 1), kind: BasisKind = BasisKind.INVOICE) -> Piece:
    return Piece(kind, reference, on, Decimal(str(amount)))


def enter(world: World, commitment: Commitment, *pieces: Piece, by: str = "mission"):
    return enter_pieces(actor=world.actors[by], commitment_public_id=commitment.public_id, pieces=pieces, now=NOW)


def amend(world: World, commitment: Commitment, due: object, on: date = date(2026, 7, 1), reference: str = "Avenant 1"):
    return enter_amendment(
        actor=world.actors["mission"], commitment_public_id=commitment.public_id, reference=reference,
        due_hours=Decimal(str(due)), effective_on=on, now=NOW,
    )  # fmt: skip


def test_t3_hours_by_invoiced_tranche_and_their_penalty(world):
    """1 h each 2 000 € beyond 2 700 000 €: nothing at 2 500 000, 150 h at 3 000 000; 120 accepted leave 30, 6 000 € at 200 €."""
    commitment = made(world)
    assert enter(world, commitment, invoice("F-1", 2_500_000)).due == 0
    assert enter(world, commitment, invoice("F-2", 500_000, date(2026, 5, 1))).due == 150
    accept_line(
        actor=world.actors["near"], now=NOW,
        line_public_id=world.sent_line(commitment, world.placement(world.person(), commitment), hours="120.00").public_id,
    )  # fmt: skip
    commitment.refresh_from_db()
    assert commitment.balance_hours == 30
    assert commitment.balance_hours * commitment.penalty_rate == 6000
    assert progress([commitment.pk], TODAY)[commitment.pk].due_to_date == 150, "an invoice is due at its date"
    assert violations() == ()


def test_t3_read_from_the_first_euro(world):
    retroactive = replace(TRANCHE, trigger_mode=TriggerMode.RETROACTIVE)
    commitment = made(world, replace(TERMS, rule=retroactive))
    assert enter(world, commitment, invoice("F-1", 2_500_000)).due == 0
    assert enter(world, commitment, invoice("F-2", 500_000)).due == 1500


def test_a_credit_note_takes_hours_back_and_the_order_of_entry_does_not_matter(world):
    pieces = [
        invoice("F-1", 2_800_000, date(2026, 4, 1)),
        invoice("A-1", -60_000, date(2026, 5, 1)),
        invoice("F-2", 11_999),
    ]
    one, other = made(world), made(world, reference="2026-0200")
    for piece in pieces:
        enter(world, one, piece)
    enter(world, other, *reversed(pieces))
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.due_hours == other.due_hours == 25
    lines = [(line.on, line.hours, line.after) for line in due_series(world.actors["mission"], one).lines]
    assert lines == [(line.on, line.hours, line.after) for line in due_series(world.actors["mission"], other).lines]
    assert lines[-1][2] == 25
    assert "2 700 000" in due_series(world.actors["mission"], one).lines[-1].why.replace("\u00a0", " ").replace(
        "\u202f", " "
    )


def test_two_running_counters_due_on_invoices_and_estimated_on_orders(world):
    commitment = made(world)
    order = Piece(BasisKind.ORDER, "BC-1", date(2026, 1, 1), Decimal(3_000_000), date(2026, 12, 31))
    assert enter(world, commitment, order).due == 0, "an order makes nothing due"
    series = due_series(world.actors["buyer"], commitment)
    assert series.rule is not None
    for day, hours in ((date(2026, 6, 30), 0), (date(2026, 12, 31), 150)):
        assert rules.estimated_on_orders(series.rule, series.as_pieces, commitment.ends_on, day)[0] == hours


def test_a_piece_enters_once_and_another_amount_under_its_number_is_refused(world):
    commitment = made(world)
    assert enter(world, commitment, invoice("F-1", 3_000_000)).written == 1
    again = enter(world, commitment, invoice("F-1", 3_000_000), invoice("F-2", 2000))
    assert (again.written, again.known, again.due) == (1, 1, 151)
    with pytest.raises(Refusal, match="déjà entrée"):
        enter(world, commitment, invoice("F-3", 2000), invoice("F-1", 3_100_000))
    assert enter(world, commitment).due == 151, "all or none"


def test_stepped_by_year_of_the_contract(world):
    rule = DueRule(DueMethod.STEPPED, "CCAP, art. 9", steps=(Decimal(200), Decimal(300)))
    commitment = made(world, replace(TERMS, rule=rule))
    assert commitment.due_hours == 500
    spans = list(DueMovement.objects.values_list("effective_on", "until", "hours"))
    assert spans == [
        (date(2026, 1, 1), date(2026, 12, 31), 200),
        (date(2027, 1, 1), date(2027, 12, 31), 300),
    ]
    for day, due in ((date(2026, 12, 31), "200.00"), (date(2027, 12, 31), "500.00"), (date(2026, 6, 30), "99.18")):
        assert progress([commitment.pk], day)[commitment.pk].due_to_date == Decimal(due)
    with pytest.raises(Refusal, match=r"2.années"):
        made(world, replace(TERMS, rule=replace(rule, steps=(Decimal(1),) * 3)), "2026-0200")


def test_percentage_of_the_hours_worked_with_a_rate_a_year(world):
    rule = DueRule(DueMethod.PERCENTAGE, "CCAP", rates=(Decimal("0.05"), Decimal("0.10")))
    commitment = made(world, replace(TERMS, starts_on=date(2025, 12, 15), ends_on=date(2027, 12, 31), rule=rule))
    worked = [
        invoice("2026-01", "1000.10", date(2026, 1, 31), BasisKind.WORKED),
        invoice("2026-11", 400, date(2026, 11, 20), BasisKind.WORKED),
    ]
    assert enter(world, commitment, *worked).due == Decimal("70.01")
    with pytest.raises(Refusal, match="ne se calcule pas"):
        enter(world, commitment, invoice("F-1", 2000))
    assert violations() == ()


@pytest.mark.parametrize("rule", [None, DueRule(DueMethod.STEPPED, "CCAP, art. 9", steps=(Decimal(200), Decimal(300)))])
def test_where_the_due_is_a_number_an_invoice_only_says_how_far_the_contract_is(world, rule):
    commitment = made(world, replace(TERMS, due_hours=Decimal(0 if rule else 500), rule=rule))
    lines = due_series(world.actors["mission"], commitment).lines
    assert enter(world, commitment, invoice("F-1", 360_000), invoice("A-1", -60_000, date(2026, 4, 1))).due == 500
    assert due_series(world.actors["mission"], commitment).lines == lines
    assert invoiced_of([commitment.pk]) == {
        commitment.pk: Invoiced(Decimal(300_000), date(2026, 4, 1), Decimal("0.25"))
    }
    with pytest.raises(Refusal, match="ne se calcule pas"):
        enter(world, commitment, invoice("BC-1", 2000, kind=BasisKind.ORDER))
    with pytest.raises(DatabaseError, match="NO_TERMS"), transaction.atomic():
        DueBasis.objects.create(
            commitment=commitment, kind="order", reference="BC-1", on=TODAY, amount=Decimal(1), at=NOW, by_label="x"
        )
    assert violations() == ()


def test_invoices_of_the_holders_of_a_lot_add_up_and_one_entered_twice_counts_once(world):
    fixed = replace(TERMS, due_hours=Decimal(500), rule=None)
    one = made(world, fixed)
    other = make_commitment(
        actor=world.actors["mission"], lot_id=one.lot.public_id, holder_id=one.holder.public_id, territory_number=4, now=NOW,
        terms=replace(fixed, instrument=Instrument.CRITERION),
    )  # fmt: skip
    for commitment in (one, other):
        enter(world, commitment, invoice("F-1", 300_000))
    assert {pk: found.share for pk, found in invoiced_of([one.pk, other.pk]).items()} == {
        one.pk: Decimal("0.25"),
        other.pk: Decimal("0.25"),
    }
    tranche = made(world, reference="2026-0200")
    enter(world, tranche, invoice("F-1", 3_000_000))
    assert invoiced_of([tranche.pk]) == {}, "its hours come from its invoices: they are all due"


def test_the_base_and_the_rule_in_words_give_the_same_due_at_every_date(world):
    commitment = made(world)
    enter(world, commitment, invoice("F-1", 3_000_000, date(2026, 5, 1)))
    amend(world, commitment, 180)
    enter(world, commitment, invoice("F-2", 100_000, date(2026, 8, 1)))
    pieces = (invoice("", 3_000_000, date(2026, 5, 1)), invoice("", 100_000, date(2026, 8, 1)))
    facts = DueFacts(
        TRANCHE, Decimal(0), TERMS.starts_on, TERMS.ends_on, pieces, (Amended(date(2026, 7, 1), Decimal(180)),)
    )
    for day in (date(2026, 4, 30), date(2026, 5, 1), date(2026, 7, 1), date(2026, 9, 15), date(2027, 12, 31)):
        answer = rules.due_at(facts, day).result
        found = progress([commitment.pk], day)[commitment.pk]
        assert (answer.due, answer.due_to_date) == (found.due, found.due_to_date), day


def test_fewer_hours_due_than_credited_shows_a_surplus_and_carries_nothing(world):
    commitment = world.commitment(world.contract(), due="300.00")
    other = world.commitment(world.contract("2026-0200"), due="100.00")
    accept_line(
        actor=world.actors["near"], now=NOW,
        line_public_id=world.sent_line(commitment, world.placement(world.person(), commitment), hours="120.00").public_id,
    )  # fmt: skip
    amend(world, commitment, 80)
    found = progress([commitment.pk, other.pk], TODAY)
    assert (found[commitment.pk].due, found[commitment.pk].surplus, found[commitment.pk].outstanding) == (80, 40, 0)
    assert found[other.pk].outstanding == 100
    assert violations() == ()


def test_an_amendment_counts_from_its_date(world):
    commitment = world.commitment(world.contract(), due="424.00")  # 424 days: one hour a day
    amend(world, commitment, 666, date(2026, 7, 3))  # 242 hours more over the 241 days left, both ends counted
    rows = Commitment.objects.annotate(accrued=accrued_by(date(2026, 7, 2)))
    assert rows.get(pk=commitment.pk).accrued == 183
    assert progress([commitment.pk], date(2026, 7, 2))[commitment.pk].due_to_date == 183
    assert progress([commitment.pk], date(2027, 2, 28))[commitment.pk].due_to_date == 666
    assert amend(world, commitment, 666, date(2026, 7, 3)).hours == 242, "entered twice, it is one"
    with pytest.raises(Refusal, match="déjà entré"):
        amend(world, commitment, 700)


def test_the_due_never_falls_below_what_was_waived_and_penalised(world):
    commitment = world.commitment(world.contract(), due="300.00")
    mission = world.actors["mission"]
    waive_hours(actor=mission, commitment_id=commitment.public_id, hours=Decimal(50), reason="Chantier", now=NOW)
    penalise_hours(
        actor=mission, commitment_public_id=commitment.public_id, hours=Decimal(100), decision_reference="P", at=NOW
    )
    with pytest.raises(Refusal, match="150"):
        amend(world, commitment, 149)
    amend(world, commitment, 150)


def test_who_may(world):
    commitment = made(world)
    enter(world, commitment, invoice("F-1", 10), by="buyer")
    for stranger in ("near", "far", "company", "rival", "stranger_buyer"):
        with pytest.raises(NotForYou):
            enter(world, commitment, invoice("F-2", 10), by=stranger)
    for stranger in ("far", "rival", "stranger_buyer"):
        with pytest.raises(NotForYou):
            due_series(world.actors[stranger], commitment)


@pytest.mark.parametrize(
    ("piece", "sentence"),
    [
        (invoice("F-1", 0), "différent de zéro"),
        (invoice("", 10), "numéro de la pièce"),
        (invoice("F-1", 10, date(2026, 11, 26)), "futur"),
        (invoice("F-1", 10, date(2025, 12, 31)), "précède"),
        (replace(invoice("F-1", 10, kind=BasisKind.ORDER), until=date(2026, 1, 1)), "fin d’exécution"),
    ],
)
def test_pieces_that_cannot_be(world, piece, sentence):
    with pytest.raises(Refusal, match=sentence):
        enter(world, made(world), piece)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE commitments_commitment SET due_hours = due_hours + 1",
        "UPDATE commitments_commitment SET due_moved = false",
        "UPDATE commitments_duemovement SET hours = 1",
        "DELETE FROM commitments_duebasis",
        "UPDATE commitments_dueterms SET euros_per_hour = 1",
        ("INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, at, by_label)"
        " SELECT id, 'basis', 10, starts_on, ends_on, 'x', now(), 'x' FROM commitments_commitment"),
        ("INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, at, by_label)"
        " SELECT id, 'amendment', -due_hours - 1, starts_on, ends_on, 'x', now(), 'x' FROM commitments_commitment"),
        ('INSERT INTO commitments_duebasis (commitment_id, kind, reference, "on", amount, at, by_label)'
        " SELECT id, 'worked', 'x', starts_on, 10, now(), 'x' FROM commitments_commitment"),
    ],
)  # fmt: skip
def test_the_walls_refuse_raw_sql(world, sql):
    enter(world, made(world), invoice("F-1", 3_000_000))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


AMOUNTS = st.lists(st.tuples(st.integers(-500_000_00, 900_000_00), st.integers(0, 700)), min_size=1, max_size=6)


@given(AMOUNTS, st.sampled_from(TriggerMode), st.integers(1, 300_000), st.integers(0, 500_000))
def test_the_last_line_is_the_due_of_the_whole_whatever_the_dates(amounts, mode, euros, trigger):
    rule = DueRule(DueMethod.TRANCHE, "x", Decimal(euros), Decimal(trigger), mode)
    start = date(2026, 1, 1)
    pieces = [
        Piece(BasisKind.INVOICE, str(rank), date.fromordinal(start.toordinal() + days), Decimal(cents) / 100)
        for rank, (cents, days) in enumerate(amounts)
    ]
    lines = rules.explained([], rule, start, pieces)
    assert lines[-1].after == rules.due_on(rule, start, pieces)[0]
    assert all(line.after >= 0 for line in lines)


@pytest.mark.slow
def test_the_database_and_the_rule_say_the_same(world):
    """Two hundred random invoices under both readings, and hours worked over three years."""
    import random

    dice = random.Random(7)
    rated = DueRule(DueMethod.PERCENTAGE, "x", rates=(Decimal("0.05"), Decimal("0.075")))
    for number, rule in enumerate((TRANCHE, replace(TRANCHE, trigger_mode=TriggerMode.RETROACTIVE), rated)):
        start = date(2024, 2, 29)
        terms = replace(TERMS, starts_on=start, rule=rule)
        commitment = Commitment.objects.get(
            pk=made(world, replace(terms, starts_on=date(2026, 1, 1)), f"R-{number}").pk
        )
        kind = BasisKind.WORKED if rule is rated else BasisKind.INVOICE
        pieces = [
            invoice(
                f"F-{rank}", dice.randrange(-20_000_000, 90_000_000) / 100, date(2026, dice.randint(1, 10), 28), kind
            )
            for rank in range(60)
        ]
        due = enter(world, commitment, *pieces).due
        assert due == rules.due_on(rule, commitment.starts_on, pieces)[0]
    assert violations() == ()
