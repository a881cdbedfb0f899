"""Writing to the ledger: one entry for an accepted line, one opposite entry for a reversal.

Called inside the transaction of an action that holds the commitment's lock.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, Sum

from levier.accounts.values import Actor
from levier.commitments.models import Period
from levier.foundation import french
from levier.foundation.periods import civil_date, first_of_month
from levier.hours.checks import worked_hours_needed
from levier.hours.codes import StatementRefusal
from levier.hours.models import LedgerEntry, PersonMonth, StatementLine, TrainingCap, WorkedMonth
from levier.hours.queries import birth_date_of, windows_of
from levier.hours.refusals import refused, refused_for
from levier.hours.rules import month_limit, objections_to_acceptance
from levier.hours.training import source_said, training_of
from levier.hours.values import MonthLimit, WorkedFacts
from levier.participants.models import Person
from levier.participants.rules import TRAINING_CAP, counts_for_nothing
from levier.participants.values import Modality
from levier.reference.values import Catalogue

_ZERO = Decimal(0)


def post(actor: Actor, line: StatementLine, now: datetime, values: Catalogue) -> None:
    """Lock the placement's month and the person's, check the line against them, then write the entry that draws on them."""
    month = line.statement.month
    limit = month_limit(birth_date_of(line.placement.person, month), month, values)
    known, person = _locked_months(line, limit)
    worked = worked_hours_needed(
        known=known.worked_hours,
        allocated=known.allocated_hours,
        drawn=line.hours or _ZERO,
        declared=line.worked_hours,
    )
    _within_the_modality(line, now, values)
    others = person.worked_hours - known.worked_hours + _in_merged_files(line.placement.person, month)
    books = books_for(line, now)
    facts = _facts(actor, line, now, known, worked, others, sealed=books is None)
    of_the_month = MonthLimit(person.max_hours, person.max_version, limit.daily)
    if objections := objections_to_acceptance(facts, of_the_month):
        raise refused_for(objections)
    if known.worked_hours != worked:
        known.worked_hours = worked
        known.save(update_fields=["worked_hours"])
    write_entry(actor, line, now, books)


def write_entry(
    actor: Actor,
    line: StatementLine,
    now: datetime,
    books: date | None,
    *,
    reason: str = "",
    reverses: LedgerEntry | None = None,
) -> None:
    """`books`: the month that `books_for` found for the line. Raise Refusal where there is none."""
    statement = line.statement
    assert line.hours is not None
    assert statement.declared_by_id is not None
    assert actor.user_id is not None
    if books is None:
        raise refused(StatementRefusal.SEALED_MONTH, month=statement.month)
    LedgerEntry.objects.create(
        idempotency_key=f"{line.public_id}:{LedgerEntry.objects.filter(line=line).count() + 1}",
        commitment_id=statement.commitment_id,
        placement_id=line.placement_id,
        worked_month=statement.month,
        post_month=books,
        hours=-reverses.hours if reverses else line.hours,
        line=line,
        reverses=reverses,
        reason=reason,
        declared_by_id=reverses.declared_by_id if reverses else line.typed_by_id or statement.declared_by_id,
        declared_org_id=statement.commitment.holder_id,
        actor_id=actor.user_id,
        actor_org_id=actor.organisation_id,
        at=now,
    )


def _within_the_modality(line: StatementLine, now: datetime, values: Catalogue) -> None:
    """Raise Refusal where hours of that modality never count, or where training would count for more than its part of the hours due.

    The value is the one in force when the commitment began: the rule of the contract.
    """
    modality, commitment = Modality(line.placement.modality), line.statement.commitment
    if never := counts_for_nothing(modality, values, commitment.starts_on):
        raise refused(StatementRefusal.MODALITY_NOT_COUNTED, "hours", label=never.label, since=never.valid_from)
    if modality is not Modality.TRAINING:
        return
    cap = values.at(TRAINING_CAP, commitment.starts_on)
    found = training_of(commitment, cap)
    if (line.hours or _ZERO) > found.left:
        raise refused(
            StatementRefusal.TRAINING_CAP, "hours",
            hours=line.hours, share=french.percent(cap.value), due=commitment.due_hours, most=found.most, counted=found.accepted,
            left=found.left, since=cap.valid_from, source=source_said(cap),
        )  # fmt: skip
    last = TrainingCap.objects.filter(commitment=commitment).order_by("-id").first()
    if last is None or last.version != cap.version:
        TrainingCap.objects.create(commitment=commitment, share=cap.value, version=cap.version, at=now)


def give_back_worked_hours(line: StatementLine) -> None:
    """Once nothing is drawn on them any more, hours worked no longer weigh on the person's legal maximum."""
    row = WorkedMonth.objects.select_for_update().get(placement=line.placement, month=line.statement.month)
    if not row.allocated_hours and row.worked_hours:
        row.worked_hours = _ZERO
        row.save(update_fields=["worked_hours"])


