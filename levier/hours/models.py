"""Hours: what companies declare each month, and the ledger of what is accepted. The walls are in migration 0002."""

from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id


class Statement(models.Model):
    """A company's declaration for one commitment and one month (relevé d’heures). Saved as a draft, then sent."""

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    month = models.DateField()
    state = models.CharField(max_length=10, default="draft")
    no_hours = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    declared_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    declared_by_label = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "month"], name="statement_once"),
            models.CheckConstraint(name="statement_state", condition=Q(state__in=("draft", "sent"))),
            models.CheckConstraint(name="statement_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="statement_sent_has_author",
                condition=Q(state="draft") | (Q(sent_at__isnull=False) & Q(declared_by__isnull=False)),
            ),
        ]


class StatementLine(models.Model):
    """Hours of one placement in a statement. `hours` are drawn onto the commitment; `worked_hours` is what the payslip says of
    the month (None: the same). `typed` keeps what could not be read as a number. `typed_by`: the facilitator who typed it for the company,
    who can then never decide of it; None when the company did.
    """

    public_id = models.CharField(max_length=26, default=random_public_id, editable=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines", db_index=False)
    placement = models.ForeignKey("participants.Placement", models.PROTECT, related_name="+")
    hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    worked_hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    typed = models.CharField(max_length=40, blank=True)
    typed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default="draft")
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_by_label = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # What waits is a handful among a million decided lines: À faire, the validation screen and the navigation ask for it.
            models.Index(
                fields=["state", "statement"], name="open_lines", condition=Q(state__in=("pending", "refused"))
            ),
            # Drafts come by the hundred thousand and nobody has decided on them: they are left out. `line_once` finds those of a statement.
            models.Index(fields=["decided_by"], name="decided_lines", condition=Q(decided_by__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["statement", "placement"], name="line_once"),
            # Not `unique=True`: it would make a second index, for addresses looked for by their beginning.
            models.UniqueConstraint(fields=["public_id"], name="line_public_id_once"),
            models.CheckConstraint(
                name="line_state", condition=Q(state__in=("draft", "pending", "accepted", "refused"))
            ),
            models.CheckConstraint(
                name="line_hours", condition=Q(hours__isnull=True) | (Q(hours__gte=0) & Q(hours__lte=744))
            ),
            models.CheckConstraint(
                name="line_worked_covers_drawn",
                condition=Q(worked_hours__isnull=True) | Q(worked_hours__gte=F("hours")),
            ),
            models.CheckConstraint(name="line_refusal_has_reason", condition=~Q(state="refused") | ~Q(reason="")),
            models.CheckConstraint(
                name="line_decided_has_author",
                condition=Q(state__in=("draft", "pending")) | Q(decided_by__isnull=False),
            ),
        ]


class Evidence(models.Model):
    """A piece attached to a statement: timesheet, payslip, mission statement."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="evidence")
    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")


class Dictation(models.Model):
    """Hours that a company told a facilitator, who typed them (saisie pour l’entreprise): they are sent once the company, or another
    facilitator, has agreed. `told_by`: who told them and how. `answer`: empty while it waits; one waits for a statement at most.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="dictations")
    told_by = models.CharField(max_length=200)
    at = models.DateTimeField()
    typed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    typed_by_label = models.CharField(max_length=200)
    answer = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    answered_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement"], condition=Q(answer=""), name="dictation_one_waits"),
            models.CheckConstraint(name="dictation_told", condition=~Q(told_by="")),
            models.CheckConstraint(
                name="dictation_answer", condition=Q(answer__in=("", "agreed", "corrected", "withdrawn"))
            ),
            models.CheckConstraint(
                name="dictation_answered_whole",
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="dictation_four_eyes", condition=~Q(answer="agreed") | ~Q(answered_by=F("typed_by"))
            ),
        ]


FILE_STATES = ("draft", "filled", "abandoned")


