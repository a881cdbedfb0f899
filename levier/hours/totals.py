"""What the ledger holds of a placement, whatever the month. The caller has already asked which placements the actor may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum

from levier.hours.models import LedgerEntry


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
