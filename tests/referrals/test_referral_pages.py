"""The pages: who reads what, in which words, at which cost; and what a company never reads."""

import pytest
from django.urls import reverse

from levier.audit.models import PersonRead
from levier.participants.outcomes import plan_outcomes, type_answer
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.referrals.actions import link_placement
from levier.referrals.models import Referral
from levier.web import clock
from tests.reading import words
from tests.world import NOW, SECRET_CRITERION, TODAY, World

pytestmark = pytest.mark.django_db
BASE = 5
"""Queries of any signed-in page: session, user, memberships, and the writing of the session when it has just begun."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch, db):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)


def sent(world: World, people: int = 2) -> list[Referral]:
    position = world.position(world.commitment(world.contract()), places=5)
    found = []
    for number in range(people):
        person = world.person(f"Nomdefamille{number}", f"Prénom{number}")
        world.decision(person)
        found.append(world.referral(position, person))
    return found


@pytest.mark.parametrize("count", [2, 12])
def test_lists_take_the_same_queries_whatever_their_length(world: World, count: int, django_assert_max_num_queries):
    referrals = sent(world, count)
    position = referrals[0].position.public_id
    for who in ("company", "near", "prescriber"):
        client = world.client(who)
        client.get(reverse("referrals"))
        with django_assert_max_num_queries(BASE + 6):
            assert client.get(reverse("referrals")).status_code == 200
        with django_assert_max_num_queries(BASE + 8):
            assert client.get(reverse("position", args=[position])).status_code == 200
        with django_assert_max_num_queries(BASE + 3):
            assert client.get(reverse("positions")).status_code == 200


def test_the_calendar_takes_the_same_queries_whatever_it_holds(world: World, django_assert_max_num_queries):
    commitment = world.commitment(world.contract())
    client = world.client("near")
    client.get(reverse("needs-calendar"))
    for _ in range(6):
        world.position(commitment)
    with django_assert_max_num_queries(BASE + 8):
        shown = client.get(reverse("needs-calendar"))
    assert "Maçonnerie et ravalement" in words(shown)
    assert client.get(reverse("needs-calendar"), {"metier": "cleaning", "mois": "12"}).status_code == 200
    workbook = client.get(reverse("needs-calendar-xlsx"))
    assert workbook["Content-Disposition"] == 'attachment; filename="besoins-2026-11-25.xlsx"'
    assert workbook.content[:2] == b"PK"


def test_a_company_reads_a_first_name_an_initial_and_never_a_criterion(world: World):
    (first, _) = sent(world)
    client = world.client("company")
    for address in (
        reverse("referrals"),
        reverse("referral", args=[first.public_id]),
        reverse("referral-answer", args=[first.public_id]),
        reverse("position", args=[first.position.public_id]),
    ):
        shown = words(client.get(address))
        assert "Prénom0 N." in shown
        assert "Nomdefamille" not in shown
        assert SECRET_CRITERION not in shown
        assert "1998" not in shown
        assert "31 d" in shown, "eligible until 31 December 2027"
    read = PersonRead.objects.filter(actor_user_id=world.users["company"].pk, person_public_id=first.person.public_id)
    assert read.count() == 4
    assert set(read.values_list("what", "purpose")) == {("prénom et initiale", "recruter")}


def test_strangers_and_near_misses_find_nothing(world: World):
    (first, _) = sent(world)
    pages = {
        "position": first.position.public_id, "position-propose": first.position.public_id, "position-change": first.position.public_id,
        "position-close": first.position.public_id, "referral": first.public_id, "referral-answer": first.public_id,
        "referral-withdraw": first.public_id, "referral-not-placed": first.public_id,
    }  # fmt: skip
    for name, public_id in pages.items():
        for who in ("rival", "far", "far_prescriber", "buyer", "stranger_buyer"):
            for method in ("get", "post"):
                answer = getattr(world.client(who), method)(reverse(name, args=[public_id]))
                assert answer.status_code in {404, 405}, (name, who, method)
    colleague = world.client("colleague")
    assert colleague.get(reverse("position", args=[first.position.public_id])).status_code == 200
    assert "Nomdefamille" not in words(colleague.get(reverse("position", args=[first.position.public_id])))
    assert colleague.get(reverse("referral", args=[first.public_id])).status_code == 404
    assert "Aucune candidature" in words(colleague.get(reverse("referrals")))
    for who in ("prescriber", "colleague"):
        for name, args in (("person", [first.person.public_id]), ("contracts", []), ("statements", [])):
            assert world.client(who).get(reverse(name, args=args)).status_code == 404, (who, name)


def test_a_step_that_is_over_leads_back(world: World):
    (first, _) = sent(world)
    client = world.client("company")
    address = reverse("referral-answer", args=[first.public_id])
    assert client.post(address, {"answer": "refuser", "reason": "dates"}).status_code == 303
    assert client.post(address, {"answer": "embaucher"}).status_code == 303
    assert "plus possible" in words(client.get(reverse("referral", args=[first.public_id])))
    first.refresh_from_db()
    assert first.state == "refused"
    told = words(world.client("prescriber").get(reverse("referral", args=[first.public_id])))
    assert "Les dates ou les horaires ne conviennent pas" in told


def test_a_company_is_not_told_why_the_facilitator_does_not_validate(world: World):
    (first, _) = sent(world)
    world.client("company").post(reverse("referral-answer", args=[first.public_id]), {"answer": "embaucher"})
    address = reverse("referral-not-placed", args=[first.public_id])
    assert world.client("near").post(address, {"reason": "not_eligible"}).status_code == 303
    assert "n’est pas établie" in words(world.client("prescriber").get(reverse("referral", args=[first.public_id])))
    shown = words(world.client("company").get(reverse("referral", args=[first.public_id])))
    assert "n’est pas établie" not in shown
    assert "n’a pas pu être validée" in shown


def test_a_typed_form_comes_back_with_its_sentences(world: World):
    commitment = world.commitment(world.contract())
    world.commune()
    typed = {
        "job": "F1703 Maçonnerie",
        "commune": "Atlantis",
        "places": "deux",
        "weekly_hours": "35",
        "starts_on": "hier",
        "licence": "none",
    }
    answer = world.client("company").post(reverse("position-new", args=[commitment.public_id]), typed)
    assert answer.status_code == 422
    shown = words(answer)
    for said in ("Choisissez la commune", "entre 1 et 50", "n’est pas une date", 'value="Atlantis"', 'value="deux"'):
        assert said in shown


def test_late_steps_are_in_the_list_of_their_owner(world: World, monkeypatch):
    from datetime import timedelta

    sent(world)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=12))
    mine = words(world.client("company").get(reverse("todo")))
    assert "Répondre à une personne proposée" in mine
    assert "en retard depuis 5 jours" in mine
    assert "L’entreprise" in words(world.client("near").get(reverse("todo"))), "whom to call"
    assert "Prénom0" not in mine
    assert "Répondre à une personne proposée" not in words(world.client("rival").get(reverse("todo")))


def test_whoever_proposed_the_person_reads_what_became_of_them_and_the_company_does_not(world: World):
    (first, _) = sent(world)
    commitment = first.position.commitment
    world.client("company").post(reverse("referral-answer", args=[first.public_id]), {"answer": "embaucher"})
    placement = world.placement(first.person, commitment)
    link = {"commitment_id": commitment.public_id, "catalogue": published_catalogue(), "now": NOW}
    link_placement(actor=world.actors["near"], placement=placement, **link)
    placement.ends_on = TODAY
    placement.save(update_fields=["ends_on"])
    plan_outcomes(placement, published_catalogue())
    address = reverse("referral", args=[first.public_id])
    assert "Ce que la personne est devenue" in words(world.client("prescriber").get(address))
    assert "Demander" in words(world.client("near").get(address))
    assert "Demander" not in words(world.client("prescriber").get(address))
    question = placement.outcomes.get(step="end")
    type_answer(actor=world.actors["near"], question_id=question.public_id, answer="training", now=NOW)
    for who, told in (("prescriber", True), ("near", True), ("company", False)):
        shown = words(world.client(who).get(address))
        assert ("Une formation" in shown) is told, who
        assert ("Ce que la personne est devenue" in shown) is told, who
