"""The outbox loses nothing: servers that refuse, processes that die, two deliverers at once, the same event told twice."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.notifications.actions import deliver_due, queue, try_again
from levier.notifications.models import Message
from levier.notifications.rules import FIRST_DELAY, LONGEST_DELAY, MOST_ATTEMPTS, next_attempt
from levier.notifications.transport import by_mail, message_id
from tests.world import NOW


def write(number: int = 1, to: str = "a@exemple.test") -> bool:
    return queue(dedupe_key=f"e{number}", kind="essai", to=to, subject=f"Sujet {number}", body="Corps", now=NOW)


class Server:
    """Refuses the first `refusals` messages it is handed."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals, self.taken = refusals, []

    def __call__(self, message: Message) -> None:
        if self.refusals:
            self.refusals -= 1
            raise ConnectionRefusedError("451 revenez plus tard")
        self.taken.append(message_id(message))


@given(st.integers(1, MOST_ATTEMPTS - 1))
def test_each_failure_waits_twice_as_long_up_to_a_limit(attempts):
    later = next_attempt(attempts, NOW)
    assert later is not None
    assert FIRST_DELAY <= later - NOW <= LONGEST_DELAY
    assert later - NOW == min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempts - 1))


def test_after_the_last_attempt_a_person_is_needed():
    assert next_attempt(MOST_ATTEMPTS, NOW) is None


@pytest.mark.django_db
def test_an_event_is_told_once():
    assert write() is True
    assert write() is False
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_what_is_refused_is_tried_again_later_and_arrives_once():
    for number in range(20):
        write(number)
    server, when = Server(refusals=7), [NOW]
    first = deliver_due(server, clock=lambda: when[0])
    assert (first.sent, first.failed) == (13, 7)
    assert "451 revenez plus tard" in Message.objects.filter(sent_at=None)[0].last_error
    assert deliver_due(server, clock=lambda: when[0]).sent == 0
    when[0] = NOW + FIRST_DELAY
    assert deliver_due(server, clock=lambda: when[0]).sent == 7
    assert len(server.taken) == len(set(server.taken)) == 20


@pytest.mark.django_db
def test_a_server_that_never_answers_is_given_up_and_can_be_tried_again():
    write()
    when = [NOW]
    for _ in range(MOST_ATTEMPTS):
        deliver_due(Server(refusals=1), clock=lambda: when[0])
        when[0] += LONGEST_DELAY
    message = Message.objects.get()
    assert (message.attempts, message.given_up_at is not None) == (MOST_ATTEMPTS, True)
    assert deliver_due(Server(), clock=lambda: when[0]).sent == 0
    try_again(public_id=message.public_id, now=when[0])
    assert deliver_due(Server(), clock=lambda: when[0]).sent == 1


@pytest.mark.django_db
def test_a_process_that_dies_after_the_server_took_it_sends_the_same_message_again():
    """The row is written after the server answers: what dies in between is sent twice under one Message-ID, never lost."""
    write()
    server = Server()

    class Killed(BaseException):
        pass

    def dies(message: Message) -> None:
        server(message)
        raise Killed

    with pytest.raises(Killed):
        deliver_due(dies, clock=lambda: NOW)
    assert Message.objects.get().sent_at is None
    deliver_due(server, clock=lambda: NOW)
    assert len(server.taken) == 2
    assert len(set(server.taken)) == 1


@pytest.mark.django_db
def test_mail_sent_inside_the_request_would_have_been_lost():
    """The planted fault: without the outbox, a server that refuses loses the message."""
    server = Server(refusals=1)
    with pytest.raises(ConnectionRefusedError):
        server(Message(dedupe_key="x"))
    assert server.taken == []
    write()
    deliver_due(Server(refusals=1), clock=lambda: NOW)
    deliver_due(server, clock=lambda: NOW + timedelta(hours=1))
    assert len(server.taken) == 1


@pytest.mark.django_db
def test_the_mail_says_who_it_is_and_that_a_machine_wrote_it(mailoutbox):
    write()
    deliver_due(by_mail, clock=lambda: NOW)
    (mail,) = mailoutbox
    assert mail.to == ["a@exemple.test"]
    assert mail.extra_headers["Message-ID"] == message_id(Message.objects.get())
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
