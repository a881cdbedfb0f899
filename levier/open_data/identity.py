"""Which contract a record speaks of, and whether two records say exactly the same.

`(buyer, id)` is not unique: one id covered 47 lots in a real feed. What was measured, and why these fields and no others, is in
docs/donnees-essentielles.md.
"""

import hashlib
import unicodedata
from decimal import Decimal
from typing import Any

import msgspec

DIGEST = 16
"""Bytes kept of SHA-256: with 10 million records, a chance below 10^-24 that two differ and look alike."""
_ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="number")
_FOLD = bytes(
    ord(unicodedata.normalize("NFKD", chr(code))[0].lower())
    if ord(unicodedata.normalize("NFKD", chr(code))[0]) < 128
    else code
    for code in range(256)
)
"""Latin-1 without case or accent; characters outside it (œ, ’, €) are left out before."""
_IGNORED = bytes(code for code in range(256) if not chr(_FOLD[code]).isalnum() or _FOLD[code] > 127)
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


def squeezed(text: str) -> bytes:
    """Letters and digits only, without case or accent: what is left of an object when its typing is forgotten."""
    return text.encode("latin-1", "ignore").translate(_FOLD, _IGNORED)


def base_number(published_id: str, *, format_2019: bool) -> tuple[str, int]:
    """The id without its modification number, and that number.

    In the 2019 format an id is the year, the buyer's own number and two digits that count the modifications: `…00` is republished
    as `…01`. The 2022 format dropped them, and its ids often end with the number of a lot: they are left whole.
    """
    if format_2019 and len(published_id) > 6 and published_id.startswith("20") and _two_digits(published_id[-2:]):
        return published_id[:-2], int(published_id[-2:])
    return published_id, 0


def _two_digits(text: str) -> bool:
    return text.isdigit() and text.isascii()


def identity_key(kind: str, buyer: str, base_id: str, cpv: str, holders: list[str], text: str) -> bytes:
    """Buyer, id, and what tells one lot from another: the object, the companies (SIREN) and the CPV code.

    Amounts, dates and modifications are no part of it: they change when the record is published again. Where a record has no object
    (some tables leave it out), its day of notification and its amount stand for it: nothing is merged that may be two lots.
    """
    companies = (
        "|".join(sorted({_company(holder) for holder in holders})) if len(holders) != 1 else _company(holders[0])
    )
    head = f"{kind}\0{buyer}\0{base_id}\0{cpv}\0{companies}\0"
    return hashlib.sha256(head.encode(errors="replace") + squeezed(text)).digest()[:DIGEST]


def _company(holder: str) -> str:
    """The company behind an establishment: a holder that moves stays the same."""
    return holder[:9] if len(holder) == 14 and holder.isdigit() else holder


def plain(value: Any) -> Any:
    """The value with what JSON has no word for (NaN, half surrogates) or PostgreSQL no place for (NUL) replaced, so that it can be hashed and stored."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return None if value != value or value in {float("inf"), float("-inf")} else value  # noqa: PLR0124 - NaN differs from itself
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return value


_BREAKS = bytes(32 if code in _IGNORED else _FOLD[code] for code in range(256))


def squeezed_words(text: str) -> str:
    """Words in small letters without accents, for searching; the same treatment is applied to what a person types."""
    return " ".join(text.replace("’", " ").encode("latin-1", "ignore").translate(_BREAKS).decode("ascii").split())
