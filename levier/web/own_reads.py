"""Who looked at a person's file, gathered: one line a day, organisation, role and purpose."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncDate

from levier.audit.models import PersonRead
from levier.foundation.periods import PARIS
from levier.participants.models import Person
from levier.participants.queries import family_of
from levier.web.own_words import PURPOSES, ROLES

MOST = 500


@dataclass(frozen=True, slots=True)
class ReadLine:
    """Readings of one day by one organisation under one role for one purpose. `times`: how many pages were opened."""

    day: date
    organisation_id: int
    role: str
    purpose: str
    times: int


def reads_for(person: Person, *, since: date) -> list[ReadLine]:
    """Every reading of the person's files, those merged included, since that day; the latest first. One query."""
    ids = list(Person.objects.filter(pk__in=family_of(person)).values_list("public_id", flat=True))
    rows = (
        PersonRead.objects.filter(person_public_id__in=ids, at__date__gte=since)
        .annotate(day=TruncDate("at", tzinfo=PARIS))
        .values_list("day", "organisation_id", "actor_role", "purpose")
        .annotate(times=Count("pk"))
        .order_by("-day", "organisation_id", "actor_role", "purpose")[:MOST]
    )
    return [
        ReadLine(day, org, ROLES.get(role, role), PURPOSES.get(purpose, purpose), n)
        for day, org, role, purpose, n in rows
    ]
