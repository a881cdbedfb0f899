"""Deciding on declared hours: accept, refuse, reverse; and closing a month.

Locks are always taken in this order: commitment, period, worked month, person month. Every action on a line locks its
commitment first, so two people who decide the same line wait for each other and the second is told what the first did.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment, Period
from levier.commitments.queries import commitments_visible_to
from levier.foundation import french
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.periods import add_months, civil_date, first_of_month, last_of_month
from levier.hours.codes import StatementRefusal
from levier.hours.models import LedgerEntry, Statement, StatementLine
from levier.hours.policies import Parties, may_decide, may_seal, sees_with_other_eyes
from levier.hours.posting import books_for, give_back_worked_hours, post, write_entry
from levier.hours.queries import lines_visible_to, reference_values
from levier.hours.refusals import refused, walls_said
from levier.reference.values import Catalogue

LONGEST_REASON = 500
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of several lines: those accepted, and the others with the sentence that says why."""

    accepted: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def accept_line(*, actor: Actor, line_public_id: str, now: datetime, values: Catalogue | None = None) -> StatementLine:
    """Count the hours of a line: one entry of the ledger. Accepting again what one has accepted changes nothing."""
    with walls_said(), transaction.atomic():
        line = _locked_line(actor, line_public_id)
        if line.state == "accepted" and line.decided_by_id == actor.user_id:
            return line
        _undecided(line)
        _four_eyes(actor, line)
        if line.hours:
            post(actor, line, now, values or reference_values())
        _decide(actor, line, "accepted", "", now)
        _journal(actor, line, "hours.accepted", now)
    return line


def accept_lines(*, actor: Actor, line_public_ids: Iterable[str], now: datetime) -> Outcome:
    """Accept several lines, each in its own transaction: one that is refused keeps no other from being counted."""
    accepted, others = [], []
    values = reference_values()
    for public_id in dict.fromkeys(line_public_ids):
        try:
            accept_line(actor=actor, line_public_id=public_id, now=now, values=values)
        except Refusal as refusal:
            others.append((public_id, " ".join(refusal.sentences)))
        else:
            accepted.append(public_id)
    return Outcome(tuple(accepted), tuple(others))


def refuse_line(*, actor: Actor, line_public_id: str, reason: str, now: datetime) -> StatementLine:
    """Send a line back to the company with a reason that it will read. Who typed it for the company may: nothing is counted by it."""
    with walls_said(), transaction.atomic():
        line = _locked_line(actor, line_public_id)
        reason = _reason(reason)
        if line.state == "refused" and line.decided_by_id == actor.user_id and line.reason == reason:
            return line
        _undecided(line)
        if not sees_with_other_eyes(actor, replace(_parties(line), typed_by_id=None)):
            raise refused(StatementRefusal.OWN_HOURS)
        _decide(actor, line, "refused", reason, now)
        _journal(actor, line, "hours.refused", now)
    return line


def refuse_lines(*, actor: Actor, line_public_ids: Iterable[str], reason: str, now: datetime) -> Outcome:
    """Refuse several lines with one reason, each in its own transaction. `accepted` names those that were sent back."""
    done, others = [], []
    for public_id in dict.fromkeys(line_public_ids):
        try:
            refuse_line(actor=actor, line_public_id=public_id, reason=reason, now=now)
        except Refusal as refusal:
            others.append((public_id, " ".join(refusal.sentences)))
        else:
            done.append(public_id)
    return Outcome(tuple(done), tuple(others))


def reverse_line(*, actor: Actor, line_public_id: str, reason: str, now: datetime) -> StatementLine:
    """Take back an accepted line: an opposite entry in an open month. The company may then declare it again."""
    with walls_said(), transaction.atomic():
        line = _locked_line(actor, line_public_id)
        reason = _reason(reason)
        if line.state != "accepted":
            raise refused(StatementRefusal.NOT_ACCEPTED)
        _four_eyes(actor, line)
        counted = LedgerEntry.objects.filter(line=line, reverses__isnull=True, reversed_by__isnull=True).first()
        if counted is not None:
            write_entry(actor, line, now, books_for(line, now), reason=reason, reverses=counted)
            give_back_worked_hours(line)
        _decide(actor, line, "refused", reason, now)
        _journal(actor, line, "hours.reversed", now)
    return line


