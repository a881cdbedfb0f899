"""Reading a list of structures: the JSON of le marché de l'inclusion, a CSV of it, the ASP's list, or any CSV with a SIRET, a kind and a
name. Contacts of people (telephone, e-mail) are never read.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levier.foundation.objections import Objection
from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.organisations.values import StructureKind
from levier.supply.refusals import SupplyRefusal, refuse
from levier.supply.rules import refusal_of, trades_told
from levier.supply.values import LineRefusal, ReadLine, Source, StructureFacts, Trade
from levier.territories.search import words

LARGEST = 20_000_000
"""Bytes of one file."""
_LONGEST_CELL = 100_000
_NAMES = {
    "siret": ("siret",), "kind": ("kind", "mesure", "type", "type de structure", "nature", "categorie"),
    "name": ("name", "denomination sociale", "nom", "raison sociale", "structure", "denomination"), "brand": ("brand", "enseigne", "nom commercial"),
    "naf": ("naf", "code naf2", "code naf", "ape", "code ape"), "legal_form": ("legal form", "nature juridique", "forme juridique"),
    "address": ("address", "adresse", "nom rue", "rue"), "number": ("num rue",),
    "postcode": ("post code", "code postal", "cp"), "city": ("city", "commune", "ville"), "departement": ("department", "departement", "code departement"),
    "coords": ("coords",), "longitude": ("longitude", "lon"), "latitude": ("latitude", "lat"), "website": ("website", "site", "site internet", "site web"),
    "description": ("description", "activites", "activite"), "capacity": ("c2 etp count", "capacite", "postes", "places", "etp"),
    "trades": ("trades", "metiers", "metier", "secteur", "secteurs"),
}  # fmt: skip
"""Names of columns, as words without accents."""
_POINT = re.compile(r"POINT ?\((-?\d{1,3}(?:\.\d{1,20})?) (-?\d{1,3}(?:\.\d{1,20})?)\)")


@dataclass(frozen=True, slots=True)
class ReadFile:
    source: Source
    lines: tuple[ReadLine, ...]


def read(content: bytes) -> ReadFile:
    """Every line with what it says or why it is refused. Raise Refusal when the file is not a list of structures at all."""
    if len(content) > LARGEST:
        raise refuse(
            Objection(
                SupplyRefusal.TOO_LARGE, "file", {"size": len(content) // 1_000_000, "largest": LARGEST // 1_000_000}
            )
        )
    text = _decoded(content)
    rows = _json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text)
    names = list(dict.fromkeys(str(name) for _, row in rows if isinstance(row, Mapping) for name in row))
    if not names:
        raise refuse(Objection(SupplyRefusal.NO_LINE, "file"))
    columns = _columns(names)
    for needed, shown in (("siret", "SIRET"), ("kind", "type de structure"), ("name", "nom")):
        if needed not in columns:
            read_names = ", ".join(name[:30] for name in names[:12])
            raise refuse(Objection(SupplyRefusal.NO_COLUMN, "file", {"column": shown, "columns": read_names}))
    return ReadFile(_source(names), tuple(_once(_line(number, row, columns) for number, row in rows)))


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text[:4096]:
        raise refuse(Objection(SupplyRefusal.UNREADABLE, "file", {"reason": "ce n’est pas du texte"}))
    return text


def _json_rows(text: str) -> list[tuple[int, Any]]:
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        where = f"ligne {error.lineno}" if isinstance(error, json.JSONDecodeError) else "il est mal formé"
        raise refuse(Objection(SupplyRefusal.UNREADABLE, "file", {"reason": f"JSON incorrect, {where}"})) from error
    if not isinstance(found, list):
        raise refuse(Objection(SupplyRefusal.UNREADABLE, "file", {"reason": "ce JSON n’est pas une liste"}))
    return [(rank, row.get("fields", row) if isinstance(row, dict) else row) for rank, row in enumerate(found, start=1)]


def _csv_rows(text: str) -> list[tuple[int, Any]]:
    heading = text.split("\n", 1)[0]
    mark = max(";,\t", key=heading.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader(io.StringIO(text), delimiter=mark, restkey="…")
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        reason = f"une case est démesurée près de la ligne {reader.line_num}"
        raise refuse(Objection(SupplyRefusal.UNREADABLE, "file", {"reason": reason})) from error


def _columns(names: Iterable[str]) -> dict[str, str]:
    """The column that says each thing: the first alias present, in order of preference."""
    plain = {" ".join(words(name.replace("_", " "))): name for name in names}
    return {what: plain[alias] for what, aliases in _NAMES.items() for alias in reversed(aliases) if alias in plain}


def _source(names: Iterable[str]) -> Source:
    told = set(names)
    if {"MESURE", "DENOMINATION_SOCIALE"} <= told:
        return Source.ASP
    return Source.MARKET if {"post_code", "coords", "kind"} <= told else Source.FILE


def _line(number: int, row: Any, columns: Mapping[str, str]) -> ReadLine:
    if not isinstance(row, Mapping):
        return ReadLine(number, None, LineRefusal.NOT_A_RECORD, str(row)[:600])
    told = {what: _text(row.get(column)) for what, column in columns.items()}
    siret = re.sub(r"[\s.]", "", told["siret"])
    kind = told["kind"].upper().replace("É", "E").strip()
    name = told["name"][:200]
    refusal = refusal_of(siret, kind, name)
    if refusal is not None:
        said = " · ".join(value for value in (told["siret"], told["kind"], told["name"], told.get("city", "")) if value)
        return ReadLine(number, None, refusal, said[:600])
    return ReadLine(number, _facts(siret, StructureKind(kind), name, told))


def _facts(siret: str, kind: StructureKind, name: str, told: Mapping[str, str]) -> StructureFacts:
    postcode = told.get("postcode", "").zfill(5) if told.get("postcode", "").isdigit() else ""
    longitude, latitude = _point(told)
    naf = told.get("naf", "").replace(".", "").upper()[:6]
    description = told.get("description", "")[:5000]
    plain = " ".join(words(f"{name} {told.get('brand', '')} {description} {told.get('trades', '')}"))
    website = told.get("website", "")
    return StructureFacts(
        siret,
        kind,
        name,
        brand=told.get("brand", "")[:200],
        naf=naf,
        legal_form=told.get("legal_form", "")[:120],
        address=" ".join(filter(None, (told.get("number"), told.get("address"))))[:300],
        postcode=postcode if len(postcode) == 5 else "",
        city=told.get("city", "")[:120],
        departement=_departement(told.get("departement", ""), postcode),
        longitude=longitude,
        latitude=latitude,
        website=website[:300] if website.startswith(("http://", "https://")) else "",
        description=description,
        capacity=_capacity(told.get("capacity", "")),
        trades=_named_trades(told.get("trades", "")) or trades_told(kind, naf, plain),
    )


def _text(value: Any) -> str:
    """A cell on one line, without the unseen characters that a database refuses."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return " ".join(str(value).replace("\x00", "").split())


