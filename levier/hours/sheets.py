"""What a company needs to see of its declarations: the months it owes, and one month's sheet with last month's hours beside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
from django.db.models import Count, Prefetch, Q, Sum

from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.commitments.queries import commitments_visible_to
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import add_months, first_of_month, last_of_month, months_between
from levier.hours.calendars import calendars
from levier.hours.checks import TypedLine, read_typed, warnings_before_sending
from levier.hours.declarations import OPEN, row_facts
from levier.hours.dictations import last_dictations
from levier.hours.models import Dictation, Evidence, Statement, StatementLine
from levier.hours.policies import reads_lines
from levier.hours.queries import assigned_in, hours_of_past_months, sealed_months
from levier.hours.sites import Sites
from levier.hours.training import TrainingCount, over_training, training_shown
from levier.participants.models import Placement
from levier.participants.values import Modality
from levier.reference.values import Catalogue


class MonthState(StrEnum):
    """Where a month of a commitment stands. The first four wait for the company."""

    TO_CORRECT = "to_correct"
    LATE = "late"
    DRAFT = "draft"
    TO_DECLARE = "to_declare"
    CURRENT = "current"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    NO_HOURS = "no_hours"
    SEALED = "sealed"


WAITS_FOR_COMPANY = (MonthState.TO_CORRECT, MonthState.LATE, MonthState.DRAFT, MonthState.TO_DECLARE)


@dataclass(frozen=True, slots=True)
class OwedMonth:
    """One month of one commitment. `last_day`: until when the declaration may come; `late`: that day has passed."""

    commitment: Commitment
    month: date
    state: MonthState
    last_day: date
    late: bool
    people: int
    hours: Decimal
    pending: int
    refused: int
    may_seal: bool = False

    @property
    def waits_for_company(self) -> bool:
        return self.state in WAITS_FOR_COMPANY


def owed_months(actor: Actor, *, today: date, values: Catalogue) -> list[OwedMonth]:
    """Months to declare and declared, of every commitment in reach: those that wait for the company first, the oldest first.

    A month without anybody assigned is not asked for. Five queries whatever the number.
    """
    if not reads_lines(actor):
        return []
    commitments = list(
        commitments_visible_to(actor)
        .select_related("lot__contract__buyer", "holder", "territory")
        .prefetch_related(Prefetch("placements", CommitmentPlacement.objects.select_related("placement")))
        .order_by("lot__contract__reference", "lot__number", "pk")
    )
    keys = [commitment.pk for commitment in commitments]
    statements = {
        (statement.commitment_id, statement.month): statement
        for statement in Statement.objects.filter(commitment_id__in=keys).annotate(
            counted=Count("lines"),
            pending=Count("lines", filter=Q(lines__state="pending")),
            refused=Count("lines", filter=Q(lines__state="refused")),
            drafts=Count("lines", filter=Q(lines__state="draft")),
            hours=Sum("lines__hours"),
        )
    }
    sealed = sealed_months(keys)
    known = calendars(values)
    found = [
        _owed(
            commitment,
            month,
            statements.get((commitment.pk, month)),
            (commitment.pk, month) in sealed,
            today,
            known.last_day(commitment.lot.contract.buyer_id, month),
        )
        for commitment in commitments
        for month in _months_of(commitment, today, statements)
    ]
    order = {state: place for place, state in enumerate(MonthState)}
    return sorted(
        found,
        key=lambda one: (
            not one.waits_for_company,
            not one.late,
            one.month if one.waits_for_company else date.max - (one.month - date.min),
            order[one.state],
            one.commitment.pk,
        ),
    )


def _months_of(commitment: Commitment, today: date, statements: Mapping[tuple[int, date], Statement]) -> Iterable[date]:
    """Months of the commitment, up to the current one, in which somebody is assigned and active, or that were begun."""
    for month in months_between(commitment.starts_on, min(commitment.ends_on, today)):
        if (commitment.pk, month) in statements or _people(commitment, month):
            yield month


def _people(commitment: Commitment, month: date) -> int:
    end = last_of_month(month)
    return sum(
        1
        for assigned in commitment.placements.all()
        if assigned.since <= end
        and assigned.placement.starts_on <= end
        and (assigned.placement.ends_on is None or assigned.placement.ends_on >= month)
    )


def _owed(
    commitment: Commitment,
    month: date,
    statement: Any,
    sealed: bool,
    today: date,
    last_day: date,
) -> OwedMonth:
    late, over = today > last_day, today > last_of_month(month)
    state = _state(statement, sealed=sealed, late=late, over=over)
    pending = statement.pending if statement else 0
    return OwedMonth(
        commitment=commitment,
        month=month,
        state=state,
        last_day=last_day,
        late=late and state in WAITS_FOR_COMPANY,
        people=_people(commitment, month),
        hours=(statement.hours if statement else None) or Decimal(0),
        pending=pending,
        refused=statement.refused if statement else 0,
        may_seal=not sealed and over and not pending,
    )


def _state(statement: Any, *, sealed: bool, late: bool, over: bool) -> MonthState:
    """`statement` carries the counts of its lines by state."""
    sent = statement is not None and statement.state == "sent"
    if sent and (statement.refused or statement.drafts):
        return MonthState.TO_CORRECT
    if sealed:
        return MonthState.SEALED
    if sent:
        if statement.no_hours or not statement.counted:
            return MonthState.NO_HOURS
        return MonthState.WAITING if statement.pending else MonthState.ACCEPTED
    if late:
        return MonthState.LATE
    if statement is not None:
        return MonthState.DRAFT
    return MonthState.TO_DECLARE if over else MonthState.CURRENT


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One placement on the sheet. `typed` and `typed_worked`: what the field shows; `last`: hours sent for the month before."""

    placement: Placement
    typed: str
    typed_worked: str
    last: Decimal | None
    state: str
    hours: Decimal | None
    reason: str
    decided_by: str
    decided_at: datetime | None
    maximum: Decimal
    errors: tuple[Objection, ...]
    warnings: tuple[Objection, ...]
    typed_for: bool = False
    """Whether a facilitator typed it for the company."""

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Sheet:
    """One month of one commitment as its company sees it."""

    commitment: Commitment
    month: date
    statement: Statement | None
    rows: tuple[SheetRow, ...]
    evidence: tuple[Evidence, ...]
    last_day: date
    sealed: bool
    dictation: Dictation | None = None
    """The last time that hours of this month were typed for the company."""
    training: TrainingCount | None = None
    """What counts of training on the commitment, where somebody here is in training."""

    @property
    def waits_for_agreement(self) -> bool:
        return self.dictation is not None and not self.dictation.answer

    @property
    def total(self) -> Decimal:
        return sum((row.hours or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def last_total(self) -> Decimal:
        return sum((row.last or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def sent(self) -> bool:
        return self.statement is not None and self.statement.state == "sent"

    @property
    def open(self) -> bool:
        """Whether something is still to be typed or sent."""
        return not self.sent or any(row.open for row in self.rows)


def sheet(actor: Actor, commitment_public_id: str, month: date, *, values: Catalogue, typing: bool = False) -> Sheet:
    """The sheet of a month. Raise NotForYou for what is unknown or foreign. Queries do not grow with the rows.

    `typing`: for a facilitator who types for the company, or agrees: everybody assigned, with the drafts that a facilitator typed.
    """
    month = first_of_month(month)
    if not reads_lines(actor):
        raise NotForYou
    commitment = (
        commitments_visible_to(actor)
        .select_related("lot__contract__buyer", "holder", "territory")
        .filter(public_id=commitment_public_id)
        .first()
    )
    if commitment is None:
        raise NotForYou
    statement = Statement.objects.filter(commitment=commitment, month=month).first()
    lines = (
        {line.placement_id: line for line in statement.lines.select_related("placement__person", "placement__employer")}
        if statement
        else {}
    )
    placements = {assigned.placement_id: assigned.placement for assigned in assigned_in(month, commitment=commitment)}
    placements |= {
        key: line.placement for key, line in lines.items() if key not in placements and line.state != "draft"
    }
    if actor.role is not Role.COMPANY:  # a draft stays with the company
        own = {key for key, line in lines.items() if line.state == "draft" and line.typed_by_id is None}
        hidden = own if typing else placements.keys() - {key for key, line in lines.items() if line.state != "draft"}
        lines = {key: line for key, line in lines.items() if key not in hidden}
        placements = {key: placement for key, placement in placements.items() if typing or key not in hidden}
    facts, sites = row_facts(commitment, month, placements.values()), Sites([commitment.pk], values)
    trained = [key for key, placement in placements.items() if placement.modality == Modality.TRAINING]
    training = training_shown(commitment, values) if trained else None
    typed_hours = (
        (key, lines[key].hours or Decimal(0)) for key in trained if key in lines and lines[key].state in OPEN
    )
    too_much = over_training(training, commitment.due_hours, typed_hours) if training else {}
    past = hours_of_past_months(placements, month, 1, commitment=commitment)
    rows = []
    for key, placement in placements.items():
        line = lines.get(key)
        read = read_typed(TypedLine(line.typed)) if line is not None and line.typed else None
        here = msgspec.structs.replace(
            facts[key], hours=line.hours if line else None, site=sites.on(commitment.pk, facts[key].days)
        )
        warnings = warnings_before_sending(here)
        if key in too_much:
            warnings = (too_much[key], *warnings)
        rows.append(
            SheetRow(
                placement=placement,
                typed=_shown(line),
                typed_worked=french_decimal(line.worked_hours) if line else "",
                last=past.get((key, add_months(month, -1))),
                state=line.state if line else "draft",
                hours=line.hours if line else None,
                reason=line.reason if line else "",
                decided_by=line.decided_by_label if line else "",
                decided_at=line.decided_at if line else None,
                maximum=facts[key].limit.hours,
                errors=read.objections if read else (),
                warnings=warnings,
                typed_for=line is not None and line.typed_by_id is not None,
            )
        )
    dictated = statement is not None and (statement.no_hours or any(row.typed_for for row in rows))
    pieces = Evidence.objects.filter(statement=statement).select_related("file").order_by("pk") if statement else ()
    return Sheet(
        commitment=commitment,
        month=month,
        statement=statement,
        rows=tuple(rows),
        evidence=tuple(pieces),
        last_day=calendars(values).last_day(commitment.lot.contract.buyer_id, month),
        sealed=(commitment.pk, month) in sealed_months([commitment.pk]),
        dictation=last_dictations([statement.pk]).get(statement.pk) if statement and dictated else None,
        training=training,
    )


def _shown(line: StatementLine | None) -> str:
    if line is None:
        return ""
    return line.typed or french_decimal(line.hours)


def french_decimal(value: Decimal | None) -> str:
    """151,67 as one types it."""
    return "" if value is None else f"{value:.2f}".replace(".", ",")


def waiting_for_company(actor: Actor) -> int:
    """Declarations with a line sent back: a cheap count for the navigation; nothing for who does not declare."""
    if actor.role is not Role.COMPANY:
        return 0
    refused = StatementLine.objects.filter(state="refused", statement__commitment__in=commitments_visible_to(actor))
    return refused.values("statement_id").distinct().count()
