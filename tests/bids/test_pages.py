from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from levier.bids import actions
from levier.bids.models import Bid, Grid
from levier.bids.rules import default_grid
from levier.procurement.models import Lot
from levier.web import clock
from tests.reading import words
from tests.world import NOW, World, siret

LINK = "Le critère porte sur l’accueil et la formation des personnes qui exécuteront les travaux."
TERMS = replace(default_grid(), link=LINK, minimum_hours=Decimal(420))


@pytest.fixture(autouse=True)
def today(monkeypatch, db) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def lot(world: World) -> Lot:
    return world.contract()


@pytest.fixture
def grid(world: World, lot: Lot) -> Grid:
    actions.save_grid(actor=world.actors["buyer"], lot_id=lot.public_id, terms=TERMS, now=NOW)
    return actions.close_grid(actor=world.actors["buyer"], lot_id=lot.public_id, now=NOW)


def offer(world: World, lot: Lot, number: int) -> Bid:
    return actions.receive_bid(
        actor=world.actors["mission"], lot_id=lot.public_id, siret=siret(700 + number), name=f"Offre {number}", offered_hours=None,
        answers={1: f"Réponse {number}"}, now=NOW,
    )  # fmt: skip


PEOPLE = [
    ("mission", 200),
    ("buyer", 200),
    ("near", 404),
    ("company", 404),
    ("rival", 404),
    ("far", 404),
    ("stranger_buyer", 404),
]


@pytest.mark.parametrize(("who", "status"), PEOPLE)
def test_pages_are_for_those_who_judge(world: World, lot: Lot, grid: Grid, who: str, status: int):
    bid = offer(world, lot, 1)
    client = world.client(who)
    for name, one in (
        ("criterion", lot),
        ("bids", lot),
        ("bids-together", lot),
        ("bid-scores", bid),
        ("criterion-sheet", lot),
    ):
        assert client.get(reverse(name, args=[one.public_id])).status_code == status, name
    award = client.get(reverse("bid-award", args=[bid.public_id])).status_code
    assert award == (200 if who == "mission" else 404)


def test_a_lot_without_grid_leads_to_writing_one(world: World, lot: Lot):
    client = world.client("buyer")
    for name in ("bids", "bids-together", "bids-report", "criterion-sheet"):
        response = client.get(reverse(name, args=[lot.public_id]))
        assert response.status_code == 302, name
    text = words(client.get(reverse("criterion", args=[lot.public_id])))
    assert "Accueil et tutorat" in text
    assert "Poids habituel : de 5 % à 20 %" in text
    assert "À vérifier" in text


def test_a_refused_grid_keeps_all_that_was_typed(world: World, lot: Lot):
    data = {
        "points": "10",
        "label-1": "Emplois locaux",
        "weight-1": "trois",
        "label-3": "Formation",
        "weight-3": "4",
        "anchor-0": "Rien",
        "link": "",
    }
    response = world.client("buyer").post(reverse("criterion", args=[lot.public_id]), data)
    assert response.status_code == 422
    text = words(response)
    for kept in (
        'value="Emplois locaux"',
        'value="trois"',
        'value="Formation"',
        'value="Rien"',
        "« trois » n’est pas un nombre",
    ):
        assert kept in text
    assert not Grid.objects.exists()


def test_the_pages_ask_the_same_number_of_questions_whatever_the_offers(world: World, lot: Lot, grid: Grid):
    client = world.client("buyer")
    for number in (1, 2):
        offer(world, lot, number)

    def counts() -> dict[str, int]:
        found = {}
        for name in ("criterion", "bids", "bids-together"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name, args=[lot.public_id])).status_code == 200
            found[name] = len(captured)
        return found

    counts()
    before = counts()
    for number in range(3, 9):
        offer(world, lot, number)
    assert counts() == before
    assert before == {"criterion": 8, "bids": 10, "bids-together": 9}


def test_a_stranger_to_the_panel_reads_and_does_not_score(world: World, lot: Lot, grid: Grid):
    bid = offer(world, lot, 1)
    actions.choose_panel(
        actor=world.actors["mission"], lot_id=lot.public_id, user_ids=[world.users["mission"].pk], now=NOW
    )
    client, address = world.client("buyer"), reverse("bid-scores", args=[bid.public_id])
    text = words(client.get(address))
    assert "Vous n’êtes pas du jury" in text
    assert "Remettre mes notes" not in text
    assert client.post(address, {"do": "submit"}).status_code == 404


def test_an_incomplete_scoring_is_refused_and_kept(world: World, lot: Lot, grid: Grid):
    bid = offer(world, lot, 1)
    actions.choose_panel(
        actor=world.actors["mission"], lot_id=lot.public_id, user_ids=[world.users["mission"].pk], now=NOW
    )
    client, address = world.client("mission"), reverse("bid-scores", args=[bid.public_id])
    response = client.post(address, {"do": "submit", "score-1": "3", "reason-1": "Un tuteur nommé", "score-2": "9"})
    assert response.status_code == 422
    assert "Un tuteur nommé" in words(response)
    assert "il manque" in words(response)
    assert client.post(address, {"do": "save", "score-1": "3", "reason-1": "Un tuteur nommé"}).status_code == 303
    assert "Un tuteur nommé" in words(client.get(address))


def test_bad_points_of_other_criteria_are_said_beside_their_offer(world: World, lot: Lot, grid: Grid):
    bid = offer(world, lot, 1)
    client, address = world.client("buyer"), reverse("bids", args=[lot.public_id])
    for typed, said in (("abc", "n’est pas un nombre"), ("95", "de 0 à 90")):
        response = client.post(address, {"do": "points", f"other-{bid.public_id}": typed})
        assert response.status_code == 422
        assert said in words(response)
        assert f'value="{typed}"' in words(response)
    assert client.post(address, {"do": "panel"}).status_code == 422
    assert client.post(address, {"do": "sheet"}).status_code == 422
