from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.foundation.objections import NotForYou, Refusal
from levier.procurement import actions
from levier.procurement.models import Contract, Lot
from levier.procurement.notices import (
    Notice,
    NoticeAmendment,
    NoticeHolder,
    NoticeLot,
    lot_numbers,
    object_of_cpv,
    title_of,
)
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts
from levier.reference.published import published_catalogue
from tests.world import NOW, World, siret

FACTS = ScreeningFacts(
    object=ContractObject.WORKS,
    estimate=Decimal("1200000.00"),
    consultation_date=date(2026, 9, 1),
    duration_months=14,
    buyer=BuyerLevel.LOCAL,
)


def notice(*lots: NoticeLot) -> Notice:
    return Notice("2026-0300", "Marché", "Procédure adaptée", date(2026, 3, 1), 12, "13", "Code département", lots)


def notice_lot(number: int, amount: str = "100000.00") -> NoticeLot:
    return NoticeLot(
        key=bytes([number]) * 32,
        title=f"Réfection du gymnase de Vitrolles - Lot n° {number} : ouvrage {number}",
        cpv="45212222",
        initial_amount=Decimal(amount),
        amount=Decimal(amount),
        amount_flag="",
        holders=(NoticeHolder(siret(900 + number), f"Entreprise {number}", "contractor"),),
    )


def screen(world: World, who: str, lot: Lot, facts: ScreeningFacts = FACTS, *, confirmed: bool = True):
    return actions.screen_contract(
        actor=world.actors[who],
        contract_id=lot.contract.public_id,
        facts=facts,
        confirmed=confirmed,
        catalogue=published_catalogue(),
        now=NOW,
    )


def test_a_contract_is_followed_once_with_a_lot_a_record(world: World):
    buyer = world.organisation("Département d’essai")
    for _ in range(2):
        contract = actions.register_contract(
            actor=world.actors["mission"], buyer=buyer, notice=notice(notice_lot(3), notice_lot(1)), now=NOW
        )
    assert contract.title == "Réfection du gymnase de Vitrolles"
    assert contract.category == "works"
    assert contract.ends_on == date(2027, 2, 28)
    assert list(contract.lots.order_by("number").values_list("number", flat=True)) == [1, 3]
    assert JournalEntry.objects.filter(action="contract.followed", thread=contract.public_id).count() == 1
    assert not JournalEntry.objects.filter(action="contract.updated").exists()


def test_followed_again_a_contract_gets_what_is_new_and_keeps_its_lots(world: World):
    buyer, mission = world.organisation("Département d’essai"), world.actors["mission"]
    first = actions.register_contract(actor=mission, buyer=buyer, notice=notice(notice_lot(1)), now=NOW)
    known = first.lots.get()
    amended = replace(
        notice_lot(1),
        amount=Decimal("130000.00"),
        amendments=(NoticeAmendment(1, date(2026, 6, 1), Decimal("130000.00"), None),),
    )
    again = actions.register_contract(actor=mission, buyer=buyer, notice=notice(amended, notice_lot(2)), now=NOW)
    assert again == first
    known.refresh_from_db()
    assert (known.number, known.initial_amount, known.amount) == (1, Decimal("100000.00"), Decimal("130000.00"))
    assert known.amendments.get().new_amount == Decimal("130000.00")
    assert first.lots.count() == 2
    assert JournalEntry.objects.get(action="contract.updated").facts["lots"] == 1


@pytest.mark.parametrize("who", ["buyer", "near", "company"])
def test_only_the_mission_follows_a_contract(world: World, who: str):
    with pytest.raises(NotForYou):
        actions.register_contract(
            actor=world.actors[who],
            buyer=world.organisation("Département d’essai"),
            notice=notice(notice_lot(1)),
            now=NOW,
        )
    assert not Contract.objects.exists()


def test_titles_numbers_and_objects_are_read_from_what_is_published():
    assert lot_numbers(("Lot 7 : peinture", "lot n°2", "sans numéro", "Lot 7 bis")) == (1, 2, 3, 4)
    assert lot_numbers(("Lot n° 12", "rien")) == (12, 1)
    assert title_of(("Collège A : lot 1 maçonnerie", "Collège B")) == "Collège A"
    assert title_of(("Entretien",)) == "Entretien"
    assert object_of_cpv("45223220-4") is ContractObject.WORKS
    assert object_of_cpv("90910000") is ContractObject.SERVICES
    assert object_of_cpv("33600000") is ContractObject.SUPPLIES
    assert object_of_cpv("") is ContractObject.SUPPLIES


