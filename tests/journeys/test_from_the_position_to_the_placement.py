"""A company looks for somebody, in a real browser: it opens a position, a prescriber proposes two people, one is refused with a reason and the
other hired; the facilitator validates eligibility and placement; the prescriber reads what became of each. axe looks at every page.
"""

import pytest
from django.urls import reverse

from levier.audit.models import PersonRead
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.notifications.models import Message
from levier.participants.models import Placement
from levier.reference.actions import load_published as load_values
from levier.referrals.models import Position, Referral
from levier.web import clock
from tests.browser import fill, press, see, text_of
from tests.world import NOW, SECRET_CRITERION, World, small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def world(monkeypatch, settings, tmp_path, db) -> World:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_values(NOW)
    world = small_world()
    world.commune()
    world.commitment(world.contract())
    return world


def follow(visitor, name: str) -> None:
    visitor.page.locator("main").get_by_role("link", name=name).first.click()
    visitor.page.wait_for_load_state()


def test_a_position_two_people_one_placement(visit, world: World):
    company = visit(world.client("company"))
    company.open(reverse("positions"))
    see(company, "Aucun poste ouvert")
    commitment = Commitment.objects.get()
    company.open(reverse("contract", args=[commitment.lot.contract.public_id]) + "?rubrique=engagements")
    follow(company, "Ouvrir un poste")
    see(company, "2026-0147", "À quels travaux du marché")
    press(company, "Ouvrir le poste", exact=True)
    see(company, "Le poste n’est pas enregistré", "Choisissez le métier dans la liste", "seules ces heures compteront")
    fill(
        company,
        job="F1703 Maçonnerie",
        commune="Aix-en-Provence (13001)",
        link="Cloisons du collège",
        starts_on="2026-12-07",
        ends_on="2027-02-26",
    )
    press(company, "Ouvrir le poste", exact=True)
    see(company, "Poste ouvert", "Maçonnerie", "1 place à pourvoir")
    position = Position.objects.get()

    prescriber = visit(world.client("prescriber"), width=360)
    prescriber.open(reverse("todo"))
    see(prescriber, "Rien à faire pour l’instant")
    prescriber.open(reverse("positions"))
    see(prescriber, "Maçonnerie", "Bâti Essai")
    assert prescriber.overflow == 0
    for last, first, born in (("Diarra", "Fatou", "1999-05-04"), ("Marin", "Hugo", "1990-01-02")):
        prescriber.open(reverse("position-propose", args=[position.public_id]))
        fill(prescriber, last_name=last, first_name=first, birth_date=born, wish="Maçonnerie, un an de chantier")
        press(prescriber, "Proposer cette personne", exact=True)
        see(prescriber, "elle n’est proposée qu’avec son accord")
        assert prescriber.page.locator("#f-last_name, #f-last-name").first.input_value() == last, "what was typed stays"
        fill(prescriber, agreed="1")
        press(prescriber, "Proposer cette personne", exact=True)
        see(prescriber, f"{first} {last}", "L’entreprise", "mercredi 2 décembre 2026")
        assert prescriber.overflow == 0

    company.open(reverse("todo"))
    see(company, "Répondre à une personne proposée", "À vous")
    company.open(reverse("position", args=[position.public_id]))
    see(company, "Fatou D.", "Hugo M.", "À vous d’agir")
    assert "Diarra" not in text_of(company)
    follow(company, "Répondre")
    see(company, "Répondre pour Fatou D.")
    fill(company, reason="other", note="Elle est souvent malade")
    press(company, "Ne pas retenir", exact=True)
    see(company, "touche à la santé")
    fill(company, reason="mobility", note="Le chantier commence à 6 h, sans bus")
    press(company, "Ne pas retenir", exact=True)
    see(company, "Non retenue", "Le lieu de travail n’est pas accessible")
    company.open(reverse("position", args=[position.public_id]))
    follow(company, "Répondre")
    fill(company, meets_on="2026-11-27")
    press(company, "Rencontrer la personne", exact=True)
    see(company, "À rencontrer", "27 novembre 2026")
    follow(company, "Répondre")
    press(company, "Embaucher la personne", exact=True)
    see(company, "Retenue", "à décider par le facilitateur")

    facilitator = visit(world.client("near"))
    facilitator.open(reverse("todo"))
    see(facilitator, "Valider une personne retenue")
    follow(facilitator, "Valider")
    see(facilitator, "Hugo Marin", "L’éligibilité se décide avant la première heure")
    follow(facilitator, "Décider de l’éligibilité")
    assert facilitator.page.locator("#f-hire_date, #f-hire-date").first.input_value() == "2026-12-07"
    fill(facilitator, criterion="RSA", proof_date="2026-11-02")
    press(facilitator, "Voir la période", exact=True)
    press(facilitator, "Accorder cette période", exact=True)
    follow(facilitator, "Enregistrer une mise à l’emploi")
    assert facilitator.page.locator("#f-job_title, #f-job-title").first.input_value() == "Maçonnerie"
    see(facilitator, "Enregistrer une mise à l’emploi", "Hugo Marin")
    press(facilitator, "Enregistrer", exact=True)
    placement = Placement.objects.get()
    assert CommitmentPlacement.objects.get().placement == placement
    position.refresh_from_db()
    assert position.closed_reason == "filled"
    facilitator.open(reverse("todo"))
    assert "Valider une personne retenue" not in text_of(facilitator)

    prescriber.open(reverse("referrals") + "?etat=toutes")
    see(prescriber, "Fatou Diarra", "Non retenue", "Hugo Marin", "À l’emploi")
    assert prescriber.overflow == 0
    prescriber.open(reverse("referral", args=[Referral.objects.get(state="placed").public_id]))
    see(
        prescriber,
        "Éligibilité et mise à l’emploi validées",
        "Premier jour prévu",
        "Fin de contrat prévue",
        "La question lui sera posée à la fin de son contrat, puis à 3, 6 et 12 mois",
    )
    assert "RSA" not in text_of(prescriber)
    assert SECRET_CRITERION not in text_of(prescriber)
    prescriber.open(reverse("needs-calendar"))
    see(prescriber, "Calendrier des besoins", "Heures dues à couvrir")
    assert prescriber.overflow == 0
    company.open(reverse("referrals") + "?etat=emploi")
    see(company, "Hugo Marin", "26 févr. 2027")
    readers = set(PersonRead.objects.values_list("actor_role", flat=True))
    assert {"company", "prescriber", "facilitator"} <= readers
    told = [one.recipient for one in Message.objects.order_by("id")]
    assert told.count("company@exemple.test") == 3, "two people proposed, one meeting"
    assert told.count("near@exemple.test") == 1
    assert told.count("prescriber@exemple.test") == 2
