from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.commitments import actions, queries
from levier.commitments.models import Commitment, HoursWaiver, PoolingAgreement
from levier.commitments.values import CommitmentTerms, Instrument
from levier.foundation.objections import NotForYou, Refusal
from levier.procurement.models import Lot
from tests.world import NOW, TODAY, World

TERMS = CommitmentTerms(Instrument.EXECUTION_CONDITION, Decimal("660.00"), date(2026, 1, 1), date(2027, 2, 28))


def commit(
    world: World, who: str, lot: Lot, terms: CommitmentTerms = TERMS, *, holder: str = "Bâti Essai", territory: int = 4
) -> Commitment:
    return actions.make_commitment(
        actor=world.actors[who],
        lot_id=lot.public_id,
        holder_id=world.organisation(holder, "company").public_id,
        territory_number=territory,
        terms=terms,
        now=NOW,
    )


def test_the_mission_records_what_a_holder_owes_once(world: World):
    lot = world.contract()
    made = commit(world, "mission", lot)
    assert commit(world, "mission", lot) == made
    assert Commitment.objects.count() == 1
    entry = JournalEntry.objects.get(action="commitment.made")
    assert entry.thread == lot.contract.public_id
    assert entry.facts["hours"] == "660.00"
    with pytest.raises(Refusal, match="déjà un engagement de 660"):
        commit(world, "mission", lot, replace(TERMS, due_hours=Decimal(700)))
    commit(world, "mission", lot, replace(TERMS, instrument=Instrument.CRITERION))
    assert Commitment.objects.count() == 2


@pytest.mark.parametrize("who", ["buyer", "stranger_buyer", "near", "far", "company", "rival"])
def test_nobody_else_records_a_commitment(world: World, who: str):
    with pytest.raises(NotForYou):
        commit(world, who, world.contract())


def test_holder_and_territory_are_those_of_the_lot_and_the_database_says_so_too(world: World):
    lot = world.contract()
    with pytest.raises(Refusal, match="titulaire"):
        commit(world, "mission", lot, holder="Rival Essai")
    with pytest.raises(Refusal, match="territoires du lot"):
        commit(world, "mission", lot, territory=5)
    commitment = commit(world, "mission", lot)
    for column, value in {
        "holder_id": world.organisation("Rival Essai").pk,
        "territory_id": world.territory(5).pk,
    }.items():
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE commitments_commitment SET {column} = %s WHERE id = %s", [value, commitment.pk])


def test_impossible_terms_are_refused_field_by_field(world: World):
    with pytest.raises(Refusal) as refusal:
        commit(world, "mission", world.contract(), replace(TERMS, due_hours=Decimal(0), ends_on=date(2025, 1, 1)))
    assert [one.field for one in refusal.value.objections] == ["due_hours", "ends_on"]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("mission", True),
        ("buyer", True),
        ("near", True),
        ("company", True),
        ("stranger_buyer", False),
        ("far", False),
        ("rival", False),
    ],
)
def test_commitments_are_seen_by_their_own_people_alone(world: World, who: str, sees: bool):
    commitment = world.commitment(world.contract())
    assert queries.commitments_visible_to(world.actors[who]).exists() is sees
    if not sees:
        with pytest.raises(NotForYou):
            queries.commitment_for(world.actors[who], commitment.public_id)


def test_a_company_never_sees_the_line_of_another_on_the_same_lot(world: World):
    lot = world.contract()
    own, foreign = world.commitment(lot), world.commitment(lot, holder="Rival Essai")
    assert set(queries.commitments_of(world.actors["company"], [lot.contract_id])) == {own}
    assert set(queries.commitments_of(world.actors["rival"], [lot.contract_id])) == {foreign}


def waive(
    world: World, who: str, commitment: Commitment, hours: str = "100", reason: str = "Chantier écourté", once: str = ""
) -> Commitment:
    return actions.waive_hours(
        actor=world.actors[who],
        commitment_id=commitment.public_id,
        hours=Decimal(hours),
        reason=reason,
        now=NOW,
        once=once,
    )