def _point(told: Mapping[str, str]) -> tuple[Decimal | None, Decimal | None]:
    """Longitude and latitude to six places (ten centimetres); both or neither."""
    found = _POINT.search(told.get("coords", ""))
    pair = found.groups() if found else (told.get("longitude", ""), told.get("latitude", ""))
    try:
        longitude, latitude = (round(parse_decimal(one), 6) for one in pair)
    except NotAQuantity:
        return None, None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else (None, None)


def _departement(told: str, postcode: str) -> str:
    code = told.strip().upper()
    if re.fullmatch(r"\d{3}", code) and code.startswith("0"):
        code = code[1:]
    if re.fullmatch(r"\d{2,3}|2[AB]", code):
        return code
    return postcode[: 3 if postcode.startswith(("97", "98")) else 2]


def _capacity(text: str) -> Decimal | None:
    try:
        value = round(parse_decimal(text), 2) if text else None
    except NotAQuantity:
        return None
    return value if value is not None and 0 <= value < 10_000 else None


def _named_trades(text: str) -> tuple[Trade, ...]:
    """Codes of trades written as such, separated by commas or semicolons."""
    named = {one.strip() for one in re.split(r"[;,]", text)}
    return tuple(trade for trade in Trade if trade.value in named)


def _once(lines: Iterable[ReadLine]) -> Iterator[ReadLine]:
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if line.facts is None:
            yield line
            continue
        key = (line.facts.siret, line.facts.kind.value)
        if key in seen:
            said = f"{line.facts.siret} · {line.facts.kind} · {line.facts.name} · {line.facts.city}"
            yield ReadLine(line.line, None, LineRefusal.REPEATED, said[:600])
        else:
            seen.add(key)
            yield line
