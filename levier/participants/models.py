"""People: the least data that the work needs. Identity and criterion are sealed; what others read is `eligible until`."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual

from levier.foundation.identifiers import random_public_id
from levier.reference.models import days_of_row


class Person(models.Model):
    """A participant. `identity` is sealed JSON (last name, first name, birth date); `identity_index` finds the same person again."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    identity = models.BinaryField(null=True)
    identity_index = models.BinaryField(max_length=32, null=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    commune = models.ForeignKey("territories.Commune", models.PROTECT, null=True, related_name="+")
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)
    retention_until = models.DateField()
    anonymised_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_index"], condition=Q(merged_into__isnull=True), name="person_one_live_identity"
            ),
            models.CheckConstraint(
                name="person_anonymised_is_empty",
                condition=Q(anonymised_at__isnull=True) | (Q(identity__isnull=True) & Q(identity_index__isnull=True)),
            ),
        ]


class EligibilityDecision(models.Model):
    """A decision on one person, taken before the first hour; frozen. `valid_from` to `valid_until` is the window, both included."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="decisions")
    granted = models.BooleanField()
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    decided_by_label = models.CharField(max_length=200)
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField()
    rule_version = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(name="decision_window", condition=Q(valid_until__gte=F("valid_from"))),
            models.CheckConstraint(name="decision_before_window", condition=Q(valid_from__gte=F("decided_on"))),
            ExclusionConstraint(
                name="decision_windows_do_not_overlap",
                expressions=[(F("person"), RangeOperators.EQUAL), (days_of_row(), RangeOperators.OVERLAPS)],
                condition=Q(granted=True),
            ),
        ]


class EligibilityGround(models.Model):
    """Why the decision: criterion, kind of proof, its dates. Sealed JSON, in a table of its own; the company never reads it."""

    decision = models.OneToOneField(EligibilityDecision, models.PROTECT, related_name="ground")
    sealed = models.BinaryField()
    key_name = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ground_is_sealed",
                condition=GreaterThanOrEqual(
                    Func(F("sealed"), function="octet_length", output_field=models.IntegerField()), 28
                ),
            )
        ]


class Placement(models.Model):
    """One person, one employer, one modality, one job, one employment contract, dates (mise à l’emploi)."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="placements")
    employer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    decision = models.ForeignKey(EligibilityDecision, models.PROTECT, related_name="+")
    modality = models.CharField(max_length=24)
    contract_kind = models.CharField(max_length=24)
    job_code = models.CharField(max_length=5, blank=True)
    job_title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    weekly_hours = models.DecimalField(max_digits=5, decimal_places=2)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "person"], name="placement_person"),
            models.CheckConstraint(
                name="placement_dates", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="placement_weekly_hours", condition=Q(weekly_hours__gt=0) & Q(weekly_hours__lte=48)
            ),
        ]