def test_hours_given_up_are_kept_with_their_reason_and_sent_twice_count_once(world: World):
    commitment = world.commitment(world.contract())
    for _ in range(2):
        waive(world, "mission", commitment, once="jeton")
    commitment.refresh_from_db()
    assert commitment.waived_hours == Decimal("100.00")
    assert HoursWaiver.objects.get().reason == "Chantier écourté"
    with pytest.raises(Refusal, match="Au plus 900"):
        waive(world, "mission", commitment, "900.01")
    with pytest.raises(Refusal, match="motif"):
        waive(world, "mission", commitment, reason=" ")
    with pytest.raises(DatabaseError), transaction.atomic():
        HoursWaiver.objects.create(
            commitment=commitment, hours=Decimal(901), reason="trop", decided_by_label="essai", at=NOW
        )


@pytest.mark.parametrize("who", ["buyer", "near", "far", "company", "rival"])
def test_nobody_else_gives_hours_up(world: World, who: str):
    with pytest.raises(NotForYou):
        waive(world, who, world.commitment(world.contract()))


def assign(world: World, who: str, commitment: Commitment, placement: object):
    return actions.assign_placement(
        actor=world.actors[who],
        commitment_id=commitment.public_id,
        placement_id=placement.public_id,
        since=TODAY,
        now=NOW,
    )


def test_the_facilitator_of_the_territory_assigns_a_placement_once(world: World):
    commitment = world.commitment(world.contract())
    placement = world.placement(world.person())
    assert assign(world, "near", commitment, placement) == assign(world, "near", commitment, placement)
    assert JournalEntry.objects.filter(action="placement.assigned").count() == 1
    assert list(queries.assignments_of(world.actors["near"], [commitment.pk])) == list(commitment.placements.all())
    assert not queries.assignments_of(world.actors["far"], [commitment.pk]).exists()


@pytest.mark.parametrize("who", ["mission", "buyer", "far", "company", "rival"])
def test_nobody_else_assigns(world: World, who: str):
    with pytest.raises(NotForYou):
        assign(world, who, world.commitment(world.contract()), world.placement(world.person()))


def test_a_person_of_another_territory_is_not_assigned_unless_already_followed(world: World):
    first, second = world.commitment(world.contract()), world.commitment(world.contract("2026-0148"))
    placement = world.placement(world.person(territory=5))
    with pytest.raises(NotForYou):
        assign(world, "near", first, placement)
    world.placement(placement.person, first)
    assert assign(world, "near", second, placement)


def test_a_placement_that_shares_no_day_is_refused(world: World):
    commitment = world.commitment(world.contract())
    placement = world.placement(world.person())
    type(placement).objects.filter(pk=placement.pk).update(ends_on=date(2026, 1, 20))
    Commitment.objects.filter(pk=commitment.pk).update(starts_on=date(2026, 2, 1))
    with pytest.raises(Refusal, match="aucun jour"):
        assign(world, "near", commitment, placement)


def pool(
    world: World, who: str, *commitments: Commitment, reference: str = "CG-2026-01", signed_on: date = TODAY
) -> PoolingAgreement:
    return actions.record_pooling(
        actor=world.actors[who],
        reference=reference,
        signed_on=signed_on,
        commitment_ids=[one.public_id for one in commitments],
        now=NOW,
    )


def test_an_agreement_pools_commitments_of_one_holder(world: World):
    lot = world.contract()
    first, second = world.commitment(lot), world.commitment(world.contract("2026-0148"))
    foreign = world.commitment(lot, holder="Rival Essai")
    agreement = pool(world, "mission", first, second)
    assert pool(world, "mission", first, second) == agreement
    assert agreement.members.count() == 2
    assert JournalEntry.objects.filter(action="pooling.recorded").count() == 2, "one line in the life of each contract"
    assert pool(world, "near", first, second, reference="CG-2026-02") != agreement
    with pytest.raises(Refusal, match="même entreprise"):
        pool(world, "mission", first, foreign)
    with pytest.raises(Refusal, match="au moins deux"):
        pool(world, "mission", first)
    with pytest.raises(Refusal, match="futur"):
        pool(world, "mission", first, second, reference="X", signed_on=date(2027, 1, 1))
    for who in ("far", "buyer", "company", "rival"):
        with pytest.raises(NotForYou):
            pool(world, who, first, second, reference="Y")
