"""Inviting a person into a company's space by letter: sent, opened, accepted, expired; sent again; withdrawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from levier.accounts.invitations import Oneself, choose_password
from levier.accounts.models import AccessInvitation, DeclarationLink, Membership
from levier.accounts.policies import may_invite
from levier.accounts.refusals import AccountRefusal, refuse
from levier.accounts.rules import InvitationFacts, invitation_state
from levier.accounts.tokens import digest, new_token
from levier.accounts.values import InvitationState, Role
from levier.audit.actions import record
from levier.audit.values import Author
from levier.foundation.objections import NotForYou, Objection
from levier.notifications.actions import queue
from levier.notifications.models import Message

OVER = frozenset({InvitationState.ACCEPTED, InvitationState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Letter:
    """What the person reads; `notifications.rules.LINK_MARK` stands where the link comes."""

    subject: str
    body: str
    reply_to: str = ""


type Writer = Callable[[datetime], Letter]
"""Writes the letter, given when its link expires."""


@dataclass(frozen=True, slots=True)
class Told:
    """An invitation with its state and when it left."""

    invitation: AccessInvitation
    state: InvitationState
    sent_at: datetime | None

    @property
    def over(self) -> bool:
        return self.state in OVER


@transaction.atomic
def send_letter(
    *,
    actor: Author,
    membership: Membership,
    write: Writer,
    days: int,
    now: datetime,
    commitment_id: str = "",
    thread: str = "",
) -> AccessInvitation:
    """Write the letter into the outbox; the link of an earlier one stops working. Refused once the person came in."""
    if not may_invite(actor, Role.COMPANY, membership.organisation_id) or membership.withdrawn_at:
        raise NotForYou
    if membership.invitations.filter(accepted_at__isnull=False).exists() and membership.user.has_usable_password():
        raise refuse(Objection(AccountRefusal.ALREADY_IN))
    _waiting(membership).update(withdrawn_at=now)
    token, expires = new_token(), now + timedelta(days=days)
    made = AccessInvitation.objects.create(
        membership=membership, commitment_id=commitment_id, token_digest=digest(token), made_at=now,
        made_by_label=actor.label, expires_at=expires,
    )  # fmt: skip
    letter = write(expires)
    queue(
        dedupe_key=_key(made), kind="invitation", to=membership.user.email, subject=letter.subject, body=letter.body, now=now,
        reply_to=letter.reply_to,
        secret=f"{settings.PUBLIC_ADDRESS}/invitation/{token}/",
    )  # fmt: skip
    record(
        actor=actor, action="invitation.sent", object_kind="invitation", object_id=made.public_id, thread=thread, now=now,
        facts={"contact": membership.public_id, "organisation": membership.organisation.name, "commitment": commitment_id},
    )  # fmt: skip
    return made


@transaction.atomic
def withdraw_letter(*, actor: Author, membership: Membership, now: datetime, thread: str = "") -> None:
    """The link stops working and the person is no longer a contact. Refused once they came in."""
    if not may_invite(actor, Role.COMPANY, membership.organisation_id):
        raise NotForYou
    held = Membership.objects.select_for_update().select_related("organisation").get(pk=membership.pk)
    if held.withdrawn_at or not held.invitations.exists():
        raise NotForYou
    by_link = DeclarationLink.objects.filter(membership=held, used_at__isnull=False)
    if held.invitations.filter(accepted_at__isnull=False).exists() or by_link.exists():
        raise refuse(Objection(AccountRefusal.ALREADY_IN))
    _waiting(held).update(withdrawn_at=now)
    held.withdrawn_at, held.withdrawn_by_label = now, actor.label
    held.save(update_fields=["withdrawn_at", "withdrawn_by_label"])
    record(
        actor=actor, action="invitation.withdrawn", object_kind="contact", object_id=held.public_id, thread=thread, now=now,
        facts={"organisation": held.organisation.name},
    )  # fmt: skip


def open_letter(token: str, now: datetime) -> AccessInvitation | None:
    """The invitation of a link that still works, noted as opened; None otherwise, without saying why. Nothing is consumed."""
    found = _usable(token, now).select_related("membership__user", "membership__organisation").first()
    if found is not None and found.opened_at is None:
        AccessInvitation.objects.filter(pk=found.pk, opened_at__isnull=True).update(opened_at=now)
    return found


@transaction.atomic
def accept_letter(*, token: str, password: str, again: str, now: datetime) -> AccessInvitation | None:
    """Come in, once. With a password where one is given; None when the link no longer works. Raise Refusal on a weak password,
    and the link stays. Somebody who has a password keeps it.
    """
    held = _usable(token, now).select_for_update(of=("self",))
    found = held.select_related("membership__user", "membership__organisation").first()
    if found is None:
        return None
    user = found.membership.user
    if (password or again) and not user.has_usable_password():
        choose_password(user=user, password=password, again=again, now=now)
    found.accepted_at = now
    found.save(update_fields=["accepted_at"])
    record(
        actor=Oneself(user), action="invitation.accepted", object_kind="invitation", object_id=found.public_id, now=now,
        facts={"organisation": found.membership.organisation.name},
    )  # fmt: skip
    return found


def letters_of(memberships: Iterable[Membership], now: datetime) -> dict[int, Told]:
    """The latest letter of each of these, by membership, in two queries."""
    kept: dict[int, AccessInvitation] = {}
    for one in AccessInvitation.objects.filter(membership__in=list(memberships)).order_by("made_at", "id"):
        kept[one.membership_id] = one
    keys = {_key(one): one for one in kept.values()}
    messages = Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", "sent_at", "given_up_at")
    left = {key: (sent, given_up) for key, sent, given_up in messages}
    told = {}
    for key, one in keys.items():
        sent, given_up = left.get(key, (None, None))
        facts = InvitationFacts(
            one.expires_at, sent, one.opened_at, one.accepted_at, one.withdrawn_at, given_up=given_up is not None
        )
        told[one.membership_id] = Told(one, invitation_state(facts, now), sent)
    return told


def _key(invitation: AccessInvitation) -> str:
    return f"invitation:{invitation.public_id}"


def _waiting(membership: Membership) -> QuerySet[AccessInvitation]:
    return AccessInvitation.objects.filter(membership=membership, accepted_at__isnull=True, withdrawn_at__isnull=True)


def _usable(token: str, now: datetime) -> QuerySet[AccessInvitation]:
    return AccessInvitation.objects.filter(
        token_digest=digest(token),
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=now,
        membership__withdrawn_at__isnull=True,
        membership__user__is_active=True,
    )
