from decimal import Decimal

import pytest

from levier.foundation.objections import NotForYou
from levier.procurement import queries
from levier.procurement.models import Contract, Lot, LotHolder, LotTerritory
from tests.world import World


@pytest.fixture
def lot(world: World) -> Lot:
    return world.contract()


@pytest.mark.parametrize(
    ("who", "sees"),
    [("mission", 1), ("buyer", 1), ("near", 1), ("company", 1), ("stranger_buyer", 0), ("far", 0), ("rival", 0)],
)
def test_contracts_and_lots_are_seen_by_their_own_people_alone(world: World, lot: Lot, who: str, sees: int):
    actor = world.actors[who]
    assert queries.contracts_visible_to(actor).count() == sees
    assert queries.lots_visible_to(actor).count() == sees
    if sees:
        assert queries.contract_for(actor, lot.contract.public_id) == lot.contract
        assert queries.lot_for(actor, lot.public_id) == lot
    else:
        with pytest.raises(NotForYou):
            queries.contract_for(actor, lot.contract.public_id)
        with pytest.raises(NotForYou):
            queries.lot_for(actor, lot.public_id)


def test_a_facilitator_and_a_company_see_only_their_own_lots_of_a_shared_contract(world: World, lot: Lot):
    other = Lot.objects.create(contract=lot.contract, number=2, title="Peinture")
    LotTerritory.objects.create(
        lot=other,
        territory=world.territory(5),
        origin="person",
        decided_by_label="essai",
        decided_at=lot.contract.created_at,
    )
    LotHolder.objects.create(lot=other, organisation=world.organisation("Rival Essai"), role="contractor")
    assert set(queries.lots_visible_to(world.actors["near"])) == {lot}
    assert set(queries.lots_visible_to(world.actors["far"])) == {other}
    assert set(queries.lots_visible_to(world.actors["rival"])) == {other}
    assert set(queries.lots_visible_to(world.actors["mission"])) == {lot, other}


def test_unknown_answers_like_foreign(world: World):
    with pytest.raises(NotForYou):
        queries.contract_for(world.actors["mission"], "a" * 26)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-0147", True),
        ("collège", True),
        ("gros", True),
        ("bâti essai", True),
        ("collège piscine", False),
        ("", True),
    ],
)
def test_search_needs_every_word(world: World, lot: Lot, text: str, found: bool):
    assert queries.searched(Contract.objects.all(), text).exists() is found


def test_lots_come_with_their_company_in_a_constant_number_of_queries(world: World, django_assert_num_queries):
    for number in range(3):
        world.contract(f"2026-{number}")
    ids = list(Contract.objects.values_list("pk", flat=True))
    for some in (ids[:1], ids):
        with django_assert_num_queries(4):
            for lot in queries.lots_of(world.actors["mission"], some):
                [holder.organisation.name for holder in lot.holders.all()]
                [place.territory.number for place in lot.territories.all()]
                list(lot.amendments.all())


def test_the_estimate_leaves_flagged_amounts_out(world: World, lot: Lot):
    Lot.objects.create(
        contract=lot.contract,
        number=2,
        title="Absurde",
        initial_amount=Decimal(999999999),
        amount=Decimal(999999999),
        amount_flag="too_round",
    )
    assert queries.estimate_of(lot.contract) == Decimal("1200000.00")
