"""People: the least data that the work needs. Identity and criterion are sealed; what others read is `eligible until`."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual

from levier.foundation.identifiers import random_public_id
from levier.reference.models import days_of_row


class Person(models.Model):
    """A participant. `identity` is sealed JSON (last name, first name, birth date); `identity_index` finds the same person again.

    `contact` is sealed JSON (e-mail, telephone), given by the person and only for the questions of the follow-up. `opened_for`
    is the prescriber whose agent opened the file, None for a facilitator's. `merged_into`: the file that stands for this one.
    `limited_at`: since when the file is set aside (limitation du traitement, RGPD article 18): read by the mission alone.
    `name_keys`: numbers that say which files to open for a name that is typed (name_keys.py), emptied with the identity.

    Three columns are kept by the database from the decisions and placements of a file and of those merged into it, so that a list reads
    nothing else: `granted_until` (last day of the latest window), `placed_until` (last day at work, date.max where a contract has no
    end), `moved_at` (when the file was opened, last decided on, or last given a placement). So is `placed_in`, of the file alone: territories
    other than its own where a placement was assigned to a commitment. Nothing else writes them.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    identity = models.BinaryField(null=True)
    identity_index = models.BinaryField(max_length=32, null=True)
    name_keys = ArrayField(models.SmallIntegerField(), null=True)
    contact = models.BinaryField(null=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    commune = models.ForeignKey("territories.Commune", models.PROTECT, null=True, related_name="+")
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)
    opened_for = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    retention_until = models.DateField()
    limited_at = models.DateTimeField(null=True)
    anonymised_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    granted_until = models.DateField(null=True, editable=False)
    placed_until = models.DateField(null=True, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    placed_in = ArrayField(models.BigIntegerField(), null=True, editable=False)

    class Meta:
        indexes = [
            GinIndex(fields=["name_keys"], name="person_name_keys"),
            GinIndex(fields=["placed_in"], name="person_placed_in"),
            # The list, the latest moved first: counted and cut without opening a row.
            models.Index(
                fields=["-moved_at", "-id"],
                include=["granted_until", "placed_until"],
                condition=Q(merged_into__isnull=True, anonymised_at__isnull=True),
                name="person_listed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="person_not_merged_into_itself", condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id"))
            ),
            models.UniqueConstraint(
                fields=["identity_index"], condition=Q(merged_into__isnull=True), name="person_one_live_identity"
            ),
            models.CheckConstraint(
                name="person_anonymised_is_empty",
                condition=Q(anonymised_at__isnull=True)
                | Q(identity__isnull=True, identity_index__isnull=True, name_keys__isnull=True, contact__isnull=True),
            ),
        ]


class EligibilityDecision(models.Model):
    """A decision on one person, taken before the first hour; frozen. `valid_from` to `valid_until` is the window, both included."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="decisions")
    granted = models.BooleanField()
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    decided_by_label = models.CharField(max_length=200)
    territory = models.ForeignKey("territories.Territory", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField()
    rule_version = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(name="decision_window", condition=Q(valid_until__gte=F("valid_from"))),
            models.CheckConstraint(name="decision_before_window", condition=Q(valid_from__gte=F("decided_on"))),
            ExclusionConstraint(
                name="decision_windows_do_not_overlap",
                expressions=[(F("person"), RangeOperators.EQUAL), (days_of_row(), RangeOperators.OVERLAPS)],
                condition=Q(granted=True),
            ),
        ]


class EligibilityGround(models.Model):
    """Why the decision: criterion, kind of proof, its dates. Sealed JSON, in a table of its own; the company never reads it."""

    decision = models.OneToOneField(EligibilityDecision, models.PROTECT, related_name="ground")
    sealed = models.BinaryField()
    key_name = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ground_is_sealed",
                condition=GreaterThanOrEqual(
                    Func(F("sealed"), function="octet_length", output_field=models.IntegerField()), 28
                ),
            )
        ]


class Placement(models.Model):
    """One person, one employer, one modality, one job, one employment contract, dates (mise à l’emploi)."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="placements")
    employer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    decision = models.ForeignKey(EligibilityDecision, models.PROTECT, related_name="+")
    modality = models.CharField(max_length=24)
    contract_kind = models.CharField(max_length=24)
    job_code = models.CharField(max_length=5, blank=True)
    job_title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    weekly_hours = models.DecimalField(max_digits=5, decimal_places=2)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "person"], name="placement_person"),
            models.CheckConstraint(
                name="placement_dates", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="placement_weekly_hours", condition=Q(weekly_hours__gt=0) & Q(weekly_hours__lte=48)
            ),
        ]


