"""Reading the journal. The caller has already asked whether the actor may see the thread."""

from collections.abc import Iterable

from levier.audit.models import JournalEntry, PersonRead


def life_of(thread: str, *, longest: int = 2_000) -> list[JournalEntry]:
    """What was done in the life of a contract (its public identifier), the latest first."""
    return list(JournalEntry.objects.filter(thread=thread).order_by("-at", "-id")[:longest])


def reads_of(person_public_id: str, *, longest: int = 50) -> list[PersonRead]:
    """Who read a person's data, the latest first. The caller has already asked whether the actor may see the person."""
    return list(PersonRead.objects.filter(person_public_id=person_public_id).order_by("-at", "-id")[:longest])


def changes_to(
    object_ids: Iterable[str], *, organisation_id: int, actions: tuple[str, ...], most: int = 30
) -> list[JournalEntry]:
    """What people of that organisation did to these objects, the latest first."""
    found = JournalEntry.objects.filter(
        object_kind__in=("contact", "user"),
        object_id__in=list(object_ids),
        action__in=actions,
        organisation_id=organisation_id,
    )
    return list(found.order_by("-at", "-id")[:most])
