"""What was published about contracts, as it was published, and every import that brought it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id
from levier.open_data.values import AmountFlag, Kind


class ImportedFile(models.Model):
    """One reading of one file into the database, whole or not at all: a refused file leaves no line here."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id)
    name = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    read = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    warnings = models.IntegerField(default=0)
    reasons = models.JSONField(default=dict)
    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_counts_add_up",
                condition=Q(read=F("accepted") + F("rejected") + F("duplicates")) & Q(updated__lte=F("accepted")),
            )
        ]


class PublishedContract(models.Model):
    """A contract or concession as its last publication tells it. Facts that cannot be read are empty; `raw` is what was published.

    Amounts are in euros excluding tax. `current_amount` is the total after the last modification that tells one.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id)
    # No database constraint on the next two: written by the very transaction that writes the import, which nothing deletes;
    # checked row by row, two million times for a national file, they would cost more than the reading.
    first_import = models.ForeignKey(
        ImportedFile, on_delete=models.PROTECT, related_name="first_contracts", db_index=False, db_constraint=False
    )
    last_import = models.ForeignKey(
        ImportedFile, on_delete=models.PROTECT, related_name="last_contracts", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    format = models.CharField(max_length=4)
    buyer_siret = models.CharField(max_length=14)
    buyer_name = models.TextField(blank=True)
    buyer_department = models.CharField(max_length=3, blank=True)
    published_id = models.TextField()
    modification_number = models.SmallIntegerField(default=0)
    identity_key = models.BinaryField(unique=True)
    content_hash = models.BinaryField()
    rank = models.BigIntegerField()
    object = models.TextField(blank=True)
    nature = models.CharField(max_length=200, blank=True)
    procedure = models.CharField(max_length=200, blank=True)
    cpv = models.CharField(max_length=12, blank=True)
    place_code = models.CharField(max_length=20, blank=True)
    place_kind = models.CharField(max_length=20, blank=True)
    place_name = models.CharField(max_length=400, blank=True)
    place_department = models.CharField(max_length=3, blank=True)
    duration_months = models.IntegerField(null=True)
    notified_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    initial_amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    initial_amount_flag = models.CharField(max_length=20, blank=True)
    current_amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    amount_flag = models.CharField(max_length=20, blank=True, choices=[(flag.value, flag.value) for flag in AmountFlag])
    social = ArrayField(models.CharField(max_length=20), default=list)
    holders = models.JSONField(default=list)
    amendment_count = models.IntegerField(default=0)
    flags = ArrayField(models.CharField(max_length=40), default=list)
    search_text = models.TextField(blank=True)
    framework_id = models.CharField(max_length=100, blank=True)
    """The published id of the framework agreement (accord-cadre) that this contract follows."""
    corrections = models.JSONField(default=list)
    """Those that were applied while reading: field, wrong, right, evidence, author, date. `raw` stays as published."""
    raw = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["content_hash"], name="published_content"),
            models.Index(fields=["buyer_siret", "published_id"], name="published_buyer"),
            models.Index(fields=["place_department", "notified_on"], name="published_place"),
            models.Index(fields=["buyer_department"], name="published_buyer_department"),
            models.Index(fields=["place_code"], name="published_place_code"),
            models.Index(fields=["current_amount"], name="published_amount"),
            models.Index(fields=["notified_on", "id"], name="published_recent"),
            models.Index(
                fields=["notified_on"],
                name="published_with_clause",
                condition=Q(social__overlap=["clause", "criterion", "reserved"]),
            ),
            GinIndex(SearchVector("search_text", config="simple"), name="published_words"),
        ]
        constraints = [
            models.CheckConstraint(name="published_id_told", condition=~Q(published_id="") & ~Q(buyer_siret="")),
            models.CheckConstraint(
                name="absent_amount_flagged", condition=Q(current_amount__isnull=False) | ~Q(amount_flag="")
            ),
        ]


class PublishedAmendment(models.Model):
    """A modification of the current publication. `amount` is the new total of the contract, not a difference."""

    contract = models.ForeignKey(PublishedContract, on_delete=models.CASCADE, related_name="amendments")
    place = models.IntegerField()
    number = models.CharField(max_length=40, blank=True)
    notified_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    amount_flag = models.CharField(max_length=20, blank=True)
    duration_months = models.IntegerField(null=True)
    object = models.TextField(blank=True)
    holders = models.JSONField(default=list)


class PublishedSubcontract(models.Model):
    """An act of subcontracting of the current publication, with its modifications (each with the new total of the act)."""

    contract = models.ForeignKey(PublishedContract, on_delete=models.CASCADE, related_name="subcontracts")
    place = models.IntegerField()
    number = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=40, blank=True)
    company_kind = models.CharField(max_length=40, blank=True)
    company_name = models.TextField(blank=True)
    notified_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    amount_flag = models.CharField(max_length=20, blank=True)
    duration_months = models.IntegerField(null=True)
    price_change = models.CharField(max_length=100, blank=True)
    amendments = models.JSONField(default=list)


class PublishedVersion(models.Model):
    """A publication of a contract that is not the current one: replaced since, or already older when it was read."""

    contract = models.ForeignKey(PublishedContract, on_delete=models.CASCADE, related_name="versions")
    imported_by = models.ForeignKey(ImportedFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    replaced_by = models.ForeignKey(ImportedFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The import after which this was not (or never became) the current publication."""
    content_hash = models.BinaryField(unique=True)
    rank = models.BigIntegerField()
    published_on = models.DateField(null=True)
    current_amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    amount_flag = models.CharField(max_length=20, blank=True)
    amendment_count = models.IntegerField(default=0)
    raw = models.TextField()


class RejectedRecord(models.Model):
    """A record that was refused, with its reason and its text as it stood in the file."""

    imported_by = models.ForeignKey(ImportedFile, on_delete=models.PROTECT, related_name="rejections")
    number = models.IntegerField()
    """Place in the file, from 1."""
    reason = models.CharField(max_length=40)
    sentence = models.TextField()
    digest = models.BinaryField(unique=True)
    """Of reason and text: the same record refused again for the same reason is not kept twice."""
    raw = models.TextField()


class MatchDecision(models.Model):
    """What a person decided of a published contract that looked like a file of ours. Rejected, it is not proposed again;
    undone (`undone_at`), it is as if nothing had been decided. `filled`: what the file lacked and took from the publication.
    """

    published = models.ForeignKey(PublishedContract, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey("procurement.Contract", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    score = models.SmallIntegerField()
    because = models.JSONField(default=list)
    filled = models.JSONField(default=dict)
    decided_at = models.DateTimeField()
    decided_by_label = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["published", "contract"], condition=Q(undone_at__isnull=True), name="match_decided_once"
            ),
            models.CheckConstraint(name="match_score", condition=Q(score__gte=0) & Q(score__lte=100)),
        ]