class StatementFile(models.Model):
    """A table of hours as a company keeps it, kept as it came, with how it was read (tableau d’heures déposé). `wishes`: what a person
    decided instead of the reader; `reading`: sheet, header rows, columns found; `outcome`: what filling the statements did.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="draft")
    wishes = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)
    filled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"])]
        constraints = [
            models.CheckConstraint(name="statement_file_state", condition=Q(state__in=FILE_STATES)),
            models.CheckConstraint(
                name="statement_file_filled", condition=Q(state="filled", filled_at__isnull=False) | ~Q(state="filled")
            ),
        ]


class StatementFilePerson(models.Model):
    """Who some lines of a file name, and the placement that they mean: one row for all the lines that say the same of them. `sealed`: JSON of
    their names, employer and contract, and of what their cells leave to say, as read or corrected.
    """

    file = models.ForeignKey(StatementFile, models.CASCADE, related_name="+", db_index=False)
    sealed = models.BinaryField()
    commitment = models.ForeignKey(
        "commitments.Commitment", models.PROTECT, null=True, related_name="+", db_index=False
    )
    placement = models.ForeignKey("participants.Placement", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            # Of another index on the file alone, PostgreSQL may look a key up by reading everybody whom the file names.
            models.UniqueConstraint(fields=["file", "id"], name="statement_file_person_once"),
            models.CheckConstraint(
                name="statement_file_person_placed",
                condition=Q(commitment__isnull=True, placement__isnull=True)
                | Q(commitment__isnull=False, placement__isnull=False),
            ),
        ]


class StatementFileLine(models.Model):
    """Hours of one person and month in a file. `match`: what became of it against the placements; `choices`: [commitment, placement] that it
    may mean; `said`: why, in French. One key, `statement_file_line_person`, holds its person and its file together.
    """

    file = models.ForeignKey(StatementFile, models.CASCADE, related_name="lines", db_index=False, db_constraint=False)
    person = models.ForeignKey(StatementFilePerson, models.DO_NOTHING, related_name="lines", db_constraint=False)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=5, blank=True)
    month = models.DateField(null=True)
    hours = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    match = models.CharField(max_length=12)
    said = models.CharField(max_length=500, blank=True)
    choices = models.JSONField(default=list)
    ticked = models.BooleanField()

    class Meta:
        ordering = ["file", "row", "column"]
        constraints = [
            models.UniqueConstraint(fields=["file", "row", "column"], name="statement_file_line_once"),
            models.CheckConstraint(
                name="statement_file_line_ready",
                condition=~Q(match="ready") | Q(month__isnull=False, hours__isnull=False),
            ),
            models.CheckConstraint(name="statement_file_line_ticked", condition=Q(ticked=False) | Q(match="ready")),
        ]


class HeadingMemory(models.Model):
    """The heading that a company uses for a field, as a person confirmed it; found again at its next file."""

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    field = models.CharField(max_length=30)
    heading = models.CharField(max_length=200)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "field"], name="heading_memory_once")]


class PersonMonth(models.Model):
    """Cap counter: hours worked by a person in a month over all employers, at most the legal maximum. Moved by triggers."""

    person = models.ForeignKey("participants.Person", models.PROTECT, related_name="+")
    month = models.DateField()
    worked_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    max_hours = models.DecimalField(max_digits=12, decimal_places=2)
    max_version = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], name="person_month_once"),
            models.CheckConstraint(name="person_month_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="legal_maximum", condition=Q(worked_hours__gte=0) & Q(worked_hours__lte=F("max_hours"))
            ),
        ]


class WorkedMonth(models.Model):
    """Hours worked under one placement in one month, once; allocations draw on them and cannot exceed them."""

    placement = models.ForeignKey("participants.Placement", models.PROTECT, related_name="+")
    person = models.ForeignKey("participants.Person", models.PROTECT, related_name="+")
    month = models.DateField()
    worked_hours = models.DecimalField(max_digits=12, decimal_places=2)
    allocated_hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "month"], name="worked_month_once"),
            models.CheckConstraint(name="worked_month_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="counted_once", condition=Q(allocated_hours__gte=0) & Q(allocated_hours__lte=F("worked_hours"))
            ),
        ]


class LedgerEntry(models.Model):
    """One accepted quantity of hours, or its exact reversal. Append-only, chained by hash within its commitment."""

    idempotency_key = models.CharField(max_length=80, unique=True)
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    placement = models.ForeignKey("participants.Placement", models.PROTECT, related_name="+")
    worked_month = models.DateField()
    post_month = models.DateField()
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=500, blank=True)
    declared_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    declared_org = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    actor = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    actor_org = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    prev_hash = models.BinaryField(max_length=32, default=b"")
    hash = models.BinaryField(max_length=32, default=b"")

    class Meta:
        indexes = [models.Index(fields=["commitment", "worked_month"])]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "sequence"], name="entry_sequence_once"),
            models.CheckConstraint(name="entry_not_zero", condition=~Q(hours=0)),
            models.CheckConstraint(name="entry_worked_first_day", condition=Q(worked_month__day=1)),
            models.CheckConstraint(name="entry_post_first_day", condition=Q(post_month__day=1)),
            models.CheckConstraint(
                name="entry_sign",
                condition=(Q(reverses__isnull=True) & Q(hours__gt=0)) | (Q(reverses__isnull=False) & Q(hours__lt=0)),
            ),
            models.CheckConstraint(
                name="entry_reversal_has_reason", condition=Q(reverses__isnull=True) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="four_eyes", condition=~Q(actor=F("declared_by")) & ~Q(actor_org=F("declared_org"))
            ),
        ]


class TrainingCap(models.Model):
    """What part of the hours due training may count for on a commitment (plafond de formation), as it stood when training was accepted.

    Append-only: a row each time the dated value that applies to the commitment is another; the last row holds (trigger TRAINING_CAP).
    """

    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+")
    share = models.DecimalField(max_digits=6, decimal_places=5)
    version = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="training_cap_share", condition=Q(share__gte=0, share__lte=1) & ~Q(version=""))
        ]


class MonthCredit(models.Model):
    """Hours accepted of a commitment by month worked: the ledger's sum, kept so that no page adds up ten years. Moved by triggers."""

    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    hours = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        indexes = [models.Index(fields=["month"], include=["commitment", "hours"], name="month_credit_of_month")]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "month"], name="month_credit_once"),
            models.CheckConstraint(name="month_credit_not_negative", condition=Q(hours__gte=0)),
        ]


