"""One published value made fit for the official schema, or None where it is not. Plain Python."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from levier.open_data.exporting.vocabulary import (
    IDENTIFIER_KINDS,
    LONGEST_ID,
    LONGEST_OBJECT,
    PLACE_KINDS,
    OfficialField,
    Shape,
    official_word,
)
from levier.open_data.fields import LONGEST, amount_of, date_of, duration_of, place_of, text_of
from levier.open_data.values import AmountFlag

_CPV = re.compile(r"[0-9]{8}(-[0-9])?")
_SIRET = re.compile(r"[0-9]{14}")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold: they are left out of both forms, which say the same."""
MOST_OFFERS = 10_000


def clean_text(value: object) -> str:
    return _UNWRITABLE.sub("", text_of(value)).strip()


def words_of(field: OfficialField, value: object) -> list[str] | None:
    """Official words of a list, however it is wrapped, in their published order; None when one of them is unknown or contradicts."""
    if isinstance(value, dict):
        value = value.get(field.inner)
    written = value if isinstance(value, list) else [value]
    found = [official_word(field.name, word) if isinstance(word, str) else "" for word in written]
    if not found or "" in found:
        return None
    found = list(dict.fromkeys(found))
    return None if field.alone in found and len(found) > 1 else found


def _yes_no(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"oui": True, "true": True, "1": True, "non": False, "false": False, "0": False}.get(
        text_of(value).casefold()
    )


def _count(value: object) -> int | None:
    number = duration_of(value)[0]
    return number if number is not None and 1 <= number <= MOST_OFFERS else None


def months(value: object) -> int | None:
    number = duration_of(value)[0]
    return number if number is not None and 1 <= number <= LONGEST else None


def rate(value: object) -> Decimal | int | None:
    """Between 0 and 1; as text where a person typed it."""
    if isinstance(value, str) and re.fullmatch(r"[01](\.\d{1,6})?", value, re.ASCII):
        value = shortest(Decimal(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return value if 0 <= value <= 1 else None


def amount(value: object) -> Decimal | int | None:
    """A believable amount, as exactly as it was published; None for 0, 1, 999 999 999 and the like."""
    number, flag, _ = amount_of(value)
    if number is None or flag is not AmountFlag.SOUND:
        return None
    return shortest(number)


def positive(value: object) -> Decimal | int | None:
    """What the schema takes for an amount: one euro or more, below what no contract reaches."""
    number, flag, _ = amount_of(value)
    return shortest(number) if number is not None and number >= 1 and flag is not AmountFlag.ENORMOUS else None


def shortest(number: Decimal) -> Decimal | int:
    """575000 rather than 575000.00, 123457.5 rather than 123457.50: one way to write an amount."""
    return int(number) if number == number.to_integral_value() else number.normalize()


def day(value: object) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return date_of(text_of(value))[0] or None


def place(value: object) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    code, published = clean_text(value.get("code")), clean_text(value.get("typeCode"))
    kind = place_of(code, published)[0] or (published if published in PLACE_KINDS else "")
    return {"code": code, "typeCode": PLACE_KINDS[kind]} if code and kind else None


def holders(value: object) -> list[dict[str, Any]] | None:
    """`[{"titulaire": {"id", "typeIdentifiant"}}]`, each company once; None when one cannot be identified."""
    found = []
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting = [*item, *waiting]
        elif isinstance(item, dict) and "id" not in item and "titulaire" in item:
            waiting.insert(0, item["titulaire"])
        elif isinstance(item, dict):
            company = _company(item)
            if company is None:
                return None
            found.append(company)
        else:
            return None
    unique = [company for place, company in enumerate(found) if company not in found[:place]]
    return [{"titulaire": company} for company in unique] or None


def _company(item: dict[str, Any]) -> dict[str, str] | None:
    number = clean_text(item.get("id")).replace(" ", "")
    kind = clean_text(item.get("typeIdentifiant")) or ("SIRET" if _SIRET.fullmatch(number) else "")
    kind = "HORS-UE" if kind in {"HORS_UE", "UE"} else kind
    if not number or kind not in IDENTIFIER_KINDS or (kind == "SIRET" and not _SIRET.fullmatch(number)):
        return None
    return {"typeIdentifiant": kind, "id": number}


def subcontractor(value: object) -> dict[str, str] | None:
    """As published: the schema takes any text for its number, and a name is often what stands there."""
    if not isinstance(value, dict):
        return None
    number, kind = clean_text(value.get("id")), clean_text(value.get("typeIdentifiant"))
    return {"typeIdentifiant": kind, "id": number} if number and kind in IDENTIFIER_KINDS else None


def identifier(value: object) -> str | None:
    text = clean_text(value)
    return text if 0 < len(text) <= LONGEST_ID else None


def _buyer(value: object) -> dict[str, str] | None:
    number = "".join(clean_text(value.get("id") if isinstance(value, dict) else value).split())
    return {"id": number} if _SIRET.fullmatch(number) else None


def _object(value: object) -> str | None:
    text = clean_text(value)
    return (text if len(text) <= LONGEST_OBJECT else f"{text[: LONGEST_OBJECT - 1]}…") or None


def _cpv(value: object) -> str | None:
    text = clean_text(value)
    return text if _CPV.fullmatch(text) else None


_BY_NAME: dict[str, Callable[[object], object | None]] = {
    "id": identifier,
    "acheteur": _buyer,
    "objet": _object,
    "codeCPV": _cpv,
    "idAccordCadre": identifier,
    "offresRecues": _count,
    "dureeMois": months,
    "montant": amount,
    "lieuExecution": place,
    "titulaires": holders,
}
_BY_SHAPE: dict[Shape, Callable[[object], object | None]] = {Shape.YES_NO: _yes_no, Shape.RATE: rate, Shape.DAY: day}


def read_value(field: OfficialField, value: object) -> object | None:
    """The value as the schema wants it; None when it is absent or cannot be sent as it stands."""
    if value is None or value == "":
        return None
    if field.shape is Shape.ONE:
        return official_word(field.name, clean_text(value)) or None
    if field.shape is Shape.SEVERAL:
        words = words_of(field, value)
        return None if words is None else {field.inner: words}
    reader = _BY_NAME.get(field.name) or _BY_SHAPE[field.shape]
    return reader(value)


def unwrapped(value: object, *names: str) -> Iterable[dict[str, Any]]:
    """The objects of a list such as `[{"modification": {…}}]`, whether each is wrapped or not; `names`: those of the wrapper."""
    for item in value if isinstance(value, list) else [value]:
        inner = next((item[name] for name in names if name in item), item) if isinstance(item, dict) else None
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict) and one:
                yield one
