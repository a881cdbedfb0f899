"""Having a message that could not be delivered tried again."""

from datetime import datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.compliance.policies import may_read_outbox
from levier.foundation.objections import NotForYou
from levier.notifications.actions import try_again
from levier.notifications.models import Message


@transaction.atomic
def resend(*, actor: Actor, message_id: str, now: datetime) -> Message:
    """Put it back at the head of the queue; journaled. NotForYou for anybody but the mission, and for a message that left."""
    if not may_read_outbox(actor):
        raise NotForYou
    message = try_again(public_id=message_id, now=now)
    record(actor=actor, action="message.tried_again", object_kind="message", object_id=message_id, now=now)
    return message
