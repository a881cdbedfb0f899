"""Asking to be erased: the rule, the file set aside while a dispute is open, what erasing leaves, and the walls."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from levier.audit.models import PersonRead
from levier.commands.erase import erase
from levier.erasure.actions import ask_erasure, daily_round, look_again, withdraw_request
from levier.erasure.models import ErasureRequest
from levier.erasure.rules import answer
from levier.erasure.values import DISPUTES, ErasureFacts, Obstacle, Outcome
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line
from levier.hours.contests import Matter, answer_contest, open_contest
from levier.hours.verification import verify_chains, violations
from levier.participants.actions import register_person
from levier.participants.identity import index_of, open_identity
from levier.participants.merging import merge
from levier.participants.models import EligibilityGround, Person, PersonKey, Placement
from levier.participants.notes import Note, write_note
from levier.participants.values import NewPerson
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.web.test_own_page import visit, words
from tests.world import NOW, SECRET_CRITERION, TODAY, World

NOTHING = ErasureFacts(0, 0, at_work=False, hours_declared=False, kept_until=TODAY, today=TODAY)


@pytest.mark.parametrize(
    ("facts", "outcome", "obstacles"),
    [
        ({}, Outcome.ERASED, ()),
        ({"open_contests": 1}, Outcome.LIMITED, (Obstacle.CONTEST_OPEN,)),
        ({"open_cases": 2}, Outcome.LIMITED, (Obstacle.CASE_OPEN,)),
        ({"at_work": True}, Outcome.KEPT, (Obstacle.AT_WORK,)),
        ({"at_work": True, "open_contests": 1}, Outcome.LIMITED, (Obstacle.CONTEST_OPEN, Obstacle.AT_WORK)),
        ({"hours_declared": True}, Outcome.LIMITED, (Obstacle.HOURS_DECLARED,)),
        ({"hours_declared": True, "today": TODAY + timedelta(days=1)}, Outcome.ERASED, ()),
    ],
)
def test_what_is_answered(facts, outcome, obstacles):
    found = answer(replace(NOTHING, **facts))
    assert (found.outcome, found.obstacles) == (outcome, obstacles)


@given(
    st.builds(ErasureFacts, st.integers(0, 2), st.integers(0, 2), st.booleans(), st.booleans(), st.dates(), st.dates())
)
def test_nobody_is_erased_in_a_dispute_and_what_is_held_says_why(facts):
    found = answer(facts)
    assert (found.outcome is Outcome.ERASED) == (found.obstacles == ())
    if DISPUTES & set(found.obstacles):
        assert (found.outcome, found.until) == (Outcome.LIMITED, None)
    elif found.obstacles:
        assert found.until is not None
        assert found.until >= facts.today


@pytest.fixture
def samira(world: World, monkeypatch) -> Person:
    """Samira Belkacem, whose contract ended yesterday; 120 hours of October declared, a note in her book."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)
    person = world.person()
    world.owed = world.commitment(world.contract())
    world.line = world.sent_line(world.owed, world.placement(person, world.owed))
    Placement.objects.update(ends_on=TODAY - timedelta(days=1))
    write_note(person=person, placement_id=world.line.placement.public_id, note=Note("Enduits", (), ""), now=NOW)
    PersonKey.objects.create(person=person, kind="names", digest=b"k" * 32)
    return person


