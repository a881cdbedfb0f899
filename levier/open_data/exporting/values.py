"""What is known of a lot, and the record made of it, complete or not. Plain Python."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Company:
    siret: str
    name: str


@dataclass(frozen=True, slots=True)
class KnownAmendment:
    """`amount` is the new total. `published_on`: None where it was never published."""

    number: int
    notified_on: date | None
    published_on: date | None
    amount: Decimal | None
    months: int | None


@dataclass(frozen=True, slots=True)
class KnownLot:
    """All that Levier knows of a lot. `published` is the record as it was last published, `told` what a person added since;
    both bear the names of the official schema. `instruments`: the codes of its commitments.
    """

    contract_id: str
    lot_id: str
    reference: str
    lot_number: int
    lots_in_contract: int
    buyer: Company
    title: str
    category: str
    model: dict[str, Any]
    holders: tuple[Company, ...]
    amendments: tuple[KnownAmendment, ...]
    instruments: frozenset[str]
    published: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lack:
    """A field without which the record cannot be sent, and what to write in it."""

    field: str
    label: str
    ask: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A lot and its record, in the order of the schema. With anything in `lacks` it is not sent.
    `remarks`: what was published and cannot be sent, where the record can do without it.
    """

    lot: KnownLot
    record: dict[str, Any]
    lacks: tuple[Lack, ...]
    remarks: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.lacks


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an export did. `data` is empty when nothing could be written."""

    data: bytes
    sent: tuple[Prepared, ...]
    kept_back: tuple[Prepared, ...]
