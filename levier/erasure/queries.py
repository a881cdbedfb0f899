"""Reading requests to be erased: the mission alone, by reference."""

from django.db.models import QuerySet

from levier.accounts.values import Actor, Role
from levier.erasure.models import ErasureRequest
from levier.participants.models import Person


def requests_visible_to(actor: Actor) -> QuerySet[ErasureRequest]:
    """The mission: all. Nobody else any: who asked to be erased is nobody else's business."""
    return ErasureRequest.objects.all() if actor.role is Role.MISSION else ErasureRequest.objects.none()


def open_request(person: Person) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(person=person, closed_at__isnull=True).first()
