"""Reading the outbox."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from levier.notifications.models import Message

STATES = {
    "waiting": Q(sent_at__isnull=True, given_up_at__isnull=True),
    "given_up": Q(given_up_at__isnull=False),
    "sent": Q(sent_at__isnull=False),
}


def state_of(message: Message) -> str:
    if message.sent_at is not None:
        return "sent"
    return "given_up" if message.given_up_at is not None else "waiting"


def messages_in(state: str) -> QuerySet[Message]:
    """Messages of that state, or all, the latest first."""
    found = Message.objects.filter(STATES[state]) if state in STATES else Message.objects.all()
    return found.order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    given_up: int
    sent: int


def counts() -> Counts:
    found = Message.objects.aggregate(**{name: Count("pk", filter=condition) for name, condition in STATES.items()})
    return Counts(**found)
