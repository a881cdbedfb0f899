"""What each holder owes, in hours, under which instrument, until when, and everything that moves it. The walls are in `hours`, 0021."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id

INSTRUMENTS = (
    "execution_condition",
    "condition_and_criterion",
    "criterion",
    "reserved_disability",
    "reserved_siae",
    "reserved_ess",
    "insertion_contract",
)


LIABILITIES = ("", "joint", "joint_leader", "solidary")


class Commitment(models.Model):
    """The hours one holder owes on one lot. The counters are moved by triggers alone; pages derive from the ledger.

    `due_hours` is the sum of the movements of what is due. `balance_hours` is what the database makes of the four counters, so that
    due = credited + waived + penalised + balance always holds: above zero, hours are outstanding; below, they are a surplus.
    A member of a group of companies (co-contractor, subcontractor) owes its share by a commitment of its own: `head` is the leader's,
    `parent` the one that took the member on.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    lot = models.ForeignKey("procurement.Lot", models.PROTECT, related_name="+")
    holder = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=30)
    due_hours = models.DecimalField(max_digits=12, decimal_places=2)
    study = models.ForeignKey("sizing.Study", models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    penalty_rate = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    versions = ArrayField(models.CharField(max_length=120), default=list)
    credited_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    waived_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    penalised_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0, db_default=0)
    balance_hours = models.GeneratedField(
        expression=F("due_hours") - F("credited_hours") - F("waived_hours") - F("penalised_hours"),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=True,
    )
    due_moved = models.BooleanField(default=False, db_default=False)
    """Whether anything but the signature moved the due: set by the same trigger; until then what is due to date needs no series."""
    head = models.ForeignKey("self", models.PROTECT, null=True, related_name="members")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    liability = models.CharField(max_length=12, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "holder", "instrument"], name="commitment_once"),
            models.CheckConstraint(name="commitment_instrument", condition=Q(instrument__in=INSTRUMENTS)),
            models.CheckConstraint(name="commitment_due_not_negative", condition=Q(due_hours__gte=0)),
            models.CheckConstraint(name="commitment_liability", condition=Q(liability__in=LIABILITIES)),
            models.CheckConstraint(
                name="commitment_member_has_parent",
                condition=Q(head__isnull=True, parent__isnull=True) | Q(head__isnull=False, parent__isnull=False),
            ),
            models.CheckConstraint(name="commitment_dates", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="commitment_never_negative", condition=Q(credited_hours__gte=0)),
            models.CheckConstraint(
                name="commitment_waiver_within_due",
                condition=Q(waived_hours__gte=0)
                & Q(penalised_hours__gte=0)
                & Q(due_hours__gte=F("waived_hours") + F("penalised_hours")),
            ),
        ]


class CommitmentPlacement(models.Model):
    """A placement whose hours may be drawn onto the commitment (affectation)."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="placements")
    placement = models.ForeignKey("participants.Placement", models.PROTECT, related_name="assignments")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "placement"], name="commitment_placement_once")]


class Period(models.Model):
    """A month of a commitment's books. Once sealed it stays sealed: a correction goes into an open month."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="periods")
    month = models.DateField()
    sealed_at = models.DateTimeField(null=True)
    sealed_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "month"], name="period_once"),
            models.CheckConstraint(name="period_first_day", condition=Q(month__day=1)),
        ]


class PoolingAgreement(models.Model):
    """An agreement (convention de globalisation) by which one employer's hours may be drawn onto several commitments."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    reference = models.CharField(max_length=60)
    signed_on = models.DateField()
    created_by_label = models.CharField(max_length=200)


class PoolingMember(models.Model):
    agreement = models.ForeignKey(PoolingAgreement, models.PROTECT, related_name="members")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "commitment"], name="pooling_member_once")]


class PoolingConsent(models.Model):
    """A buyer agrees that hours worked for its contract be shared under the agreement; needed of each where there are several."""

    agreement = models.ForeignKey(PoolingAgreement, models.PROTECT, related_name="consents")
    buyer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "buyer"], name="pooling_consent_once")]


class HoursWaiver(models.Model):
    """Hours that the buyer gives up (dispense), with the reason; append-only."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="waivers")
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=500)
    decided_by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="waiver_positive", condition=Q(hours__gt=0) & ~Q(reason=""))]


class DueTerms(models.Model):
    """How what is due grows, where it is not one number fixed at signature; written once, never changed.

    `tranche`: one hour each `euros_per_hour` invoiced, once `trigger_amount` is reached, from there on (`excess`) or from the first euro
    (`retroactive`). `percentage`: hours worked by everybody in a year of the contract × the rate of that year; the last rate goes on.
    `stepped`: so many hours each year of the contract, kept as movements.
    """

    commitment = models.OneToOneField(Commitment, models.PROTECT, related_name="due_terms")
    method = models.CharField(max_length=12)
    euros_per_hour = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    trigger_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    trigger_mode = models.CharField(max_length=12, blank=True)
    rates = ArrayField(models.DecimalField(max_digits=6, decimal_places=5), default=list)
    source = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="due_terms_of_the_method",
                condition=Q(
                    method="tranche",
                    euros_per_hour__gt=0,
                    trigger_amount__gte=0,
                    trigger_mode__in=("excess", "retroactive"),
                )
                | Q(method="percentage", rates__len__gt=0)
                | Q(method="stepped"),
            )
        ]


