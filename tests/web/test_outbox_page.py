"""The mission's page of messages: what waits, what failed, with a constant number of queries."""

import pytest

from levier.notifications.actions import deliver_due, queue
from levier.notifications.models import Message
from levier.web import clock
from tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def write(count: int) -> None:
    for number in range(count):
        queue(
            dedupe_key=f"m{number}", kind="essai", to=f"p{number}@exemple.test", subject="Rappel", body="Corps", now=NOW
        )


def refuse(_message: Message) -> None:
    raise OSError("550 adresse inconnue")


def test_what_waits_and_what_failed_is_said_with_its_cause(world):
    write(2)
    deliver_due(refuse, clock=lambda: NOW, most=1)
    page = world.client("mission").get("/messages/").content.decode()
    assert "550 adresse inconnue" in page
    assert page.count("Réessayer") == 1
    Message.objects.filter(attempts=1).update(given_up_at=NOW)
    page = world.client("mission").get("/messages/?etat=given_up").content.decode()
    assert "n’a pas pu être remis" in page


def test_trying_again_puts_it_back_in_the_queue(world):
    write(1)
    deliver_due(refuse, clock=lambda: NOW)
    message = Message.objects.get()
    answer = world.client("mission").post(f"/messages/{message.public_id}/reessayer/", follow=True)
    assert "remis en tête de la file" in answer.content.decode()
    message.refresh_from_db()
    assert (message.attempts, message.next_attempt_at) == (0, NOW)


@pytest.mark.parametrize("who", ["buyer", "near", "company"])
def test_nobody_else_reads_it(world, who):
    write(1)
    assert world.client(who).get("/messages/").status_code == 404


def test_as_many_queries_for_two_messages_as_for_twenty(world, django_assert_num_queries):
    client = world.client("mission")
    client.get("/messages/")
    for count in (2, 20):
        write(count)
        with django_assert_num_queries(7):
            assert client.get("/messages/").status_code == 200
