"""Facts of the local supply: trades of inclusive structures, what a file says of one, and how many can answer a purchase."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from levier.organisations.values import StructureKind


class Trade(StrEnum):
    """What a structure does (métier). Coarser than the sectors of sizing: several of those lead to one of these."""

    BUILDING = "building"
    ROADWORKS = "roadworks"
    GREEN_SPACES = "green_spaces"
    CLEANING = "cleaning"
    WASTE = "waste"
    CATERING = "catering"
    LOGISTICS = "logistics"
    TEXTILE = "textile"
    OFFICE = "office"
    GUARDING = "guarding"
    INDUSTRY = "industry"
    FARMING = "farming"
    CARE = "care"
    LABOUR = "labour"


LENDING = frozenset({StructureKind.ETTI, StructureKind.AI, StructureKind.EATT, StructureKind.GEIQ})
"""Kinds that lend or place people whatever the trade: they can serve any clause, and answer alone no reserved contract."""
DISABILITY = frozenset({StructureKind.EA, StructureKind.EATT, StructureKind.ESAT})
"""Kinds to which a contract is reserved under CCP L2113-12."""
INSERTION = frozenset({StructureKind.EI, StructureKind.ACI, StructureKind.AI, StructureKind.ETTI, StructureKind.EITI})
"""Kinds to which a contract is reserved under CCP L2113-13 (structures of C. trav. L5132-4)."""


class Source(StrEnum):
    """Where a row came from. `PERSON`: typed in the application."""

    MARKET = "lemarche"
    ASP = "asp"
    FILE = "file"
    PERSON = "person"


FIELDS = (
    "name", "brand", "naf", "legal_form", "address", "postcode", "city", "departement", "longitude", "latitude", "website",
    "description", "capacity", "trades",
)  # fmt: skip
"""What may be said of a structure beyond its SIRET and kind, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class StructureFacts:
    """What a file or a person says of one structure; None or empty: not said. `capacity`: insertion posts, full-time equivalents."""

    siret: str
    kind: StructureKind
    name: str
    brand: str = ""
    naf: str = ""
    legal_form: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    departement: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    website: str = ""
    description: str = ""
    capacity: Decimal | None = None
    trades: tuple[Trade, ...] = ()


class LineRefusal(StrEnum):
    NOT_A_RECORD = "not_a_record"
    NO_SIRET = "no_siret"
    SIRET = "siret"
    KIND = "kind"
    NO_NAME = "no_name"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of a file, by its rank (first line of data: 1 in JSON, its line number in a table); `facts` or the reason why not."""

    line: int
    facts: StructureFacts | None
    refusal: LineRefusal | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A structure already known that a file describes otherwise: (field, before, after). `kept`: the value known stays."""

    name: str
    siret: str
    fields: tuple[tuple[str, str, str], ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one file did, or would do. Nothing is lost: read = added + changed + unchanged + refused (`kept` counts as unchanged)."""

    file: str
    source: Source
    read: int = 0
    added: int = 0
    unchanged: int = 0
    changed: tuple[Change, ...] = ()
    kept: tuple[Change, ...] = ()
    refused: tuple[ReadLine, ...] = ()
    absent: tuple[tuple[str, str], ...] = ()
    written: bool = True


@dataclass(frozen=True, slots=True)
class Supply:
    """Active structures that answer one trade, in one place and in the whole directory of the département.

    `near` and `wide` count by kind those that do the trade; `lending` those that lend people, near. `capacity`: posts known, near.
    """

    trade: Trade | None
    near: Mapping[StructureKind, int] = field(default_factory=dict)
    wide: Mapping[StructureKind, int] = field(default_factory=dict)
    lending: Mapping[StructureKind, int] = field(default_factory=dict)
    capacity: Decimal = Decimal(0)

    @property
    def structures(self) -> int:
        """Those near that do the trade themselves."""
        return sum(self.near.values())

    @property
    def everywhere(self) -> int:
        return sum(self.wide.values())

    def of(self, kinds: frozenset[StructureKind]) -> int:
        """Those near of these kinds that do the trade."""
        return sum(number for kind, number in self.near.items() if kind in kinds)
