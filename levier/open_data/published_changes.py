"""What was published since a contract is followed: an amount that is not the lot's (amendment, award above the estimate) waits."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from levier.open_data.models import PublishedAmendment, PublishedContract
from levier.procurement.amending import PublishedChange, notice_changes
from levier.procurement.models import Lot


def notice_published_changes(now: datetime, *, within: QuerySet[Lot] | None = None) -> int:
    """Compare followed lots (`within` some, or all) with what is published now; return how many new amounts wait that did not.

    Called inside the import, or the match, that may have changed what is published. Absurd amounts are left out.
    """
    lots = (Lot.objects.all() if within is None else within).filter(published_key__isnull=False)
    return notice_changes(_changes(lots), now, within=lots)


def _changes(lots: QuerySet[Lot]) -> Iterator[PublishedChange]:
    lot = lots.filter(published_key=OuterRef("identity_key"))
    last = PublishedAmendment.objects.filter(contract=OuterRef("pk"), amount=OuterRef("current_amount")).order_by(
        "-place"
    )
    rows = (
        PublishedContract.objects.filter(
            identity_key__in=lots.values("published_key"), amount_flag="", current_amount__gt=0
        )
        .annotate(
            lot_id=Subquery(lot.values("pk")[:1]),
            lot_amount=Subquery(lot.values("amount")[:1]),
            signed_on=Coalesce(Subquery(last.values("notified_on")[:1]), F("notified_on")),
        )
        .filter(Q(lot_amount__isnull=True) | ~Q(lot_amount=F("current_amount")))
    )
    for row in rows.values_list("lot_id", "current_amount", "signed_on", "published_id", "published_on"):
        lot_id, amount, signed_on, reference, published_on = row
        day = f", publiées le {published_on:%d/%m/%Y}" if published_on else ""
        if amount is None:
            continue
        yield PublishedChange(lot_id, amount, signed_on, f"Données essentielles du marché {reference[:120]}{day}")
