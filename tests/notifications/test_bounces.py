"""What comes back undelivered is marked on the message it speaks of, and reminders then climb to who can be reached."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from levier.commands.notify import notify
from levier.compliance.reminding import queue_reminders
from levier.notifications.actions import queue
from levier.notifications.bounces import mark_bounced, read_report
from levier.notifications.models import Message
from levier.notifications.queries import bounced_addresses, counts, state_of
from levier.notifications.transport import message_id
from levier.reference.published import published_catalogue
from tests.world import NOW

REPORT = """From: MAILER-DAEMON@serveur.test
To: levier@exemple.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limite"

--limite
Content-Type: text/plain; charset=utf-8

Votre message n'a pas pu être remis.

--limite
Content-Type: message/delivery-status

Reporting-MTA: dns; serveur.test

Final-Recipient: rfc822; parti@exemple.test
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 adresse
 inconnue

--limite
Content-Type: {enclosed}

Message-ID: {identifier}
Subject: Rappel

{body}
--limite--
"""


def report(identifier: str, *, action: str = "failed", enclosed: str = "text/rfc822-headers", body: str = "") -> bytes:
    return (
        REPORT.format(identifier=identifier, action=action, enclosed=enclosed, body=body).replace("\n", "\r\n").encode()
    )


IDENTIFIER = "<abcdefghjkmnpqrstvwxyz2345@levier.test>"


@pytest.mark.parametrize("enclosed", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_the_message_and_says_why(enclosed):
    found = read_report(report(IDENTIFIER, enclosed=enclosed, body="Bonjour"))
    assert found is not None
    assert (found.public_id, found.said) == ("abcdefghjkmnpqrstvwxyz2345", "smtp; 550 5.1.1 adresse inconnue")


@pytest.mark.parametrize(
    "content",
    [
        report(IDENTIFIER, action="delayed"),
        report("<quelque-chose@ailleurs.test>"),
        b"Subject: Absent\r\n\r\nJe suis absent.",
        b"",
        b"\xff\x00" * 50,
    ],
)
def test_what_is_not_a_failure_of_ours_is_left_alone(content):
    assert read_report(content) is None


@pytest.fixture
def sent(db):
    queue(dedupe_key="essai", kind="essai", to="parti@exemple.test", subject="Essai", body="Corps", now=NOW)
    Message.objects.update(sent_at=NOW, attempts=1)
    return Message.objects.get()


def test_a_message_that_came_back_is_marked_once(sent):
    found = read_report(report(message_id(sent)))
    assert mark_bounced(found, now=NOW)
    assert not mark_bounced(found, now=NOW)
    sent.refresh_from_db()
    assert (state_of(sent), counts().bounced, counts().sent) == ("bounced", 1, 0)
    assert bounced_addresses() == {"parti@exemple.test"}


def test_the_command_reads_a_report_as_a_mail_server_hands_it(sent):
    done = CliRunner().invoke(notify, ["bounce"], input=report(message_id(sent)))
    assert (done.exit_code, "non remis" in done.output) == (0, True)
    sent.refresh_from_db()
    assert state_of(sent) == "bounced"
    assert CliRunner().invoke(notify, ["bounce"], input=b"Subject: Absent\r\n\r\n").exit_code == 2


def test_the_outbox_shows_what_came_back(world, sent):
    mark_bounced(read_report(report(message_id(sent))), now=NOW)
    page = world.client("mission").get("/messages/?etat=bounced").content.decode()
    assert "adresse inconnue" in page
    assert "Revenu" in page


def test_a_reminder_climbs_when_nobody_can_be_reached(world):
    commitment = world.commitment(world.contract())
    world.placement(world.person(), commitment, start=date(2026, 10, 1))
    queue(
        dedupe_key="essai",
        kind="essai",
        to="company@exemple.test",
        subject="Essai",
        body="Corps",
        now=NOW - timedelta(days=30),
    )
    Message.objects.update(sent_at=NOW, attempts=1, bounced_at=NOW)
    queue_reminders(now=datetime(2026, 11, 15, 9, tzinfo=UTC), catalogue=published_catalogue())
    assert list(Message.objects.filter(kind="reminder").values_list("recipient", flat=True)) == ["near@exemple.test"]
