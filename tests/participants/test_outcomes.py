"""What becomes of people: when they are asked, by whom, how silence counts, and what nobody outside may count."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.objections import NotForYou, Refusal
from levier.notifications.actions import whole_body
from levier.notifications.models import Message
from levier.participants.actions import end_placement
from levier.participants.models import OutcomeQuestion, Person
from levier.participants.outcomes import (
    Answer,
    Group,
    Step,
    answer_by_link,
    ask,
    ask_all_due,
    counts,
    due_dates,
    group_of,
    keep_contact,
    questions_visible_to,
    type_answer,
)
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.reading import words
from tests.world import NOW, TODAY, World

CATALOGUE = published_catalogue()
ENDED = date(2026, 8, 24)


def test_the_four_questions_come_at_the_end_then_at_3_6_and_12_months():
    assert due_dates(date(2026, 8, 31), CATALOGUE) == {
        Step.END: date(2026, 8, 31), Step.THREE: date(2026, 11, 30), Step.SIX: date(2027, 2, 28), Step.TWELVE: date(2027, 8, 31),
    }  # fmt: skip


def test_silence_counts_as_silence_once_its_delay_is_over():
    assert group_of("", ENDED, ENDED + timedelta(days=45), 45) is Group.WAITING
    assert group_of("", ENDED, ENDED + timedelta(days=46), 45) is Group.SILENT
    assert group_of("cdi", ENDED, TODAY, 45) is Group.DURABLE


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["end", "m3"]), st.sampled_from(["", *Answer]), st.dates(date(2026, 1, 1), date(2026, 12, 31))
    )
)


@given(ROWS, st.integers(2, 9))
def test_no_small_count_is_ever_shown_and_nothing_is_left_out(rows, smallest):
    for one in counts(rows, TODAY, answer_days=45, smallest=smallest):
        shown = [cell.shown for cell in one.cells if cell.shown is not None]
        assert not [number for number in shown if 0 < number < smallest]
        assert sum(cell.number for cell in one.cells) == sum(step == one.step and due <= TODAY for step, _, due in rows)
        assert not one.hidden or not shown, "a hidden step shows no count from which the small one could be taken"


@pytest.fixture
def left(world: World, monkeypatch) -> Person:
    """A person whose contract ended three months ago, as its end was typed."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)
    person = world.person()
    placement = world.placement(person, world.commitment(world.contract()))
    end_placement(
        actor=world.actors["near"], placement_id=placement.public_id, ends_on=ENDED, catalogue=CATALOGUE, now=NOW
    )
    return person


@pytest.mark.django_db
def test_a_new_end_moves_only_what_was_not_asked(world: World, left: Person):
    end = OutcomeQuestion.objects.get(step="end")
    type_answer(actor=world.actors["near"], question_id=end.public_id, answer="seeking", now=NOW)
    placement = left.placements.get()
    end_placement(
        actor=world.actors["near"],
        placement_id=placement.public_id,
        ends_on=date(2026, 9, 30),
        catalogue=CATALOGUE,
        now=NOW,
    )
    days = dict(OutcomeQuestion.objects.values_list("step", "due_on"))
    assert days == {"end": ENDED, "m3": date(2026, 12, 30), "m6": date(2027, 3, 30), "m12": date(2027, 9, 30)}


@pytest.mark.django_db
def test_a_mail_asks_one_question_without_naming_anybody_and_serves_once(world: World, left: Person):
    near = world.actors["near"]
    question = OutcomeQuestion.objects.get(step="m3")
    with pytest.raises(Refusal, match="ni adresse électronique ni téléphone"):
        ask(actor=near, question_id=question.public_id, by="mail", now=NOW)
    keep_contact(actor=near, person_id=left.public_id, email="Samira@Exemple.test", phone="06 12 34 56 78", now=NOW)
    left.refresh_from_db()
    assert b"exemple" not in bytes(left.contact)
    ask(actor=near, question_id=question.public_id, by="mail", now=NOW)
    message = Message.objects.get()
    assert message.recipient == "samira@exemple.test"
    for secret in ("Samira", "Belkacem", "clause", "insertion", "RSA"):
        assert secret not in message.subject + message.body
    assert "/reponse/" not in message.body, "whoever reads the outbox must not be able to answer for the person"
    link = next(line for line in whole_body(message).splitlines() if "/reponse/" in line)
    address = "/reponse/" + link.split("/reponse/")[1]
    page = words(Client().get(address))
    assert "Que faites-vous aujourd’hui" in page
    assert "Samira" not in page
    assert "Merci" in words(Client().post(address, {"answer": "cdd_long"}, follow=True))
    question.refresh_from_db()
    assert (question.answer, question.answered_by_label) == ("cdd_long", "La personne elle-même")
    again, unknown = words(Client().get(address)), words(Client().get("/reponse/" + "x" * 26 + "/"))
    assert "Ce lien ne sert plus" in again
    assert again.split("<main")[1].split("csrf")[0] == unknown.split("<main")[1].split("csrf")[0]
    assert not answer_by_link(token=address.split("/")[2], answer="cdi", now=NOW)


