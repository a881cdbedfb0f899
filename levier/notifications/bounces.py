"""What comes back undelivered: a mail server's report (RFC 3464) read, and the message it speaks of marked."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.db import transaction

from levier.notifications.models import Message

_OURS = re.compile(r"<([0-9a-z]{26})@[^>\s]+>")


@dataclass(frozen=True, slots=True)
class Report:
    """The message that did not arrive, by its identifier, and what the server said of it."""

    public_id: str
    said: str


def read_report(content: bytes) -> Report | None:
    """None when it is not a report of failure, or not of a message of ours: a delay, an absence, a reply."""
    mail = message_from_bytes(content, policy=policy.default)
    status = next((part for part in mail.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return None
    fields = [block for block in status.get_payload() if isinstance(block, EmailMessage)]
    failed = next((block for block in fields if str(block.get("Action", "")).strip().lower() == "failed"), None)
    if failed is None:
        return None
    named = _original(mail)
    if named is None:
        return None
    said = str(failed.get("Diagnostic-Code") or failed.get("Status") or "refusé par le serveur du destinataire")
    return Report(named, " ".join(said.split())[:300])


def _original(mail: EmailMessage) -> str | None:
    """The identifier in the headers of the message that the report encloses."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            found = _OURS.search(str(part.get_content()))
        elif kind == "message/rfc822":
            found = _OURS.search(str(part.get_content().get("Message-ID", "")))
        else:
            continue
        if found:
            return found[1]
    return None


@transaction.atomic
def mark_bounced(report: Report, *, now: datetime) -> bool:
    """Mark it as come back; False when that message is unknown, never left, or is marked already."""
    marked = Message.objects.filter(public_id=report.public_id, sent_at__isnull=False, bounced_at__isnull=True)
    return bool(marked.update(bounced_at=now, bounce=report.said))
