"""Annotating the table of labour shares."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.quantities import half_up
from levier.reference.values import Catalogue
from levier.sizing.models import ShareAnnotation
from levier.sizing.policies import may_annotate
from levier.sizing.refusals import SizingRefusal, refuse
from levier.sizing.sectors import sectors

LONGEST = 1000


@transaction.atomic
def annotate_share(
    *, actor: Actor, key: str, text: str, proposed: Decimal | None, catalogue: Catalogue, now: datetime
) -> ShareAnnotation:
    """`key` is that of a labour share in force; `proposed` a fraction. Raise Refusal when nothing is said, or no share is proposed.

    The same words by the same person for the same trade are kept once.
    """
    if not may_annotate(actor) or key not in {one.key for one in sectors(catalogue, civil_date(now))}:
        raise NotForYou
    text = " ".join(text.split())
    if not text and proposed is None:
        raise refuse(Objection(SizingRefusal.NO_TEXT, "text"))
    if len(text) > LONGEST:
        raise refuse(Objection(SizingRefusal.TEXT_TOO_LONG, "text", {"longest": LONGEST}))
    if proposed is not None and not 0 < proposed <= 1:
        raise refuse(Objection(SizingRefusal.SHARE, "proposed"))
    proposed = None if proposed is None else half_up(proposed, 4)
    place = (
        actor.territory_names[0]
        if actor.role is Role.FACILITATOR and actor.territory_names
        else actor.organisation_name
    )
    last = ShareAnnotation.objects.filter(key=key, author_label=actor.label).order_by("-at", "-id").first()
    if last is not None and (last.text, last.proposed) == (text, proposed):
        return last
    kept = ShareAnnotation.objects.create(
        key=key, proposed=proposed, text=text, at=now, author_label=actor.label, author_place=place
    )
    record(
        actor=actor,
        action="share.annotated",
        object_kind="reference",
        object_id=key,
        facts={"proposed": str(proposed) if proposed is not None else None},
        now=now,
    )
    return kept
