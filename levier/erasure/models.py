"""Requests to be erased, and the file set aside while one is open. The walls are in migration 0001."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from levier.erasure.values import Obstacle, Outcome
from levier.foundation.identifiers import random_public_id


class ErasureRequest(models.Model):
    """A person asks to be erased (demande d’effacement), and what became of it. Open (`closed_at` empty) as long as the file is set
    aside; `obstacles` and `until` are those of the last look.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    person = models.ForeignKey("participants.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by_label = models.CharField(max_length=200)
    outcome = models.CharField(max_length=8)
    obstacles = ArrayField(models.CharField(max_length=16), default=list)
    until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-asked_at"], name="erasure_of_person")]
        constraints = [
            models.CheckConstraint(name="erasure_outcome", condition=Q(outcome__in=[one.value for one in Outcome])),
            models.CheckConstraint(
                name="erasure_obstacles", condition=Q(obstacles__contained_by=[one.value for one in Obstacle])
            ),
            models.CheckConstraint(
                name="erasure_open_is_limited", condition=Q(closed_at__isnull=False) | Q(outcome="limited")
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_at__isnull=True), name="erasure_one_open_a_person"
            ),
        ]
