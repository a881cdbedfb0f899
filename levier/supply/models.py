"""The structures that are known, and each file that was read with the lines it refused."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from levier.foundation.identifiers import random_public_id
from levier.organisations.values import StructureKind
from levier.supply.values import Source, Trade


class Structure(models.Model):
    """One establishment under one kind (the same SIRET may be an EI and an ACI). `edited_fields`: said by a person here, which no
    file overwrites. One that closed keeps its row, with the day and the reason.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    siret = models.CharField(max_length=14)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    brand = models.CharField(max_length=200, blank=True)
    naf = models.CharField(max_length=6, blank=True)
    legal_form = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    city = models.CharField(max_length=120, blank=True)
    departement = models.CharField(max_length=3, blank=True)
    commune = models.ForeignKey("territories.Commune", models.PROTECT, null=True, related_name="+")
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    website = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    capacity = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    trades = ArrayField(models.CharField(max_length=20), default=list)
    source = models.CharField(max_length=10)
    edited_fields = ArrayField(models.CharField(max_length=20), default=list)
    searched = models.TextField()
    deactivated_on = models.DateField(null=True)
    deactivated_reason = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["departement", "kind"])]
        constraints = [
            models.UniqueConstraint(fields=["siret", "kind"], name="structure_once"),
            models.CheckConstraint(name="structure_siret", condition=Q(siret__regex=r"^[0-9]{14}$")),
            models.CheckConstraint(name="structure_kind", condition=Q(kind__in=[kind.value for kind in StructureKind])),
            models.CheckConstraint(name="structure_named", condition=~Q(name="")),
            models.CheckConstraint(name="structure_source", condition=Q(source__in=[one.value for one in Source])),
            models.CheckConstraint(
                name="structure_trades", condition=Q(trades__contained_by=[trade.value for trade in Trade])
            ),
            models.CheckConstraint(
                name="structure_closed_with_reason",
                condition=Q(deactivated_on__isnull=True, deactivated_reason="")
                | Q(deactivated_on__isnull=False) & ~Q(deactivated_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StructureImport(models.Model):
    """One file read into the directory, with what it did."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    file_name = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    source = models.CharField(max_length=10)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)
    read = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    absent = models.PositiveIntegerField()


class RefusedLine(models.Model):
    """A line that could not enter, as it was written, with the reason."""

    structure_import = models.ForeignKey(StructureImport, models.PROTECT, related_name="refused")
    line = models.PositiveIntegerField()
    refusal = models.CharField(max_length=20)
    said = models.CharField(max_length=600)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["structure_import", "line"], name="refused_line_once")]
