"""The journals. Both are append-only: triggers refuse any change (migration 0002)."""

from django.db import models
from django.db.models import Q


class JournalEntry(models.Model):
    """One thing that a person (or a scheduled job) did, with the hash of what was decided.

    `thread` is the public identifier of the contract whose life the line belongs to, where there is one.
    """

    at = models.DateTimeField()
    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=20)
    organisation_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    thread = models.CharField(max_length=26, blank=True)
    facts = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["thread", "at"]), models.Index(fields=["object_kind", "object_id"])]
        constraints = [
            models.CheckConstraint(name="journal_has_actor", condition=~Q(actor_label="") & ~Q(actor_role=""))
        ]


class PersonRead(models.Model):
    """One reading of a person's data: who, when, for which purpose. The person may see these lines."""

    at = models.DateTimeField()
    actor_user_id = models.BigIntegerField()
    actor_label = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=20)
    organisation_id = models.BigIntegerField()
    person_public_id = models.CharField(max_length=26)
    purpose = models.CharField(max_length=40)
    what = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["person_public_id", "at"])]
        constraints = [models.CheckConstraint(name="read_has_purpose", condition=~Q(purpose="") & ~Q(actor_label=""))]


class AnsweredForm(models.Model):
    """A form that was answered: where its sender was sent. Sent again within a day, it is answered the same and does nothing."""

    key = models.BinaryField(max_length=32, unique=True)
    location = models.CharField(max_length=500)
    session = models.CharField(max_length=40, default="")
    """Key of the session that answering has opened, where it opened one."""
    at = models.DateTimeField(db_index=True)
