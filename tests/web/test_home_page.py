"""The public home and its list: what a commune, a postcode, a click or a territory answers."""

from datetime import UTC, datetime

import pytest

from levier.reference.actions import load_published as load_values
from levier.territories.actions import load_published as load_territories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def ground(db):
    load_values(NOW)
    load_territories(NOW)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/?q=13090", ["Aix-en-Provence", "Cécilia REVEL", "06 23 61 80 59", "cecilia.revel@ampmetropole.fr"]),
        ("/?q=Saint-Zacharie", ["Alice PEIX"]),
        ("/?q=pertuis", ["Cécilia REVEL"]),
        ("/?commune=13055", ["Marseille", "Johan TILMANT"]),
        ("/?territoire=8", ["Laure FERAUD", "04 42 49 45 98"]),
        ("/?q=Saint-Rémy-de-Provence", ["À confirmer par le Département", "Catherine THIERY"]),
        ("/?territoire=a-confirmer", ["Facilitateur à confirmer", "23\u00a0communes"]),
    ],
)
def test_a_place_gets_its_facilitator(ground, client, address, words):
    response = client.get(address)
    page = response.content.decode().replace("&nbsp;", "\u00a0")
    assert response.status_code == 200
    for word in words:
        assert word in page.replace("\u202f", " ") or word in page.replace("\u00a0", " ") or word in page


def test_an_unknown_place_says_so_and_keeps_what_was_typed(ground, client):
    response = client.get("/?q=Zzyzx")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'value="Zzyzx"' in page
    assert 'id="f-q-error"' in page


@pytest.mark.parametrize(
    "address", ["/?commune=99999", "/?territoire=77", "/?territoire=<script>", "/?q=" + "a" * 5000]
)
def test_nonsense_breaks_nothing(ground, client, address):
    response = client.get(address)
    assert response.status_code in {200, 404}
    assert "<script>alert" not in response.content.decode()


def test_the_list_says_the_same_as_the_map(ground, client):
    page = client.get("/territoires/").content.decode()
    assert page.count("mailto:") == 9
    assert "Saint-Rémy-de-Provence" in page
    assert 'id="a-confirmer"' in page


def test_an_empty_installation_still_answers(db, client):
    assert client.get("/").status_code == 200
    assert client.get("/territoires/").status_code == 200


def test_the_number_of_queries_is_constant(ground, client, django_assert_num_queries):
    client.get("/?q=13090")
    with django_assert_num_queries(8):
        client.get("/?q=13090")
    with django_assert_num_queries(4):
        client.get("/")