def test_abuse_erasure_asked_while_a_dispute_is_open(world: World, samira: Person):
    """Set aside at once: hidden from all but the mission, which reads it for the dispute; erased by nobody before the end."""
    client = visit(world, samira)
    case = open_contest(
        person=samira, matter=Matter.MORE, words="Il manque une semaine.", now=NOW, line_id=world.line.public_id
    )
    page = words(client.get(reverse("own-erase")))
    assert "Vous attendez une réponse" in page
    assert "mise de côté" in page
    assert client.post(reverse("own-erase")).status_code == 303
    request = ErasureRequest.objects.get()
    assert (request.outcome, request.obstacles, request.until) == ("limited", ["contest_open", "hours_declared"], None)
    # who followed, employs or prescribed reads the name no more; the dispute goes on by reference
    name, file = "Belkacem", reverse("person", args=[samira.public_id])
    assert world.client("near").get(file).status_code == 404
    for who, address in (
        ("near", reverse("people")), ("near", reverse("contest", args=[case.public_id])), ("near", reverse("review")),
        ("company", reverse("own-people")), ("company", reverse("statements")), ("mission", reverse("people")),
        ("mission", reverse("erasures")),
    ):  # fmt: skip
        response = world.client(who).get(address)
        assert response.status_code == 200, address
        assert name not in words(response), (who, address)
    assert samira.reference in words(world.client("near").get(reverse("contest", args=[case.public_id])))
    # the legal role reads it, and the reading says for what
    assert name in words(world.client("mission").get(file))
    assert PersonRead.objects.filter(purpose="litige ou preuve").exists()
    # nobody gets around it: registered anew, or merged with another file
    identity = open_identity(samira.identity, samira.public_id)
    assert identity is not None
    Person.objects.filter(pk=samira.pk).update(identity_index=index_of(identity))
    new = NewPerson(identity.last_name, identity.first_name, identity.birth_date)
    with pytest.raises(Refusal, match="mise de côté"):
        register_person(actor=world.actors["near"], new=new, catalogue=published_catalogue(), now=NOW)
    twin = world.person("Samira", "Belkacem")
    with pytest.raises(Refusal, match="mise de côté"):
        merge(actor=world.actors["near"], first_id=samira.public_id, second_id=twin.public_id, now=NOW)
    # the database holds it, whatever the code does
    samira.refresh_from_db()
    with pytest.raises(DatabaseError, match="ERASED_IN_DISPUTE"), transaction.atomic():
        Person.objects.filter(pk=samira.pk).update(identity=None, identity_index=None, anonymised_at=NOW)
    assert daily_round(author=world.actors["mission"], now=NOW, really=True).erased == ()
    assert violations() == ()
    # planted fault: set aside without a request
    with transaction.atomic():
        ErasureRequest.objects.update(closed_at=NOW)
        assert {one.view for one in violations()} == {"violation_limited"}
        transaction.set_rollback(True)
    # the answer ends the dispute: the hours still hold the file, until its term and no longer
    answer_contest(
        actor=world.actors["near"], contest_id=case.public_id, upheld=False, answer="Le relevé est juste.", now=NOW
    )
    looked = look_again(actor=world.actors["mission"], request_id=request.public_id, now=NOW)
    assert (looked.outcome, looked.obstacles, looked.until) == ("limited", ["hours_declared"], samira.retention_until)
    for who in ("near", "buyer", "company"):
        with pytest.raises(NotForYou):
            look_again(actor=world.actors[who], request_id=request.public_id, now=NOW)
    withdraw_request(person=samira, now=NOW)
    assert world.client("near").get(file).status_code == 200


def test_at_its_term_nothing_that_names_is_left_and_the_ledger_is_whole(world: World, samira: Person):
    accept_line(actor=world.actors["near"], line_public_id=world.line.public_id, now=NOW)
    ask_erasure(person=samira, now=NOW)
    later = NOW.replace(year=2030)
    runner = CliRunner()
    assert daily_round(author=world.actors["mission"], now=later, really=False).erased == (samira.reference,)
    assert "0 fiches à effacer, 1 mises de côté" in runner.invoke(erase).output  # today the term is not over
    done = daily_round(author=world.actors["mission"], now=later, really=True)
    assert done.erased == (samira.reference,)
    samira.refresh_from_db()
    assert (samira.identity, samira.identity_index, samira.contact, samira.commune_id) == (None, None, None, None)
    assert samira.anonymised_at == later
    assert not PersonKey.objects.filter(person=samira).exists()
    assert not EligibilityGround.objects.filter(decision__person=samira).exists()
    world.owed.refresh_from_db()
    assert world.owed.credited_hours == world.line.hours
    assert violations() == ()
    assert verify_chains().broken == ()
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Person.objects.filter(pk=samira.pk).update(anonymised_at=None)
    with connection.cursor() as cursor:  # nothing sealed of hers is left either
        cursor.execute("SELECT count(*) FROM participants_worknote")
        assert cursor.fetchone() == (0,)
    assert SECRET_CRITERION not in words(world.client("mission").get(reverse("person", args=[samira.public_id])))


def test_with_nothing_declared_one_is_erased_at_once(world: World, samira: Person):
    other = world.person("Nouvelle", "Venue")
    world.decision(other)
    client = visit(world, other)
    assert "tout de suite" in words(client.get(reverse("own-erase")))
    assert "effacée" in words(client.post(reverse("own-erase"), follow=True))
    other.refresh_from_db()
    assert other.anonymised_at == NOW
    assert "La page est fermée" in words(client.get(reverse("own")))
    assert ErasureRequest.objects.get().closed_at == NOW
    with pytest.raises(NotForYou):
        ask_erasure(person=other, now=NOW)


def test_who_works_is_told_why_and_until_when(world: World, samira: Person):
    Placement.objects.update(ends_on=date(2027, 2, 28))
    client = visit(world, samira)
    page = words(client.get(reverse("own-erase")))
    assert "Vous travaillez encore" in page
    assert "31 décembre 2029" in page
    assert client.post(reverse("own-erase")).status_code == 303
    samira.refresh_from_db()
    assert (samira.limited_at, samira.anonymised_at) == (None, None)
    assert ErasureRequest.objects.get().outcome == "kept"
