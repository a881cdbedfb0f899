"""What is looked at before a person's file is opened: names that can be read, an age, and whether the person already has one."""

from datetime import date
from typing import Any

from levier.accounts.values import Actor
from levier.foundation.objections import Objection, Refusal
from levier.participants.identity import Identity, looks_like_nir
from levier.participants.models import Person
from levier.participants.refusals import PersonRefusal, refuse
from levier.territories.models import Commune, FacilitatorContact
from levier.territories.queries import in_force

_LIKELY_AGES = range(14, 100)
"""A typing guard, not a rule of law."""


def objections_to_identity(identity: Identity, commune: str, today: date) -> tuple[Objection, ...]:
    found = []
    for field, value, missing in (
        ("last_name", identity.last_name, PersonRefusal.LAST_NAME_MISSING),
        ("first_name", identity.first_name, PersonRefusal.FIRST_NAME_MISSING),
    ):
        if looks_like_nir(value):
            found.append(Objection(PersonRefusal.LOOKS_LIKE_NIR, field))
        elif not any(character.isalpha() for character in value):
            found.append(Objection(missing, field))
        elif len(value) > 100:
            found.append(Objection(PersonRefusal.NAME_TOO_LONG, field))
    born = identity.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age not in _LIKELY_AGES:
        found.append(Objection(PersonRefusal.BIRTH_DATE_UNLIKELY, "birth_date", {"age": age}))
    if commune and not Commune.objects.filter(pk=commune[:5]).exists():
        found.append(Objection(PersonRefusal.COMMUNE_UNKNOWN, "commune"))
    return tuple(found)


def already_known(actor: Actor, found: Person, today: date) -> Refusal:
    """In the own territory, where to look; elsewhere only whom to ask; the mission where the person had the file set aside."""
    if found.limited_at is not None:
        return refuse(Objection(PersonRefusal.SET_ASIDE, "last_name"))
    if found.territory_id in actor.territory_ids:
        facts: dict[str, Any] = {"reference": found.reference, "public_id": found.public_id}
        return refuse(Objection(PersonRefusal.EXISTS_HERE, "last_name", facts))
    contact = FacilitatorContact.objects.filter(in_force(today), territory_id=found.territory_id).first()
    whom = (
        f"{contact.person} ({contact.structure}), {contact.phone or contact.email}"
        if contact
        else "la chargée de mission"
    )
    return refuse(Objection(PersonRefusal.EXISTS_ELSEWHERE, "last_name", {"facilitator": whom}))
