"""Models in Word and their versions, and the kits made from them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from levier.foundation.identifiers import random_public_id


class ModelVersion(models.Model):
    """A model (modèle) put back by the mission: the latest of a piece is in use. Frozen. Version 0 is the one shipped, without a row;
    a row without file puts the shipped one back in use.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    piece = models.CharField(max_length=30)
    number = models.PositiveSmallIntegerField()
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["piece", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["piece", "number"], name="model_version_once"),
            models.CheckConstraint(name="model_version_from_one", condition=Q(number__gte=1) & ~Q(piece="")),
        ]


class Kit(models.Model):
    """One generation: the choices, the versions of models, articles and figures it used, and the ZIP that was handed over. Frozen."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    contract = models.ForeignKey("procurement.Contract", models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=30)
    consultation_on = models.DateField()
    choices = models.JSONField()
    versions = ArrayField(models.CharField(max_length=160), default=list)
    to_complete = models.JSONField(default=list)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    author_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at", "-id"]
