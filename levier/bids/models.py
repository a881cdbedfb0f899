"""The social criterion of a lot: its grid, the people who score, the bids, their scores, and what was agreed."""

from django.db import models
from django.db.models import Q

from levier.foundation.identifiers import random_public_id


class Grid(models.Model):
    """The grid (grille) of one lot. Free to change until `closed_at`: from then on it is in the tender file (trigger)."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    lot = models.OneToOneField("procurement.Lot", models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=5, decimal_places=2)
    link = models.CharField(max_length=1000)
    anchors = models.JSONField(default=list)
    minimum_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    saved_at = models.DateTimeField()
    saved_by_label = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by_label = models.CharField(max_length=200, blank=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="grid_points", condition=Q(points__gt=0) & Q(points__lte=100)),
            models.CheckConstraint(name="grid_minimum", condition=Q(minimum_hours__gte=0)),
            models.CheckConstraint(
                name="grid_agreed_once_closed", condition=Q(agreed_at__isnull=True) | Q(closed_at__isnull=False)
            ),
        ]


class SubCriterion(models.Model):
    """One line of a grid. Frozen with it."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="lines")
    place = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    weight = models.DecimalField(max_digits=5, decimal_places=2)
    evidence = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["grid_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "place"], name="sub_criterion_once"),
            models.CheckConstraint(name="sub_criterion_weight", condition=Q(weight__gt=0) & ~Q(label="")),
        ]


class Assessor(models.Model):
    """A person of the panel (jury): each scores every bid before anybody sees the others' scores."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="panel")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)

    class Meta:
        ordering = ["grid_id", "label", "id"]
        constraints = [models.UniqueConstraint(fields=["grid", "user"], name="assessor_once")]


class Bid(models.Model):
    """An offer on the lot. `other_points` (points on the other criteria) serves the sensitivity alone. `answers`: by place of
    sub-criterion, as the bidder wrote them.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="bids")
    siret = models.CharField(max_length=14)
    name = models.CharField(max_length=200)
    offered_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    other_points = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    answers = models.JSONField(default=dict)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    received_by_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["grid_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "siret"], name="bid_once"),
            models.CheckConstraint(name="bid_named", condition=~Q(name="") & Q(siret__regex=r"^[0-9]{14}$")),
            models.CheckConstraint(name="bid_hours", condition=Q(offered_hours__isnull=True) | Q(offered_hours__gte=0)),
        ]


class Score(models.Model):
    """What one assessor gives one bid on one sub-criterion. `submitted_at` closes it: from then on nothing changes (trigger)."""

    assessor = models.ForeignKey(Assessor, models.PROTECT, related_name="scores")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="scores")
    line = models.ForeignKey(SubCriterion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessor", "bid", "line"], name="score_once"),
            models.CheckConstraint(name="score_scale", condition=Q(score__isnull=True) | Q(score__lte=4)),
            models.CheckConstraint(
                name="score_complete_when_submitted",
                condition=Q(submitted_at__isnull=True) | (Q(score__isnull=False) & ~Q(reason="")),
            ),
        ]


class Agreement(models.Model):
    """The score that the panel agreed on together (note commune), with its reason."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="agreements")
    line = models.ForeignKey(SubCriterion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1000)
    saved_at = models.DateTimeField()
    saved_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid", "line"], name="agreement_once"),
            models.CheckConstraint(name="agreement_scale", condition=Q(score__lte=4) & ~Q(reason="")),
        ]


class Promise(models.Model):
    """What the winner wrote for one sub-criterion, become contractual with its commitment. Frozen."""

    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    text = models.CharField(max_length=4000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["commitment_id", "place"]
        constraints = [models.UniqueConstraint(fields=["commitment", "place"], name="promise_once")]
