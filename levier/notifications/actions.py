"""Writing to the outbox, delivering what is due, and trying again what was given up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from levier.foundation.encryption import FieldCipher
from levier.foundation.objections import NotForYou
from levier.notifications.models import Message
from levier.notifications.rules import LINK_MARK, NoSuchAddress, next_attempt

type Transport = Callable[[Message], None]
"""Hands one message over to a mail server; any exception is a failure that is tried again, but NoSuchAddress. TimeoutError: the server is silent."""
BATCH = 200


def queue(
    *, dedupe_key: str, kind: str, to: str, subject: str, body: str, now: datetime, secret: str = "", reply_to: str = ""
) -> bool:
    """Write a message inside the caller's transaction; False when that event was already told to that address.

    `secret`: what takes the place of `rules.LINK_MARK` in the body when the message leaves, a link that opens something. `reply_to`: who reads the answers,
    addresses separated by commas.
    """
    before = Message.objects.filter(dedupe_key=dedupe_key).exists()
    if not before:
        message = Message(
            dedupe_key=dedupe_key,
            kind=kind,
            recipient=to,
            subject=" ".join(subject.split())[:200],
            body=body,
            reply_to=reply_to[:500],
            created_at=now,
            next_attempt_at=now,
        )
        message.secret = _cipher().seal(secret, _place(message)) if secret else None
        Message.objects.bulk_create([message], ignore_conflicts=True)
    return not before


def whole_body(message: Message) -> str:
    """The body as its recipient reads it. Raise cryptography.exceptions.InvalidTag when the secret was altered or moved."""
    if message.secret is None:
        return message.body
    return message.body.replace(LINK_MARK, _cipher().open(bytes(message.secret), _place(message)))


def _cipher() -> FieldCipher:
    return FieldCipher(settings.MASTER_KEY, "message")


def _place(message: Message) -> str:
    return f"notifications_message|secret|{message.public_id}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a round did: messages sent, tried in vain, and given up."""

    sent: int
    failed: int
    given_up: int


def deliver_due(transport: Transport, *, clock: Callable[[], datetime], most: int = 10_000) -> Delivery:
    """Send what is due, oldest first, each message in a transaction of its own that holds its row.

    Two deliverers never take the same message. A process that dies after the server took the message and before the tick is
    committed sends it again, with the same Message-ID: mail programs show it once. Nothing is lost. A server that is silent ends
    the round: rounds that start every minute would otherwise pile up before it.
    """
    sent = failed = given_up = 0
    began = clock()
    while sent + failed + given_up < most:
        with transaction.atomic():
            message = (
                Message.objects.select_for_update(skip_locked=True)
                .filter(sent_at__isnull=True, given_up_at__isnull=True, next_attempt_at__lte=began)
                .order_by("next_attempt_at", "pk")
                .first()
            )
            if message is None:
                break
            outcome = _try(message, transport, clock)
        sent += outcome == "sent"
        failed += outcome in {"failed", "silent"}
        given_up += outcome == "given up"
        if outcome == "silent":
            break
    return Delivery(sent, failed, given_up)


def _try(message: Message, transport: Transport, clock: Callable[[], datetime]) -> str:
    """Tick the row, then hand the message over: once the server has said yes, committing is all that is left to do."""
    message.attempts += 1
    Message.objects.filter(pk=message.pk).update(attempts=message.attempts, sent_at=clock(), last_error="", secret=None)
    try:
        transport(message)
    except Exception as error:  # noqa: BLE001 - whatever a mail server or a network does is kept with the message and tried again
        nobody = isinstance(error, NoSuchAddress)
        message.last_error = (str(error) if nobody else f"{type(error).__name__}: {error}")[:300]
        later = None if nobody else next_attempt(message.attempts, clock())
        if later is None:
            message.given_up_at = clock()
        else:
            message.next_attempt_at = later
        message.save(update_fields=["sent_at", "secret", "last_error", "next_attempt_at", "given_up_at"])
        if later is None:
            return "given up"
        return "silent" if isinstance(error, TimeoutError) else "failed"
    return "sent"


@transaction.atomic
def try_again(*, public_id: str, now: datetime) -> Message:
    """Put a message that was given up, or that waits, at the head of the queue. NotForYou when it was sent or is unknown."""
    message = Message.objects.select_for_update().filter(public_id=public_id, sent_at__isnull=True).first()
    if message is None:
        raise NotForYou
    message.given_up_at, message.next_attempt_at, message.attempts = None, now, 0
    message.save(update_fields=["given_up_at", "next_attempt_at", "attempts"])
    return message
