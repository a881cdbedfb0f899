"""Sending our contracts as open data, and completing those that cannot be sent yet."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from levier.audit.models import JournalEntry
from levier.procurement.models import AwardFacts, Lot
from levier.web import clock
from tests.open_data_facts import FACTS
from tests.reading import words
from tests.world import NOW, World


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def lot(world: World) -> Lot:
    found = world.contract()
    world.commitment(found)
    return found


def complete(lot: Lot) -> None:
    AwardFacts.objects.create(lot=lot, facts=FACTS, changed_at=NOW, changed_by_label="essai")


def get(world: World, who: str, name: str, *args: str, **query: str):
    return world.client(who).get(reverse(name, args=args), query)


FORM = {
    "techniques": ["Sans objet"], "modalitesExecution": ["Tranches", "Bons de commande"], "marcheInnovant": "non", "ccag": "Travaux",
    "offresRecues": "3", "attributionAvance": "oui", "tauxAvance": "5", "sousTraitanceDeclaree": "non",
    "procedure": "Appel d'offres ouvert", "typesPrix": ["Définitif ferme"], "formePrix": "Mixte",
    "considerationsEnvironnementales": ["Clause environnementale"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"), [("mission", 200), ("buyer", 200), ("near", 404), ("company", 404), ("stranger_buyer", 404)]
)
def test_who_completes_a_record(world: World, lot: Lot, who: str, status: int):
    if who in {"near", "company"}:
        status = world.client(who).get(reverse("essential-data")).status_code
        assert status in {403, 404}
    assert get(world, who, "lot-record", lot.public_id).status_code == status


def test_the_list_says_what_is_missing_and_offers_no_empty_file(world: World, lot: Lot):
    page = words(get(world, "buyer", "essential-data"))
    assert "1 fiche à compléter" in page
    assert "Techniques d’achat, Modalités d’exécution, Marché innovant, CCAG de référence et 7 autres" in page
    assert "JSON officiel" not in page
    assert get(world, "buyer", "essential-data-json").status_code == 303
    csv = get(world, "buyer", "essential-data-lacks").content.decode()
    assert csv.count("\n") == 12
    assert "offresRecues" in csv


def test_a_buyer_sees_and_sends_its_own_only(world: World, lot: Lot):
    complete(lot)
    assert "1 fiche prête" in words(get(world, "buyer", "essential-data"))
    assert "Aucun marché suivi ne répond" in words(get(world, "stranger_buyer", "essential-data"))
    sent = get(world, "buyer", "essential-data-json")
    assert sent["Content-Disposition"] == 'attachment; filename="marches.json"'
    assert json.loads(sent.content)["marches"]["marche"][0]["id"] == "2026-0147"
    assert b"<marches>" in get(world, "mission", "essential-data-xml").content
    assert json.loads(get(world, "mission", "essential-data-ocds").content)["version"] == "1.1"
    assert get(world, "stranger_buyer", "essential-data-xml").status_code == 303


def test_filters_are_in_the_address(world: World, lot: Lot):
    complete(lot)
    assert "1 fiche prête" in words(get(world, "mission", "essential-data", depuis="2025-12-15"))
    assert "Aucun marché suivi ne répond" in words(get(world, "mission", "essential-data", depuis="2026-12-15"))
    assert get(world, "mission", "essential-data", depuis="hier", acheteur="x").status_code == 200


def test_completing_makes_it_ready_and_is_journaled(world: World, lot: Lot):
    url = reverse("lot-record", args=[lot.public_id])
    partly = world.client("buyer").post(url, {name: FORM[name] for name in ("ccag", "offresRecues")})
    assert (partly.status_code, partly["Location"]) == (303, url)
    assert world.client("buyer").post(url, FORM)["Location"] == reverse("essential-data")
    facts = AwardFacts.objects.get(lot=lot).facts
    assert (facts["tauxAvance"], facts["marcheInnovant"]) == ("0.05", False)
    record = json.loads(get(world, "buyer", "essential-data-json").content)["marches"]["marche"][0]
    assert record["modalitesExecution"] == {"modaliteExecution": ["Tranches", "Bons de commande"]}
    assert record["tauxAvance"] == 0.05
    entry = JournalEntry.objects.filter(action="lot.record_completed").latest("id")
    assert entry.thread == lot.contract.public_id
    world.client("buyer").post(url, FORM)
    assert JournalEntry.objects.filter(action="lot.record_completed").count() == 2
    again = words(world.client("buyer").get(url))
    assert "est prête" in again
    assert 'value="5"' in again


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("considerationsSociales", ["Clause sociale", "Pas de considération sociale"], "ne va avec aucune autre"),
        ("offresRecues", "beaucoup", "nombre d’offres reçues"),
        ("tauxAvance", "500", "pourcentage entre 0 et 100"),
        ("codeCPV", "452", "huit chiffres"),
        ("montant", "1", "montant initial"),
        ("dateNotification", "demain", "date de notification"),
        ("ccag", "Code secret", "quel CCAG"),
        ("id", "x" * 17, "16 caractères"),
    ],
)
def test_what_the_schema_would_refuse_is_refused_beside_its_field(world: World, lot: Lot, name, value, said):
    answer = world.client("mission").post(reverse("lot-record", args=[lot.public_id]), FORM | {name: value})
    assert answer.status_code == 422
    page = words(answer)
    assert said in page
    assert f'href="#f-{name}"' in page
    assert 'value="3"' in page or name == "offresRecues"
    if isinstance(value, str) and name != "ccag":
        assert value in page
    assert not AwardFacts.objects.exists()


def test_a_stranger_cannot_write(world: World, lot: Lot):
    for who in ("stranger_buyer", "near", "company"):
        assert world.client(who).post(reverse("lot-record", args=[lot.public_id]), FORM).status_code in {403, 404}
    assert not AwardFacts.objects.exists()


def test_queries_do_not_grow_with_the_list(world: World):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(world, "mission", "essential-data")
        return len(captured)

    world.contract("2026-0001")
    few = count()
    for number in range(2, 9):
        world.contract(f"2026-{number:04d}")
    assert count() == few
