"""Certificates (attestations): sealed snapshots of a commitment's balance, numbered without a hole, chained by hash."""

from django.db import models
from django.db.models import Q

from levier.foundation.identifiers import random_public_id


class Certificate(models.Model):
    """One sealed certificate. `number` counts from 1 each year without a hole; `verification_code` is what the QR code carries."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    verification_code = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(default=0)
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    content = models.JSONField()
    content_hash = models.BinaryField(max_length=32)
    prev_hash = models.BinaryField(max_length=32, default=b"")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    sealed_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="certificate_number_once"),
            models.CheckConstraint(name="certificate_year", condition=Q(year__gte=2020) & Q(year__lte=2200)),
        ]

    @property
    def label(self) -> str:
        return f"{self.year}-{self.number:04d}"


class CertificateWithdrawal(models.Model):
    """A certificate taken back (retrait), with the reason; append-only. The certificate stays readable and says so."""

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="withdrawal_has_reason", condition=~Q(reason=""))]


class Settlement(models.Model):
    """The statement of a commitment's end (décompte) as the facilitator proposes it; frozen. Contested, it is replaced by another.

    `lines`: code → value as text, read from the books at that instant. `books_hash`: fingerprint of the snapshot they come from.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="settlements")
    number = models.PositiveIntegerField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    lines = models.JSONField()
    books_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_org = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "number"], name="settlement_number_once")]


class SettlementAnswer(models.Model):
    """The company's answer, line by line: agreed, or contested with a reason; frozen. `contested`: code → reason, empty when it agrees."""

    settlement = models.OneToOneField(Settlement, models.PROTECT, related_name="answer")
    contested = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_org = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)


class SettlementValidation(models.Model):
    """The Département validates that the clause is carried out, or closes despite what is contested, with the reason; frozen.

    `released`: release (mainlevée) is given, nothing is owed any more.
    """

    settlement = models.OneToOneField(Settlement, models.PROTECT, related_name="validation")
    released = models.BooleanField()
    reason = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)


class Reminder(models.Model):
    """A step of a commitment that was reminded at a level, once. A step that starts again has another `since`."""

    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    since = models.DateField()
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "kind", "since", "level"], name="reminder_once"),
            models.CheckConstraint(name="reminder_level", condition=Q(level__gte=1) & Q(level__lte=3)),
        ]
