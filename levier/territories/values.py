"""Communes, perimeters and what is answered about a place: plain facts, without the database."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class CommuneKind(StrEnum):
    COMMUNE = "COM"
    ARRONDISSEMENT = "ARM"
    """One of the sixteen municipal districts (arrondissements municipaux) of Marseille."""


class PerimeterConfidence(StrEnum):
    """How a commune's facilitator is known: written somewhere, inferred from texts, or only supposed."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class PlaceKind(StrEnum):
    """What the code of a place of execution (lieu d’exécution) is a code of, in the open data of contracts."""

    COMMUNE = "commune"
    POSTCODE = "postcode"
    CANTON = "canton"
    ARRONDISSEMENT = "arrondissement"
    DEPARTEMENT = "departement"
    REGION = "region"
    COUNTRY = "country"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What is answered about a place: a facilitator, proposals among which a person chooses, or that it lies elsewhere."""

    ASSIGNED = "assigned"
    PROPOSED = "proposed"
    OUTSIDE = "outside"


class Reason(StrEnum):
    ONE_TERRITORY = "one_territory"
    TO_CONFIRM = "to_confirm"
    SEVERAL_TERRITORIES = "several_territories"
    PARTLY_OUTSIDE = "partly_outside"
    WIDER_THAN_A_TERRITORY = "wider_than_a_territory"
    MISTAKEN_KIND = "mistaken_kind"
    KIND_NOT_GIVEN = "kind_not_given"
    UNKNOWN_POSTCODE = "unknown_postcode"
    UNKNOWN_COMMUNE = "unknown_commune"
    UNREADABLE = "unreadable"
    NO_PERIMETER_THEN = "no_perimeter_then"
    NO_PLACE = "no_place"
    ELSEWHERE = "elsewhere"


class ContactObjection(StrEnum):
    NO_STRUCTURE = "no_structure"
    NO_PERSON = "no_person"
    UNREACHABLE = "unreachable"
    PHONE = "phone"
    EMAIL = "email"
    TOO_LONG = "too_long"
    NO_SOURCE = "no_source"
    NO_AUTHOR = "no_author"
    UNCHANGED = "unchanged"
    MEANWHILE = "meanwhile"
    UNKNOWN_TERRITORY = "unknown_territory"
    UNKNOWN_COMMUNE = "unknown_commune"


@dataclass(frozen=True, slots=True)
class CommuneFacts:
    """A commune or a district of Marseille. `code` is INSEE's; `parent` the code of Marseille for a district."""

    code: str
    name: str
    kind: CommuneKind
    postcodes: tuple[str, ...]
    population: int
    parent: str | None = None
    departement: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """A commune with the territory it belongs to on a day, and how that is known (both None: not known)."""

    commune: CommuneFacts
    territory: int | None
    confidence: PerimeterConfidence | None

    @property
    def to_confirm(self) -> bool:
        return self.confidence is PerimeterConfidence.LOW


@dataclass(frozen=True, slots=True)
class Home:
    """What makes a place lie in the Département.

    `wider`: codes of what holds it whole (country, NUTS). `city`: the one with districts, that `city_postcode` is typed for.
    `shared_postcodes` names the communes outside of our perimeters that a postcode also serves.
    """

    code: str
    name: str
    region: str
    arrondissements: tuple[str, ...]
    wider: tuple[str, ...]
    city: str
    city_postcode: str
    shared_postcodes: dict[str, tuple[str, ...]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A territory that may be the one. `communes`: those that speak for it (none when all nine are proposed)."""

    territory: int
    to_confirm: bool = False
    communes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """The answer about a place. `territory` is set only when `outcome` is ASSIGNED; `facts` feed the French sentence."""

    outcome: Outcome
    reason: Reason
    territory: int | None = None
    proposals: tuple[Proposal, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict, hash=False)


class SearchEnd(StrEnum):
    """Why nothing was found."""

    FOUND = "found"
    TOO_SHORT = "too_short"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_POSTCODE = "unknown_postcode"
    OTHER_DEPARTEMENT = "other_departement"
    NO_SUCH_ARRONDISSEMENT = "no_such_arrondissement"


@dataclass(frozen=True, slots=True)
class Search:
    """Communes found for a text, the best first; else why not, with names that look alike, and the French sentence."""

    communes: tuple[CommuneFacts, ...]
    end: SearchEnd
    text: str
    look_alikes: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class TerritoryFacts:
    number: int
    name: str
    short_name: str
    colour: int


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Who to call, as printed by its source. `phone_to_read` and `phone_to_dial` are the same number in two forms."""

    territory: int
    structure: str
    person: str
    phone: str
    email: str
    valid_from: date
    valid_until: date | None
    source: str
    confidence: str
    phone_to_read: str
    phone_to_dial: str


@dataclass(frozen=True, slots=True)
class Facilitator:
    """The answer for a commune on a day. When `to_confirm`, the territory is a supposition and must be shown as such."""

    commune: CommuneFacts
    territory: TerritoryFacts
    contact: ContactFacts | None
    confidence: PerimeterConfidence
    source: str

    @property
    def to_confirm(self) -> bool:
        return self.confidence is PerimeterConfidence.LOW


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One line of the list that says what the map shows: a territory, who to call, its communes, and those to confirm."""

    territory: TerritoryFacts
    contact: ContactFacts | None
    communes: tuple[CommuneFacts, ...]
    to_confirm: tuple[CommuneFacts, ...]
