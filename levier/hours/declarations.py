"""Declaring a month: what the company does. Saved as typed, checked before it is sent, corrected after a refusal."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment, Period
from levier.commitments.queries import commitments_visible_to
from levier.files.actions import receive
from levier.files.values import Received
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import add_months, civil_date, first_of_month
from levier.hours.checks import (
    MonthFacts,
    RowFacts,
    TypedLine,
    objections_to_month,
    objections_to_sending,
    read_typed,
    working_days_of,
)
from levier.hours.codes import StatementRefusal
from levier.hours.models import Dictation, Evidence, Statement, StatementLine
from levier.hours.policies import Parties, may_declare
from levier.hours.queries import (
    assigned_in,
    birth_date_of,
    hours_of_past_months,
    reference_values,
    reopened,
    windows_of,
)
from levier.hours.refusals import refused, refused_for, walls_said
from levier.hours.rules import month_limit
from levier.participants.models import Placement

OPEN = ("draft", "refused")
"""States of a line that the company may still change."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as kept, and what could not be read, by the public identifier of the placement."""

    statement: Statement
    unread: Mapping[str, tuple[Objection, ...]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A declaration that was sent: how many lines left with it; `again`: it had been sent before and nothing was new."""

    statement: Statement
    lines: int
    again: bool = False


def save_draft(
    *,
    actor: Actor,
    commitment_public_id: str,
    month: date,
    typed: Mapping[str, TypedLine],
    now: datetime,
    no_hours: bool = False,
    seen: int | None = None,
) -> Saved:
    """Keep what was typed, by public identifier of the placement, readable or not. A line already sent is left as it is.

    `seen`: the version of the statement that the person had before their eyes. Raise Refusal (CHANGED_MEANWHILE) when somebody has
    saved something else since: nothing is overwritten unseen. The same hours saved again (a double click) are no conflict.
    """
    with walls_said(month=month), transaction.atomic():
        commitment, statement = open_month(actor, commitment_public_id, month, now)
        refuse_if_overwritten(statement, typed, seen)
        unread = keep_lines(commitment, statement, typed, no_hours=no_hours)
        answer_dictation(statement, "corrected", actor, now)
        statement.no_hours = no_hours
        statement.version += 1
        statement.save(update_fields=["no_hours", "version"])
        journal(actor, statement, commitment, "hours.draft_saved", now, rows=len(typed), unread=len(unread))
    return Saved(statement, unread)


def refuse_if_overwritten(statement: Statement, typed: Mapping[str, TypedLine], seen: int | None) -> None:
    """Raise Refusal (CHANGED_MEANWHILE) when somebody saved something else since the version `seen`."""
    if seen is not None and statement.version > seen and _differs(lines_of(statement), typed):
        raise refused(StatementRefusal.CHANGED_MEANWHILE, "month", month=statement.month)


def keep_lines(
    commitment: Commitment,
    statement: Statement,
    typed: Mapping[str, TypedLine],
    *,
    typed_by: int | None = None,
    no_hours: bool = False,
) -> dict[str, tuple[Objection, ...]]:
    """Write what was typed into the lines that may still change; what could not be read, by the public identifier of the placement.

    `typed_by`: the facilitator who types for the company; None when the company does.
    """
    unread: dict[str, tuple[Objection, ...]] = {}
    lines = lines_of(statement)
    for assigned in assigned_in(statement.month, commitment=commitment):
        placement = assigned.placement
        if placement.public_id not in typed:
            continue
        line = lines.get(placement.pk) or StatementLine(statement=statement, placement=placement)
        if line.state in OPEN:
            read = read_typed(TypedLine("") if no_hours else typed[placement.public_id])
            line.hours, line.worked_hours, line.typed, line.state = read.hours, read.worked, read.typed, "draft"
            line.typed_by_id = typed_by
            line.save()
            if read.objections:
                unread[placement.public_id] = read.objections
    return unread


def _differs(lines: Mapping[int, StatementLine], typed: Mapping[str, TypedLine]) -> bool:
    """Whether an open line as it is kept says something else than what was typed for it."""
    for line in lines.values():
        here = typed.get(line.placement.public_id)
        if here is None or line.state not in OPEN:
            continue
        read = read_typed(here)
        if (read.hours, read.worked, read.typed) != (line.hours, line.worked_hours, line.typed):
            return True
    return False


def copy_last_month(
    *,
    actor: Actor,
    commitment_public_id: str,
    month: date,
    typed: Mapping[str, TypedLine],
    now: datetime,
    seen: int | None = None,
) -> Saved:
    """Fill the rows left empty with the hours of the month before; what was typed stays."""
    commitment = _commitment(actor, commitment_public_id, lock=False)
    placements = [assigned.placement for assigned in assigned_in(month, commitment=commitment)]
    last = hours_of_past_months([placement.pk for placement in placements], month, 1, commitment=commitment)
    filled = dict(typed)
    for placement in placements:
        hours = last.get((placement.pk, add_months(month, -1)))
        here = typed.get(placement.public_id, TypedLine(""))
        if hours is not None and not here.hours.strip():
            filled[placement.public_id] = TypedLine(str(hours).replace(".", ","), here.worked)
    return save_draft(
        actor=actor, commitment_public_id=commitment_public_id, month=month, typed=filled, now=now, seen=seen
    )


def send(*, actor: Actor, commitment_public_id: str, month: date, now: datetime) -> Sent:
    """Send every row that is not sent yet to the facilitator. Sent twice, it does its work once.

    Sending what a facilitator typed for the company is agreeing with it.
    """
    with walls_said(month=month), transaction.atomic():
        commitment, statement = open_month(actor, commitment_public_id, month, now)
        placements = [assigned.placement for assigned in assigned_in(month, commitment=commitment)]
        lines = lines_of(statement)
        if statement.no_hours:
            return _send_no_hours(actor, statement, commitment, lines, now)
        waiting = [line for line in lines.values() if line.state in OPEN]
        missing = [placement for placement in placements if placement.pk not in lines]
        if statement.state == "sent" and not waiting and not missing:
            return Sent(statement, 0, again=True)
        if not placements:
            raise refused(StatementRefusal.NOBODY_ASSIGNED, "month", month=month)
        if objections := objections_to(commitment, month, placements, lines):
            raise refused_for(objections)
        active = {placement.pk for placement in placements}
        gone = [line.pk for line in waiting if line.placement_id not in active]
        StatementLine.objects.filter(pk__in=gone, state="draft").delete()
        if not answer_dictation(statement, "agreed", actor, now) and any(line.typed_by_id for line in waiting):
            StatementLine.objects.filter(pk__in=[line.pk for line in waiting]).update(typed_by=None)
        count = release([line for line in waiting if line.pk not in gone])
        mark_sent(statement, actor.user_id, actor.label, now)
        hours = sum((line.hours or Decimal(0) for line in waiting if line.pk not in gone), Decimal(0))
        journal(actor, statement, commitment, "hours.sent", now, rows=count, hours=str(hours))
    return Sent(statement, count)


def attach_evidence(
    *, actor: Actor, commitment_public_id: str, month: date, received: Received, now: datetime
) -> Evidence:
    """Attach a piece to the declaration. The same bytes attached twice are kept once."""
    with walls_said(month=month), transaction.atomic():
        commitment, statement = open_month(actor, commitment_public_id, month, now)
        return keep_evidence(actor, commitment, statement, received, now)


def keep_evidence(
    actor: Actor, commitment: Commitment, statement: Statement, received: Received, now: datetime
) -> Evidence:
    """Put the piece in quarantine beside the statement; once, however often the same bytes come."""
    known = Evidence.objects.filter(statement=statement, file__sha256=received.sha256).first()
    if known is not None:
        return known
    stored = receive(actor=actor, received=received, now=now)
    piece = Evidence.objects.create(statement=statement, file=stored)
    journal(actor, statement, commitment, "hours.evidence_attached", now, file=stored.public_id, bytes=stored.size)
    return piece


def objections_before_sending(
    *, actor: Actor, commitment_public_id: str, month: date, now: datetime
) -> tuple[Objection, ...]:
    """What `send` would refuse, without sending: `field` is the public identifier of the placement, or `month`."""
    commitment = _commitment(actor, commitment_public_id, lock=False)
    statement = Statement.objects.filter(commitment=commitment, month=month).first()
    if found := _month_objections(commitment, statement, month, now):
        return found
    if statement is not None and statement.no_hours:
        return ()
    placements = [assigned.placement for assigned in assigned_in(month, commitment=commitment)]
    if not placements:
        return (Objection(StatementRefusal.NOBODY_ASSIGNED, "month", {"month": month}),)
    lines = {} if statement is None else {line.placement_id: line for line in statement.lines.order_by("pk")}
    return objections_to(commitment, month, placements, lines)


def row_facts(commitment: Commitment, month: date, placements: Iterable[Placement]) -> dict[int, RowFacts]:
    """What is known of each placement for that month, by its key; hours are to be filled in."""
    placements = list(placements)
    windows = windows_of(placement.person_id for placement in placements)
    values = reference_values()
    return {
        placement.pk: RowFacts(
            month=month,
            hours=None,
            days=working_days_of(
                month, (placement.starts_on, commitment.starts_on), (placement.ends_on, commitment.ends_on)
            ),
            windows=windows.get(placement.person_id, ()),
            weekly_hours=placement.weekly_hours,
            limit=month_limit(birth_date_of(placement.person, month), month, values),
        )
        for placement in placements
    }


def objections_to(
    commitment: Commitment, month: date, placements: list[Placement], lines: Mapping[int, StatementLine]
) -> tuple[Objection, ...]:
    found: list[Objection] = []
    known = row_facts(commitment, month, placements)
    for placement in placements:
        line = lines.get(placement.pk)
        if line is not None and line.state not in OPEN:
            continue
        if line is not None and line.typed:
            objections = read_typed(TypedLine(line.typed)).objections
        else:
            facts = known[placement.pk]
            row = RowFacts(
                facts.month, line.hours if line else None, facts.days, facts.windows, facts.weekly_hours, facts.limit
            )
            objections = objections_to_sending(row)
        found.extend(Objection(one.code, placement.public_id, one.facts) for one in objections)
    return tuple(found)


def answer_dictation(statement: Statement, answer: str, actor: Actor, now: datetime) -> bool:
    """Say what became of the hours that wait for an agreement; False where none do. What the company corrects is its own from then on."""
    waits = Dictation.objects.filter(statement=statement, answer="")
    found = waits.update(answer=answer, answered_at=now, answered_by_id=actor.user_id, answered_by_label=actor.label)
    if found and answer == "corrected":
        StatementLine.objects.filter(statement=statement, state__in=OPEN).update(typed_by=None)
    return bool(found)


def _commitment(
    actor: Actor, public_id: str, *, lock: bool, may: Callable[[Actor, Parties], bool] = may_declare
) -> Commitment:
    rows = commitments_visible_to(actor).filter(public_id=public_id).select_related("lot__contract")
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None or not may(actor, Parties(found.holder_id, found.territory_id)):
        raise NotForYou
    return found


def open_month(
    actor: Actor,
    commitment_public_id: str,
    month: date,
    now: datetime,
    *,
    may: Callable[[Actor, Parties], bool] = may_declare,
) -> tuple[Commitment, Statement]:
    """The commitment, locked, and its declaration of the month, started where it is not yet; refused where it cannot be."""
    month = first_of_month(month)
    commitment = _commitment(actor, commitment_public_id, lock=True, may=may)
    statement = Statement.objects.filter(commitment=commitment, month=month).first()
    if objections := _month_objections(commitment, statement, month, now):
        raise refused_for(objections)
    return commitment, statement or Statement.objects.create(commitment=commitment, month=month, started_at=now)


def _month_objections(
    commitment: Commitment, statement: Statement | None, month: date, now: datetime
) -> tuple[Objection, ...]:
    sealed = Period.objects.filter(commitment=commitment, month=month, sealed_at__isnull=False).exists()
    facts = MonthFacts(
        month=month,
        today=civil_date(now),
        starts_on=commitment.starts_on,
        ends_on=commitment.ends_on,
        sealed=sealed,
        reopened=sealed and reopened(statement.pk if statement else None),
    )
    return objections_to_month(facts)


def lines_of(statement: Statement) -> dict[int, StatementLine]:
    return {
        line.placement_id: line
        for line in statement.lines.select_for_update(of=("self",)).select_related("placement").order_by("pk")
    }


def release(lines: list[StatementLine]) -> int:
    """Draft (or refused, through draft) to pending, as the database allows the steps."""
    keys = [line.pk for line in lines]
    if any(line.state == "refused" for line in lines):
        StatementLine.objects.filter(pk__in=keys, state="refused").update(state="draft")
    return StatementLine.objects.filter(pk__in=keys, state="draft").update(state="pending")


def _send_no_hours(
    actor: Actor, statement: Statement, commitment: Commitment, lines: Mapping[int, StatementLine], now: datetime
) -> Sent:
    if statement.state == "sent":
        return Sent(statement, 0, again=True)
    if any(line.state not in OPEN for line in lines.values()):
        raise refused(StatementRefusal.NOTHING_TO_SEND, "month", month=statement.month)
    answer_dictation(statement, "agreed", actor, now)
    mark_sent(statement, actor.user_id, actor.label, now)
    journal(actor, statement, commitment, "hours.none_declared", now)
    return Sent(statement, 0)


def mark_sent(statement: Statement, declared_by: int | None, label: str, now: datetime) -> None:
    statement.state, statement.sent_at = "sent", now
    statement.declared_by_id, statement.declared_by_label = declared_by, label
    statement.version += 1
    statement.save(update_fields=["state", "sent_at", "declared_by", "declared_by_label", "version"])


def journal(
    actor: Actor, statement: Statement, commitment: Commitment, action: str, now: datetime, **facts: object
) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="statement",
        object_id=statement.public_id,
        thread=commitment.lot.contract.public_id,
        facts={"month": statement.month.isoformat(), **facts},
        now=now,
    )