@pytest.mark.django_db
def test_the_daily_run_asks_those_who_left_an_address_once(world: World, left: Person):
    assert ask_all_due(now=NOW, catalogue=CATALOGUE) == 0, "nobody left an address"
    keep_contact(actor=world.actors["near"], person_id=left.public_id, email="s@exemple.test", phone="", now=NOW)
    assert ask_all_due(now=NOW, catalogue=CATALOGUE) == 1, "the end of August is given up, three months later is due"
    assert ask_all_due(now=NOW, catalogue=CATALOGUE) == 0
    assert Message.objects.count() == 1
    assert OutcomeQuestion.objects.get(step="m3").asked_by_way == "mail"


@pytest.mark.django_db
def test_an_sms_is_a_text_to_copy(world: World, left: Person):
    near, question = world.actors["near"], OutcomeQuestion.objects.get(step="m3")
    keep_contact(actor=near, person_id=left.public_id, email="", phone="06 12 34 56 78", now=NOW)
    page = words(world.client("near").post(reverse("outcome", args=[question.public_id]), {"do": "sms"}))
    assert "Que faites-vous aujourd’hui" in page
    assert "/reponse/" in page
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_question_is_not_asked_before_its_day_nor_answered_twice(world: World, left: Person):
    near = world.actors["near"]
    later = OutcomeQuestion.objects.get(step="m6")
    for act in (
        lambda: type_answer(actor=near, question_id=later.public_id, answer="cdi", now=NOW),
        lambda: ask(actor=near, question_id=later.public_id, by="mail", now=NOW),
    ):
        with pytest.raises(Refusal, match=r"24.février.2027"):
            act()
    end = OutcomeQuestion.objects.get(step="end")
    type_answer(actor=near, question_id=end.public_id, answer="cdi", now=NOW)
    with pytest.raises(Refusal, match="a déjà sa réponse"):
        type_answer(actor=near, question_id=end.public_id, answer="seeking", now=NOW)
    with pytest.raises(Refusal):
        type_answer(actor=near, question_id=OutcomeQuestion.objects.get(step="m3").public_id, answer="rien", now=NOW)


@pytest.mark.django_db
def test_who_reads_and_who_types(world: World, left: Person):
    question = OutcomeQuestion.objects.get(step="end")
    assert questions_visible_to(world.actors["mission"]).count() == 4
    for who in ("far", "company", "buyer"):
        assert not questions_visible_to(world.actors[who]).exists()
        with pytest.raises(NotForYou):
            type_answer(actor=world.actors[who], question_id=question.public_id, answer="cdi", now=NOW)
        assert world.client(who).get(reverse("outcome", args=[question.public_id])).status_code == 404
    with pytest.raises(NotForYou):
        type_answer(actor=world.actors["mission"], question_id=question.public_id, answer="cdi", now=NOW)
    assert world.client("company").get(reverse("outcomes")).status_code == 404


@pytest.mark.django_db
def test_the_list_names_nobody_and_leaves_as_a_table(world: World, left: Person):
    client = world.client("near")
    page = words(client.get(reverse("outcomes")))
    assert left.reference in page
    assert "Samira" not in page
    assert "Sans réponse" in page, "the end of August was never answered"
    table = client.get(reverse("outcomes-csv")).content.decode()
    assert left.reference in table
    assert "Samira" not in table
    assert client.get(reverse("outcomes-xlsx")).content[:2] == b"PK"


@pytest.mark.django_db
def test_a_company_reads_no_count_of_few_people(world: World, left: Person):
    page = words(world.client("company").get(reverse("outcome-counts")))
    assert "n.c." in page
    assert "1 sur 1" not in page
    assert "n.c." not in words(world.client("near").get(reverse("outcome-counts")))


@pytest.mark.django_db
@pytest.mark.parametrize(("email", "phone", "field"), [("pas une adresse", "", "email"), ("", "12", "phone")])
def test_a_contact_that_cannot_be(world: World, left: Person, email: str, phone: str, field: str):
    response = world.client("near").post(
        reverse("person-contact", args=[left.public_id]), {"email": email, "phone": phone}
    )
    assert response.status_code == 422
    assert f'id="f-{field}-error"' in words(response)
    left.refresh_from_db()
    assert left.contact is None
