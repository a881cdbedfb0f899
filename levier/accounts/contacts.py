"""The contacts of a company, which it keeps by itself: added, changed, removed, each change journaled."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from levier.accounts.invitations import check_contact, invite
from levier.accounts.letters import Writer, send_letter
from levier.accounts.models import AccessInvitation, Membership
from levier.accounts.policies import may_administer
from levier.accounts.queries import contacts_of, in_force
from levier.accounts.refusals import AccountRefusal, refuse
from levier.accounts.rules import keeps_an_administrator
from levier.accounts.successions import follow
from levier.accounts.values import OPENING, Actor, Duty, Role
from levier.audit.actions import record
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.organisations.models import Organisation


def contact_for(actor: Actor, public_id: str, now: datetime) -> Membership:
    """A contact of the company that the actor administers. Raise NotForYou when it is unknown, foreign or withdrawn."""
    found = (
        Membership.objects.select_related("user", "organisation")
        .filter(in_force(civil_date(now)), public_id=public_id, role=Role.COMPANY.value)
        .first()
    )
    if found is None or not may_administer(actor, found.organisation_id):
        raise NotForYou
    return found


@transaction.atomic
def add_contact(
    *,
    actor: Actor,
    full_name: str,
    email: str,
    phone: str,
    duties: Iterable[Duty],
    write: Writer,
    days: int,
    now: datetime,
) -> Membership:
    """A new contact of the actor's company. Whoever declares or administers receives a letter with a link; others nothing."""
    if not may_administer(actor, actor.organisation_id):
        raise NotForYou
    duties = frozenset(duties)
    organisation = Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    known = {one.user.email.lower() for one in contacts_of(organisation.pk, today=civil_date(now))}
    if email.strip().lower() in known:
        raise refuse(Objection(AccountRefusal.ALREADY_A_CONTACT, "email"))
    made = invite(
        actor=actor, organisation=organisation, role=Role.COMPANY, email=email, full_name=full_name, duties=duties,
        phone=phone, now=now,
    )  # fmt: skip
    follow(made.membership, now)
    if duties & OPENING:
        send_letter(actor=actor, membership=made.membership, write=write, days=days, now=now)
    return made.membership


@transaction.atomic
def change_contact(
    *,
    actor: Actor,
    contact_id: str,
    full_name: str,
    phone: str,
    duties: Iterable[Duty],
    write: Writer,
    days: int,
    now: datetime,
) -> Membership:
    """How the person is called, reached, and what they do. The last who administers keeps doing so."""
    contact, others = _locked(actor, contact_id, now)
    full_name, phone, kept = (
        " ".join(full_name.split()),
        phone.strip(),
        sorted(duty.value for duty in frozenset(duties)),
    )
    check_contact(full_name, phone, kept)
    if not keeps_an_administrator((one.duties for one in others), kept):
        raise refuse(Objection(AccountRefusal.LAST_ADMINISTRATOR, "duties"))
    before = {"name": contact.name, "phone": contact.phone, "duties": contact.duties}
    after = {"name": full_name, "phone": phone, "duties": kept}
    if before == after:
        return contact
    opens_now = not OPENING & set(contact.duties) and OPENING & set(kept)
    contact.contact_name, contact.phone, contact.duties = full_name, phone, kept
    contact.save(update_fields=["contact_name", "phone", "duties"])
    follow(contact, now)
    record(
        actor=actor, action="contact.changed", object_kind="contact", object_id=contact.public_id, now=now,
        facts={"before": before, "after": after},
    )  # fmt: skip
    if opens_now:
        send_letter(actor=actor, membership=contact, write=write, days=days, now=now)
    return contact


@transaction.atomic
def remove_contact(*, actor: Actor, contact_id: str, now: datetime) -> Membership:
    """The person's access ends now; their row and what they did stay. The last who administers cannot be removed."""
    contact, others = _locked(actor, contact_id, now)
    if not keeps_an_administrator((one.duties for one in others), ()):
        raise refuse(Objection(AccountRefusal.LAST_ADMINISTRATOR))
    contact.withdrawn_at, contact.withdrawn_by_label = now, actor.label
    contact.save(update_fields=["withdrawn_at", "withdrawn_by_label"])
    follow(contact, now)
    waiting = AccessInvitation.objects.filter(membership=contact, accepted_at__isnull=True, withdrawn_at__isnull=True)
    waiting.update(withdrawn_at=now)
    record(
        actor=actor, action="contact.removed", object_kind="contact", object_id=contact.public_id, now=now,
        facts={"name": contact.name, "duties": contact.duties},
    )  # fmt: skip
    return contact


def _locked(actor: Actor, contact_id: str, now: datetime) -> tuple[Membership, list[Membership]]:
    """The contact and the others of the company, whose list nobody else changes meanwhile."""
    organisation_id = contact_for(actor, contact_id, now).organisation_id
    Organisation.objects.select_for_update().get(pk=organisation_id)
    contact = contact_for(actor, contact_id, now)
    return contact, [one for one in contacts_of(organisation_id, today=civil_date(now)) if one.pk != contact.pk]
