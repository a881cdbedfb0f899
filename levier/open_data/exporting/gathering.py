"""What the database knows of lots, gathered for export in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from lxml import etree

from levier.commitments.models import Commitment
from levier.open_data.exporting.reading import read_value
from levier.open_data.exporting.values import Company, KnownAmendment, KnownLot
from levier.open_data.exporting.vocabulary import BY_NAME
from levier.open_data.models import PublishedAmendment, PublishedContract
from levier.open_data.records import NotJson, parsed
from levier.procurement.models import Amendment, AwardFacts, Lot, LotHolder

_PUBLISHED_COLUMNS = (
    "identity_key", "published_id", "object", "nature", "procedure", "cpv", "place_code", "place_kind", "duration_months",
    "notified_on", "published_on", "initial_amount", "holders", "raw",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """`since`: notified, or amended, that day or later. `buyer`: a SIRET."""

    since: date | None = None
    buyer: str = ""


def known_lots(lots: QuerySet[Lot], filters: Filters) -> list[KnownLot]:
    """In an order that depends on nothing but the facts: buyer, notification, reference, lot."""
    if filters.buyer:
        lots = lots.filter(contract__buyer__siret=filters.buyer)
    if filters.since:
        recent = Q(contract__notified_on__gte=filters.since) | Q(amendments__signed_on__gte=filters.since)
        lots = lots.filter(pk__in=lots.filter(recent).values("pk"))
    found = list(
        lots.select_related("contract__buyer")
        .prefetch_related(
            Prefetch("holders", LotHolder.objects.select_related("organisation").order_by("id")),
            Prefetch("amendments", Amendment.objects.order_by("sequence")),
        )
        .order_by("contract__buyer__siret", "contract__notified_on", "contract__reference", "contract_id", "number")
    )
    ids = [lot.pk for lot in found]
    published = _published(bytes(lot.published_key) for lot in found if lot.published_key)
    told = dict(AwardFacts.objects.filter(lot__in=ids).values_list("lot_id", "facts"))
    instruments: dict[int, set[str]] = {}
    for lot_id, instrument in Commitment.objects.filter(lot__in=ids).values_list("lot_id", "instrument"):
        instruments.setdefault(lot_id, set()).add(instrument)
    siblings = _lots_by_contract({lot.contract_id for lot in found})
    return [
        _known(
            lot,
            siblings[lot.contract_id],
            published.get(bytes(lot.published_key)) if lot.published_key else None,
            told.get(lot.pk, {}),
            frozenset(instruments.get(lot.pk, ())),
        )
        for lot in found
    ]


def _lots_by_contract(contracts: set[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for contract in Lot.objects.filter(contract__in=contracts).values_list("contract_id", flat=True):
        counts[contract] = counts.get(contract, 0) + 1
    return counts


def _published(keys: Iterable[bytes]) -> dict[bytes, PublishedContract]:
    records = (
        PublishedContract.objects.filter(identity_key__in=list(keys))
        .only(*_PUBLISHED_COLUMNS)
        .prefetch_related(Prefetch("amendments", PublishedAmendment.objects.order_by("place")))
    )
    return {bytes(record.identity_key): record for record in records}


def _known(
    lot: Lot, siblings: int, published: PublishedContract | None, told: dict[str, Any], instruments: frozenset[str]
) -> KnownLot:
    contract = lot.contract
    holders = tuple(
        Company(one.organisation.siret, one.organisation.name)
        for one in lot.holders.all()
        if one.role != "subcontractor"
    )
    model = {
        "id": contract.reference if siblings == 1 else "",
        "acheteur": {"id": contract.buyer.siret},
        "nature": contract.nature,
        "objet": contract.title if siblings == 1 else f"{contract.title} - Lot {lot.number} : {lot.title}",
        "codeCPV": lot.cpv,
        "procedure": contract.procedure,
        "lieuExecution": {"code": contract.place_code, "typeCode": contract.place_kind},
        "dureeMois": contract.duration_months,
        "dateNotification": contract.notified_on,
        "montant": None if lot.amount_flag else lot.initial_amount,
        "titulaires": [{"id": one.siret, "typeIdentifiant": "SIRET"} for one in holders],
    }
    return KnownLot(
        contract_id=contract.public_id,
        lot_id=lot.public_id,
        reference=contract.reference,
        lot_number=lot.number,
        lots_in_contract=siblings,
        buyer=Company(contract.buyer.siret, contract.buyer.name),
        title=lot.title,
        category=contract.category,
        model=model,
        holders=holders,
        amendments=_amendments(lot, published),
        instruments=instruments,
        published=published_facts(published) if published else {},
        told=told,
    )


def _amendments(lot: Lot, published: PublishedContract | None) -> tuple[KnownAmendment, ...]:
    if published is not None:
        return published_amendments(published)
    return tuple(
        KnownAmendment(one.sequence, one.signed_on, None, one.new_amount, one.new_duration_months)
        for one in lot.amendments.all()
    )


def published_amendments(record: PublishedContract) -> tuple[KnownAmendment, ...]:
    """In the order of the publication; they must have been prefetched in it."""
    return tuple(
        KnownAmendment(
            rank, one.notified_on, one.published_on, None if one.amount_flag else one.amount, one.duration_months
        )
        for rank, one in enumerate(record.amendments.all(), start=1)
    )


def published_facts(record: PublishedContract) -> dict[str, Any]:
    """The record under the official names: its text as published, but for what was corrected or could only be read otherwise."""
    facts: dict[str, Any] = {
        "id": record.published_id,
        "objet": record.object,
        "nature": record.nature,
        "procedure": record.procedure,
        "codeCPV": record.cpv,
        "lieuExecution": {"code": record.place_code, "typeCode": record.place_kind},
        "dureeMois": record.duration_months,
        "dateNotification": record.notified_on,
        "datePublicationDonnees": record.published_on,
        "montant": record.initial_amount,
        "titulaires": [{"id": one.get("id"), "typeIdentifiant": one.get("kind")} for one in record.holders],
    }
    told = {name: value for name, value in raw_facts(record.raw).items() if not (value is None or value == "")}
    return told | {
        name: value for name, value in facts.items() if name not in told or _differs(name, told[name], value)
    }


def _differs(name: str, told: object, read: object) -> bool:
    """Whether what is kept of a field is something else than its text says: it was corrected since. A CPV code is kept without its
    check digit.
    """
    field = BY_NAME[name]
    kept, written = read_value(field, read), read_value(field, told)
    if kept is None or kept == written:
        return False
    return not (name == "codeCPV" and isinstance(written, str) and written.startswith(str(kept)))


def raw_facts(raw: str) -> dict[str, Any]:
    """The text of a record, JSON or XML, as values; empty where it is neither."""
    if raw.lstrip().startswith("<"):
        return xml_facts(raw)
    try:
        value = parsed(raw.encode())[0]
    except NotJson:
        return {}
    return value if isinstance(value, dict) else {}


def xml_facts(raw: str) -> dict[str, Any]:
    """Children by name, repeated ones as a list, text where there is no child: what the readers of this package unwrap."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        value = _element(etree.fromstring(raw.encode(), parser))
    except etree.XMLSyntaxError:
        return {}
    return value if isinstance(value, dict) else {}


def _element(element: etree._Element) -> Any:
    found: dict[str, list[Any]] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(etree.QName(child).localname, []).append(_element(child))
    if not found:
        return (element.text or "").strip()
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
