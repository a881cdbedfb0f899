"""Positions, the people proposed for them, and each step that was taken. The state of a referral is moved by its steps alone."""

from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id
from levier.referrals.values import LIVE, MOST_PLACES, TRANSITIONS, Licence, Reason, ReferralState

_ALLOWED_STEP = Q(origin="", target=ReferralState.PROPOSED.value)
for _one in TRANSITIONS:
    _ALLOWED_STEP |= Q(origin=_one.origin.value, target=_one.target.value)
_LIVE_VALUES = sorted(state.value for state in LIVE)


class Position(models.Model):
    """A job that a company opens on a commitment (poste). `link`: how it serves the subject of the contract."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="positions")
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    commune = models.ForeignKey("territories.Commune", models.PROTECT, related_name="+")
    job_code = models.CharField(max_length=5)
    job_title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    weekly_hours = models.DecimalField(max_digits=5, decimal_places=2)
    places = models.PositiveSmallIntegerField()
    tutor = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=10, default=Licence.NONE.value)
    conditions = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    opened_by_label = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=20, blank=True)
    closed_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["territory", "closed_at", "starts_on"])]
        constraints = [
            models.CheckConstraint(
                name="position_dates", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="position_places", condition=Q(places__gte=1) & Q(places__lte=MOST_PLACES)),
            models.CheckConstraint(
                name="position_weekly_hours", condition=Q(weekly_hours__gt=0) & Q(weekly_hours__lte=48)
            ),
            models.CheckConstraint(name="position_licence", condition=Q(licence__in=[one.value for one in Licence])),
            models.CheckConstraint(
                name="position_closed_with_reason",
                condition=Q(closed_at__isnull=True, closed_reason="")
                | Q(closed_at__isnull=False, closed_reason__in=[one.value for one in Reason]),
            ),
        ]


class Referent(models.Model):
    """A person whom somebody follows (référent): may be proposed again, may be read by that user."""

    person = models.ForeignKey("participants.Person", models.PROTECT, related_name="referents")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "user"], name="referent_once")]


class Referral(models.Model):
    """A person proposed for a position (candidature). `phone` is sealed, and only kept where the person agreed."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    position = models.ForeignKey(Position, models.PROTECT, related_name="referrals")
    person = models.ForeignKey("participants.Person", models.PROTECT, related_name="referrals")
    referrer = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    referrer_label = models.CharField(max_length=200)
    referrer_organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    wish = models.CharField(max_length=200, blank=True)
    available_on = models.DateField(null=True)
    phone = models.BinaryField(null=True)
    state = models.CharField(max_length=12, default=ReferralState.PROPOSED.value)
    state_since = models.DateTimeField()
    meets_on = models.DateField(null=True)
    placement = models.OneToOneField("participants.Placement", models.PROTECT, null=True, related_name="referral")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["referrer", "state"]), models.Index(fields=["position", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["position", "person"], condition=Q(state__in=_LIVE_VALUES), name="referral_live_once"
            ),
            models.CheckConstraint(name="referral_state", condition=Q(state__in=[one.value for one in ReferralState])),
        ]


class ReferralStep(models.Model):
    """One step of a referral, by whom, when and why; append-only. Writing it is what moves the referral."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="steps")
    origin = models.CharField(max_length=12, blank=True)
    target = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor_user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    meets_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="referral_step_allowed", condition=_ALLOWED_STEP),
            models.CheckConstraint(
                name="referral_step_reason", condition=Q(reason__in=["", *(one.value for one in Reason)])
            ),
        ]
