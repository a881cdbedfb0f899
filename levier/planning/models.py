"""The purchase plan of each buyer, the files it came from, and what is decided of a tender before its publication."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id
from levier.planning.stages import Stage
from levier.planning.tendering import WaiverScope
from levier.planning.values import Basis, Instrument
from levier.procurement.values import ContractObject, WaiverGround

UPLOAD_STATES = ("draft", "imported", "abandoned")


class PlanUpload(models.Model):
    """A file of a plan, kept as it came, with how it was read. `wishes`: what a person decided instead of the reader;
    `reading`: sheet, header rows, columns found; `outcome`: what the import did, line by line.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="draft")
    wishes = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)
    imported_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"])]
        constraints = [
            models.CheckConstraint(name="upload_state", condition=Q(state__in=UPLOAD_STATES)),
            models.CheckConstraint(
                name="upload_imported", condition=Q(state="imported", imported_at__isnull=False) | ~Q(state="imported")
            ),
        ]


class UploadLine(models.Model):
    """A line of a file before it is imported. `facts`: as read or corrected; `typed`: cells a person corrected; `verdict`: as computed."""

    upload = models.ForeignKey(PlanUpload, models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    facts = models.JSONField()
    typed = models.JSONField(default=dict)
    verdict = models.JSONField(null=True)
    errors = models.PositiveSmallIntegerField()
    ticked = models.BooleanField()

    class Meta:
        ordering = ["upload", "row"]
        constraints = [models.UniqueConstraint(fields=["upload", "row"], name="upload_line_once")]


class ColumnMemory(models.Model):
    """The heading that an organisation uses for a field, as a person confirmed it; found again at its next file."""

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    field = models.CharField(max_length=30)
    heading = models.CharField(max_length=200)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "field"], name="column_memory_once")]


class Need(models.Model):
    """One line of a buyer's plan: a purchase to come, with its verdict and where it stands. `gone_on`: no longer in the last version."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    key = models.CharField(max_length=400)
    reference = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=1000)
    category = models.CharField(max_length=10, blank=True)
    cpv = models.CharField(max_length=10, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    amount_tax = models.CharField(max_length=10, blank=True)
    starts = models.CharField(max_length=10, blank=True)
    duration_months = models.PositiveSmallIntegerField(null=True)
    department = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    procedure = models.CharField(max_length=200, blank=True)
    lots = models.PositiveSmallIntegerField(null=True)
    comment = models.CharField(max_length=1000, blank=True)
    stage = models.CharField(max_length=10)
    verdict = models.JSONField(null=True)
    basis = models.CharField(max_length=12, blank=True)
    instrument = models.CharField(max_length=24, blank=True)
    hours_low = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    hours_high = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    chosen = models.CharField(max_length=24, blank=True)
    chosen_reason = models.CharField(max_length=400, blank=True)
    contract = models.OneToOneField("procurement.Contract", models.PROTECT, null=True, related_name="need")
    upload = models.ForeignKey(PlanUpload, models.PROTECT, null=True, related_name="+")
    upload_row = models.PositiveIntegerField(null=True)
    gone_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["organisation", "stage"])]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="need_once"),
            models.CheckConstraint(name="need_titled", condition=~Q(title="")),
            models.CheckConstraint(name="need_stage", condition=Q(stage__in=[stage.value for stage in Stage])),
            models.CheckConstraint(
                name="need_category", condition=Q(category__in=["", *(one.value for one in ContractObject)])
            ),
            models.CheckConstraint(name="need_basis", condition=Q(basis__in=["", *(one.value for one in Basis)])),
            models.CheckConstraint(
                name="need_instruments",
                condition=Q(instrument__in=["", *(one.value for one in Instrument)])
                & Q(chosen__in=["", *(one.value for one in Instrument)]),
            ),
            models.CheckConstraint(
                name="need_hours",
                condition=Q(hours__isnull=True) | Q(hours_low__lte=F("hours"), hours__lte=F("hours_high")),
            ),
            models.CheckConstraint(name="need_chosen_with_reason", condition=Q(chosen="") | ~Q(chosen_reason="")),
        ]


class TenderCondition(models.Model):
    """What a tender will ask for, chosen by a person; never edited, the last one counts."""

    contract = models.ForeignKey("procurement.Contract", models.PROTECT, related_name="tender_conditions")
    instrument = models.CharField(max_length=24)
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    decided_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="condition_instrument",
                condition=Q(instrument__in=[one.value for one in Instrument if one is not Instrument.NONE]),
            )
        ]


class ObligationWaiver(models.Model):
    """A duty set aside, with its ground and reason. Never edited: the register of waivers (registre des dispenses)."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    contract = models.ForeignKey("procurement.Contract", models.PROTECT, related_name="obligation_waivers")
    scope = models.CharField(max_length=10)
    ground = models.CharField(max_length=30)
    reason = models.CharField(max_length=1000)
    versions = ArrayField(models.CharField(max_length=120), default=list)
    at = models.DateTimeField()
    decided_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(name="waiver_scope", condition=Q(scope__in=[one.value for one in WaiverScope])),
            models.CheckConstraint(name="waiver_ground", condition=Q(ground__in=[one.value for one in WaiverGround])),
            models.CheckConstraint(name="waiver_reasoned", condition=~Q(reason="")),
        ]


class TenderPublication(models.Model):
    """The day a tender was published, once the law no longer held it."""

    contract = models.OneToOneField("procurement.Contract", models.PROTECT, related_name="tender_publication")
    published_on = models.DateField()
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)


class EssAward(models.Model):
    """A contract reserved to the social economy (CCP L2113-15), awarded to a firm. `siren`: the firm, whichever establishment signs."""

    contract = models.ForeignKey("procurement.Contract", models.PROTECT, related_name="ess_awards")
    buyer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    holder = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    siren = models.CharField(max_length=9)
    awarded_on = models.DateField()
    duration_months = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["buyer", "siren"])]
        constraints = [models.UniqueConstraint(fields=["contract", "siren"], name="ess_award_once")]


class TenderFile(models.Model):
    """A finished tender file that somebody asked to keep beside its contract, as it came. Never edited."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    contract = models.ForeignKey("procurement.Contract", models.PROTECT, related_name="tender_files")
    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()
    kept_by_label = models.CharField(max_length=200)
