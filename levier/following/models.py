"""What following keeps: the outlook of each commitment, who took a line in hand or put it off, calendar links."""

from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id


class Standing(models.Model):
    """Where a commitment stands today, so that a list of thousands is read by its first page. Computed again once `computed_on` is past.

    Triggers put `computed_on` back to the first day of 1900 whenever something it was computed from moves. A certified commitment
    has no row. `owed`: due, less what was waived and penalised. `late`: by `rules.is_late`, which alone says it. `at_stake`: hours that hang on the step; `stepped`: the act is a step of the commitment (À faire shows it), not
    only what an alert asks for. `alerts` is a list of {kind, sentence, since}; `act` and `turn` name the next action and who does it.
    """

    commitment = models.OneToOneField(
        "commitments.Commitment", models.PROTECT, primary_key=True, related_name="standing"
    )
    computed_on = models.DateField()
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    weather = models.PositiveSmallIntegerField()
    owed = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    late = models.BooleanField(default=False)
    lost = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    at_stake = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    expected = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    declared = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    sentence = models.CharField(max_length=300, blank=True)
    act = models.CharField(max_length=20, blank=True)
    stepped = models.BooleanField(default=False)
    turn = models.CharField(max_length=20, blank=True)
    since = models.DateField(null=True)
    month = models.DateField(null=True)
    alerts = models.JSONField(default=list)
    postponed_until = models.DateField(null=True)
    assigned_to = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["computed_on"], name="standing_computed"),
            models.Index(
                F("lost").desc(), F("at_stake").desc(), "commitment", condition=~Q(act=""), name="standing_rank"
            ),
            models.Index(F("at_stake").desc(), "since", "commitment", condition=Q(stepped=True), name="standing_step"),
        ]
        constraints = [models.CheckConstraint(name="standing_lost", condition=Q(lost__gte=0))]


class Change(models.Model):
    """A mark: what the standing of that commitment was computed from has moved. Added by triggers, taken away by `standing.refresh`."""

    commitment_id = models.BigIntegerField()


class HandledLine(models.Model):
    """A line of the Monday list that somebody put off or gave to somebody, with the reason; append-only, the latest holds."""

    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    postponed_until = models.DateField(null=True)
    assigned_to = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="handled_has_reason", condition=~Q(reason=""))]


class CalendarLink(models.Model):
    """A secret address that a calendar program reads. Only the digest of the secret is kept; one in force a membership."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    membership = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(revoked_at__isnull=True), name="calendar_link_one_in_force"
            )
        ]
