"""The bad inputs that happen every month: each is refused in words that say what to do, and nothing typed is lost."""

import re

import pytest
from django.urls import reverse

from levier.compliance.models import Certificate
from levier.hours.models import LedgerEntry, Statement, StatementLine
from levier.participants.models import EligibilityDecision, Person, Placement
from levier.reference.actions import load_published
from levier.web import clock
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
OCTOBER = "2026-10"
PLACING = {
    "modality": "direct_hire", "job_title": "Maçonne", "contract_kind": "cdd", "starts_on": "2026-11-02", "ends_on": "2027-01-29",
    "weekly_hours": "35",
}  # fmt: skip


@pytest.fixture
def told(world: World, monkeypatch):
    """A commitment with one person placed; a second facilitator in the same territory."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)
    world.user("near2", "facilitator", world.organisation("Structure des facilitateurs"), world.territory(4))
    world.owed = world.commitment(world.contract())
    world.placed = world.placement(world.person(), world.owed)
    return world


def month(world: World, text: str = OCTOBER) -> str:
    return reverse("statement", args=[world.owed.public_id, text])


def declared(world: World, hours: str, do: str = "review") -> dict[str, str]:
    return {f"h-{world.placed.public_id}": hours, "do": do}


def send_october(world: World, hours: str = "120") -> StatementLine:
    client = world.client("company")
    client.post(month(world), declared(world, hours))
    client.post(reverse("statement-check", args=[world.owed.public_id, OCTOBER]))
    return StatementLine.objects.get(state="pending")


def words(response) -> str:
    """What is written in the page, fields included."""
    text = (
        response.content.decode()
        .replace("\u00a0", " ")
        .replace("&nbsp;", " ")
        .replace("\u202f", " ")
        .replace("&#x27;", "'")
    )
    return " ".join(re.sub(r"<(?!input)[^>]+>", " ", text).split())


@pytest.mark.parametrize("do", ["review", "save", "copy", "none"])
def test_a_month_that_has_not_begun(told: World, do: str):
    client = told.client("company")
    assert "Vous pourrez le déclarer à partir du 1er janvier 2027" in words(client.get(month(told, "2027-01")))
    response = client.post(month(told, "2027-01"), declared(told, "77,25", do))
    assert response.status_code == 422
    assert "Le mois de janvier 2027 n’a pas commencé. Vous pourrez le déclarer à partir du 1er janvier 2027" in words(
        response
    )
    assert 'value="77,25"' in words(response)
    assert not Statement.objects.exists()


def test_dates_in_the_future(told: World):
    client, address = told.client("near"), reverse("person-new")
    person = {"last_name": "Neuve", "first_name": "Ada", "birth_date": "2030-05-12"}
    response = client.post(address, person)
    assert response.status_code == 422
    assert "vérifiez l’année" in words(response)
    assert 'value="Neuve"' in words(response)
    undecided = told.person("Sans", "Décision")
    decision = {
        "criterion": "RSA", "proof_date": "2027-02-01", "decision_date": "2027-02-02", "kind": "cdd", "hire_date": "2027-03-01",
        "contract_end": "2027-09-30",
    }  # fmt: skip
    response = client.post(reverse("eligibility-new", args=[undecided.public_id]), decision)
    assert response.status_code == 422
    assert "futur" in words(response) or "à venir" in words(response) or "aujourd’hui" in words(response)
    assert 'value="2027-02-01"' in words(response)
    assert Person.objects.count() == 2
    assert not EligibilityDecision.objects.filter(person=undecided).exists()


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ("500", "500 h dépassent le maximum légal d’un mois, 222 h. Corrigez ces heures"),
        ("-4", "ne peuvent pas être négatives. Écrivez 0"),
        ("beaucoup", "« beaucoup » n’est pas un nombre d’heures. Écrivez par exemple 151,67 ou 151:40"),
        ("", "Écrivez les heures du mois, ou 0 si la personne n’a pas travaillé"),
    ],
)
def test_hours_that_cannot_be(told: World, hours: str, sentence: str):
    client = told.client("company")
    response = client.post(month(told), declared(told, hours))
    page = words(response)
    assert response.status_code == 422
    assert sentence in page
    assert "Rien n’est envoyé" in page
    assert f'value="{hours}"' in page
    assert f'value="{hours}' in words(client.get(month(told))), "still there when coming back"
    assert not StatementLine.objects.exclude(state="draft").exists()


def test_a_placement_before_eligibility(told: World):
    person = told.person("Sans", "Décision")
    client, address = told.client("near"), reverse("placement-new", args=[person.public_id])
    assert "Décidez d’abord de l’éligibilité" in words(client.get(address))
    response = client.post(address, PLACING | {"commitment": told.owed.public_id})
    page = words(response)
    assert response.status_code == 422
    assert "pas de décision d’éligibilité : décidez-en d’abord, avant sa première heure" in page
    assert 'value="Maçonne"' in page
    assert Placement.objects.count() == 1


def test_a_month_already_sealed(told: World):
    line = send_october(told)
    told.client("near").post(reverse("review-decide"), {"accept": line.public_id})
    seal = reverse("statement-seal", args=[told.owed.public_id, OCTOBER])
    mission = told.client("mission")
    assert "est clos" in words(mission.post(seal, follow=True))
    assert "est déjà clos depuis le" in words(mission.post(seal, follow=True))
    response = told.client("company").post(month(told), declared(told, "130"))
    assert response.status_code == 422
    assert "est clos : plus rien ne peut y être déclaré ni accepté. Écrivez à votre facilitateur" in words(response)
    assert "Vous aviez écrit 130" in words(response)
    assert LedgerEntry.objects.count() == 1


def test_a_statement_sent_twice(told: World):
    send_october(told)
    client = told.client("company")
    again = client.post(reverse("statement-check", args=[told.owed.public_id, OCTOBER]), follow=True)
    assert "il n’a pas été envoyé deux fois" in words(again)
    assert StatementLine.objects.count() == 1


def test_hours_changed_in_a_form_opened_before_they_were_sent(told: World):
    """A second window of the same company: what it holds is neither taken nor lost."""
    send_october(told)
    response = told.client("company").post(month(told), declared(told, "130"))
    assert response.status_code == 422
    assert "Ces heures sont déjà parties chez votre facilitateur : rien n’a changé" in words(response)
    assert "Vous aviez écrit 130" in words(response)
    assert str(StatementLine.objects.get().hours) == "120.00"
    same = told.client("company").post(month(told), declared(told, "120"))
    assert same.status_code == 302, "the same hours lose nothing"


def test_a_person_a_certificate_and_a_decision_sent_twice(told: World):
    client = told.client("near")
    person = {"last_name": "Neuve", "first_name": "Ada", "birth_date": "1990-05-12"}
    assert client.post(reverse("person-new"), person).status_code == 302
    twice = client.post(reverse("person-new"), person)
    assert twice.status_code == 422
    assert "Ouvrir la fiche existante" in words(twice)
    line = send_october(told)
    for _ in range(2):
        client.post(reverse("review-decide"), {"accept": line.public_id})
    assert LedgerEntry.objects.count() == 1
    seal = reverse("certificate-new", args=[told.owed.public_id])
    labels = {
        words(told.client("mission").post(seal, follow=True)).split("Document n° ")[1].split(" ")[0] for _ in range(2)
    }
    assert len(labels) == Certificate.objects.count() == 1


def test_two_facilitators_at_once(told: World):
    line = send_october(told)
    first, second = told.client("near"), told.client("near2")
    second.get(reverse("line-refuse", args=[line.public_id]))
    first.post(reverse("review-decide"), {"accept": line.public_id})
    response = second.post(reverse("line-refuse", args=[line.public_id]), {"reason": "Trop d'heures pour ce chantier"})
    assert response.status_code == 422
    assert "Near Essai a déjà accepté ces heures le 25 novembre 2026" in words(response)
    assert "Trop d'heures pour ce chantier" in words(response)
    also = words(second.post(reverse("review-decide"), {"accept": line.public_id}, follow=True))
    assert "a déjà accepté ces heures" in also
    assert "Rien n’a été compté deux fois" in also
    assert LedgerEntry.objects.count() == 1


def test_a_refusal_without_a_reason(told: World):
    line = send_october(told)
    response = told.client("near").post(reverse("line-refuse", args=[line.public_id]), {"reason": " "})
    assert response.status_code == 422
    assert "Écrivez un motif : l’entreprise doit savoir quoi corriger" in words(response)
    line.refresh_from_db()
    assert line.state == "pending"
