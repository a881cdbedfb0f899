"""Changing territories: who to call, and which territory a commune belongs to.

This room stands beside the journal, not above it: each row carries its author and its instant itself, and each action
returns what it changed so that the room that called it can write the journal line.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from levier.foundation import french
from levier.foundation.explanation import Confidence
from levier.foundation.objections import Objection
from levier.territories.dated_rows import insert, refusal, row_on
from levier.territories.loading import Loaded, load_published
from levier.territories.models import Commune, FacilitatorContact, Perimeter, Territory
from levier.territories.rules import check_contact, check_perimeter
from levier.territories.values import ContactObjection, PerimeterConfidence

__all__ = ["ContactChange", "Loaded", "PerimeterChange", "change_contact", "confirm_perimeter", "load_published"]


@dataclass(frozen=True, slots=True)
class ContactChange:
    """Who was to be called on that day before the change (None: nobody), and who is from now on."""

    before: FacilitatorContact | None
    after: FacilitatorContact


@dataclass(frozen=True, slots=True)
class PerimeterChange:
    """Where the commune belonged on that day before the change (None: nowhere), and where it does now."""

    before: Perimeter | None
    after: Perimeter


def change_contact(  # noqa: PLR0913 - what a person types, field by field
    *,
    author_label: str,
    territory_number: int,
    structure: str,
    person: str,
    phone: str,
    email: str,
    valid_from: date,
    source: str,
    now: datetime,
    confidence: Confidence = Confidence.CONFIRMED,
    author_user_id: int | None = None,
) -> ContactChange:
    """Somebody else is to be called from a day on. Raise Refusal, with French sentences, when it may not be kept.

    The row of that day is closed the day before, or replaced when it began on that very day.
    """
    texts = {"structure": structure.strip(), "person": person.strip(), "phone": phone.strip(), "email": email.strip()}
    texts["source"] = source.strip()
    objections = check_contact(**texts, author_label=author_label)
    if objections:
        raise refusal(*objections)
    with transaction.atomic():
        territory = Territory.objects.select_for_update().filter(number=territory_number).first()
        if territory is None:
            raise refusal(Objection(ContactObjection.UNKNOWN_TERRITORY, "territory", {"number": territory_number}))
        rows = list(FacilitatorContact.objects.filter(territory=territory, replaced_at__isnull=True))
        before = row_on(rows, valid_from)
        if before is not None and all(getattr(before, name) == text for name, text in texts.items()):
            raise refusal(Objection(ContactObjection.UNCHANGED, "person", _since(before.valid_from)))
        after = FacilitatorContact(
            territory=territory,
            **texts,
            valid_from=valid_from,
            confidence=confidence.value,
            published=False,
            created_at=now,
            created_by_label=author_label.strip(),
            created_by_user_id=author_user_id,
        )
        insert(after, rows, now)
    return ContactChange(before, after)


def confirm_perimeter(
    *,
    author_label: str,
    commune_code: str,
    territory_number: int,
    valid_from: date,
    source: str,
    now: datetime,
    confidence: PerimeterConfidence = PerimeterConfidence.HIGH,
    author_user_id: int | None = None,
) -> PerimeterChange:
    """A person vouches for the territory of a commune from a day on, the same as supposed or another one.

    Raise Refusal, with French sentences, when it may not be kept.
    """
    objections = check_perimeter(source=source, author_label=author_label)
    if objections:
        raise refusal(*objections)
    with transaction.atomic():
        commune = (
            Commune.objects.select_for_update().filter(code=commune_code if commune_code.isalnum() else "").first()
        )
        territory = Territory.objects.filter(number=territory_number).first()
        if commune is None:
            raise refusal(Objection(ContactObjection.UNKNOWN_COMMUNE, "commune", {"code": commune_code[:10]}))
        if territory is None:
            raise refusal(Objection(ContactObjection.UNKNOWN_TERRITORY, "territory", {"number": territory_number}))
        rows = list(Perimeter.objects.filter(commune=commune, replaced_at__isnull=True).select_related("territory"))
        before = row_on(rows, valid_from)
        wanted = (territory, confidence.value, source.strip())
        if before is not None and (before.territory, before.confidence, before.source) == wanted:
            raise refusal(Objection(ContactObjection.UNCHANGED, "territory", _since(before.valid_from)))
        after = Perimeter(
            commune=commune,
            territory=territory,
            confidence=confidence.value,
            source=source.strip(),
            valid_from=valid_from,
            confirmed_by_label=author_label.strip(),
            published=False,
            created_at=now,
            created_by_label=author_label.strip(),
            created_by_user_id=author_user_id,
        )
        insert(after, rows, now)
    return PerimeterChange(before, after)


def _since(day: date) -> dict[str, str]:
    return {"since": french.day(day)}
