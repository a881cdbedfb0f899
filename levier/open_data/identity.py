"""Which contract a record speaks of, and whether two records say exactly the same.

`(buyer, id)` is not unique: one id covered 47 lots in a real feed. What was measured, and why these fields and no others, is in
docs/donnees-essentielles.md.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

DIGEST = 16
"""Bytes kept of SHA-256: with 10 million records, a chance below 10^-24 that two differ and look alike."""
_NUMBERED = re.compile(r"20\d\d.+\d\d", re.DOTALL)
_ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="number")
_IGNORED = b" \t\r\n.,;:!?-_/()[]{}\"'<>&+*=#%@\\|`^~$"
_WHOLE = Decimal(10) ** 15


def exact_number(text: str) -> Decimal | int:
    """A JSON number with a point or exponent, exactly: 1105000.0 and 1105000 are one and the same."""
    number = Decimal(text)
    if text.endswith(".0") and -_WHOLE < number < _WHOLE:
        return int(number)
    return number


def canonical(record: object) -> bytes:
    """The record in one form, whatever the order of its keys, its white space and its escapes."""
    return _ENCODER.encode(record)


def content_hash(form: bytes) -> bytes:
    return hashlib.sha256(form).digest()[:DIGEST]


@lru_cache(4096)
def squeezed(text: str) -> bytes:
    """Letters and digits only, without case or accent: what is left of an object when its typing is forgotten."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").lower().translate(None, _IGNORED)


def base_number(published_id: str, *, format_2019: bool) -> tuple[str, int]:
    """The id without its modification number, and that number.

    In the 2019 format an id is the year, the buyer's own number and two digits that count the modifications: `…00` is republished
    as `…01`. The 2022 format dropped them, and its ids often end with the number of a lot: they are left whole.
    """
    if format_2019 and len(published_id) > 6 and _NUMBERED.fullmatch(published_id):
        return published_id[:-2], int(published_id[-2:])
    return published_id, 0


def identity_key(kind: str, buyer: str, base_id: str, cpv: str, holders: Iterable[str], text: str) -> bytes:
    """Buyer, id, and what tells one lot from another: the object, the companies (SIREN) and the CPV code.

    Amounts, dates and modifications are no part of it: they change when the record is published again.
    """
    companies = "|".join(
        sorted({holder[:9] if len(holder) == 14 and holder.isdigit() else holder for holder in holders})
    )
    lot = squeezed(text)
    head = f"{kind}\0{buyer}\0{base_id}\0{cpv}\0{companies}\0"
    return hashlib.sha256(head.encode(errors="replace") + lot).digest()[:DIGEST]


def plain(value: Any) -> Any:
    """The value with what JSON has no word for (NaN, half surrogates) replaced, so that it can be hashed and stored."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return None if value != value or value in {float("inf"), float("-inf")} else value  # noqa: PLR0124 - NaN differs from itself
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return value


_BREAKS = str.maketrans(dict.fromkeys(_IGNORED.decode(), " "))


@lru_cache(4096)
def squeezed_words(text: str) -> str:
    """Words in small letters without accents, for searching; the same treatment is applied to what a person types."""
    plain_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(plain_text.translate(_BREAKS).replace("\0", " ").split())
