"""The real mail server, and its offline stand-in: a folder of files that any mail program opens."""

from django.core.mail import EmailMessage

from levier import settings
from levier.notifications.actions import whole_body
from levier.notifications.models import Message


def message_id(message: Message) -> str:
    """The same at every attempt, so that a message taken twice by a server is shown once."""
    host = settings.PUBLIC_ADDRESS.split("//")[-1].split("/")[0].split(":")[0]
    return f"<{message.public_id}@{host}>"


def by_mail(message: Message) -> None:
    """Hand it over by the mailer of the settings (LEVIER_SMTP, else files under the installation's own folder)."""
    EmailMessage(
        subject=message.subject,
        body=whole_body(message),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    ).send()
