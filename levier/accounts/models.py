"""Users and what they may do, for whom, and until when."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from levier.accounts.values import OF_A_TERRITORY, OPENING, Duty, Role
from levier.foundation.identifiers import random_public_id

_WITH_TERRITORY = sorted(role.value for role in OF_A_TERRITORY)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person with an account. No rights of their own: rights come from memberships."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    single_key_shortcuts = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(name="user_named", condition=~Q(full_name="")),
        ]


def opening_duties() -> list[str]:
    return sorted(OPENING)


class Membership(models.Model):
    """A role held for an organisation between two dates; a facilitator's one, or a prescriber's, names the territory. A prescriber's
    that names its end is a delegation to decide on eligibility until then.

    A company's people are its contacts: `duties` (of a company only) say what each does, `contact_name` how the company names
    them, `phone` where to call. One that is withdrawn keeps its row and opens nothing from that moment.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    territory = models.ForeignKey("territories.Territory", models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    duties = ArrayField(models.CharField(max_length=12), default=opening_duties)
    contact_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="membership_role", condition=Q(role__in=[role.value for role in Role])),
            models.CheckConstraint(
                name="membership_territory",
                condition=Q(role__in=_WITH_TERRITORY, territory__isnull=False)
                | (~Q(role__in=_WITH_TERRITORY) & Q(territory__isnull=True)),
            ),
            models.CheckConstraint(
                name="membership_dates", condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="membership_not_self_granted", condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user"))
            ),
            models.CheckConstraint(
                name="membership_duties",
                condition=Q(duties__contained_by=[duty.value for duty in Duty]) & Q(duties__len__gte=1),
            ),
            models.UniqueConstraint(
                name="contact_once",
                fields=["user", "organisation"],
                condition=Q(role=Role.COMPANY.value, withdrawn_at__isnull=True, valid_until__isnull=True),
            ),
        ]

    @property
    def name(self) -> str:
        return self.contact_name or self.user.full_name


class AccessInvitation(models.Model):
    """A letter that invites a person into a company's space: its link is known by its digest only, used once, and expires.

    `commitment_id`: public identifier of the commitment it tells of; empty where the company itself adds a contact.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="invitations")
    commitment_id = models.CharField(max_length=26, blank=True)
    token_digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by_label = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["commitment_id"], name="invitation_commitment")]
        constraints = [
            models.CheckConstraint(name="invitation_expires_later", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="invitation_accepted_or_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
        ]


class DeclarationLink(models.Model):
    """A one-time link to declare (lien à usage unique): for one person of one company, known by its digest only."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    token_digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="link_expires_later", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="link_used_in_time", condition=Q(used_at__isnull=True) | Q(used_at__lte=F("expires_at"))
            ),
        ]


class LinkRequest(models.Model):
    """A link asked for, whether or not the address is known: counted to send few and to answer everybody alike."""

    at = models.DateTimeField(db_index=True)
    email_digest = models.BinaryField(max_length=32, db_index=True)
    address_prefix = models.CharField(max_length=45, db_index=True)


class Succession(models.Model):
    """An establishment that closed and the one that goes on (reprise), from a day on: the people of both answer for the hours of the
    first. Only the mission says so; the row stays.
    """

    closed = models.OneToOneField("organisations.Organisation", models.PROTECT, related_name="+")
    successor = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    since = models.DateField()
    reason = models.CharField(max_length=300)
    decided_by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="succession_told", condition=~Q(closed=F("successor")) & ~Q(reason="") & ~Q(decided_by_label="")
            )
        ]


class SignInAttempt(models.Model):
    """A refused or accepted sign-in, kept to slow down guessing: by account, by address, and over all."""

    at = models.DateTimeField(db_index=True)
    email_digest = models.BinaryField(max_length=32, db_index=True)
    address_prefix = models.CharField(max_length=45, db_index=True)
    accepted = models.BooleanField()
