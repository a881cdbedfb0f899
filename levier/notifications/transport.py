"""The real mail server, and its offline stand-in: a folder of files that any mail program opens."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction

from levier import settings
from levier.notifications.actions import whole_body
from levier.notifications.models import Message
from levier.notifications.rules import NoSuchAddress, nobody_there
from levier.notifications.writing import as_html, as_text


def message_id(message: Message) -> str:
    """The same at every attempt, so that a message taken twice by a server is shown once."""
    host = settings.PUBLIC_ADDRESS.split("//")[-1].split("/")[0].split(":")[0]
    return f"<{message.public_id}@{host}>"


class PatientServer(EmailBackend):
    """A mail server that is given time to answer once it can be reached.

    Leaving before it said yes or no to a whole message is how a message arrives twice (RFC 5321, 4.5.3.2.6; RFC 1047).
    """

    PATIENCE = 120
    """Seconds; the time to reach the server is in the settings."""

    def open(self) -> bool | None:
        opened = super().open()
        if opened and self.connection is not None and self.connection.sock is not None:
            self.connection.sock.settimeout(self.PATIENCE)
        return opened


def by_mail(message: Message) -> None:
    """Hand it over by the mailer of the settings (LEVIER_SMTP, else files under the installation's own folder).

    The server is told goodbye once the caller has committed: what it answers to that, or does not, changes nothing.
    Raise NoSuchAddress when it says for good that nobody is there, TimeoutError when it says nothing, and whatever a network raises.
    """
    body = whole_body(message)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=as_text(body),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        reply_to=[one.strip() for one in message.reply_to.split(",") if one.strip()],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(as_html(message.subject, body), "text/html")
    line = mailers.default
    try:
        line.open()
        line.send_messages([mail])
    except Exception as error:
        line.close()
        if meant := _meant(error):
            raise meant from error
        raise
    transaction.on_commit(line.close, robust=True)


def _meant(error: Exception) -> Exception | None:
    """What a failure of the mail library says of the address or of the server; None when it says no more than itself."""
    if isinstance(error, SMTPRecipientsRefused):
        (code, said), *_ = error.recipients.values()
        words = said.decode("utf-8", "replace")
        return (
            NoSuchAddress(f"cette adresse n’existe pas, dit le serveur ({code} {words})")
            if nobody_there(code, words)
            else None
        )
    if isinstance(error, SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        return TimeoutError("le serveur n’a pas répondu")
    return None
