"""Opening an access: the person gets a link, used once and valid for a week, to choose a password."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from levier.accounts.models import Membership, User
from levier.accounts.policies import may_invite
from levier.accounts.queries import delegations_of
from levier.accounts.refusals import AccountRefusal, refuse
from levier.accounts.values import OPENING, Actor, Duty, Role
from levier.audit.actions import record
from levier.audit.values import Author
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.organisations.models import Organisation
from levier.territories.models import Territory


@dataclass(frozen=True, slots=True)
class Invitation:
    """`token` is empty where the person already has an account: they sign in as usual, with one more role."""

    user: User
    membership: Membership
    token: str


def invite(  # noqa: PLR0913 - one person, as a form tells of them
    *,
    actor: Author,
    organisation: Organisation,
    role: Role,
    email: str,
    full_name: str,
    now: datetime,
    territory: Territory | None = None,
    duties: Iterable[Duty] = OPENING,
    phone: str = "",
    valid_until: date | None = None,
    thread: str = "",
) -> Invitation:
    """Give a person a role for an organisation. Done twice, it is done once; the link can be made anew until it was used."""
    if not may_invite(actor, role, organisation.pk):
        raise NotForYou
    email, full_name = email.strip().lower(), " ".join(full_name.split())
    check_contact(full_name, phone, duties, email=email)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        user = User.objects.select_for_update().filter(email__iexact=email).first()
        if user is None:
            user = User(email=email, full_name=full_name, created_at=now)
            user.set_unusable_password()
            user.save()
        membership = Membership.objects.filter(
            user=user,
            organisation=organisation,
            role=role.value,
            territory=territory,
            valid_until=valid_until,
            withdrawn_at__isnull=True,
        ).first()
        if membership is None:
            membership = Membership.objects.create(
                user=user,
                organisation=organisation,
                role=role.value,
                territory=territory,
                valid_from=civil_date(now),
                valid_until=valid_until,
                granted_by_id=actor.user_id if actor.user_id != user.pk else None,
                duties=sorted(duty.value for duty in duties),
                contact_name=full_name if role is Role.COMPANY else "",
                phone=phone.strip(),
            )
            record(
                actor=actor, action="account.invited", object_kind="user", object_id=user.public_id, thread=thread, now=now,
                facts={"organisation": organisation.name, "role": role.value, "duties": membership.duties, "contact": membership.name,
                       "until": valid_until},
            )  # fmt: skip
        token = "" if user.has_usable_password() else default_token_generator.make_token(user)
        return Invitation(user, membership, token)


def end_membership(*, actor: Actor, membership_id: str, now: datetime) -> Membership:
    """End today an access of a structure or a delegation that the actor's own territory or the mission gave."""
    with transaction.atomic():
        found = (
            delegations_of(actor, today=civil_date(now))
            .select_for_update(of=("self",))
            .filter(public_id=membership_id)
            .first()
        )
        if found is None:
            raise NotForYou
        found.valid_until = civil_date(now)
        found.save(update_fields=["valid_until"])
        record(
            actor=actor, action="account.ended", object_kind="user", object_id=found.user.public_id, now=now,
            facts={"organisation": found.organisation.name, "role": found.role},
        )  # fmt: skip
        return found


def invited(public_id: str, token: str) -> User | None:
    """The person of a link that was not used and has not expired; None otherwise, without saying why."""
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    return user if user is not None and default_token_generator.check_token(user, token) else None


def choose_password(*, user: User, password: str, again: str, now: datetime) -> None:
    """Keep the password; the link no longer works. Raise Refusal with the sentences of the rules that were not met."""
    if password != again:
        raise refuse(Objection(AccountRefusal.PASSWORDS_DIFFER, "again"))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise refuse(
            *(Objection(AccountRefusal.WEAK_PASSWORD, "password", {"why": why}) for why in error.messages)
        ) from error
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record(
            actor=Oneself(user),
            action="account.password_chosen",
            object_kind="user",
            object_id=user.public_id,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Oneself:
    """A person who has not signed in yet and acts on their own account."""

    user: User
    role: str = "oneself"
    organisation_id: None = None

    @property
    def user_id(self) -> int | None:
        return self.user.pk

    @property
    def label(self) -> str:
        return self.user.full_name


def check_contact(full_name: str, phone: str, duties: Iterable[str], *, email: str | None = None) -> None:
    """Raise Refusal with what is wrong in how a person is told of; an e-mail of None is not asked for."""
    found = []
    if email is not None:
        try:
            validate_email(email)
        except ValidationError:
            found.append(Objection(AccountRefusal.EMAIL, "email"))
    if not 2 <= len(full_name) <= 120:
        found.append(Objection(AccountRefusal.NAME, "full_name"))
    if phone.strip() and not re.fullmatch(r"\+?[\d\s.\-()]{8,28}", phone.strip()):
        found.append(Objection(AccountRefusal.PHONE, "phone"))
    if not set(duties):
        found.append(Objection(AccountRefusal.NO_DUTY, "duties"))
    if found:
        raise refuse(*found)