class CreditedPerson(models.Model):
    """Somebody of whom the ledger holds hours on a commitment, even reversed ones. Added by triggers."""

    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey("participants.Person", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "person"], name="credited_person_once")]


class DeclarationCalendar(models.Model):
    """How often, and before which day, a buyer's contracts ask for statements from a month on; append-only. A buyer without a row
    follows the dated default (`hours.declaration_day_before`, monthly).
    """

    buyer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    rhythm = models.CharField(max_length=12)
    day_before = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "valid_from"], name="declaration_calendar_once"),
            models.CheckConstraint(name="declaration_calendar_first_day", condition=Q(valid_from__day=1)),
            models.CheckConstraint(
                name="declaration_calendar_rhythm", condition=Q(rhythm__in=("monthly", "quarterly", "half_yearly"))
            ),
            models.CheckConstraint(
                name="declaration_calendar_day", condition=Q(day_before__gte=2) & Q(day_before__lte=28)
            ),
        ]


class LineConfirmation(models.Model):
    """What the supplying structure, or the person, says of a declared line. Append-only: the last row of a side counts, while the
    line still says the `hours` it was given about.
    """

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=10)
    answer = models.CharField(max_length=8)
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    said_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    said_by_label = models.CharField(max_length=200)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["line", "side", "-id"], name="line_said_of")]
        constraints = [
            models.CheckConstraint(name="confirmation_side", condition=Q(side__in=("structure", "person"))),
            models.CheckConstraint(name="confirmation_answer", condition=Q(answer__in=("yes", "no", "unknown"))),
            models.CheckConstraint(
                name="confirmation_of_whom",
                condition=Q(side="person", said_by__isnull=True, organisation__isnull=True)
                | Q(side="structure", said_by__isnull=False, organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="confirmation_no_has_reason", condition=~Q(side="structure", answer="no") | ~Q(reason="")
            ),
        ]


class Contest(models.Model):
    """A dated case: a person contests declared hours, or a decision of eligibility. Their words are sealed. While a line has an open
    case nothing is decided of it (trigger CONTESTED); the facilitator answers, and the answer is final for that case.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    person = models.ForeignKey("participants.Person", models.PROTECT, related_name="+")
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="contests")
    decision = models.ForeignKey("participants.EligibilityDecision", models.PROTECT, null=True, related_name="+")
    matter = models.CharField(max_length=20)
    words = models.BinaryField(null=True)
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.BinaryField(null=True)
    upheld = models.BooleanField(null=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    answered_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "opened_at"], condition=Q(answered_at__isnull=True), name="open_contests")
        ]
        constraints = [
            models.CheckConstraint(
                name="contest_of_one_thing",
                condition=Q(line__isnull=False, decision__isnull=True) | Q(line__isnull=True, decision__isnull=False),
            ),
            models.CheckConstraint(
                name="contest_answered_whole",
                condition=Q(
                    answered_at__isnull=True, answer__isnull=True, upheld__isnull=True, answered_by__isnull=True
                )
                | Q(answered_at__isnull=False, answer__isnull=False, upheld__isnull=False, answered_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(answered_at__isnull=True, line__isnull=False),
                name="contest_one_open_a_line",
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(answered_at__isnull=True, decision__isnull=False),
                name="contest_one_open_a_decision",
            ),
        ]
