"""What a certificate seals: one snapshot of a commitment's books, as JSON, and its fingerprint. Plain Python.

Nothing here names a person. A number of people under `FEWEST_SHOWN` is never written (reliability.md section 5.6).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

FEWEST_SHOWN = 5
"""Fewest people whose number may be written."""
FORM = 2
"""Version of the shape below; a change of shape adds one, and old certificates keep theirs."""


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    siret: str


@dataclass(frozen=True, slots=True)
class SealedBalance:
    """Hours. `penalised` are the hours for which a penalty was applied; `surplus` was done beyond what was due."""

    due: Decimal
    accepted: Decimal
    waived: Decimal
    penalised: Decimal
    outstanding: Decimal
    surplus: Decimal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`people`: None means one to four. `first_month` and `last_month`: of accepted work; None when there is none.
    `sealed_through`: the last month of the books that this certificate closes. `ledger_head`: hash (hexadecimal) of the last
    entry of the commitment's ledger and `ledger_entries` their number, so that the certificate pins the chain.
    """

    form: int
    contract_reference: str
    contract_title: str
    lot_number: int
    lot_title: str
    lots: int
    buyer: Party
    holder: Party
    instrument: str
    territory_number: int
    territory: str
    facilitator: str
    starts_on: date
    ends_on: date
    balance: SealedBalance
    people: int | None
    modalities: tuple[str, ...]
    first_month: date | None
    last_month: date | None
    sealed_through: date
    ledger_entries: int
    ledger_head: str
    place: str = ""
    agreement: str = ""

    @property
    def fulfilled(self) -> bool:
        """Nothing is left to do: an attestation; otherwise a statement of what was done."""
        return self.balance.outstanding == 0


def shown_people(count: int) -> int | None:
    """The number that may be written: none, or five and more. None stands for one to four."""
    return count if count == 0 or count >= FEWEST_SHOWN else None


def as_content(snapshot: Snapshot) -> dict[str, Any]:
    """JSON values only: hours as decimal text, dates as ISO."""
    content: dict[str, Any] = msgspec.to_builtins(snapshot)
    return content


def read_content(content: dict[str, Any]) -> Snapshot:
    """Raise msgspec.ValidationError when the content is not of this form."""
    return msgspec.convert(content, Snapshot)


def fingerprint(content: dict[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON: keys in order, no space, UTF-8."""
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).digest()
