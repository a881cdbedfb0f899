"""Secret addresses of calendars: made, shown once, taken back; each answers for one membership, as long as it is in force."""

import hashlib
from datetime import date, datetime

from django.db import transaction

from levier.accounts.models import Membership
from levier.accounts.queries import OPENS, actor_from, in_force
from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.following.models import CalendarLink
from levier.foundation.identifiers import random_public_id
from levier.foundation.objections import NotForYou


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def make_link(*, actor: Actor, now: datetime, secret: str = "") -> str:
    """A new secret for the actor's membership; the one before stops answering. Only its digest is kept. The `secret` of a form that is
    sent again is the one in force already: nothing changes.
    """
    Membership.objects.select_for_update().get(pk=actor.membership_id)
    secret = secret or random_public_id()
    if CalendarLink.objects.filter(digest=_digest(secret), revoked_at__isnull=True).exists():
        return secret
    CalendarLink.objects.filter(membership_id=actor.membership_id, revoked_at__isnull=True).update(revoked_at=now)
    link = CalendarLink.objects.create(membership_id=actor.membership_id, digest=_digest(secret), created_at=now)
    record(actor=actor, action="calendar.linked", object_kind="calendar_link", object_id=link.public_id, now=now)
    return secret


@transaction.atomic
def revoke_link(*, actor: Actor, now: datetime) -> None:
    """Raise NotForYou when there is none in force."""
    link = (
        CalendarLink.objects.select_for_update()
        .filter(membership_id=actor.membership_id, revoked_at__isnull=True)
        .first()
    )
    if link is None:
        raise NotForYou
    link.revoked_at = now
    link.save(update_fields=["revoked_at"])
    record(actor=actor, action="calendar.unlinked", object_kind="calendar_link", object_id=link.public_id, now=now)


def link_of(actor: Actor) -> CalendarLink | None:
    return CalendarLink.objects.filter(membership_id=actor.membership_id, revoked_at__isnull=True).first()


def actor_behind(secret: str, *, today: date) -> Actor:
    """Whose calendar it is. Raise NotForYou alike when it is unknown, taken back, or the access is over."""
    link = CalendarLink.objects.filter(digest=_digest(secret), revoked_at__isnull=True).first()
    held = Membership.objects.filter(in_force(today), OPENS, user__is_active=True).select_related(
        "user", "organisation", "territory"
    )
    membership = held.filter(pk=link.membership_id).first() if link else None
    if membership is None:
        raise NotForYou
    return actor_from(membership)
