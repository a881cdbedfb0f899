"""What is agreed when a company comes in. Both tables only grow: another agreement is another row, the latest holds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from levier.foundation.identifiers import random_public_id
from levier.onboarding.values import Proof


class ActionPlan(models.Model):
    """By which ways the company will do the hours (plan d’action), with what it was told of each on that day.

    `parts`: `[{"way": …, "hours": "…"}]`; `answer`: the rule's answer as JSON; `owner`: who sees to it in the company.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    parts = models.JSONField()
    answer = models.JSONField()
    versions = ArrayField(models.CharField(max_length=120))
    decided_on = models.DateField()
    owner = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    author_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["commitment", "-at"], name="plan_latest")]
        constraints = [models.CheckConstraint(name="plan_has_author", condition=~Q(author_label=""))]


class KickOff(models.Model):
    """The first meeting (réunion de démarrage) of a commitment: when, who, and which proofs are kept from then on."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    held_on = models.DateField()
    attendees = models.CharField(max_length=300)
    proofs = ArrayField(models.CharField(max_length=12))
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    author_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["commitment", "-at"], name="kick_off_latest")]
        constraints = [
            models.CheckConstraint(name="kick_off_told", condition=~Q(attendees="") & ~Q(author_label="")),
            models.CheckConstraint(
                name="kick_off_proofs",
                condition=Q(proofs__contained_by=[proof.value for proof in Proof]) & Q(proofs__len__gte=1),
            ),
        ]
