"""Contracts and their lots, as Levier follows them. The published notice stays in open_data; here is what is done with it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id

CATEGORIES = ("works", "services", "supplies")


class Contract(models.Model):
    """A public contract (marché) of one buyer. One reference of the buyer can cover many lots."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    buyer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=1000)
    nature = models.CharField(max_length=60, blank=True)
    procedure = models.CharField(max_length=100, blank=True)
    category = models.CharField(max_length=10)
    consultation_on = models.DateField(null=True)
    notified_on = models.DateField(null=True)
    duration_months = models.PositiveSmallIntegerField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    place_code = models.CharField(max_length=20, blank=True)
    place_kind = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["-notified_on", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "reference"], name="contract_reference_once"),
            models.CheckConstraint(name="contract_category", condition=Q(category__in=CATEGORIES)),
            models.CheckConstraint(
                name="contract_dates",
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class Lot(models.Model):
    """A lot (a contract that is not divided has one). `amount` is the current total, amendments included; a flagged amount
    is kept as published and left out of every sum.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="lots")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=1000)
    cpv = models.CharField(max_length=10, blank=True)
    initial_amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    amount_flag = models.CharField(max_length=30, blank=True)
    published_key = models.BinaryField(max_length=32, null=True, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="lot_number_once")]


class LotHolder(models.Model):
    """A company that holds the lot (titulaire), alone or in a group."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="holders")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "organisation"], name="holder_once"),
            models.CheckConstraint(
                name="holder_role",
                condition=Q(role__in=("contractor", "group_leader", "co_contractor", "subcontractor")),
            ),
        ]


class Amendment(models.Model):
    """An amendment (avenant): its amount is the new total, not a difference."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="amendments")
    sequence = models.PositiveSmallIntegerField()
    signed_on = models.DateField(null=True)
    new_amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    new_duration_months = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "sequence"], name="amendment_once")]


class AmendmentNotice(models.Model):
    """A new amount that was published for a followed lot: it waits for the mission, which records it or not. One waits a lot.

    `pending`: waits. `recorded`: the lot has the amount `recorded_amount`. `withdrawn`: the publication came back to what the lot has.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="amendment_notices")
    state = models.CharField(max_length=10, default="pending")
    old_amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    new_amount = models.DecimalField(max_digits=24, decimal_places=2)
    signed_on = models.DateField(null=True)
    source = models.CharField(max_length=300)
    noticed_at = models.DateTimeField()
    recorded_amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot"], condition=Q(state="pending"), name="amendment_notice_pending_once"),
            models.CheckConstraint(
                name="amendment_notice_state",
                condition=(Q(state="recorded") & Q(recorded_at__isnull=False) & Q(recorded_amount__isnull=False))
                | (Q(state__in=("pending", "withdrawn")) & Q(recorded_at__isnull=True)),
            ),
        ]


class LotTerritory(models.Model):
    """A territory where the lot is carried out, hence its facilitator; chosen by a person or read from the place."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="territories")
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10)
    decided_by_label = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "territory"], name="lot_territory_once"),
            models.CheckConstraint(name="lot_territory_origin", condition=Q(origin__in=("place", "person"))),
        ]


class Screening(models.Model):
    """What the law and the policy said of a contract on a day: a snapshot with its inputs, never edited; the last one counts."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="screenings")
    at = models.DateTimeField()
    decided_by_label = models.CharField(max_length=200)
    inputs = models.JSONField()
    statutory = models.BooleanField()
    policy = models.BooleanField()
    answer = models.JSONField()
    versions = ArrayField(models.CharField(max_length=120), default=list)


class AwardFacts(models.Model):
    """What the law wants published of a lot's award (données essentielles) and that neither the publication nor the contract tells:
    offers received, CCAG, type of price… `facts` bears the names of the official schema.
    """

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="award_facts")
    facts = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by_label = models.CharField(max_length=200)
