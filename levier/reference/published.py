"""The reference values shipped with this version of Levier: TOML tables in data/, one file a subject."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from levier.foundation.explanation import Confidence
from levier.reference.values import Catalogue, ReferenceValue

DATA = Path(__file__).parent / "data"


@cache
def published_catalogue() -> Catalogue:
    """Every `[[value]]` of data/values/*.toml."""
    return Catalogue(
        _value(row)
        for path in sorted((DATA / "values").glob("*.toml"))
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["value"]
    )


def _value(row: dict[str, Any]) -> ReferenceValue:
    decimal = {name: Decimal(row[name]) if name in row else None for name in ("value", "low", "high")}
    assert decimal["value"] is not None
    return ReferenceValue(
        key=row["key"],
        label=row["label"],
        value=decimal["value"],
        unit=row["unit"],
        valid_from=row["valid_from"],
        valid_until=row.get("valid_until"),
        low=decimal["low"],
        high=decimal["high"],
        source=row["source"],
        confidence=Confidence(row["confidence"]),
        note=row.get("note", ""),
    )
