"""Received pieces: what was uploaded, kept as it came, never shown before it is known to be safe."""

from django.db import models
from django.db.models import Q

from levier.foundation.identifiers import random_public_id


class StoredFile(models.Model):
    """One received or produced file. Its bytes are in the media folder, under `location`. `scanned_by`: the antivirus that looked at it,
    with its version; `threat`: what it found, in its words.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    sha256 = models.BinaryField(max_length=32)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=12)
    location = models.CharField(max_length=100, unique=True)
    uploaded_by_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)
    scanned_by = models.CharField(max_length=100, blank=True)
    threat = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="file_state", condition=Q(state__in=("quarantine", "clean", "refused"))),
            models.CheckConstraint(
                name="file_decided_by_a_scanner",
                condition=Q(state="quarantine") | Q(scanned_at__isnull=False) & ~Q(scanned_by=""),
            ),
            models.CheckConstraint(name="file_not_empty", condition=Q(size__gt=0)),
        ]
