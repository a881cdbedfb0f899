"""The outbox loses nothing: servers that refuse, processes that die, two deliverers at once, the same event told twice."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from levier.notifications.actions import deliver_due, queue, try_again
from levier.notifications.models import Message
from levier.notifications.rules import FIRST_DELAY, LINK_MARK, LONGEST_DELAY, MOST_ATTEMPTS, next_attempt, nobody_there
from levier.notifications.transport import PatientServer, by_mail, message_id
from levier.settings import mailer
from tests.reliability import mail
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


@pytest.mark.parametrize(
    ("code", "said", "for_good"),
    [
        (550, "5.1.1 The email account that you tried to reach does not exist", True),
        (550, "5.1.10 Recipient not found", True),
        (552, "5.2.1 Mailbox disabled", True),
        (550, "5.2.2 Mailbox full", False),
        (554, "5.7.1 Relay access denied", False),
        (550, "5.1.18 Something new", False),
        (550, "Unknown user", False),
        (450, "4.1.1 Greylisted", False),
        (450, "5.1.1 A server that contradicts itself", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_given_up_at_once(code, said, for_good):
    assert nobody_there(code, said) is for_good


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


@pytest.mark.django_db
def test_once_the_server_said_yes_committing_is_all_that_is_left():
    """What stands between the server's yes and the commit is the time in which a kill makes a message arrive twice."""
    write()
    asked_before = []
    with CaptureQueriesContext(connection) as asked:
        deliver_due(lambda _: asked_before.append(len(asked)), clock=lambda: NOW, most=1)
        after = [one["sql"].split()[0] for one in asked.captured_queries[asked_before[0] :]]
    assert after == ["RELEASE"]
    assert Message.objects.get().sent_at == NOW


@pytest.mark.django_db
def test_a_link_outlives_a_refusal_and_is_forgotten_once_sent(mailoutbox):
    queue(
        dedupe_key="e",
        kind="essai",
        to="a@exemple.test",
        subject="S",
        body=f"Voici {LINK_MARK}",
        now=NOW,
        secret="le-lien",
    )
    deliver_due(Server(refusals=1), clock=lambda: NOW)
    message = Message.objects.get()
    assert (message.sent_at, message.attempts, message.secret is None) == (None, 1, False)
    deliver_due(by_mail, clock=lambda: NOW + FIRST_DELAY)
    assert mailoutbox[0].body == "Voici le-lien"
    message.refresh_from_db()
    assert (message.attempts, message.secret) == (2, None)


@pytest.mark.django_db
def test_it_leaves_as_text_and_html_and_the_answer_goes_to_who_is_named(mailoutbox):
    said = {"body": f"Déclarer :\n{LINK_MARK}", "now": NOW, "secret": "https://levier.test/declarer/abc/"}
    queue(
        dedupe_key="e",
        kind="essai",
        to="a@exemple.test",
        subject="S",
        reply_to="zoe@exemple.test, bo@exemple.test",
        **said,
    )
    queue(dedupe_key="f", kind="essai", to="b@exemple.test", subject="S", **said)
    deliver_due(by_mail, clock=lambda: NOW)
    named, bare = mailoutbox
    assert (named.reply_to, bare.reply_to) == (["zoe@exemple.test", "bo@exemple.test"], [])
    ((html, kind),) = named.alternatives
    assert kind == "text/html"
    assert 'href="https://levier.test/declarer/abc/"' in html
    assert "https://levier.test/declarer/abc/" in named.body
    message = named.message()
    assert message.get_content_type() == "multipart/alternative"
    assert message["Auto-Submitted"] == "auto-generated"


class Recorder(BaseEmailBackend):
    """Writes down what is asked of it; answers `refused` to nobody@exemple.test."""

    refused = (450, b"4.2.0 later")

    heard: list[str] = []

    def open(self) -> bool:
        self.heard.append("open")
        return True

    def close(self) -> None:
        self.heard.append("goodbye")

    def send_messages(self, email_messages) -> int:
        if email_messages[0].to == ["nobody@exemple.test"]:
            raise SMTPRecipientsRefused({"nobody@exemple.test": self.refused})
        self.heard.append("sent")
        return 1


@pytest.mark.django_db
def test_goodbye_is_said_after_the_tick_is_committed(settings, django_capture_on_commit_callbacks):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Recorder"}}
    Recorder.heard = []
    write()
    with django_capture_on_commit_callbacks(execute=True):
        deliver_due(by_mail, clock=lambda: NOW)
        assert Recorder.heard == ["open", "sent"]
    assert Recorder.heard == ["open", "sent", "goodbye"]
    write(2, to="nobody@exemple.test")
    assert deliver_due(by_mail, clock=lambda: NOW).failed == 1
    assert Recorder.heard[3:] == ["open", "goodbye"]


@pytest.mark.django_db
def test_an_address_that_does_not_exist_is_shown_at_the_first_attempt(settings, monkeypatch):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Recorder"}}
    write(to="nobody@exemple.test")
    assert deliver_due(by_mail, clock=lambda: NOW).failed == 1
    monkeypatch.setattr(Recorder, "refused", (550, b"5.1.1 nobody here"))
    assert deliver_due(by_mail, clock=lambda: NOW + FIRST_DELAY).given_up == 1
    message = Message.objects.get()
    assert (message.given_up_at, message.last_error) == (
        NOW + FIRST_DELAY,
        "cette adresse n’existe pas, dit le serveur (550 5.1.1 nobody here)",
    )


@pytest.mark.django_db
def test_a_server_that_is_silent_ends_the_round(settings, monkeypatch):
    """Each round waits for it once: rounds do not pile up. The next one takes the others."""
    monkeypatch.setattr(mail, "SILENCE", 1.0)
    monkeypatch.setattr(PatientServer, "PATIENCE", 0.1)
    monkeypatch.setattr(mail.MailServer, "decide", lambda *_: "silent")
    for number in range(3):
        write(number)
    with mail.MailServer(seed=1) as server:
        settings.MAILERS = {"default": mailer(server.address)}
        done = deliver_due(by_mail, clock=lambda: NOW)
        server.shutdown()
    assert (done.sent, done.failed) == (0, 1)
    assert Message.objects.filter(last_error="TimeoutError: le serveur n’a pas répondu").count() == 1
    assert deliver_due(Server(), clock=lambda: NOW).sent == 2


def test_a_server_that_thinks_about_a_message_is_waited_for(monkeypatch):
    """Leaving too early is a message that arrives twice; the planted fault is Django's own patience, as short as the time to connect."""
    monkeypatch.setattr(mail, "SILENCE", 0.4)
    monkeypatch.setattr(mail.MailServer, "decide", lambda *_: "late")
    with mail.MailServer(seed=1) as server:
        at = {"host": "127.0.0.1", "port": server.server_address[1], "timeout": 0.2, "alias": "essai"}
        letter = EmailMessage("Sujet", "Corps", "a@exemple.test", ["b@exemple.test"])
        assert PatientServer(**at).send_messages([letter]) == 1
        with pytest.raises(OSError, match=r"timed out|unexpectedly closed"):
            EmailBackend(**at).send_messages([letter])
        server.shutdown()
