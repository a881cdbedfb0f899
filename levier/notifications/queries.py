"""Reading the outbox."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from levier.notifications.models import Message

STATES = {
    "waiting": Q(sent_at__isnull=True, given_up_at__isnull=True),
    "given_up": Q(given_up_at__isnull=False),
    "bounced": Q(bounced_at__isnull=False),
    "sent": Q(sent_at__isnull=False, bounced_at__isnull=True),
}


def state_of(message: Message) -> str:
    if message.sent_at is not None:
        return "sent" if message.bounced_at is None else "bounced"
    return "given_up" if message.given_up_at is not None else "waiting"


def messages_in(state: str) -> QuerySet[Message]:
    """Messages of that state, or all, the latest first."""
    found = Message.objects.filter(STATES[state]) if state in STATES else Message.objects.all()
    return found.order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    given_up: int
    bounced: int
    sent: int


def counts() -> Counts:
    found = Message.objects.aggregate(**{name: Count("pk", filter=condition) for name, condition in STATES.items()})
    return Counts(**found)


def bounced_addresses() -> set[str]:
    """Addresses whose latest message that left came back: nobody is reached there until one is delivered again."""
    latest = (
        Message.objects.filter(sent_at__isnull=False).order_by("recipient", "-sent_at", "-pk").distinct("recipient")
    )
    return {recipient for recipient, bounced in latest.values_list("recipient", "bounced_at") if bounced is not None}
