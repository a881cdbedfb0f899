from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.foundation.objections import NotForYou, Refusal
from levier.procurement.models import Lot
from levier.reference.published import published_catalogue
from levier.reference.values import Catalogue
from levier.sizing import actions, queries
from levier.sizing.calculation import SizingChoice, size
from levier.sizing.models import Study
from levier.sizing.sectors import sectors, suggested_sector, usual_choice
from tests.world import NOW, World

CHOICE = SizingChoice(Decimal(1_000_000), "labour_share.masonry", "insertion_rate.general", "hourly_cost.works")


def keep(world: World, who: str, lot: Lot, choice: SizingChoice = CHOICE, catalogue: Catalogue | None = None) -> Study:
    return actions.keep_study(
        actor=world.actors[who],
        lot_id=lot.public_id,
        choice=choice,
        catalogue=catalogue or published_catalogue(),
        now=NOW,
    )


@pytest.mark.parametrize("who", ["mission", "buyer"])
def test_a_study_keeps_all_that_it_used(world: World, who: str):
    study = keep(world, who, world.contract())
    assert (study.hours_low, study.hours, study.hours_high) == (Decimal(536), Decimal(649), Decimal(786))
    assert study.inputs["labour_share"] == {
        "key": "labour_share.masonry",
        "value": "0.50",
        "low": "0.45",
        "high": "0.55",
        "label": "Part de main-d’œuvre, maçonnerie",
        "source": "Maison de l’emploi Sud 77 (mefsud77.fr, clause d’insertion)",
        "confidence": "C",
        "version": "labour_share.masonry@2010-01-01",
    }
    assert {"hourly_cost.works@2026-01-01", "fte.divisor.legal@2010-01-01"} <= set(study.versions)
    assert (study.answer["weeks"], study.answer["people"]) == ("18.5", "0.4")
    assert "18,5" in " ".join(step["sentence"] for step in study.answer["steps"])


@pytest.mark.parametrize("who", ["stranger_buyer", "near", "far", "company", "rival"])
def test_others_do_not_size(world: World, who: str):
    with pytest.raises(NotForYou):
        keep(world, who, world.contract())
    assert not Study.objects.exists()


def test_studies_are_seen_by_those_who_follow_the_lot_and_never_by_companies(world: World):
    study = keep(world, "mission", world.contract())
    for who, sees in {
        "mission": True,
        "buyer": True,
        "near": True,
        "far": False,
        "stranger_buyer": False,
        "company": False,
    }.items():
        assert queries.studies_visible_to(world.actors[who]).exists() is sees, who
    assert queries.study_for(world.actors["near"], study.public_id) == study
    with pytest.raises(NotForYou):
        queries.study_for(world.actors["far"], study.public_id)


def test_the_same_calculation_is_kept_once_another_opinion_is_another_study(world: World):
    lot = world.contract()
    first = keep(world, "mission", lot)
    assert keep(world, "buyer", lot) == first
    other = keep(world, "buyer", lot, replace(CHOICE, own_rate=Decimal("0.10")))
    assert other.hours == Decimal(1299)
    assert queries.studies_of(world.actors["mission"], [lot.pk]) == {lot.pk: [other, first]}


def test_a_value_edited_later_never_changes_a_study(world: World):
    lot = world.contract()
    study = keep(world, "mission", lot)
    edited = Catalogue(
        replace(value, value=Decimal("0.60"), low=None, high=None, valid_from=date(2026, 11, 1))
        if value.key == "labour_share.masonry"
        else value
        for value in published_catalogue()
    )
    newer = keep(world, "mission", lot, catalogue=edited)
    assert newer.hours == Decimal(779)
    kept = Study.objects.get(pk=study.pk)
    assert kept.hours == Decimal(649)
    assert kept.inputs["labour_share"]["value"] == "0.50"
    assert "labour_share.masonry@2010-01-01" in kept.versions
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sizing_study SET hours = 1")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"share": "labour_share.unheard_of"}, "share"),
        ({"own_share": Decimal("1.5")}, "own_share"),
        ({"rate": ""}, "rate"),
        ({"own_cost": Decimal(0)}, "own_cost"),
    ],
)
def test_an_impossible_factor_names_its_field(change: dict[str, object], field: str):
    with pytest.raises(Refusal) as refusal:
        size(replace(CHOICE, **change), published_catalogue(), date(2026, 11, 25))
    assert [one.field for one in refusal.value.objections] == [field]


def test_every_sector_has_a_usual_rate_and_cost_in_the_catalogue():
    catalogue, day = published_catalogue(), date(2026, 11, 25)
    for sector in sectors(catalogue, day):
        choice = usual_choice(sector.key.removeprefix("labour_share."))
        for key in (choice.share, choice.rate, choice.cost):
            assert catalogue.at(key, day)
    names = {value.key for value in sectors(catalogue, day)}
    for cpv, sector in {
        "45442100": "interior_painting",
        "45000000": "building",
        "90910000": "cleaning",
        "33600000": "",
    }.items():
        assert suggested_sector(cpv) == sector
        assert not sector or f"labour_share.{sector}" in names
