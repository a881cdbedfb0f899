"""Users and what they may do, for whom, and until when."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from levier.accounts.values import OF_A_TERRITORY, Role
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


class Membership(models.Model):
    """A role held for an organisation between two dates; a facilitator's one, or a prescriber's, names the territory."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    territory = models.ForeignKey("territories.Territory", models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

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
        ]


class SignInAttempt(models.Model):
    """A refused or accepted sign-in, kept to slow down guessing: by account, by address, and over all."""

    at = models.DateTimeField(db_index=True)
    email_digest = models.BinaryField(max_length=32, db_index=True)
    address_prefix = models.CharField(max_length=45, db_index=True)
    accepted = models.BooleanField()
