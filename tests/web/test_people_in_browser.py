"""Two journeys in a browser, on a phone and on a desk: a structure confirms; a person opens their page by its paper. And axe on the rest."""

import os
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from levier.hours.confirmations import Said, confirmations_of
from levier.hours.models import Contest
from levier.participants.actions import end_placement, register_person
from levier.participants.letters import make_letter
from levier.participants.models import OutcomeQuestion
from levier.participants.outcomes import ask, keep_contact
from levier.participants.values import NewPerson
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.world import NOW, World

pytestmark = pytest.mark.journey
CATALOGUE = published_catalogue()
WINDOWS = [(360, "light"), (1440, "dark"), (1440, "light")]


@pytest.fixture
def lived(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Samira, employed by an ETTI on a commitment of Bâti Essai, with September and October declared."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)
    commitment = world.commitment(world.contract())
    world.user("etti", "structure", world.organisation("ETTI Essai", "inclusive_structure"))
    world.samira = world.person()
    world.job = world.placement(world.samira, commitment, employer="ETTI Essai")
    for month, hours in ((9, "98.50"), (10, "120.00")):
        world.last = world.sent_line(commitment, world.job, month=date(2026, month, 1), hours=hours)
    world.token = make_letter(
        actor=world.actors["near"], person_id=world.samira.public_id, catalogue=CATALOGUE, now=NOW
    ).token
    return world


def seen(visitor, name: str) -> None:
    """Nothing overflows, axe finds nothing; a picture is kept where LEVIER_PICTURES names a folder."""
    visitor.page.wait_for_load_state()
    if folder := os.environ.get("LEVIER_PICTURES"):
        width = visitor.page.viewport_size["width"]
        visitor.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    assert visitor.overflow <= 0, name
    assert visitor.violations() == [], name


@pytest.mark.parametrize(("width", "theme"), WINDOWS)
def test_a_structure_confirms_in_one_click_and_contests_with_a_reason(visit, lived: World, width: int, theme: str):
    visitor = visit(lived.client("etti"), width=width, theme=theme)
    page = visitor.open(reverse("todo"))
    seen(visitor, "siae")
    assert "Ce que des entreprises déclarent de vos salariés" in page.inner_text("h1")
    page.get_by_role("link", name="Ce n’est pas juste").last.click()
    page.get_by_role("button", name="Envoyer au facilitateur").click()
    seen(visitor, "siae-contester-vide")
    page.fill("#f-reason", "98 h sur nos relevés de mission")
    page.get_by_role("button", name="Envoyer au facilitateur").click()
    assert confirmations_of([lived.last.pk])[lived.last.pk].by_structure is Said.NO
    page.get_by_role("button", name="Confirmer cette ligne").click()
    seen(visitor, "siae-fini")
    assert "Rien ne vous attend" in page.inner_text("main")
    facilitator = visit(lived.client("near"), width=width, theme=theme)
    facilitator.open(reverse("contests"))
    assert "98 h sur nos relevés de mission" in facilitator.page.inner_text("main")
    seen(facilitator, "contestations-structure")


@pytest.mark.parametrize(("width", "theme"), WINDOWS)
def test_a_person_opens_the_page_answers_looks_who_read_and_contests(visit, lived: World, width: int, theme: str):
    visitor = visit(Client(), width=width, theme=theme)
    page = visitor.open(reverse("own-enter", args=[lived.token]))
    seen(visitor, "moi-entrer")
    page.fill("#f-year", "1997")
    page.get_by_role("button", name="Ouvrir ma page").click()
    assert "Le lien ou l’année ne va pas" in page.inner_text("main")
    seen(visitor, "moi-entrer-faux")
    page.fill("#f-year", "1998")
    page.get_by_role("button", name="Ouvrir ma page").click()
    assert page.inner_text("h1") == "Bonjour Samira."
    seen(visitor, "moi")
    page.get_by_role("button", name="Oui, c’est juste").click()
    assert "98,5" in page.inner_text(".own-huge"), "then the month before"
    page.get_by_role("link", name="Qui a regardé").click()
    seen(visitor, "moi-qui")
    page.get_by_role("link", name="Mes données").click()
    seen(visitor, "moi-donnees")
    page.get_by_role("link", name="Mon carnet").click()
    page.locator("summary").click()
    page.locator("textarea").fill("Coffrage, ferraillage")
    page.get_by_label("Travailler en équipe").check()
    page.get_by_role("button", name="Garder", exact=True).click()
    assert "Coffrage, ferraillage" in page.inner_text("main")
    seen(visitor, "moi-carnet")
    page.get_by_role("link", name="Mes heures").first.click()
    page.get_by_role("button", name="Non", exact=False).first.click()
    assert page.inner_text("h1") == "Je ne suis pas d’accord"
    seen(visitor, "moi-contester")
    page.get_by_label("J’ai fait plus d’heures").check()
    page.fill("#f-words", "J’ai aussi travaillé le samedi.")
    page.get_by_role("button", name="Envoyer").click()
    seen(visitor, "moi-apres")
    assert "Votre facilitateur doit répondre" in page.inner_text("main")
    contest = Contest.objects.get()
    facilitator = visit(lived.client("near"), width=width, theme=theme)
    desk = facilitator.open(reverse("todo"))
    seen(facilitator, "a-faire-contestation")
    desk.get_by_role("link", name="Répondre").first.click()
    seen(facilitator, "contestations")
    facilitator.open(reverse("contest", args=[contest.public_id]))
    seen(facilitator, "contestation")
    desk.select_option("#f-upheld", "yes")
    desk.fill("#f-answer", "Vous avez raison. L’entreprise corrige.")
    desk.get_by_role("button", name="Répondre").click()
    page.get_by_role("link", name="Mes heures").first.click()
    assert "Vous avez raison. L’entreprise corrige." in page.inner_text("main")
    page.get_by_role("button", name="Quitter").click()
    seen(visitor, "moi-quitter")
    visitor.open(reverse("own"))
    assert page.inner_text("h1") == "La page est fermée."


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_axe_finds_nothing_on_the_facilitators_pages(visit, lived: World, width: int, theme: str):
    near = lived.actors["near"]
    for last, first in (("Benali", "Inès"), ("Ines", "Bénali")):
        found = register_person(actor=near, new=NewPerson(last, first, date(1990, 5, 6)), catalogue=CATALOGUE, now=NOW)
    end_placement(
        actor=near, placement_id=lived.job.public_id, ends_on=date(2026, 11, 20), catalogue=CATALOGUE, now=NOW
    )
    keep_contact(actor=near, person_id=lived.samira.public_id, email="s@exemple.test", phone="0612345678", now=NOW)
    question = OutcomeQuestion.objects.get(step="end")
    visitor = visit(lived.client("near"), width=width, theme=theme)
    for name, address in (
        ("personne", reverse("person", args=[lived.samira.public_id])),
        ("personnes", reverse("people")),
        ("lettre", reverse("person-letter", args=[lived.samira.public_id])),
        ("coordonnees", reverse("person-contact", args=[lived.samira.public_id])),
        ("doublons", reverse("duplicates")),
        ("doublon", reverse("duplicate", args=[found.public_id])),
        ("suites", reverse("outcomes")),
        ("suite", reverse("outcome", args=[question.public_id])),
        ("suites-chiffres", reverse("outcome-counts")),
    ):
        visitor.open(address)
        seen(visitor, name)
    text = ask(actor=near, question_id=question.public_id, by="sms", now=NOW).text
    phone = visit(Client(), width=width, theme=theme)
    phone.open("/reponse/" + text.split("/reponse/")[1].split("/")[0] + "/")
    seen(phone, "reponse")
    phone.page.get_by_role("button", name="Une formation").click()
    assert "Merci." in phone.page.inner_text("h1")
    seen(phone, "reponse-merci")
