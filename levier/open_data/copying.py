"""The lines that PostgreSQL's COPY reads (text format), written beside the reading so that the work is shared by processes."""

from datetime import date
from decimal import Decimal

import msgspec

from levier.foundation.identifiers import random_public_id
from levier.open_data.identity import squeezed_words
from levier.open_data.records import Amendment, Contract
from levier.open_data.subcontracts import Act
from levier.open_data.values import doubts_of

ROW = (
    "public_id", "kind", "format", "buyer_siret", "buyer_name", "buyer_department", "published_id", "modification_number", "identity_key",
    "content_hash", "rank", "object", "nature", "procedure", "cpv", "place_code", "place_kind", "place_name",
    "place_department", "duration_months", "notified_on", "published_on", "initial_amount", "initial_amount_flag",
    "current_amount", "amount_flag", "social", "holders", "amendment_count", "flags", "search_text", "framework_id", "corrections", "raw",
)  # fmt: skip
AMENDMENT_ROW = (
    "place", "number", "notified_on", "published_on", "amount", "amount_flag", "duration_months", "object", "holders",
)  # fmt: skip
ACT_ROW = (
    "place", "number", "company", "company_kind", "company_name", "notified_on", "published_on", "amount", "amount_flag",
    "duration_months", "price_change", "amendments",
)  # fmt: skip
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_JSON = msgspec.json.Encoder()


def escaped(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    return text.translate(_ESCAPED).encode("utf-8", "replace").decode()


def escaped_raw(raw: bytes) -> bytes:
    """JSON text holds neither NUL nor bare tabs; only backslashes and, where it is indented, white space."""
    raw = raw.replace(b"\\", b"\\\\")
    if b"\n" in raw:
        raw = raw.replace(b"\n", b"\\n")
    return raw.replace(b"\r", b"\\r").replace(b"\t", b"\\t")


def _null(value: Decimal | int | date | str | None) -> str:
    return "\\N" if value is None or value == "" else str(value)


def _array(codes: list[str]) -> str:
    return "{" + ",".join(codes) + "}"


def _json(value: object) -> str:
    return escaped(_JSON.encode(value).decode()) if value else "[]"


def row(contract: Contract, department: str, raw: bytes, corrections: object = None) -> bytes:
    """One line in the order of ROW, without its end. `corrections`: those that were applied, as they were written."""
    initial, current = contract.initial, contract.current
    names = " ".join(holder["name"] for holder in contract.holders)
    text = "\t".join((
        random_public_id(), contract.kind, contract.format, contract.buyer, escaped(contract.buyer_name), department, escaped(contract.published_id),
        str(contract.modification_number), "\\\\x" + contract.identity.hex(), "\\\\x" + contract.content.hex(), str(contract.rank),
        escaped(contract.object), escaped(contract.nature), escaped(contract.procedure), escaped(contract.cpv),
        escaped(contract.place_code), contract.place_kind, escaped(contract.place_name), contract.place_department,
        _null(contract.duration), _null(contract.notified_on), _null(contract.published_on),
        _null(initial[0]), initial[1], _null(current[0]), current[1],
        _array(contract.social),  # type: ignore[arg-type]  # Social is a str; list is invariant
        _json(contract.holders), str(len(contract.amendments)), _array([*doubts_of(contract.mask)]),
        squeezed_words(f"{contract.object} {contract.buyer_name} {names} {contract.published_id}"),
        escaped(contract.framework), _json(corrections),
    ))  # fmt: skip
    return text.encode() + b"\t" + escaped_raw(raw)


def amendment_row(place: int, amendment: Amendment) -> bytes:
    """One line in the order of AMENDMENT_ROW, without its end."""
    return "\t".join((
        str(place), escaped(amendment.number), _null(amendment.notified_on), _null(amendment.published_on),
        _null(amendment.amount), amendment.amount_flag if amendment.has_amount else "missing", _null(amendment.duration),
        escaped(amendment.object), _json(amendment.holders),
    )).encode()  # fmt: skip


def act_row(place: int, act: Act) -> bytes:
    """One line in the order of ACT_ROW, without its end."""
    return "\t".join((
        str(place), escaped(act.number), escaped(act.company), escaped(act.company_kind), escaped(act.company_name),
        _null(act.notified_on), _null(act.published_on), _null(act.amount), act.amount_flag, _null(act.duration),
        escaped(act.price_change), _json([amendment.as_json() for amendment in act.amendments]),
    )).encode()  # fmt: skip
