"""Sizing studies (calibrages): a calculation with all that it used, so that it can be read again years later."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id


class Study(models.Model):
    """One calculation of hours for one lot. Frozen: another opinion is another study."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    lot = models.ForeignKey("procurement.Lot", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    inputs = models.JSONField()
    answer = models.JSONField()
    hours_exact = models.DecimalField(max_digits=14, decimal_places=4)
    hours_low = models.DecimalField(max_digits=12, decimal_places=2)
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    hours_high = models.DecimalField(max_digits=12, decimal_places=2)
    versions = ArrayField(models.CharField(max_length=120), default=list)
    at = models.DateTimeField()
    author_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="study_range",
                condition=Q(hours_low__gte=0) & Q(hours_low__lte=F("hours")) & Q(hours__lte=F("hours_high")),
            )
        ]


class ShareAnnotation(models.Model):
    """What a facilitator or the mission observed of a labour share (part de main-d’œuvre), with the value they would put. Frozen: a change of
    mind is another annotation; the share itself is changed by the mission, from a date on, among the reference values.
    """

    key = models.CharField(max_length=80)
    proposed = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    text = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    author_label = models.CharField(max_length=200)
    author_place = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["key", "-at"])]
        constraints = [
            models.CheckConstraint(name="annotation_says_something", condition=~Q(text="") | Q(proposed__isnull=False)),
            models.CheckConstraint(
                name="annotation_is_a_share",
                condition=Q(proposed__isnull=True) | (Q(proposed__gt=0) & Q(proposed__lte=1)),
            ),
        ]
