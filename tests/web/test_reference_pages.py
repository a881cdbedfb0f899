"""Pages of figures, contacts and perimeters: what they say, to whom, in how many queries."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from levier.reference.actions import load_published
from levier.reference.models import StoredValue
from levier.territories.actions import load_published as load_territories
from levier.territories.models import FacilitatorContact, Perimeter
from levier.web import clock
from tests.reading import words
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
KEY = "labour_share.building"
SIGNED_IN = 3
"""Queries of a signed-in page once the session has begun: session, user, memberships."""
NEW = {"value": "41", "valid_from": "2026-11-25", "source": "Délibération du 20 novembre 2026", "confidence": "C"}
CONTACT = {
    "structure": "Maison de l’emploi", "person": "Ada Neuve", "phone": "04 42 00 00 00", "email": "ada@exemple.test",
    "valid_from": "2026-11-25", "source": "Courrier du 20 novembre 2026",
}  # fmt: skip
COMMUNE = {"territory": "9", "valid_from": "2026-11-25", "source": "Courrier du 20 novembre 2026"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def figures(db):
    load_published(NOW)


@pytest.fixture
def places(db):
    load_territories(NOW)


# --- everybody reads every figure


def test_anybody_reads_every_figure_with_how_it_is_known(figures, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = Client().get(reverse("references"))
    page = words(response)
    assert response.status_code == 200
    for expected in ("Parts de main-d’œuvre", "Non vérifié", "Confirmé", "valeurs ne sont pas vérifiées"):
        assert expected in page
    assert (
        page.count('<th scope="row">')
        == StoredValue.objects.filter(valid_from__lte=TODAY, replaced_at=None).exclude(valid_until__lt=TODAY).count()
    )


def test_the_list_is_that_of_a_day_and_says_when_it_does_not_understand_it(figures):
    past = words(Client().get(reverse("references"), {"au": "2026-06-01"}))
    assert "obligation.statutory@" not in past.split("en vigueur ce jour-là")[0]
    wrong = Client().get(reverse("references"), {"au": "hier"})
    assert wrong.status_code == 422
    assert "voici les valeurs d’aujourd’hui" in words(wrong)
    assert 'value="hier"' in words(wrong), "what was typed stays"


def test_the_list_is_searched_and_filtered_by_mark(figures):
    found = words(Client().get(reverse("references"), {"q": "batiment part"}))
    assert KEY in found
    assert "penalty.hour" not in found
    assert "Aucune valeur ne répond" in words(Client().get(reverse("references"), {"q": "zzz"}))
    unverified = words(Client().get(reverse("references"), {"confiance": "U"}))
    assert "</svg>Confirmé</span>" not in unverified


def test_before_anything_is_loaded_the_page_says_so(db):
    assert "levier reference load" in words(Client().get(reverse("references")))


def test_the_same_list_for_a_spreadsheet(figures):
    response = Client().get(reverse("references-export"), {"q": "batiment part"})
    assert response["Content-Type"].startswith("text/csv")
    text = response.getvalue().decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Sujet;Libellé;Valeur;Borne basse")
    assert "labour_share.building@" in text
    assert Client().get(reverse("references-export"), {"au": "hier"}).status_code == 422


def test_a_figure_shows_all_its_versions(world: World, figures, django_assert_num_queries):
    mission = world.client("mission")
    mission.post(reverse("reference-change", args=[KEY]), NEW)
    with django_assert_num_queries(1):
        response = Client().get(reverse("reference", args=[KEY]))
    page = words(response)
    assert "41 %" in page
    assert f"{KEY}@2026-11-25" in page
    assert "Terminée" in page, "the one before is closed the day before"
    assert "Une personne du Département" in page, "the public reads no name"
    assert "Mission Essai" not in page
    assert "Changer cette valeur" not in page
    inside = words(mission.get(reverse("reference", args=[KEY])))
    assert "Mission Essai, Département d’essai" in inside
    assert "Changer cette valeur" in inside


@pytest.mark.parametrize("key", ["inconnue", "x" * 200, "a\x00b"])
def test_an_unknown_figure_is_not_found(figures, key: str):
    assert Client().get(f"/references/{key.replace(chr(0), '%00')}/").status_code == 404


# --- the mission changes one


@pytest.mark.parametrize("who", ["buyer", "near", "far", "company", "rival"])
def test_nobody_but_the_mission_reaches_the_forms(world: World, figures, places, who: str):
    client = world.client(who)
    for name, argument, data in (
        ("reference-change", KEY, NEW), ("contact-change", 4, CONTACT), ("perimeter-confirm", "13100", COMMUNE)
    ):  # fmt: skip
        assert client.get(reverse(name, args=[argument])).status_code == 404
        assert client.post(reverse(name, args=[argument]), data).status_code == 404
    assert client.get(reverse("to-confirm")).status_code == 404
    assert not StoredValue.objects.filter(published=False).exists()


def test_a_change_is_said_with_the_version_that_past_results_keep(world: World, figures, django_assert_num_queries):
    client = world.client("mission")
    client.get(reverse("account"))
    with django_assert_num_queries(SIGNED_IN + 2):
        form = words(client.get(reverse("reference-change", args=[KEY])))
    assert "Les résultats passés ne bougent pas" in form
    assert 'value="2026-11-25"' in form
    before = StoredValue.objects.get(key=KEY, replaced_at=None)
    response = client.post(reverse("reference-change", args=[KEY]), NEW)
    assert response.status_code == 303
    said = words(client.get(response["Location"]))
    assert "Enregistré : 41 % à partir du 25 novembre 2026" in said
    assert f"Les résultats déjà calculés gardent la version {KEY}@{before.valid_from.isoformat()}" in said


def test_the_form_sent_twice_says_that_nothing_changes(world: World, figures):
    client = world.client("mission")
    client.post(reverse("reference-change", args=[KEY]), NEW)
    again = client.post(reverse("reference-change", args=[KEY]), NEW)
    assert again.status_code == 422
    assert StoredValue.objects.filter(key=KEY, valid_from=TODAY).count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("value", "", "Écrivez la nouvelle valeur"),
        ("value", "beaucoup", ""),
        ("value", "150", "Un taux va de 0 à 100 %"),
        ("valid_from", "31/02/2026", ""),
        ("source", "", "Indiquez la source"),
        ("confidence", "Z", "Dites comment cette valeur est connue"),
        ("high", "1", ""),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(world: World, figures, field: str, typed: str, sentence: str):
    response = world.client("mission").post(reverse("reference-change", args=[KEY]), NEW | {field: typed})
    page = words(response)
    assert response.status_code == 422
    assert "La valeur n’est pas changée" in page
    assert f'href="#f-{field}"' in page or field == "high"
    assert sentence in page
    assert f'value="{typed}"' in page or not typed or field == "confidence"
    assert "Délibération du 20 novembre 2026" in page or field == "source"
    assert not StoredValue.objects.filter(published=False).exists()


def test_a_version_is_corrected_from_its_line(world: World, figures):
    client = world.client("mission")
    row = StoredValue.objects.get(key=KEY, replaced_at=None)
    day = row.valid_from.isoformat()
    form = words(client.get(reverse("reference-change", args=[KEY]), {"du": day}))
    assert f'value="{day}"' in form
    assert client.post(reverse("reference-change", args=[KEY]), NEW | {"valid_from": day}).status_code == 303
    row.refresh_from_db()
    assert row.replaced_at == NOW
    assert "Remplacée" in words(client.get(reverse("reference", args=[KEY])))


# --- who to call


def test_a_contact_is_changed_and_its_history_shown(places, world: World, django_assert_num_queries):
    client = world.client("mission")
    address = reverse("contact-change", args=[4])
    client.get(reverse("account"))
    with django_assert_num_queries(SIGNED_IN + 4):
        assert "Cécilia REVEL" in words(client.get(address))
    response = client.post(address, CONTACT)
    assert response.status_code == 303
    assert "Ada Neuve est à appeler" in words(client.get(response["Location"]))
    history = words(client.get(address))
    assert "Cécilia REVEL" in history
    assert "Terminée" in history
    assert "Mission Essai" in history
    public = words(Client().get(reverse("map")))
    assert "Ada Neuve" in public
    assert "Cécilia REVEL" not in public


def test_a_contact_without_a_name_or_a_way_to_reach_is_refused_and_kept(world: World, places):
    client = world.client("mission")
    for missing in ({"person": ""}, {"phone": "", "email": ""}, {"source": ""}, {"valid_from": "bientôt"}):
        response = client.post(reverse("contact-change", args=[4]), CONTACT | missing)
        page = words(response)
        assert response.status_code == 422, missing
        assert "Rien n’est changé" in page
        assert "Maison de l’emploi" in page
    assert not FacilitatorContact.objects.filter(person="Ada Neuve").exists()


def test_an_unknown_territory_is_not_found(world: World, places):
    assert world.client("mission").get(reverse("contact-change", args=[99])).status_code == 404


# --- where the communes belong


def test_the_communes_to_confirm_are_listed(world: World, places, django_assert_num_queries):
    client = world.client("mission")
    client.get(reverse("account"))
    with django_assert_num_queries(SIGNED_IN + 5):
        page = words(client.get(reverse("to-confirm")))
    assert "23 communes attendent un territoire sûr" in page
    assert "Saint-Rémy-de-Provence" in page
    assert page.count("Confirmer<span") == 23


def test_a_commune_is_confirmed_and_leaves_the_list(world: World, places, django_assert_num_queries):
    client = world.client("mission")
    address = reverse("perimeter-confirm", args=["13100"])
    client.get(reverse("account"))
    with django_assert_num_queries(SIGNED_IN + 4):
        assert "Supposé, sans texte : 9" in words(client.get(address))
    response = client.post(address, COMMUNE)
    assert response.status_code == 303
    listed = words(client.get(response["Location"]))
    assert "Saint-Rémy-de-Provence relève du territoire 9" in listed
    assert "Il reste 22 communes à confirmer" in listed
    assert "22 communes attendent" in listed
    history = words(client.get(address))
    assert "Mission Essai" in history
    assert history.count('<tr><th scope="row">9 – ') == 2


def test_a_commune_confirmed_from_a_later_day_is_said_so(world: World, places):
    client = world.client("mission")
    later = (TODAY + timedelta(days=30)).isoformat()
    client.post(reverse("perimeter-confirm", args=["13100"]), COMMUNE | {"valid_from": later})
    page = words(client.get(reverse("to-confirm")))
    assert "Confirmée plus tard" in page
    assert "22 communes attendent" in page


def test_a_commune_without_source_or_territory_is_refused_and_kept(world: World, places):
    client = world.client("mission")
    for missing in ({"territory": ""}, {"territory": "77"}, {"source": ""}, {"valid_from": ""}):
        response = client.post(reverse("perimeter-confirm", args=["13100"]), COMMUNE | missing)
        assert response.status_code == 422, missing
        assert "Rien n’est confirmé" in words(response)
    assert not Perimeter.objects.filter(published=False).exists()


def test_an_unknown_commune_is_not_found(world: World, places):
    assert world.client("mission").get(reverse("perimeter-confirm", args=["99999"])).status_code == 404
