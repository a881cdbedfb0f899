"""What the ledger holds of a placement, whatever the month. The caller has already asked which placements the actor may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Max, Sum

from levier.hours.models import LedgerEntry, PersonMonth


@dataclass(frozen=True, slots=True)
class AcceptedHours:
    hours: Decimal
    last_month: date


def accepted_of_placements(placement_ids: Iterable[int]) -> dict[int, AcceptedHours]:
    """Accepted hours of each placement that has some, and the last month with some, in one query."""
    rows = (
        LedgerEntry.objects.filter(placement_id__in=set(placement_ids))
        .order_by()
        .values_list("placement_id")
        .annotate(total=Sum("hours"), last=Max("worked_month"))
    )
    return {placement: AcceptedHours(total, last) for placement, total, last in rows if total > 0}


def months_above_maximum(person_ids: Iterable[int]) -> list[tuple[date, Decimal, Decimal]]:
    """Months in which the files of one person together are above the legal maximum: month, hours counted, maximum. In one query."""
    return list(
        PersonMonth.objects.filter(person_id__in=set(person_ids))
        .order_by("month")
        .values_list("month")
        .annotate(hours=Sum("worked_hours"), most=Max("max_hours"))
        .filter(hours__gt=F("most"))
    )
