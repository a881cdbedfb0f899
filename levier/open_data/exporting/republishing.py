"""Published contracts that nobody follows here, made ready to be sent again: the same record in today's format."""

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch, Q

from levier.open_data.exporting.gathering import Filters, published_amendments, published_facts
from levier.open_data.exporting.values import Company, KnownLot
from levier.open_data.models import PublishedAmendment, PublishedContract
from levier.open_data.values import Kind
from levier.procurement.models import Lot
from levier.procurement.notices import object_of_cpv

MOST = 100_000
"""Records that one file may hold: they are gathered in memory. A larger base is sent buyer by buyer."""


class TooMany(Exception):  # noqa: N818 - read aloud: "too many"
    """More published contracts than one file may hold; the sentence says what to do."""


def unfollowed(filters: Filters) -> list[KnownLot]:
    """Contracts only (concessions follow another schema), in the order of known_lots. Raise TooMany."""
    records = PublishedContract.objects.filter(kind=Kind.CONTRACT.value)
    if filters.buyer:
        records = records.filter(buyer_siret=filters.buyer)
    if filters.since:
        records = records.filter(
            Q(notified_on__gte=filters.since)
            | Q(pk__in=PublishedAmendment.objects.filter(notified_on__gte=filters.since).values("contract"))
        )
    followed = Lot.objects.filter(published_key__isnull=False).values("published_key")
    records = records.exclude(identity_key__in=followed)
    if records.count() > MOST:
        raise TooMany(
            "Trop de marchés publiés pour un seul fichier : donnez un acheteur (--buyer) ou une date (--since)."
        )
    ordered = records.prefetch_related(Prefetch("amendments", PublishedAmendment.objects.order_by("place"))).order_by(
        "buyer_siret", "notified_on", "published_id", "identity_key"
    )
    return list(_known(ordered))


def _known(records: Iterable[PublishedContract]) -> Iterator[KnownLot]:
    for record in records:
        yield KnownLot(
            contract_id="",
            lot_id="",
            reference=record.published_id,
            lot_number=1,
            lots_in_contract=1,
            buyer=Company(record.buyer_siret, record.buyer_name or record.buyer_siret),
            title=record.object,
            category=object_of_cpv(record.cpv).value,
            model={"acheteur": {"id": record.buyer_siret}},
            holders=tuple(Company(one.get("id", ""), one.get("name") or one.get("id", "")) for one in record.holders),
            amendments=published_amendments(record),
            instruments=frozenset(),
            published=published_facts(record),
        )
