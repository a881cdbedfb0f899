"""An establishment closes and another goes on (change of SIRET, absorption): access follows, nothing is rewritten."""

from datetime import date, datetime

from django.db import transaction

from levier.accounts.models import Membership, Succession
from levier.accounts.queries import contacts_of
from levier.accounts.refusals import AccountRefusal, refuse
from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.organisations.actions import make_known
from levier.organisations.models import Organisation
from levier.organisations.values import OrganisationKind


def succession_of(organisation_id: int) -> Succession | None:
    """What became of an establishment that closed."""
    return Succession.objects.filter(closed=organisation_id).select_related("successor").first()


@transaction.atomic
def record_succession(
    *, actor: Actor, closed: Organisation, siret: str, name: str, since: date | None, reason: str, now: datetime
) -> Succession:
    """`siret`, `name`: the establishment that goes on, a valid SIRET. The people of each become contacts of the other, with the same duties. Hours, commitments and authors stay where they are.

    Raise NotForYou for anybody but the mission, Refusal when it is the same establishment, told already, or a circle.
    """
    if actor.role is not Role.MISSION:
        raise NotForYou
    reason = " ".join(reason.split())[:300]
    successor = make_known(siret=siret, name=name, kind=OrganisationKind.COMPANY, now=now)
    list(Organisation.objects.select_for_update().filter(pk__in=(closed.pk, successor.pk)).order_by("pk"))
    found = [
        *([Objection(AccountRefusal.SAME_ESTABLISHMENT, "siret")] if _leads_to(successor.pk, closed.pk) else []),
        *([Objection(AccountRefusal.ALREADY_SUCCEEDED, "siret")] if succession_of(closed.pk) else []),
        *([] if since else [Objection(AccountRefusal.NO_DAY, "since")]),
        *([] if reason else [Objection(AccountRefusal.NO_REASON, "reason")]),
    ]
    if found or since is None:
        raise refuse(*found)
    made = Succession.objects.create(
        closed=closed, successor=successor, since=since, reason=reason, decided_by_label=actor.label, at=now
    )
    today = civil_date(now)
    people = {one.pk: contacts_of(one.pk, today=today) for one in (closed, successor)}
    for contact in people[closed.pk]:
        _follow(contact, successor.pk, now)
    for contact in people[successor.pk]:
        _follow(contact, closed.pk, now)
    record(
        actor=actor, action="succession.recorded", object_kind="organisation", object_id=closed.public_id, now=now,
        facts={"closed": closed.siret, "successor": successor.siret, "since": since, "reason": reason},
    )  # fmt: skip
    return made


def follow(contact: Membership, now: datetime) -> None:
    """What was just changed of a contact holds for the establishments that this one goes on for."""
    for closed_id in Succession.objects.filter(successor=contact.organisation_id).values_list("closed_id", flat=True):
        _follow(contact, closed_id, now)


def _follow(contact: Membership, organisation_id: int, now: datetime) -> None:
    held = Membership.objects.filter(
        user=contact.user_id, organisation=organisation_id, role=Role.COMPANY.value, withdrawn_at__isnull=True, valid_until__isnull=True
    ).first()  # fmt: skip
    if held is None and contact.withdrawn_at is None:
        Membership.objects.create(
            user_id=contact.user_id, organisation_id=organisation_id, role=contact.role, valid_from=civil_date(now),
            duties=contact.duties, contact_name=contact.contact_name, phone=contact.phone,
        )  # fmt: skip
    elif held is not None:
        held.duties, held.contact_name, held.phone = contact.duties, contact.contact_name, contact.phone
        held.withdrawn_at, held.withdrawn_by_label = contact.withdrawn_at, contact.withdrawn_by_label
        held.save()


def _leads_to(start_id: int, target_id: int) -> bool:
    """Whether going from successor to successor comes to that establishment."""
    here: int | None = start_id
    while here is not None and here != target_id:
        here = Succession.objects.filter(closed=here).values_list("successor_id", flat=True).first()
    return here == target_id
