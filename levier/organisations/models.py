"""Who any SIRET is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from levier.foundation.identifiers import random_public_id
from levier.organisations.values import OrganisationKind


class Organisation(models.Model):
    """An establishment named by its SIRET: a buyer, a company, an inclusive structure, or several of these."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    siret = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=200)
    kinds = ArrayField(models.CharField(max_length=20), default=list)
    structure_kind = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_siret", condition=Q(siret__regex=r"^[0-9]{14}$")),
            models.CheckConstraint(name="organisation_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="organisation_kinds", condition=Q(kinds__contained_by=[kind.value for kind in OrganisationKind])
            ),
        ]

    def __str__(self) -> str:
        return self.name
