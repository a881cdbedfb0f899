"""A person's entry into a SIAE, checked and said: who may, who reads the level, what is kept of it, and how it goes with the person."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.foundation.objections import NotForYou, Refusal
from levier.organisations.models import Organisation
from levier.participants.iae_checks import answer_for, checks_of, record_iae_check
from levier.participants.models import IaeCheck, Placement
from levier.participants.values import IaeSeen, IaeStructure, IaeWay
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.reading import words
from tests.world import NOW, TODAY, World

CATALOGUE = published_catalogue()


@pytest.fixture
def placement(world: World) -> Placement:
    body = world.organisation("Tremplin Essai", "inclusive_structure")
    Organisation.objects.filter(pk=body.pk).update(structure_kind="ETTI")
    world.user("siae", "structure", body)
    world.user("far_siae", "structure", world.organisation("Autre Tremplin", "inclusive_structure"))
    return world.placement(world.person(), world.commitment(world.contract()), employer="Tremplin Essai")


def record(world, placement, by="siae", way=IaeWay.LEVEL_2, count: int | None = 2, on=TODAY, seen=True):
    return record_iae_check(
        actor=world.actors[by], placement_id=placement.public_id, way=way, count=count, checked_on=on, proofs_seen=seen,
        catalogue=CATALOGUE, now=NOW,
    )  # fmt: skip


def level(world, placement, by):
    placement = Placement.objects.select_related("person", "employer").get(pk=placement.pk)
    return [one.seen for one in checks_of(world.actors[by], [placement])[placement.pk]]


@pytest.mark.parametrize(
    ("structure", "way", "count", "eligible"),
    [
        (IaeStructure.ETTI, IaeWay.LEVEL_1, 1, True),
        (IaeStructure.ETTI, IaeWay.LEVEL_2, 2, True),
        (IaeStructure.EI, IaeWay.LEVEL_2, 2, False),
        (IaeStructure.EI, IaeWay.LEVEL_2, 3, True),
        (IaeStructure.ACI, IaeWay.PRESCRIBER, 0, True),
        (IaeStructure.AI, IaeWay.NONE, 0, False),
    ],
)
def test_the_rule_of_the_structure_gives_the_outcome(structure, way, count, eligible):
    assert answer_for(structure, IaeSeen(way, count), CATALOGUE, TODAY).result.eligible is eligible


@pytest.mark.django_db
def test_the_structure_says_it_once_the_level_is_sealed_and_the_journal_says_nothing_of_it(world, placement):
    check = record(world, placement)
    assert record(world, placement) == check
    assert (check.eligible, check.structure, check.checked_on) == (True, "ETTI", TODAY)
    assert b"level" not in bytes(check.sealed)
    [line] = JournalEntry.objects.filter(action="iae.checked")
    assert "level" not in str(line.facts)
    assert "eligible" not in str(line.facts)
    record(world, placement, by="near", way=IaeWay.LEVEL_1, count=1)
    assert IaeCheck.objects.count() == 2, "another look stands beside the first"


@pytest.mark.django_db
def test_the_level_is_read_by_who_may_read_criteria_and_by_the_structure_that_saw_it(world, placement):
    record(world, placement)
    record(world, placement, by="near", way=IaeWay.PRESCRIBER, count=None)
    assert level(world, placement, "near") == [IaeSeen(IaeWay.PRESCRIBER), IaeSeen(IaeWay.LEVEL_2, 2)]
    assert level(world, placement, "mission") == level(world, placement, "near")
    assert level(world, placement, "siae") == [None, IaeSeen(IaeWay.LEVEL_2, 2)]
    for who in ("company", "far", "buyer", "far_siae"):
        assert level(world, placement, who) == [None, None], who


@pytest.mark.django_db
def test_near_misses_and_strangers_record_nothing(world, placement):
    for who in ("far", "far_siae", "company", "rival", "buyer", "mission", "prescriber"):
        if who in world.actors:
            with pytest.raises(NotForYou):
                record(world, placement, by=who)
    assert not IaeCheck.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"way": None}, "way"),
        ({"count": None}, "count"),
        ({"count": 0}, "count"),
        ({"on": date(2026, 12, 31)}, "checked_on"),
        ({"seen": False}, "seen"),
    ],
)
def test_what_is_not_said_whole_is_refused_beside_its_field(world, placement, facts, field):
    with pytest.raises(Refusal) as refusal:
        record(world, placement, **facts)
    assert [one.field for one in refusal.value.objections] == [field]


@pytest.mark.django_db
def test_an_ordinary_employer_has_no_entry_to_check(world, placement):
    ordinary = world.placement(placement.person, start=date(2026, 6, 1))
    with pytest.raises(Refusal, match="pas une structure d’insertion"):
        record(world, ordinary, by="near")


@pytest.mark.django_db
def test_planted_fault_a_check_is_never_rewritten(world, placement):
    record(world, placement)
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE participants_iaecheck SET eligible = NOT eligible")


@pytest.mark.django_db
def test_the_pages_of_the_structure_and_of_the_facilitator(world, placement, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)

    siae, near = world.client("siae"), world.client("near")
    page = f"/nos-personnes/{placement.public_id}/entree-iae/"
    assert "Entrée IAE non vérifiée" in words(siae.get("/nos-personnes/"))
    typed = {"way": "level_2", "count": "", "checked_on": "2026-11-20", "seen": "on"}
    bad = siae.post(page, typed)
    assert bad.status_code == 422
    assert "combien de critères" in words(bad)
    assert "2026-11-20" in words(bad)
    assert "Vérification inscrite : éligible" in words(siae.post(page, typed | {"count": "2"}, follow=True))
    own = words(siae.get("/nos-personnes/"))
    assert (
        "Entrée IAE vérifiée le 20 novembre 2026 par Siae Essai, Tremplin Essai, ETTI : critères de niveau 2 (2), éligible"
        in own
    )
    file = words(near.get(f"/personnes/{placement.person.public_id}/"))
    assert "Entrée IAE vérifiée le 20 novembre 2026" in file
    assert near.get(f"/mises-a-l-emploi/{placement.public_id}/entree-iae/").status_code == 200
    assert "Entrée IAE" not in words(world.client("company").get("/nos-personnes/"))
    for who, address in (
        ("far_siae", page),
        ("company", page),
        ("far", f"/mises-a-l-emploi/{placement.public_id}/entree-iae/"),
    ):
        assert world.client(who).get(address).status_code == 404, who
