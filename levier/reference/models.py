"""Reference values as kept by an installation: dated rows, added to and never rewritten (invariant I-34)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from levier.foundation.explanation import Confidence

CONFIDENCE_CODES = [mark.value for mark in Confidence]


def days_of_row() -> Func:
    """The daterange of a dated row, both ends included, for exclusion constraints."""
    return Func(F("valid_from"), F("valid_until"), Value("[]"), function="daterange")


class StoredValue(models.Model):
    """One figure in force from `valid_from` to `valid_until` (both included; null: no known end).

    A change adds a row and closes the one before. A correction adds a row with the same `valid_from` and the next
    `revision`, and stamps `replaced_at` on the one that is no longer believed. A trigger (migration 0002) refuses any
    other update and any deletion, so that a version kept beside a past result can always be read again.
    The figures are NUMERIC without a fixed scale: 0.10 comes back as 0.10.
    """

    key = models.CharField(max_length=80)
    label = models.CharField(max_length=200)
    value = models.DecimalField()
    low = models.DecimalField(null=True)
    high = models.DecimalField(null=True)
    unit = models.CharField(max_length=24)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=400)
    confidence = models.CharField(max_length=1)
    note = models.TextField(blank=True)
    revision = models.PositiveSmallIntegerField(default=0)
    published = models.BooleanField()
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)
    created_by_user_id = models.BigIntegerField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["key", "valid_from", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from", "revision"], name="reference_version_once"),
            ExclusionConstraint(
                name="reference_no_overlap",
                expressions=[(F("key"), RangeOperators.EQUAL), (days_of_row(), RangeOperators.OVERLAPS)],
                condition=Q(replaced_at__isnull=True),
            ),
            models.CheckConstraint(
                name="reference_dates", condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="reference_range",
                condition=(Q(low__isnull=True) | Q(low__lte=F("value")))
                & (Q(high__isnull=True) | Q(high__gte=F("value"))),
            ),
            models.CheckConstraint(name="reference_confidence", condition=Q(confidence__in=CONFIDENCE_CODES)),
            models.CheckConstraint(
                name="reference_sourced",
                condition=~Q(key="") & ~Q(label="") & ~Q(unit="") & ~Q(source="") & ~Q(created_by_label=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.valid_from.isoformat()}#{self.revision}"
