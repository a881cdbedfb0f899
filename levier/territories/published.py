"""The facts on territories shipped with this version of Levier: files of levier/reference/data/territories/."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from levier import reference
from levier.territories.labels import typographic
from levier.territories.values import CommuneFacts, CommuneKind, Home, PerimeterConfidence

FOLDER = Path(reference.__file__).parent / "data" / "territories"


@dataclass(frozen=True, slots=True)
class PublishedFacilitator:
    """One of the nine, as the Département's leaflet gives it."""

    number: int
    territory: str
    short: str
    structure: str
    person: str
    phone: str
    email: str
    valid_from: date
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class PublishedPerimeter:
    commune: str
    territory: int
    confidence: PerimeterConfidence
    source: str


@dataclass(frozen=True, slots=True)
class PublishedCommune:
    facts: CommuneFacts
    intercommunality: str


@cache
def home() -> Home:
    facts = _table("departement.toml")
    return Home(
        code=facts["code"],
        name=facts["name"],
        region=facts["region"],
        arrondissements=tuple(facts["arrondissements"]),
        wider=tuple(facts["wider"]),
        city=facts["city_with_arrondissements"],
        city_postcode=facts["city_postcode"],
        shared_postcodes={code: tuple(names) for code, names in facts["shared_postcodes"].items()},
    )


@cache
def facilitators() -> tuple[PublishedFacilitator, ...]:
    leaflet = _table("facilitators.toml")
    return tuple(
        PublishedFacilitator(
            number=row["number"],
            territory=typographic(row["territory"]),
            short=typographic(row["short"]),
            structure=typographic(row["structure"]),
            person=row["person"],
            phone=row["phone"],
            email=row["email"],
            valid_from=leaflet["valid_from"],
            source=leaflet["source"],
            confidence=leaflet["confidence"],
        )
        for row in leaflet["facilitator"]
    )


@cache
def communes() -> tuple[PublishedCommune, ...]:
    return tuple(
        PublishedCommune(
            CommuneFacts(
                code=row["code"],
                name=typographic(row["name"]),
                kind=CommuneKind(row["kind"]),
                postcodes=tuple(row["postcodes"].split()),
                population=int(row["population"]),
                parent=row["parent"] or None,
                departement=row["departement"],
                longitude=Decimal(row["lon"]),
                latitude=Decimal(row["lat"]),
            ),
            typographic(row["intercommunality"]),
        )
        for row in _rows("communes.csv")
    )


@cache
def perimeters() -> tuple[PublishedPerimeter, ...]:
    return tuple(
        PublishedPerimeter(
            row["insee"], int(row["facilitator_no"]), PerimeterConfidence(row["confidence"]), typographic(row["source"])
        )
        for row in _rows("facilitator_territories.csv")
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
