"""One box for contracts, companies and people: each within what the actor may see, each name shown journaled."""

import pytest
from django.urls import reverse

from levier.audit.models import PersonRead
from levier.web import clock
from tests.reading import words
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
SIGNED_IN = 3
"""Queries of a signed-in page once the session has begun."""
SEARCH = {"mission": 8, "near": 10, "company": 8, "buyer": 2}
"""Contracts, companies, people with their work, the journal of names shown; a scope of one’s own, the navigation’s count and the facilitator whom a company calls more."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def told(world: World) -> World:
    """Near: a contract of Bâti Essai with Samira Belkacem; far: one of Rival Essai with Karim Zouari."""
    near = world.commitment(world.contract("2026-0147"))
    world.placement(world.person("Belkacem", "Samira"), near)
    far = world.commitment(
        world.contract("2026-0555", territory=5, holder="Rival Essai"), holder="Rival Essai", territory=5
    )
    person = world.person("Zouari", "Karim", territory=5)
    world.decision(person, by="far")
    world.placement(person, far, employer="Rival Essai")
    return world


def found(world: World, who: str, text: str) -> str:
    response = world.client(who).get(reverse("search"), {"q": text})
    assert response.status_code == 200
    return words(response)


def test_it_finds_contracts_companies_and_people(told: World):
    assert "Réhabilitation du collège 2026-0147" in found(told, "mission", "0147")
    assert "Bâti Essai" in found(told, "mission", "bâti")
    assert "Samira Belkacem" in found(told, "mission", "belkacem")
    siret = told.organisation("Bâti Essai").siret
    assert "Bâti Essai" in found(told, "mission", f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"), (
        "spaces tolerated"
    )


def test_each_finds_what_is_theirs_and_no_more(told: World):
    assert "Samira Belkacem" in found(told, "near", "belkacem")
    assert (
        "Zouari" not in found(told, "near", "zouari").replace('value="zouari"', "").split("Rien")[0].split("<main")[0]
    )
    assert "Karim" not in found(told, "near", "zouari")
    assert "2026-0555" not in found(told, "near", "collège")
    assert "Rival Essai" not in found(told, "near", "essai")
    assert "Karim" not in found(told, "company", "zouari")
    assert "Samira" in found(told, "company", "belkacem"), "a company finds those it employs"
    assert "Samira" not in found(told, "rival", "belkacem")
    assert "Samira" not in found(told, "buyer", "belkacem")


def test_names_shown_are_journaled(told: World):
    found(told, "mission", "belkacem")
    (read,) = PersonRead.objects.filter(actor_user_id=told.users["mission"].pk)
    assert read.what == "recherche"
    found(told, "buyer", "belkacem")
    assert not PersonRead.objects.filter(actor_user_id=told.users["buyer"].pk).exists()


@pytest.mark.parametrize("who", sorted(SEARCH))
def test_the_queries_do_not_grow_with_what_is_found(told: World, who: str, django_assert_num_queries):
    client = told.client(who)
    client.get(reverse("account"))
    with django_assert_num_queries(SIGNED_IN + SEARCH[who]):
        client.get(reverse("search"), {"q": "belk"})
    for number in range(8):
        lot = told.contract(f"2026-08{number}a")
        told.placement(told.person(f"Belkan{number}", "Anne"), told.commitment(lot))
    with django_assert_num_queries(SIGNED_IN + SEARCH[who]):
        client.get(reverse("search"), {"q": "belk"})


@pytest.mark.parametrize("text", ["", " ", "é", "\x00", "%", "_", "'\"<script>", "x" * 5000])
def test_odd_words_are_answered(told: World, text: str):
    page = found(told, "mission", text)
    assert "<script>" not in page.replace("<script src", "")
    assert "2026-0147" not in page or text in {"%", "_"}


def test_nothing_found_says_what_to_try(told: World):
    assert "Rien" in found(told, "mission", "introuvable")
