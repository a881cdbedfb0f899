"""Bringing the shipped files into the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from levier.territories import published
from levier.territories.dated_rows import DatedRow, insert
from levier.territories.models import Commune, FacilitatorContact, Perimeter, Territory

PUBLISHED_BY = "Levier, fichiers publiés"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in rows. `kept`: contacts and perimeters changed by a person here, that the files say otherwise."""

    territories: int
    communes: int
    contacts: int
    perimeters: int
    kept: tuple[str, ...] = ()


def load_published(now: datetime) -> Loaded:
    """Bring the shipped files into the database. Doing it twice adds nothing; what a person changed here is kept."""
    with transaction.atomic():
        territories = _load_territories()
        communes = _load_communes()
        kept: list[str] = []
        contacts = _load_contacts(now, kept)
        perimeters = _load_perimeters(now, kept)
    return Loaded(territories, communes, contacts, perimeters, tuple(kept))


def _load_territories() -> int:
    changed = 0
    known = {row.number: row for row in Territory.objects.select_for_update().order_by("number")}
    for shipped in published.facilitators():
        row = known.get(shipped.number) or Territory(number=shipped.number, colour=(shipped.number - 1) % 9 + 1)
        if (row.name, row.short_name) != (shipped.territory, shipped.short):
            row.name, row.short_name = shipped.territory, shipped.short
            row.save()
            changed += 1
    return changed


def _load_communes() -> int:
    """Communes are facts of INSEE's, not ours: a shipped file of another year updates them in place."""
    known = {row.code: row for row in Commune.objects.all()}
    changed = []
    for shipped in sorted(published.communes(), key=lambda one: (one.facts.parent is not None, one.facts.code)):
        facts = shipped.facts
        assert facts.longitude is not None
        assert facts.latitude is not None
        row = Commune(
            code=facts.code,
            name=facts.name,
            kind=facts.kind.value,
            postcodes=list(facts.postcodes),
            population=facts.population,
            parent_id=facts.parent,
            departement=facts.departement,
            intercommunality=shipped.intercommunality,
            longitude=facts.longitude,
            latitude=facts.latitude,
        )
        there = known.get(facts.code)
        if there is None or any(getattr(there, name) != getattr(row, name) for name in _COMMUNE_FACTS):
            changed.append(row)
    Commune.objects.bulk_create(changed, update_conflicts=True, unique_fields=["code"], update_fields=_COMMUNE_FACTS)
    return len(changed)


_COMMUNE_FACTS = [
    "name",
    "kind",
    "postcodes",
    "population",
    "parent_id",
    "departement",
    "intercommunality",
    "longitude",
    "latitude",
]


def _load_contacts(now: datetime, kept: list[str]) -> int:
    territories = {row.number: row for row in Territory.objects.all()}
    added = 0
    for shipped in published.facilitators():
        row = FacilitatorContact(
            territory=territories[shipped.number],
            structure=shipped.structure,
            person=shipped.person,
            phone=shipped.phone,
            email=shipped.email,
            valid_from=shipped.valid_from,
            source=shipped.source,
            confidence=shipped.confidence,
            published=True,
            created_at=now,
            created_by_label=PUBLISHED_BY,
        )
        rows = list(FacilitatorContact.objects.filter(territory=row.territory).order_by("created_at", "pk"))
        facts = ("structure", "person", "phone", "email", "source", "confidence")
        added += _load_row(row, rows, _alike(facts), kept, f"contact du territoire {shipped.number}")
    return added


def _load_perimeters(now: datetime, kept: list[str]) -> int:
    territories = {row.number: row for row in Territory.objects.all()}
    valid_from = min(shipped.valid_from for shipped in published.facilitators())
    known: dict[str, list[Perimeter]] = {}
    for there in Perimeter.objects.order_by("created_at", "pk"):
        known.setdefault(there.commune_id, []).append(there)
    added = 0
    for shipped in published.perimeters():
        row = Perimeter(
            commune_id=shipped.commune,
            territory=territories[shipped.territory],
            confidence=shipped.confidence.value,
            source=shipped.source,
            valid_from=valid_from,
            published=True,
            created_at=now,
            created_by_label=PUBLISHED_BY,
        )
        rows = known.get(shipped.commune, [])
        added += _load_row(
            row, rows, _alike(("territory_id", "confidence", "source")), kept, f"commune {shipped.commune}"
        )
    return added


def _alike(facts: tuple[str, ...]) -> Callable[[DatedRow, DatedRow], bool]:
    return lambda one, other: all(getattr(one, fact) == getattr(other, fact) for fact in facts)


def _load_row[Row: (FacilitatorContact, Perimeter)](
    row: Row, rows: list[Row], alike: Callable[[DatedRow, DatedRow], bool], kept: list[str], name: str
) -> int:
    """Add a shipped row (1) unless the last one shipped for that day says the same, or a person changed it here (0)."""
    same_day = [other for other in rows if other.valid_from == row.valid_from]
    shipped_before = [other for other in same_day if other.published]
    if shipped_before and alike(shipped_before[-1], row):
        return 0
    if any(other.replaced_at is None and not other.published for other in same_day):
        kept.append(name)
        return 0
    insert(row, [other for other in rows if other.replaced_at is None], row.created_at)
    return 1
