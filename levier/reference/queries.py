"""Reading the reference values. They are public: everybody may read all of them."""

from datetime import date
from typing import Any

from levier.foundation.explanation import Confidence
from levier.reference.models import StoredValue
from levier.reference.values import Catalogue, ReferenceValue

_IN_USE = """
SELECT s.fingerprint, v.* FROM (SELECT COALESCE(sum(hashtextextended(r::text, 0)), 0)::text AS fingerprint
                                  FROM reference_storedvalue r WHERE r.replaced_at IS NULL) s
  LEFT JOIN reference_storedvalue v ON v.replaced_at IS NULL AND s.fingerprint <> %s
"""
_known: tuple[str, Catalogue] = ("", Catalogue(()))


def catalogue() -> Catalogue:
    """Every value in use, from the database, in one query. Empty until `levier reference load` was run.

    Rows that a correction replaced are left out: they answer no question any more, only `version` and `history` show them. A process
    keeps the last catalogue it read with the fingerprint of its rows; the rows come again only when the database says another one.
    """
    global _known  # noqa: PLW0603 - one pair, replaced whole
    fingerprint = _known[0]
    rows: list[Any] = list(StoredValue.objects.raw(_IN_USE, [fingerprint]))
    if rows[0].fingerprint != fingerprint:
        _known = (rows[0].fingerprint, Catalogue(as_value(row) for row in rows if row.pk is not None))
    return _known[1]


def history(key: str) -> tuple[StoredValue, ...]:
    """Every row there ever was for the key, the latest first: what the page of a value shows, replaced ones included."""
    return tuple(StoredValue.objects.filter(key=key).order_by("-valid_from", "-revision"))


def version(name: str) -> ReferenceValue | None:
    """The exact figure a past result used, by the version kept beside it (`key@2026-01-01`, `key@2026-01-01#1`)."""
    key, _, rest = name.partition("@")
    day, _, revision = rest.partition("#")
    try:
        found = StoredValue.objects.filter(
            key=key, valid_from=date.fromisoformat(day), revision=int(revision or "0")
        ).first()
    except ValueError:
        return None
    return as_value(found) if found else None


def as_value(row: StoredValue) -> ReferenceValue:
    return ReferenceValue(
        key=row.key,
        label=row.label,
        value=row.value,
        unit=row.unit,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        low=row.low,
        high=row.high,
        source=row.source,
        confidence=Confidence(row.confidence),
        note=row.note,
        revision=row.revision,
    )