def _facts(
    actor: Actor,
    line: StatementLine,
    now: datetime,
    known: WorkedMonth,
    worked: Decimal,
    others: Decimal,
    *,
    sealed: bool,
) -> WorkedFacts:
    assert line.hours is not None
    statement, placement = line.statement, line.placement
    commitment = statement.commitment
    return WorkedFacts(
        month=statement.month,
        hours=line.hours,
        worked_hours=worked,
        drawn_elsewhere=known.allocated_hours,
        other_employers_hours=others,
        placement_starts_on=placement.starts_on,
        placement_ends_on=placement.ends_on,
        windows=windows_of([placement.person_id]).get(placement.person_id, ()),
        notified_on=commitment.starts_on,
        ends_on=commitment.ends_on,
        period_sealed=sealed,
        already_accepted=False,
        declared_by=str(line.typed_by_id or statement.declared_by_id),
        declared_for=str(commitment.holder_id),
        decided_by=str(actor.user_id),
        decided_for=str(actor.organisation_id),
        today=civil_date(now),
    )


def _in_merged_files(person: Person, month: date) -> Decimal:
    """Hours of the month counted under the other files of the same person: a merge moves nothing, the legal maximum is one."""
    root = person.merged_into_id or person.pk
    others = Person.objects.filter(Q(pk=root) | Q(merged_into_id=root)).exclude(pk=person.pk)
    found = PersonMonth.objects.filter(person__in=others, month=month).aggregate(hours=Sum("worked_hours"))["hours"]
    return found or _ZERO


def books_for(line: StatementLine, now: datetime) -> date | None:
    """The month of the books where an entry goes: the month worked while it is open. Once it is closed, the current month,
    for a correction of what was counted before; None for hours that were never counted.
    """
    commitment, month = line.statement.commitment_id, line.statement.month
    if not Period.objects.filter(commitment_id=commitment, month=month, sealed_at__isnull=False).exists():
        return month
    if LedgerEntry.objects.filter(line=line).exists():
        return first_of_month(civil_date(now))
    return None


def _locked_months(line: StatementLine, limit: MonthLimit) -> tuple[WorkedMonth, PersonMonth]:
    """The placement's hours worked and the person's counter of that month, made where they are missing, and locked."""
    person, month = line.placement.person_id, line.statement.month
    PersonMonth.objects.bulk_create(
        [PersonMonth(person_id=person, month=month, max_hours=limit.hours, max_version=limit.version)],
        ignore_conflicts=True,
    )
    WorkedMonth.objects.bulk_create(
        [WorkedMonth(placement_id=line.placement_id, person_id=person, month=month, worked_hours=_ZERO)],
        ignore_conflicts=True,
    )
    worked = WorkedMonth.objects.select_for_update(no_key=True).get(placement_id=line.placement_id, month=month)
    return worked, PersonMonth.objects.select_for_update(no_key=True).get(person_id=person, month=month)
