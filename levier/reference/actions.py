"""Writing reference values: loading those shipped with Levier, and changing one.

This room stands below the journal: each row carries its author and its instant itself, and each action returns what it
changed so that the room that called it can write the journal line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from django.db import IntegrityError, transaction

from levier.foundation import french
from levier.foundation.explanation import Confidence
from levier.foundation.objections import Objection, Refusal
from levier.reference.labels import sentence
from levier.reference.models import StoredValue
from levier.reference.published import published_catalogue
from levier.reference.queries import as_value
from levier.reference.rules import Period, Placement, ValueObjection, check_value, earliest, place
from levier.reference.values import ReferenceValue

PUBLISHED_BY = "Levier, valeurs publiées"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: rows added, left as they were, and versions kept because a person had changed them here."""

    added: int
    unchanged: int
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A change of one value: the one that held on that day before (None in a gap), and the new one."""

    before: ReferenceValue | None
    after: ReferenceValue


def load_published(now: datetime, published: Iterable[ReferenceValue] | None = None) -> Loaded:
    """Bring the shipped values into the database. Doing it twice adds nothing; nothing already there is rewritten.

    A shipped value that differs from the one shipped before becomes its next revision. A value changed by a person is kept,
    and named in the answer.
    """
    shipped = sorted(published_catalogue() if published is None else published, key=lambda v: (v.key, v.valid_from))
    added, unchanged, kept = 0, 0, []
    with transaction.atomic():
        by_key: dict[str, list[StoredValue]] = {}
        for row in StoredValue.objects.select_for_update().order_by("pk"):
            by_key.setdefault(row.key, []).append(row)
        for value in shipped:
            rows = by_key.setdefault(value.key, [])
            match _confront(value, rows):
                case _Verdict.SAME:
                    unchanged += 1
                case _Verdict.KEPT:
                    kept.append(value.version)
                case _Verdict.NEW:
                    rows.append(_insert(value, rows, now=now, author=(PUBLISHED_BY, None), published=True))
                    added += 1
    return Loaded(added, unchanged, tuple(kept))


def change_value(  # noqa: PLR0913 - what a person types, field by field
    *,
    author_label: str,
    key: str,
    value: Decimal,
    low: Decimal | None,
    high: Decimal | None,
    valid_from: date,
    source: str,
    confidence: Confidence,
    now: datetime,
    note: str = "",
    author_user_id: int | None = None,
) -> ValueChange:
    """Make a figure hold from a day on, by a new row. Raise Refusal, with French sentences, when it may not be kept.

    From a day on which a row begins: a correction (the next revision of it). From any other day: a change (the row of that
    day is closed the day before). Label and unit are those of the key. Results already computed keep the version they used.
    """
    with transaction.atomic():
        rows = list(StoredValue.objects.select_for_update().filter(key=key).order_by("valid_from", "revision"))
        if not rows:
            raise _refusal(Objection(ValueObjection.UNKNOWN_KEY, "key", {"key": key[:80]}))
        in_use = [row for row in rows if row.replaced_at is None]
        before = next(
            (row for row in in_use if Period(row.pk, row.valid_from, row.valid_until).covers(valid_from)), None
        )
        model = before or rows[-1]
        objections = check_value(
            key=key, value=value, low=low, high=high, unit=model.unit, source=source, author_label=author_label
        )
        wanted = ReferenceValue(
            key, model.label, value, model.unit, valid_from, source.strip(), confidence, None, low, high, note.strip()
        )
        if not objections and before is not None and _same_figure(before, wanted):
            objections = (Objection(ValueObjection.UNCHANGED, "value", {"since": french.day(before.valid_from)}),)
        if objections:
            raise _refusal(*objections)
        earlier = as_value(before) if before else None
        try:
            with transaction.atomic():
                added = _insert(wanted, rows, now=now, author=(author_label.strip(), author_user_id), published=False)
        except IntegrityError as error:
            raise _refusal(Objection(ValueObjection.MEANWHILE, "value")) from error
    return ValueChange(earlier, as_value(added))


class _Verdict(Enum):
    SAME = "already there, in use or replaced by a person since"
    KEPT = "a person changed it here and this version ships another figure"
    NEW = "to be added"


def _confront(value: ReferenceValue, rows: list[StoredValue]) -> _Verdict:
    """What a shipped value meets among all the rows of its key."""
    same_day = [row for row in rows if row.valid_from == value.valid_from]
    shipped_before = max((row for row in same_day if row.published), key=lambda row: row.revision, default=None)
    in_use = next((row for row in same_day if row.replaced_at is None), None)
    if shipped_before is not None and _same_figure(shipped_before, value):
        limit = place(_periods(rows), value.valid_from).limit
        lengthened = shipped_before is in_use and in_use.valid_until != earliest(value.valid_until, limit)
        return _Verdict.NEW if lengthened else _Verdict.SAME
    if in_use is not None and not in_use.published:
        return _Verdict.KEPT
    return _Verdict.NEW


def _periods(rows: list[StoredValue]) -> list[Period]:
    return [Period(row.pk, row.valid_from, row.valid_until) for row in rows if row.replaced_at is None]


def _insert(
    value: ReferenceValue, rows: list[StoredValue], *, now: datetime, author: tuple[str, int | None], published: bool
) -> StoredValue:
    """Add the row among all those of its key, closing or replacing the one in its way.

    A shipped row says itself until when it holds; one typed by a person takes over the end of the row it follows.
    """
    placement = place(_periods(rows), value.valid_from)
    _make_room(placement, rows, now)
    revisions = [row.revision for row in rows if row.valid_from == value.valid_from]
    return StoredValue.objects.create(
        key=value.key,
        label=value.label,
        value=value.value,
        low=value.low,
        high=value.high,
        unit=value.unit,
        valid_from=value.valid_from,
        valid_until=earliest(value.valid_until, placement.limit) if published else placement.valid_until,
        source=value.source,
        confidence=value.confidence.value,
        note=value.note,
        revision=max(revisions) + 1 if revisions else 0,
        published=published,
        created_at=now,
        created_by_label=author[0],
        created_by_user_id=author[1],
    )


def _make_room(placement: Placement, rows: list[StoredValue], now: datetime) -> None:
    for row in rows:
        if row.pk == placement.replaces:
            row.replaced_at = now
            row.save(update_fields=["replaced_at"])
        elif row.pk == placement.closes:
            row.valid_until = placement.closes_on
            row.save(update_fields=["valid_until"])


def _same_figure(row: StoredValue, value: ReferenceValue) -> bool:
    """Whether the row says what the value says, its end apart: that one moves when another row follows."""
    return (row.label, row.value, row.low, row.high, row.unit, row.source, row.confidence, row.note) == (
        value.label,
        value.value,
        value.low,
        value.high,
        value.unit,
        value.source,
        value.confidence.value,
        value.note,
    )


def _refusal(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(map(sentence, objections)))
