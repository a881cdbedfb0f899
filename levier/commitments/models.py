"""What each holder owes, in hours, under which instrument, until when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id

INSTRUMENTS = (
    "execution_condition",
    "condition_and_criterion",
    "criterion",
    "reserved_disability",
    "reserved_siae",
    "reserved_ess",
    "insertion_contract",
)


class Commitment(models.Model):
    """The hours one holder owes on one lot. The counters are moved by triggers alone; pages derive from the ledger."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    lot = models.ForeignKey("procurement.Lot", models.PROTECT, related_name="+")
    holder = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=30)
    due_hours = models.DecimalField(max_digits=12, decimal_places=2)
    study = models.ForeignKey("sizing.Study", models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    penalty_rate = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    versions = ArrayField(models.CharField(max_length=120), default=list)
    credited_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    waived_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "holder", "instrument"], name="commitment_once"),
            models.CheckConstraint(name="commitment_instrument", condition=Q(instrument__in=INSTRUMENTS)),
            models.CheckConstraint(name="commitment_due_positive", condition=Q(due_hours__gt=0)),
            models.CheckConstraint(name="commitment_dates", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="commitment_never_negative", condition=Q(credited_hours__gte=0)),
            models.CheckConstraint(
                name="commitment_waiver_within_due",
                condition=Q(waived_hours__gte=0) & Q(waived_hours__lte=F("due_hours")),
            ),
        ]


class CommitmentPlacement(models.Model):
    """A placement whose hours may be drawn onto the commitment (affectation)."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="placements")
    placement = models.ForeignKey("participants.Placement", models.PROTECT, related_name="assignments")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "placement"], name="commitment_placement_once")]


class Period(models.Model):
    """A month of a commitment's books. Once sealed it stays sealed: a correction goes into an open month."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="periods")
    month = models.DateField()
    sealed_at = models.DateTimeField(null=True)
    sealed_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "month"], name="period_once"),
            models.CheckConstraint(name="period_first_day", condition=Q(month__day=1)),
        ]


class PoolingAgreement(models.Model):
    """An agreement (convention de globalisation) by which one employer's hours may be drawn onto several commitments."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    reference = models.CharField(max_length=60)
    signed_on = models.DateField()
    created_by_label = models.CharField(max_length=200)


class PoolingMember(models.Model):
    agreement = models.ForeignKey(PoolingAgreement, models.PROTECT, related_name="members")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "commitment"], name="pooling_member_once")]


class HoursWaiver(models.Model):
    """Hours that the buyer gives up (dispense), with the reason; append-only."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="waivers")
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=500)
    decided_by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="waiver_positive", condition=Q(hours__gt=0) & ~Q(reason=""))]
