"""Territories, who to call in each, communes, and which territory each commune belongs to, all of it dated.

Rows with dates are added to and never rewritten: a change closes one and opens another, a correction stamps
`replaced_at` on the row no longer believed. A trigger refuses anything else (migration 0002).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from levier.reference.models import CONFIDENCE_CODES, days_of_row
from levier.territories.values import CommuneKind, PerimeterConfidence


class Territory(models.Model):
    """The ground of one facilitator. `colour` is the index of its tint on the map (classes t1 to t9)."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=30)
    colour = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="territory_numbered", condition=Q(number__gte=1) & Q(colour__gte=1, colour__lte=9)
            ),
            models.CheckConstraint(name="territory_named", condition=~Q(name="") & ~Q(short_name="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.name}"


class FacilitatorContact(models.Model):
    """Who to call in a territory (facilitateur), from `valid_from` to `valid_until`, both included (null: no known end)."""

    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    structure = models.CharField(max_length=160)
    person = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=400)
    confidence = models.CharField(max_length=1)
    published = models.BooleanField()
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)
    created_by_user_id = models.BigIntegerField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["territory", "valid_from", "created_at"]
        constraints = [
            ExclusionConstraint(
                name="contact_no_overlap",
                expressions=[(F("territory"), RangeOperators.EQUAL), (days_of_row(), RangeOperators.OVERLAPS)],
                condition=Q(replaced_at__isnull=True),
            ),
            models.CheckConstraint(
                name="contact_dates", condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="contact_confidence", condition=Q(confidence__in=CONFIDENCE_CODES)),
            models.CheckConstraint(name="contact_reachable", condition=~Q(phone="") | ~Q(email="")),
            models.CheckConstraint(
                name="contact_named",
                condition=~Q(structure="") & ~Q(person="") & ~Q(source="") & ~Q(created_by_label=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.structure})"


class Commune(models.Model):
    """A commune, or a district (arrondissement municipal) of Marseille. `code` is INSEE's and is the key."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=3)
    postcodes = ArrayField(models.CharField(max_length=5))
    population = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    departement = models.CharField(max_length=3)
    intercommunality = models.CharField(max_length=120)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="commune_code", condition=Q(code__regex=r"^[0-9][0-9AB][0-9]{3}$")),
            models.CheckConstraint(name="commune_named", condition=~Q(name="")),
            models.CheckConstraint(name="commune_served", condition=Q(postcodes__len__gte=1)),
            models.CheckConstraint(
                name="commune_kind",
                condition=Q(kind=CommuneKind.COMMUNE.value, parent__isnull=True)
                | Q(kind=CommuneKind.ARRONDISSEMENT.value, parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Perimeter(models.Model):
    """Which territory a commune belongs to, from `valid_from` to `valid_until`, both included (null: no known end).

    `confirmed_by_label`: who vouched for it in the application (empty: as the compiled file says, with its source).
    A row of low confidence is a supposition: shown as "to be confirmed", never used to assign.
    """

    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    confidence = models.CharField(max_length=6)
    source = models.CharField(max_length=400)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    confirmed_by_label = models.CharField(max_length=200, blank=True)
    published = models.BooleanField()
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)
    created_by_user_id = models.BigIntegerField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["commune", "valid_from", "created_at"]
        constraints = [
            ExclusionConstraint(
                name="perimeter_no_overlap",
                expressions=[(F("commune"), RangeOperators.EQUAL), (days_of_row(), RangeOperators.OVERLAPS)],
                condition=Q(replaced_at__isnull=True),
            ),
            models.CheckConstraint(
                name="perimeter_dates", condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="perimeter_confidence", condition=Q(confidence__in=[level.value for level in PerimeterConfidence])
            ),
            models.CheckConstraint(name="perimeter_sourced", condition=~Q(source="") & ~Q(created_by_label="")),
        ]

    def __str__(self) -> str:
        return f"{self.commune_id} → {self.territory_id}"
