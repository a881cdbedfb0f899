"""What people declared in the months before one, and in that month with every employer, for who reviews it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levier.foundation.periods import add_months
from levier.hours.models import StatementLine
from levier.participants.models import Placement

_SENT = ("pending", "accepted")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class DeclaredAround:
    """Hours sent, refused ones left out, over every commitment. `past`: by placement and month, of the months before.

    `employers`: who declares these hours of that person in the month itself. `before`: people with a line sent for any earlier month.
    """

    past: dict[tuple[int, date], Decimal]
    employers: dict[tuple[int, Decimal], set[int]]
    before: set[int]


def declared_around(person_ids: Iterable[int], month: date, months: int) -> DeclaredAround:
    """What these people declared in `month` and in the `months` before. Three queries at most, whatever their number.

    Placements are read first: asked by person and in one query, the database goes through every placement there is.
    """
    persons = set(person_ids)
    placed = {
        placement: (person, employer)
        for placement, person, employer in Placement.objects.filter(person_id__among=persons).values_list(
            "pk", "person_id", "employer_id"
        )
    }
    lines = StatementLine.objects.filter(placement_id__among=placed, state__in=_SENT)
    past: dict[tuple[int, date], Decimal] = {}
    employers: dict[tuple[int, Decimal], set[int]] = {}
    before: set[int] = set()
    recent = lines.filter(statement__month__range=(add_months(month, -months), month), hours__isnull=False)
    for placement, at, declared in recent.values_list("placement_id", "statement__month", "hours"):
        (person, employer), hours = placed[placement], declared or _ZERO
        if at < month:
            past[placement, at] = past.get((placement, at), _ZERO) + hours
            before.add(person)
        elif hours > 0:
            employers.setdefault((person, hours), set()).add(employer)
    unseen = {placement for placement, (person, _) in placed.items() if person not in before}
    earlier = lines.filter(placement_id__among=unseen, statement__month__lt=month).values_list(
        "placement_id", flat=True
    )
    before |= {placed[placement][0] for placement in earlier.distinct()}
    return DeclaredAround(past, employers, before)
