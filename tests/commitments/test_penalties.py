"""Penalties in the books of a commitment: no more than what is outstanding, once a decision, undone by the exact opposite."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.commitments.actions import penalise_hours, reverse_penalty, waive_hours
from levier.commitments.models import HoursPenalty
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.verification import violations
from tests.world import NOW, World, small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return small_world()


def penalise(world, commitment, hours, by="mission", reference="PEN-2026-1"):
    return penalise_hours(
        actor=world.actors[by], commitment_public_id=commitment.public_id, hours=Decimal(hours),
        decision_reference=reference, at=NOW,
    )  # fmt: skip


def test_due_is_accepted_waived_penalised_and_outstanding(world):
    commitment = world.commitment(world.contract(), due="300.00")
    waive_hours(
        actor=world.actors["mission"], commitment_id=commitment.public_id, hours=Decimal(50), reason="Chantier", now=NOW
    )
    penalise(world, commitment, 100)
    commitment.refresh_from_db()
    assert (commitment.waived_hours, commitment.penalised_hours, commitment.balance_hours) == (50, 100, 150)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account, sum(hours) FROM (SELECT debit AS account, -hours AS hours FROM commitments_book"
            " UNION ALL SELECT credit, hours FROM commitments_book) x GROUP BY 1 ORDER BY 1"
        )
        book = dict(cursor.fetchall())
    assert book == {"due": -300, "outstanding": 150, "penalised": 100, "waived": 50}
    assert sum(book.values()) == 0
    assert violations() == ()


def test_a_decision_enters_once_and_is_undone_by_its_opposite(world):
    commitment = world.commitment(world.contract(), due="300.00")
    assert penalise(world, commitment, 100, by="buyer") == penalise(world, commitment, 100)
    with pytest.raises(Refusal, match="déjà"):
        penalise(world, commitment, 90)
    for _ in range(2):
        reverse_penalty(
            actor=world.actors["mission"], commitment_public_id=commitment.public_id, decision_reference="PEN-2026-1",
            reason="Preuve reçue", at=NOW,
        )  # fmt: skip
    commitment.refresh_from_db()
    assert (HoursPenalty.objects.count(), commitment.penalised_hours, commitment.balance_hours) == (2, 0, 300)
    assert violations() == ()


def test_who_may_and_how_much(world):
    commitment = world.commitment(world.contract(), due="300.00")
    for stranger in ("near", "far", "company", "rival", "stranger_buyer"):
        with pytest.raises(NotForYou):
            penalise(world, commitment, 10, by=stranger)
    for hours in ("0", "-5", "300.01"):
        with pytest.raises(Refusal, match=r"300"):
            penalise(world, commitment, hours)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE commitments_hourspenalty SET hours = 1",
        "DELETE FROM commitments_hourspenalty",
        "UPDATE commitments_commitment SET penalised_hours = 0",
        (
            "INSERT INTO commitments_hourspenalty (commitment_id, hours, decision_reference, reason, decided_by_label, at)"
            " SELECT id, balance_hours + 1, 'x', '', 'x', now() FROM commitments_commitment"
        ),
        (
            "INSERT INTO commitments_hourspenalty (commitment_id, hours, decision_reference, reverses_id, reason, decided_by_label, at)"
            " SELECT commitment_id, -hours + 1, decision_reference, id, 'x', 'x', now() FROM commitments_hourspenalty"
        ),
    ],
)
def test_the_walls_refuse_raw_sql(world, sql):
    penalise(world, world.commitment(world.contract(), due="300.00"), 100)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
