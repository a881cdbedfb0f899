"""How a dated row of this room is added: the one in its way is closed or replaced, and the database has the last word."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from levier.foundation.objections import Objection, Refusal
from levier.reference.rules import Period, earliest, place
from levier.territories.labels import objection_sentence
from levier.territories.models import FacilitatorContact, Perimeter
from levier.territories.values import ContactObjection

type DatedRow = FacilitatorContact | Perimeter


def row_on[Row: (FacilitatorContact, Perimeter)](rows: list[Row], day: date) -> Row | None:
    return next((row for row in rows if Period(row.pk, row.valid_from, row.valid_until).covers(day)), None)


def insert(row: DatedRow, in_use: Iterable[DatedRow], now: datetime) -> None:
    """Give the row its place among those in use: the one in its way is closed the day before, or replaced.

    The walls of the database have the last word: a change made at the same moment is refused in French.
    """
    placement = place((Period(other.pk, other.valid_from, other.valid_until) for other in in_use), row.valid_from)
    row.valid_until = earliest(placement.valid_until, placement.limit)
    changed: QuerySet[FacilitatorContact] | QuerySet[Perimeter] = type(row).objects.all()
    try:
        with transaction.atomic():
            if placement.replaces is not None:
                changed.filter(pk=placement.replaces).update(replaced_at=now)
            elif placement.closes is not None:
                changed.filter(pk=placement.closes).update(valid_until=placement.closes_on)
            row.save(force_insert=True)
    except IntegrityError as error:
        raise refusal(Objection(ContactObjection.MEANWHILE)) from error


def refusal(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(map(objection_sentence, objections)))