class DueBasis(models.Model):
    """A piece of the contract (assiette): an invoice, an order (bon de commande) or the hours worked by everybody in a month. The due is
    computed from them where its method says so; elsewhere invoices say how far the contract is, and nothing is due more for them.

    `amount` in euros without tax, or in hours for `worked`; below zero for a credit note. `until`: an order is consumed evenly from `on`
    to then. Append-only; the same reference enters once.
    """

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="basis")
    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=60)
    on = models.DateField()
    until = models.DateField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "kind", "reference"], name="basis_once"),
            models.CheckConstraint(name="basis_kind", condition=Q(kind__in=("invoice", "order", "worked"))),
            models.CheckConstraint(name="basis_said", condition=~Q(amount=0) & ~Q(reference="")),
            models.CheckConstraint(name="basis_dates", condition=Q(until__isnull=True) | Q(until__gte=F("on"))),
        ]


class DueTransfer(models.Model):
    """A proposal to move hours due from one commitment (`source` then owes less) to another (`target` then owes as much more).

    Inside a group of companies, by agreement of the two members. Between two commitments of one holder (`carry_over`), by agreement of
    holder and buyer: the surplus of the target then serves the source. Append-only; it does nothing until it is answered.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    source = models.ForeignKey(Commitment, models.PROTECT, related_name="+")
    target = models.ForeignKey(Commitment, models.PROTECT, related_name="+")
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    carry_over = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    proposed_by_org = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    proposed_by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transfer_said", condition=Q(hours__gt=0) & ~Q(reason="") & ~Q(source=F("target"))
            )
        ]


class DueTransferAnswer(models.Model):
    """The other side's answer. Accepted, it moves the hours: minus on one commitment, plus on the other, in one statement."""

    transfer = models.OneToOneField(DueTransfer, models.PROTECT, related_name="answer")
    accepted = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    answered_by_org = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    answered_by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="transfer_refusal_has_reason", condition=Q(accepted=True) | ~Q(reason=""))
        ]


class DueMovement(models.Model):
    """One line of what is due: plus or minus so many hours, owed evenly from `effective_on` to `until`. Append-only.

    `signed`, `basis` and `transfer` are written by triggers alone; `step` and `amendment` by actions.
    """

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10)
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    effective_on = models.DateField()
    until = models.DateField()
    reference = models.CharField(max_length=200)
    basis = models.OneToOneField(DueBasis, models.PROTECT, null=True, related_name="movement")
    transfer = models.ForeignKey(DueTransfer, models.PROTECT, null=True, related_name="movements")
    once = models.CharField(max_length=80, unique=True, null=True)  # noqa: DJ001 - several movements have none, yet each is unique
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["commitment", "effective_on"])]
        constraints = [
            models.CheckConstraint(
                name="movement_kind", condition=Q(kind__in=("signed", "step", "amendment", "basis", "transfer"))
            ),
            models.CheckConstraint(name="movement_said", condition=~Q(hours=0) & ~Q(reference="")),
            models.CheckConstraint(name="movement_dates", condition=Q(until__gte=F("effective_on"))),
        ]


class HoursPenalty(models.Model):
    """Hours not done that a decision penalised, or the exact reversal of such a row. Append-only."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="penalties")
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    decision_reference = models.CharField(max_length=80)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=500, blank=True)
    decided_by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "decision_reference"],
                condition=Q(reverses__isnull=True),
                name="penalty_once_a_decision",
            ),
            models.CheckConstraint(
                name="penalty_sign",
                condition=(Q(reverses__isnull=True) & Q(hours__gt=0)) | (Q(reverses__isnull=False) & Q(hours__lt=0)),
            ),
            models.CheckConstraint(
                name="penalty_said",
                condition=~Q(decision_reference="") & (Q(reverses__isnull=True) | ~Q(reason="")),
            ),
        ]


SITE_KINDS = ("works", "week", "leave", "weather", "order", "closure", "extra", "night")


class SitePeriod(models.Model):
    """A line of the calendar of the site (calendrier du chantier): works, days of the week, a closure, work at night or on other days.

    `weekdays`: 1 for Monday to 7, where the kind names some; `last_day` None: until further notice. `side`: who wrote it. Append-only: what
    becomes of it is told by its steps. A company proposes, the facilitator answers; what the facilitator writes is in force at once.
    `resumes`: the closure that this line ends, the works being on again from `first_day`.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="site_periods")
    kind = models.CharField(max_length=10)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    reason = models.CharField(max_length=500)
    side = models.CharField(max_length=12)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)
    resumes = models.ForeignKey("self", models.PROTECT, null=True, related_name="resumptions")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="site_period_kind",
                condition=Q(kind__in=SITE_KINDS, resumes__isnull=True) | Q(kind="resume", resumes__isnull=False),
            ),
            models.CheckConstraint(name="site_period_side", condition=Q(side__in=("company", "facilitator"))),
            models.CheckConstraint(
                name="site_period_dates", condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day"))
            ),
            models.CheckConstraint(
                name="site_period_ends", condition=Q(last_day__isnull=False) | Q(kind__in=("works", "week", "order"))
            ),
            models.CheckConstraint(
                name="site_period_weekdays",
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7])
                & (Q(kind__in=("week", "extra"), weekdays__len__gt=0) | Q(weekdays=[])),
            ),
            models.CheckConstraint(name="site_period_has_reason", condition=~Q(reason="")),
        ]


class SiteStep(models.Model):
    """What became of a line of the calendar: agreed or refused by the facilitator, withdrawn. Append-only, each step once."""

    period = models.ForeignKey(SitePeriod, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "step"], name="site_step_once"),
            models.CheckConstraint(name="site_step_known", condition=Q(step__in=("agreed", "refused", "withdrawn"))),
            models.CheckConstraint(name="site_step_has_reason", condition=Q(step="agreed") | ~Q(reason="")),
        ]
