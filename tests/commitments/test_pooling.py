"""Hours shared between contracts: T19 of the domain reference, then several buyers, each of whom must agree."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.commitments.actions import consent_to_pooling, record_pooling
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line
from levier.hours.models import StatementLine, WorkedMonth
from levier.hours.verification import violations
from levier.observatory.queries import dashboard
from tests.world import NOW, World, small_world


@pytest.fixture
def world(db) -> World:
    return small_world()


def drawn(world, commitment, placement, hours, worked, month=date(2026, 10, 1)) -> StatementLine:
    CommitmentPlacement.objects.get_or_create(
        commitment=commitment, placement=placement, defaults={"since": placement.starts_on}
    )
    statement = world.sent_line(commitment, world.placement(world.person()), month=month).statement
    return StatementLine.objects.create(
        statement=statement, placement=placement, hours=Decimal(hours), worked_hours=Decimal(worked), state="pending"
    )


def pool(world, commitments, by="mission"):
    return record_pooling(
        actor=world.actors[by], reference="GLOB-1", signed_on=date(2026, 1, 5),
        commitment_ids=[one.public_id for one in commitments], now=NOW,
    )  # fmt: skip


def accept(world, line):
    return accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)


def test_t19_250_hours_of_one_person_shared_50_80_120_and_never_260(world):
    """250 h worked on one site (150 in September, 100 in October) shared 50, 80 and 120 over three clauses: all accepted, one person; ten
    hours more are refused.
    """
    first, second, third = (world.commitment(world.contract(f"T19-{rank}")) for rank in range(3))
    pool(world, [first, second, third])
    placement, september = world.placement(world.person()), date(2026, 9, 1)
    for commitment, hours, month, worked in (
        (first, 50, september, 150), (second, 80, september, 150), (third, 20, september, 150),
        (third, 100, date(2026, 10, 1), 100),
    ):  # fmt: skip
        accept(world, drawn(world, commitment, placement, hours, worked, month))
    accepted = [Commitment.objects.get(pk=one.pk).credited_hours for one in (first, second, third)]
    assert (accepted, sum(accepted)) == ([50, 80, 120], 250)
    assert dashboard(world.actors["mission"], year=2026, today=NOW.date()).people == 1
    with pytest.raises(Refusal):
        accept(world, drawn(world, first, placement, 10, 100))
    assert WorkedMonth.objects.filter(placement=placement, month=date(2026, 10, 1)).get().allocated_hours == 100
    assert violations() == ()


@pytest.fixture
def two_buyers(world) -> list[Commitment]:
    ours, theirs = world.contract("NOUS"), world.contract("EUX")
    theirs.contract.buyer = world.organisation("Commune d’ailleurs", "buyer")
    theirs.contract.save()
    return [world.commitment(ours), world.commitment(theirs)]


def test_several_buyers_share_hours_once_each_agreed(world, two_buyers):
    agreement = pool(world, two_buyers)
    placement = world.placement(world.person())
    one, other = (drawn(world, two_buyers[rank], placement, 30 - 10 * rank, 50) for rank in range(2))
    accept(world, one)
    for buyer in ("mission", "stranger_buyer"):
        with pytest.raises(Refusal, match="globalisation"):
            accept(world, other)
        for _ in range(2):
            consent_to_pooling(actor=world.actors[buyer], agreement_public_id=agreement.public_id, now=NOW)
    accept(world, other)
    assert agreement.consents.count() == 2
    assert violations() == ()


def test_who_may_consent(world, two_buyers):
    agreement = pool(world, two_buyers)
    for stranger in ("near", "far", "company", "rival"):
        with pytest.raises(NotForYou):
            consent_to_pooling(actor=world.actors[stranger], agreement_public_id=agreement.public_id, now=NOW)
    elsewhere = world.user("third", "buyer", world.organisation("Tiers acheteur", "buyer"))
    with pytest.raises(NotForYou):
        consent_to_pooling(actor=elsewhere, agreement_public_id=agreement.public_id, now=NOW)


@pytest.mark.parametrize(
    "sql", ["DELETE FROM commitments_poolingmember", "UPDATE commitments_poolingconsent SET buyer_id = buyer_id + 1"]
)
def test_an_agreement_does_not_change(world, two_buyers, sql):
    agreement = pool(world, two_buyers)
    consent_to_pooling(actor=world.actors["mission"], agreement_public_id=agreement.public_id, now=NOW)
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