def seal_month(*, actor: Actor, commitment_public_id: str, month: date, now: datetime) -> Period:
    """Close a month of a commitment's books, for good. Nothing of it may wait for a decision."""
    with walls_said(month=month), transaction.atomic():
        commitment = _locked_commitment(actor, commitment_public_id)
        if not may_seal(actor):
            raise NotForYou
        month = first_of_month(month)
        if last_of_month(month) >= civil_date(now):
            raise refused(StatementRefusal.MONTH_NOT_OVER, "month", month=month, opens=add_months(month, 1))
        period, _ = Period.objects.get_or_create(commitment=commitment, month=month)
        if period.sealed_at is not None:
            raise refused(StatementRefusal.ALREADY_SEALED, "month", month=month, when=period.sealed_at)
        waiting = StatementLine.objects.filter(
            statement__commitment=commitment, statement__month=month, state="pending"
        )
        if count := waiting.count():
            lines = french.plural(count, "ligne")
            raise refused(
                StatementRefusal.LINES_PENDING,
                "month",
                month=month,
                lines=lines,
                wait="attend" if count == 1 else "attendent",
            )
        period.sealed_at, period.sealed_by_label = now, actor.label
        period.save()
        record(
            actor=actor,
            action="hours.month_sealed",
            object_kind="commitment",
            object_id=commitment.public_id,
            thread=commitment.lot.contract.public_id,
            facts={"month": month.isoformat(), "credited": str(commitment.credited_hours)},
            now=now,
        )
    return period


def _locked_commitment(actor: Actor, public_id: str) -> Commitment:
    found = (
        commitments_visible_to(actor)
        .filter(public_id=public_id)
        .select_related("lot__contract", "holder")
        .select_for_update(of=("self",))
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def _locked_line(actor: Actor, public_id: str) -> StatementLine:
    """The line, with its commitment locked before it. A stranger, an unknown line and a draft get the same answer."""
    where = lines_visible_to(actor).filter(public_id=public_id).values_list("statement__commitment_id").first()
    if where is None:
        raise NotForYou
    Commitment.objects.select_for_update().get(pk=where[0])
    line = (
        lines_visible_to(actor)
        .filter(public_id=public_id)
        .select_related("statement__commitment__lot__contract", "placement__person")
        .select_for_update(of=("self",))
        .first()
    )
    if line is None:  # taken back by the company since
        raise refused(StatementRefusal.NOT_SENT)
    if not may_decide(actor, _parties(line)):
        raise NotForYou
    return line


def _parties(line: StatementLine) -> Parties:
    commitment = line.statement.commitment
    return Parties(commitment.holder_id, commitment.territory_id, line.statement.declared_by_id, line.typed_by_id)


def _undecided(line: StatementLine) -> None:
    if line.state == "pending":
        return
    code = {"accepted": StatementRefusal.ALREADY_ACCEPTED, "refused": StatementRefusal.ALREADY_REFUSED}.get(line.state)
    if code is None:
        raise refused(StatementRefusal.NOT_SENT)
    raise refused(code, who=line.decided_by_label, when=line.decided_at)


def _four_eyes(actor: Actor, line: StatementLine) -> None:
    if not sees_with_other_eyes(actor, _parties(line)):
        raise refused(StatementRefusal.OWN_HOURS)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise refused(StatementRefusal.NO_REASON, "reason")
    return reason[:LONGEST_REASON]


def _decide(actor: Actor, line: StatementLine, state: str, reason: str, now: datetime) -> None:
    line.state, line.reason, line.decided_at = state, reason, now
    line.decided_by_id, line.decided_by_label = actor.user_id, actor.label
    line.save(update_fields=["state", "reason", "decided_at", "decided_by", "decided_by_label"])


def _journal(actor: Actor, line: StatementLine, action: str, now: datetime) -> None:
    statement: Statement = line.statement
    record(
        actor=actor,
        action=action,
        object_kind="statement_line",
        object_id=line.public_id,
        thread=statement.commitment.lot.contract.public_id,
        facts={"month": statement.month.isoformat(), "hours": str(line.hours)},
        now=now,
    )
