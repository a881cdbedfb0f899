"""Read the JSON of a rule's input strictly: exact decimals, no float, no unknown or repeated key, one clear French sentence per fault."""

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from levier.foundation import french
from levier.rulebook.fields import Field, Kind, RuleInputError

MOST_BYTES = 1_000_000
MOST_RECORDS = 500
LONGEST_TEXT = 200

_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _Float:
    """A JSON number with a point or an exponent: refused where it stands, because a float would not be exact."""

    def __init__(self, written: str) -> None:
        self.written = written


def parse_document(raw: bytes) -> dict[str, Any]:
    """The object in `raw` (UTF-8 JSON). Raise RuleInputError on anything else; `field` is then `stdin`."""
    if len(raw) > MOST_BYTES:
        raise RuleInputError("stdin", "L’entrée dépasse un million d’octets.")
    try:
        document = json.loads(
            raw.decode("utf-8-sig"), parse_float=_Float, parse_constant=_Float, object_pairs_hook=_without_repeats
        )
    except UnicodeDecodeError:
        raise RuleInputError("stdin", "L’entrée n’est pas du texte UTF-8.") from None
    except json.JSONDecodeError as error:
        message = f"L’entrée n’est pas du JSON (ligne {error.lineno}, colonne {error.colno})."
        raise RuleInputError("stdin", message) from None
    except RecursionError:
        raise RuleInputError("stdin", "L’entrée est imbriquée trop profondément.") from None
    except RuleInputError:
        raise
    except ValueError:
        raise RuleInputError("stdin", "Un nombre de l’entrée est trop long.") from None
    if not isinstance(document, dict):
        raise RuleInputError("stdin", 'L’entrée doit être un objet JSON, par exemple {"hours": "1600"}.')
    return document


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise RuleInputError(name[:60], "Cette clé est écrite deux fois. Gardez-en une.")
        found[name] = value
    return found


def read_fields(payload: object, fields: tuple[Field, ...], path: str = "") -> dict[str, Any]:
    """Typed values by name, None for an absent optional one. Raise RuleInputError on the first fault, in the order of the fields."""
    if not isinstance(payload, dict):
        raise RuleInputError(path.rstrip(".") or "stdin", "Un objet JSON est attendu ici.")
    known = {field.name for field in fields}
    for name in payload:
        if name not in known:
            accepted = ", ".join(field.name for field in fields)
            raise RuleInputError(f"{path}{str(name)[:60]}", f"Clé inconnue. Clés attendues : {accepted}.")
    values: dict[str, Any] = {}
    for field in fields:
        where = f"{path}{field.name}"
        if field.name not in payload:
            if field.required:
                raise RuleInputError(where, f"Il manque « {field.name} » ({field.label.lower()}).")
            values[field.name] = None
            continue
        value = payload[field.name]
        if value is None and field.nullable:
            values[field.name] = None
            continue
        values[field.name] = read_value(value, field, where)
    return values


def read_value(value: object, field: Field, where: str) -> Any:
    """One typed value. Raise RuleInputError naming `where`."""
    if value is None:
        raise RuleInputError(where, "Une valeur est attendue, pas null.")
    return _READERS[field.kind](value, field, where)


def _decimal(value: object, field: Field, where: str, *, whole: bool = False) -> Decimal:
    sample = f'Écrivez par exemple "{field.example}".'
    if isinstance(value, _Float | float):
        message = (
            "Un nombre à virgule s’écrit entre guillemets, pour rester exact."
            if not whole
            else "Un nombre entier est attendu."
        )
        raise RuleInputError(where, f"{message} {sample}")
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise RuleInputError(where, f"Un nombre est attendu. {sample}")
    if isinstance(value, int) and abs(value) >= 10**18:
        raise RuleInputError(where, "Ce nombre est trop grand.")
    written = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not _DECIMAL.fullmatch(written):
        raise RuleInputError(where, f"« {written[:40]} » n’est pas un nombre écrit avec un point décimal. {sample}")
    number = Decimal(written)
    decimals = len(written.partition(".")[2].rstrip("0"))
    if decimals > (0 if whole else field.places):
        allowed = "Un nombre entier est attendu." if whole else f"{french.plural(field.places, 'décimale')} au plus."
        raise RuleInputError(where, f"« {written[:40]} » a trop de décimales. {allowed}")
    _check_bounds(number, field, where)
    return number


def _integer(value: object, field: Field, where: str) -> int:
    return int(_decimal(value, field, where, whole=True))


def _boolean(value: object, _field: Field, where: str) -> bool:
    if not isinstance(value, bool):
        raise RuleInputError(where, "Écrivez true ou false.")
    return value


def _check_bounds(number: Decimal, field: Field, where: str) -> None:
    if field.minimum is not None and (number < field.minimum or (field.above_minimum and number == field.minimum)):
        least = "supérieur à" if field.above_minimum else "au moins égal à"
        raise RuleInputError(where, f"Le nombre doit être {least} {french.number(field.minimum)}.")
    if field.maximum is not None and number > field.maximum:
        hint = " Écrivez 0.05 pour 5 %." if field.kind is Kind.FRACTION else ""
        raise RuleInputError(where, f"Le nombre doit être au plus égal à {french.number(field.maximum)}.{hint}")


def _day(value: object, _field: Field, where: str) -> date:
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise RuleInputError(where, 'Une date est attendue, écrite AAAA-MM-JJ, par exemple "2026-04-15".')
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise RuleInputError(where, f"« {value} » n’existe pas dans le calendrier.") from None
    if not 1900 <= day.year <= 2199:
        raise RuleInputError(where, "L’année doit être comprise entre 1900 et 2199.")
    return day


def _choice(value: object, field: Field, where: str) -> str:
    if isinstance(value, str):
        wanted = value.casefold()
        for known in field.choices:
            if wanted == known.code.casefold() or wanted in (alias.casefold() for alias in known.aliases):
                return known.code
    accepted = ", ".join(known.code for known in field.choices)
    raise RuleInputError(where, f"Valeur inconnue. Choisissez parmi : {accepted}.")


def _text(value: object, _field: Field, where: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
        raise RuleInputError(where, f"Un texte d’une ligne est attendu, de {LONGEST_TEXT} caractères au plus.")
    return value


def _records(value: object, field: Field, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise RuleInputError(where, "Une liste est attendue.")
    if not value:
        raise RuleInputError(where, "La liste est vide. Donnez au moins une ligne.")
    if len(value) > MOST_RECORDS:
        raise RuleInputError(where, f"La liste dépasse {MOST_RECORDS} lignes.")
    found = []
    for index, item in enumerate(value):
        here = f"{where}[{index}]"
        if field.plain_item and not isinstance(item, dict):
            plain = next(part for part in field.items if part.name == field.plain_item)
            found.append({part.name: None for part in field.items} | {plain.name: read_value(item, plain, here)})
        else:
            found.append(read_fields(item, field.items, f"{here}."))
    return tuple(found)


_READERS: dict[Kind, Callable[[object, Field, str], Any]] = {
    Kind.DECIMAL: _decimal,
    Kind.FRACTION: _decimal,
    Kind.INTEGER: _integer,
    Kind.DATE: _day,
    Kind.CHOICE: _choice,
    Kind.BOOLEAN: _boolean,
    Kind.TEXT: _text,
    Kind.LIST: _records,
}
