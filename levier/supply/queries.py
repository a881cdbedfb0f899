"""Reading the directory. It is public data: every signed-in reader may see every row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from levier.foundation.objections import NotForYou
from levier.organisations.values import StructureKind
from levier.supply.models import Structure, StructureImport
from levier.supply.rules import trade_of_sector
from levier.supply.values import LENDING, StructureFacts, Supply, Trade
from levier.territories.published import home
from levier.territories.queries import belongings
from levier.territories.search import words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for; empty means any. `territory`: its number; `elsewhere`: also outside of the perimeters."""

    text: str = ""
    kind: str = ""
    trade: str = ""
    territory: int | None = None
    commune: str = ""
    elsewhere: bool = False
    closed: bool = False


def structures(wanted: Wanted, on: date) -> QuerySet[Structure]:
    """Structures that answer, by name. Closed ones only when asked for."""
    found = Structure.objects.filter(deactivated_on__isnull=not wanted.closed).select_related("commune")
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.trade:
        found = found.filter(trades__contains=[wanted.trade])
    if wanted.commune:
        found = found.filter(Q(commune_id=wanted.commune) | Q(commune__parent_id=wanted.commune))
    if wanted.territory is not None:
        found = found.filter(commune_id__in=_codes_of(wanted.territory, on))
    elif not wanted.elsewhere and not wanted.commune:
        found = found.filter(Q(commune__isnull=False) | Q(departement=home().code))
    for word in words(wanted.text)[:8]:
        found = found.filter(searched__contains=word)
    return found.order_by("name", "id")


def _codes_of(territory: int, on: date) -> list[str]:
    return [one.commune.code for one in belongings(on) if one.territory == territory]


def searched_text(structure: Structure) -> str:
    """What a structure is searched by: words without accents, in lower case."""
    parts = (
        structure.siret, structure.name, structure.brand, structure.city, structure.postcode, structure.naf, structure.description,
    )  # fmt: skip
    return " ".join(words(" ".join(parts)))


def structure(public_id: str) -> Structure:
    """Raise NotForYou when it is unknown."""
    found = Structure.objects.select_related("commune").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def imports() -> QuerySet[StructureImport]:
    return StructureImport.objects.order_by("-at", "-id").prefetch_related("refused")


def facts_of(row: Structure) -> StructureFacts:
    return StructureFacts(
        siret=row.siret, kind=StructureKind(row.kind), name=row.name, brand=row.brand, naf=row.naf, legal_form=row.legal_form,
        address=row.address, postcode=row.postcode, city=row.city, departement=row.departement, longitude=row.longitude,
        latitude=row.latitude, website=row.website, description=row.description, capacity=row.capacity,
        trades=tuple(Trade(trade) for trade in row.trades),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    kind: StructureKind
    trades: frozenset[str]
    territory: int | None
    capacity: Decimal


class SupplyIndex:
    """The open structures of the département in memory, to answer for thousands of lines at the cost of two queries."""

    def __init__(self, known: Iterable[_Known], territories: Mapping[str, int | None]) -> None:
        self._known = tuple(known)
        self._territories = territories
        self._answers: dict[tuple[Trade | None, int | None], Supply] = {}

    @property
    def known(self) -> bool:
        """Whether the directory holds anything: an empty one says nothing of the supply."""
        return bool(self._known)

    def found(self, sector: str, place: str | int | None = None) -> Supply:
        """Structures for a sector of sizing, a service of the policy or a trade, near a commune (INSEE code) or a territory (its
        number); without a place, or with one that belongs to no territory, near is the whole département.
        """
        territory = place if isinstance(place, int) else self._territories.get(place or "")
        key = (trade_of_sector(sector), territory)
        if key not in self._answers:
            self._answers[key] = self._count(*key)
        return self._answers[key]

    def _count(self, trade: Trade | None, territory: int | None) -> Supply:
        near: dict[StructureKind, int] = {}
        wide: dict[StructureKind, int] = {}
        lending: dict[StructureKind, int] = {}
        capacity = Decimal(0)
        for one in self._known:
            here = territory is None or one.territory == territory
            does = trade is not None and trade.value in one.trades
            if does:
                wide[one.kind] = wide.get(one.kind, 0) + 1
            if does and here:
                near[one.kind] = near.get(one.kind, 0) + 1
                capacity += one.capacity
            if here and one.kind in LENDING:
                lending[one.kind] = lending.get(one.kind, 0) + 1
        return Supply(trade, near, wide, lending, capacity)


def supply_index(on: date) -> SupplyIndex:
    """The directory of that day, read once."""
    territories = {one.commune.code: one.territory for one in belongings(on)}
    rows = structures(Wanted(), on).values_list("kind", "trades", "commune_id", "capacity")
    known = [
        _Known(StructureKind(kind), frozenset(trades), territories.get(commune or ""), capacity or Decimal(0))
        for kind, trades, commune, capacity in rows
    ]
    return SupplyIndex(known, territories)


def supply_for(sector: str, place: str | int | None, on: date) -> Supply:
    """One answer of the index: see SupplyIndex.found."""
    return supply_index(on).found(sector, place)