@pytest.mark.parametrize("who", ["mission", "buyer"])
def test_screening_keeps_both_answers_with_their_versions(world: World, who: str):
    lot = world.contract()
    screening = screen(world, who, lot)
    assert (screening.statutory, screening.policy) == (False, True)
    assert screening.answer["threshold"]["value"] == "5404000.00"
    assert "threshold.works@2026-01-01" in screening.versions
    assert screen(world, who, lot).pk == screening.pk, "the same answer is kept once"
    lot.contract.refresh_from_db()
    assert lot.contract.consultation_on == date(2026, 9, 1)


@pytest.mark.parametrize("who", ["stranger_buyer", "near", "company", "far", "rival"])
def test_others_do_not_screen(world: World, who: str):
    with pytest.raises(NotForYou):
        screen(world, who, world.contract())


def test_an_estimate_that_nobody_confirmed_decides_nothing(world: World):
    with pytest.raises(Refusal, match="confirmer"):
        screen(world, "mission", world.contract(), confirmed=False)


def test_a_date_without_known_threshold_is_said(world: World):
    with pytest.raises(Refusal, match="seuil européen") as refusal:
        screen(world, "mission", world.contract(), replace(FACTS, consultation_date=date(1999, 1, 1)))
    assert refusal.value.objections[0].field == "consultation_date"


def test_a_screening_is_frozen(world: World):
    screen(world, "mission", world.contract())
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE procurement_screening SET statutory = true")


def locate(world: World, who: str, lot: Lot, *numbers: int, read_from_place: bool = False) -> int:
    return actions.choose_territories(
        actor=world.actors[who],
        contract_id=lot.contract.public_id,
        lot_ids=[lot.public_id],
        territory_numbers=numbers,
        now=NOW,
        read_from_place=read_from_place,
    )


def test_a_lot_may_have_several_territories_chosen_by_a_person(world: World):
    lot = world.contract()
    world.territory(7)
    assert locate(world, "mission", lot, 4, 5) == 1
    assert locate(world, "mission", lot, 5, 4) == 0, "the same choice changes nothing"
    assert sorted(lot.territories.values_list("territory__number", "origin")) == [(4, "person"), (5, "person")]
    assert locate(world, "mission", lot, 5) == 1
    assert list(lot.territories.values_list("territory__number", flat=True)) == [5]
    entry = JournalEntry.objects.filter(action="lot.located").latest("pk")
    assert (entry.facts["territories"], entry.actor_label) == ([5], "Mission Essai")


def test_a_place_that_was_sure_is_kept_as_such(world: World):
    lot = world.contract()
    locate(world, "mission", lot, 5, read_from_place=True)
    assert lot.territories.get().origin == "place"


@pytest.mark.parametrize("who", ["buyer", "near", "far", "company", "stranger_buyer"])
def test_only_the_mission_says_where(world: World, who: str):
    with pytest.raises(NotForYou):
        locate(world, who, world.contract(), 5)


@pytest.mark.parametrize(("numbers", "field"), [((), "territories"), ((42,), "territories")])
def test_a_choice_that_makes_no_sense_is_refused(world: World, numbers: tuple[int, ...], field: str):
    with pytest.raises(Refusal) as refusal:
        locate(world, "mission", world.contract(), *numbers)
    assert refusal.value.objections[0].field == field


def test_a_lot_of_another_contract_is_refused(world: World):
    mine, other = world.contract(), world.contract("2026-0148")
    with pytest.raises(Refusal, match="lot"):
        actions.choose_territories(
            actor=world.actors["mission"],
            contract_id=mine.contract.public_id,
            lot_ids=[other.public_id],
            territory_numbers=[4],
            now=NOW,
        )


def test_a_territory_where_hours_are_owed_cannot_be_withdrawn(world: World):
    lot = world.contract()
    world.commitment(lot)
    with pytest.raises(Refusal, match="engagement"):
        locate(world, "mission", lot, 5)
    assert list(lot.territories.values_list("territory__number", flat=True)) == [4]
    with (
        pytest.raises(DatabaseError, match="commitment_territory_of_the_lot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM procurement_lotterritory")
