"""What a person adds to a lot's record, so that it can be sent."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Objection, Refusal
from levier.open_data.exporting.reading import read_value
from levier.open_data.exporting.vocabulary import FIELDS, OfficialField, Shape
from levier.procurement.models import AwardFacts
from levier.procurement.policies import may_publish
from levier.procurement.queries import lots_visible_to

TOLD = tuple(field for field in FIELDS if field.name not in {"acheteur", "titulaires"})
"""Fields that a person may write; the buyer and the holders have pages of their own."""


class RecordRefusal(StrEnum):
    UNREADABLE = "unreadable"


@transaction.atomic
def complete_record(*, actor: Actor, lot_id: str, told: Mapping[str, Any], now: datetime) -> AwardFacts | None:
    """Keep what was told of the lot's award, all of it: an absent field is no longer told. None where nothing changed.

    Raise Refusal with one sentence a field that the official schema would refuse.
    """
    lots = lots_visible_to(actor).select_related("contract").select_for_update(of=("self",))
    lot = lots.filter(public_id=lot_id).first()
    if lot is None or not may_publish(actor, buyer_id=lot.contract.buyer_id):
        raise NotForYou
    facts, refused = {}, []
    for field in TOLD:
        value = told.get(field.name)
        if value is None or value in ("", []):
            continue
        if read_value(field, value) is None:
            refused.append(field)
        facts[field.name] = value
    if refused:
        raise Refusal(
            tuple(Objection(RecordRefusal.UNREADABLE, field.name) for field in refused), tuple(map(_sentence, refused))
        )
    found = AwardFacts.objects.filter(lot=lot).first()
    if facts == (found.facts if found else {}):
        return None
    kept, _ = AwardFacts.objects.update_or_create(
        lot=lot, defaults={"facts": facts, "changed_at": now, "changed_by_label": actor.label}
    )
    record(
        actor=actor,
        action="lot.record_completed",
        object_kind="lot",
        object_id=lot.public_id,
        thread=lot.contract.public_id,
        facts={"lot": lot.number, "fields": sorted(facts)},
        now=now,
    )
    return kept


def _sentence(field: OfficialField) -> str:
    if field.alone:
        return typeset(f"« {field.alone} » ne va avec aucune autre réponse : cochez-la seule, ou retirez-la.")
    if field.shape is Shape.RATE:
        return typeset("Écrivez un pourcentage entre 0 et 100, par exemple 5.")
    return typeset(field.ask)
