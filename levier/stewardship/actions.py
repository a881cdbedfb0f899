"""Changing reference data: the rooms below write the dated row, the journal line is written here, in the same transaction.

They stand beside or below the journal and know nobody who signs in; this room knows both.
"""

from datetime import date, datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.objections import NotForYou
from levier.reference.actions import ValueChange, change_value
from levier.stewardship.policies import may_keep_references
from levier.stewardship.values import NewContact, NewFigure
from levier.territories.actions import ContactChange, PerimeterChange, change_contact, confirm_perimeter

LONGEST_AUTHOR = 200


def _author(actor: Actor) -> str:
    """How a dated row names who wrote it. Raise NotForYou for anybody who does not keep the references."""
    if not may_keep_references(actor):
        raise NotForYou
    return f"{actor.label}, {actor.organisation_name}"[:LONGEST_AUTHOR]


@transaction.atomic
def change_reference(*, actor: Actor, key: str, new: NewFigure, now: datetime) -> ValueChange:
    """Make a figure hold from a day on; results already computed keep the version they used.

    Raise NotForYou for anybody but the mission, Refusal when it may not be kept.
    """
    change = change_value(
        author_label=_author(actor),
        author_user_id=actor.user_id,
        key=key,
        value=new.value,
        low=new.low,
        high=new.high,
        valid_from=new.valid_from,
        source=new.source,
        confidence=new.confidence,
        note=new.note,
        now=now,
    )
    facts = {"before": change.before.version if change.before else None, "after": change.after.version}
    record(actor=actor, action="reference.changed", object_kind="reference", object_id=key[:64], facts=facts, now=now)
    return change


@transaction.atomic
def change_facilitator(*, actor: Actor, number: int, new: NewContact, now: datetime) -> ContactChange:
    """Somebody else is to be called in a territory from a day on.

    Raise NotForYou for anybody but the mission, Refusal when it may not be kept.
    """
    change = change_contact(
        author_label=_author(actor),
        author_user_id=actor.user_id,
        territory_number=number,
        structure=new.structure,
        person=new.person,
        phone=new.phone,
        email=new.email,
        valid_from=new.valid_from,
        source=new.source,
        now=now,
    )
    names = ("structure", "person", "phone", "email")
    changed = [name for name in names if getattr(change.before, name, None) != getattr(change.after, name)]
    facts = {"valid_from": new.valid_from.isoformat(), "changed": changed}
    record(actor=actor, action="contact.changed", object_kind="territory", object_id=str(number), facts=facts, now=now)
    return change


@transaction.atomic
def confirm_commune(
    *, actor: Actor, code: str, number: int, valid_from: date, source: str, now: datetime
) -> PerimeterChange:
    """The mission vouches for the territory of a commune from a day on.

    Raise NotForYou for anybody but the mission, Refusal when it may not be kept.
    """
    change = confirm_perimeter(
        author_label=_author(actor),
        author_user_id=actor.user_id,
        commune_code=code,
        territory_number=number,
        valid_from=valid_from,
        source=source,
        now=now,
    )
    before = change.before.territory.number if change.before else None
    facts = {"before": before, "after": number, "valid_from": valid_from.isoformat()}
    record(actor=actor, action="perimeter.confirmed", object_kind="commune", object_id=code, facts=facts, now=now)
    return change
