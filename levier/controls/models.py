"""Cases of control and penalty, their steps, letters, observations, proposals and decisions. The walls are in migration 0002."""

from typing import Any

from django.db import models
from django.db.models import Q

from levier.controls.values import CaseKind, CaseState, LetterKind, Means, Outcome, Owner
from levier.foundation.identifiers import random_public_id


def _one_of(name: str, values: Any) -> Q:
    return Q(**{f"{name}__in": [value.value for value in values]})


class Draw(models.Model):
    """A draw (tirage) of commitments to control. `population`: pairs (code, tickets); codes name nobody. Frozen."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    seed = models.CharField(max_length=80)
    seed_source = models.CharField(max_length=200)
    weighted = models.BooleanField()
    population = models.JSONField()
    population_hash = models.BinaryField(max_length=32)
    drawn = models.JSONField()
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="draw_has_seed", condition=~Q(seed="") & ~Q(seed_source=""))]


class Case(models.Model):
    """A case (dossier). State, owner, since and due are moved by a row of `Step` alone."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    ground = models.CharField(max_length=2000)
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="cases")
    state = models.CharField(max_length=14, blank=True)
    owner = models.CharField(max_length=12, default=Owner.NOBODY.value)
    since = models.DateTimeField()
    due_on = models.DateField(null=True)
    steps_count = models.PositiveIntegerField(default=0)
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["commitment", "kind"])]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="case_number_once"),
            models.CheckConstraint(name="case_kind", condition=_one_of("kind", CaseKind)),
            models.CheckConstraint(name="case_state", condition=_one_of("state", CaseState) | Q(state="")),
            models.CheckConstraint(name="case_owner", condition=_one_of("owner", Owner)),
            models.CheckConstraint(name="case_has_ground", condition=~Q(ground="")),
            models.UniqueConstraint(
                fields=["commitment", "kind"],
                condition=Q(kind__in=["outstanding", "late_proofs"]) & ~Q(state__in=["decided", "closed"]),
                name="one_open_case_a_kind",
            ),
        ]

    @property
    def label(self) -> str:
        return f"D-{self.year}-{self.number:04d}"


class Visit(models.Model):
    """What was found (constat), on site or in the pieces, as the phone sent it; frozen. `idempotency_key` is made on the phone.

    `made_at`: the phone's clock. `based_on`: how many steps the case had when the form was opened. `content`: answers by item.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="visits")
    idempotency_key = models.CharField(max_length=64, unique=True)
    based_on = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)


class Step(models.Model):
    """One step of a case: who, when, from where to where, why, and whose turn it becomes. Append-only; inserting it moves the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField()
    from_state = models.CharField(max_length=14, blank=True)
    to_state = models.CharField(max_length=14)
    reason = models.CharField(max_length=2000)
    owner = models.CharField(max_length=12)
    due_on = models.DateField(null=True)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="step_sequence_once"),
            models.CheckConstraint(name="step_has_reason", condition=~Q(reason="") & ~Q(by_label="")),
            models.CheckConstraint(name="step_owner", condition=_one_of("owner", Owner)),
        ]


class Observation(models.Model):
    """What the company answers; frozen. `late`: after its delay, kept all the same."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="observations")
    idempotency_key = models.CharField(max_length=64, unique=True)
    text = models.CharField(max_length=10000, blank=True)
    late = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)


class Attachment(models.Model):
    """A piece joined to a visit (a photograph) or to an observation; its bytes wait in quarantine like any other."""

    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="attachments")
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, related_name="attachments")
    item = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_of_one_thing", condition=Q(visit__isnull=True) ^ Q(observation__isnull=True)
            )
        ]


class Letter(models.Model):
    """A letter that was written: numbered without a hole within a year, sealed, kept in Word and PDF; frozen.

    `content`: the fields it was filled with and its text, block by block.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="letters")
    kind = models.CharField(max_length=14)
    dated_on = models.DateField()
    content = models.JSONField()
    content_hash = models.BinaryField(max_length=32)
    pdf = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")
    word = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="letter_number_once"),
            models.CheckConstraint(name="letter_kind", condition=_one_of("kind", LetterKind)),
        ]

    @property
    def label(self) -> str:
        return f"L-{self.year}-{self.number:04d}"


class Dispatch(models.Model):
    """That a letter was sent, received or came back, and when; append-only."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="dispatches")
    event = models.CharField(max_length=10)
    means = models.CharField(max_length=12)
    happened_on = models.DateField()
    tracking = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "event", "means"], name="dispatch_once"),
            models.CheckConstraint(name="dispatch_event", condition=Q(event__in=["sent", "received", "returned"])),
            models.CheckConstraint(name="dispatch_means", condition=_one_of("means", Means)),
        ]


class PenaltyProposal(models.Model):
    """A penalty as it was computed, with all it was computed from; frozen. A new fact makes another one, which cites it.

    `units`: hours missing, or days late. `penalised_hours`: already penalised by other cases, so that no hour is penalised twice. `amount` = `rate` × `units`, which the database recomputes. `ledger_entries`: the last entry
    of the commitment's ledger that was counted.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="proposals")
    number = models.PositiveIntegerField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    minimum_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    offered_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    due_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    accepted_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    waived_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    penalised_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    ledger_entries = models.PositiveIntegerField(default=0)
    notice = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+")
    notice_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    still_missing = models.BooleanField(default=False)
    rate = models.DecimalField(max_digits=12, decimal_places=2)
    rate_source = models.CharField(max_length=200)
    versions = models.JSONField(default=list)
    units = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=2000)
    computed_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)
    inputs_hash = models.BinaryField(max_length=32, default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="proposal_number_once"),
            models.CheckConstraint(
                name="penalty_rate_has_source", condition=Q(rate__gt=0) & ~Q(rate_source="") & ~Q(reason="")
            ),
        ]


class PenaltyDecision(models.Model):
    """What the mission decided on a proposal: the hours or days kept, and their price; frozen, one a proposal."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    proposal = models.OneToOneField(PenaltyProposal, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=8)
    units = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=2000)
    four_eyes = models.BooleanField()
    policy_version = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(name="penalty_outcome", condition=_one_of("outcome", Outcome) & ~Q(reason="")),
            models.CheckConstraint(
                name="penalty_waived_is_zero",
                condition=(Q(outcome="waive") & Q(units=0)) | (~Q(outcome="waive") & Q(units__gt=0)),
            ),
        ]