class IaeCheck(models.Model):
    """A person's entry into the SIAE that employs them, checked on the proofs seen (vérification IAE, mode *vu*): no copy, no number.

    `structure`: kind of the SIAE; `sealed`: JSON of the way in (level, count); `eligible`: what the rule says; `checked_org`: the
    structure itself, or the facilitator's body. It says nothing of the clause. Frozen; erased with the person.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="iae_checks")
    structure = models.CharField(max_length=8)
    sealed = models.BinaryField()
    key_name = models.CharField(max_length=20)
    eligible = models.BooleanField()
    checked_on = models.DateField()
    rule_version = models.CharField(max_length=120)
    at = models.DateTimeField()
    checked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    checked_by_label = models.CharField(max_length=200)
    checked_org = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="iae_check_structure", condition=Q(structure__in=("EI", "ACI", "AI", "ETTI", "EITI"))
            ),
            models.CheckConstraint(
                name="iae_check_is_sealed",
                condition=GreaterThanOrEqual(
                    Func(F("sealed"), function="octet_length", output_field=models.IntegerField()), 28
                ),
            ),
        ]


class PersonKey(models.Model):
    """A keyed fingerprint of part of an identity: two persons who share one may be the same (rules in duplicates.py).

    `shared`: another file had the same one day. It stays once set: looking for pairs starts from those, and finds who is left.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32)
    shared = models.BooleanField(db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["digest", "kind"], name="person_key_found"),
            models.Index(fields=["person"], condition=Q(shared=True), name="person_key_shared"),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="person_key_once")]


class MergeProposal(models.Model):
    """A merge or unmerge that asks for a second person: asked by one, agreed or declined by another."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    kind = models.CharField(max_length=8)
    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_by_label = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    agreed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="proposal_kind", condition=Q(kind__in=("merge", "unmerge"))),
            models.CheckConstraint(name="proposal_two_persons", condition=~Q(kept=F("absorbed"))),
            models.CheckConstraint(
                name="proposal_four_eyes", condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="proposal_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, agreed__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, agreed__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(closed_at__isnull=True), name="proposal_one_open_a_person"
            ),
        ]


class PairDecision(models.Model):
    """What was decided of two files: one person (`merge`), no longer (`unmerge`), or two different ones (`distinct`). Append-only;
    the walls of migration 0030 hold `Person.merged_into` to the last of these rows.
    """

    kind = models.CharField(max_length=8)
    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    decided_by_label = models.CharField(max_length=200)
    second = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    second_label = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["absorbed", "id"], name="pair_decided")]
        constraints = [
            models.CheckConstraint(name="pair_kind", condition=Q(kind__in=("merge", "unmerge", "distinct"))),
            models.CheckConstraint(name="pair_two_persons", condition=~Q(kept=F("absorbed"))),
            models.CheckConstraint(
                name="pair_four_eyes", condition=Q(second__isnull=True) | ~Q(second=F("decided_by"))
            ),
        ]


class AccessLetter(models.Model):
    """A paper link to the person's own page: the token is only on the paper, its SHA-256 here. `tries`: wrong years typed."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="letters")
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_by_label = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="letter_expires_later", condition=Q(expires_at__gt=F("made_at"))),
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="letter_one_in_use_a_person"
            ),
        ]


class WorkNote(models.Model):
    """What a person writes in their hours book about one job: tasks done, skills kept. Sealed JSON; theirs alone."""

    placement = models.OneToOneField(Placement, models.PROTECT, related_name="note")
    sealed = models.BinaryField()
    changed_at = models.DateTimeField()


class OutcomeQuestion(models.Model):
    """What became of a person at the end of a placement and 3, 6, 12 months later. Apart from identity: a placement, a step, an answer.

    `answer` is empty until somebody answered; without one after its delay it counts as a non-response, which nothing writes.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="outcomes")
    step = models.CharField(max_length=4)
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True)
    asked_by_way = models.CharField(max_length=8, blank=True)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    answer = models.CharField(max_length=20, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        # What waits for an answer is a handful among all that was ever asked: À faire counts it.
        indexes = [models.Index(fields=["due_on"], condition=Q(answer=""), name="outcome_unanswered")]
        constraints = [
            models.UniqueConstraint(fields=["placement", "step"], name="outcome_step_once"),
            models.CheckConstraint(name="outcome_step", condition=Q(step__in=("end", "m3", "m6", "m12"))),
            models.CheckConstraint(
                name="outcome_answer_whole",
                condition=Q(answer="", answered_at__isnull=True, answered_by_label="")
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(answered_by_label="")),
            ),
        ]


class BuyerWindow(models.Model):
    """Months that a buyer counts for a kind of work contract, from a day (durée retenue par l'acheteur). Append-only: the row that
    began last holds, and a decision keeps the one it used.
    """

    buyer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    months = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=1)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["buyer", "kind", "valid_from"], name="buyer_window_found")]
        constraints = [
            models.CheckConstraint(name="buyer_window_months", condition=Q(months__gte=1, months__lte=120)),
            models.CheckConstraint(name="buyer_window_sourced", condition=~Q(source="") & ~Q(created_by_label="")),
        ]
