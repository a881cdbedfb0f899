"""Lines to decide: those with doubts first, then those that changed since last month, then the rest."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import msgspec
from django.db.models import QuerySet

from levier.accounts.values import Actor
from levier.commitments.site_days import explains
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import add_months, last_of_month
from levier.hours.checks import DoubtFacts, RowFacts, doubts, working_days_of
from levier.hours.confirmations import Confirmed, confirmations_of_read
from levier.hours.declared_around import DeclaredAround, declared_around
from levier.hours.dictations import last_dictations
from levier.hours.models import Dictation, Evidence, PersonMonth, Statement, StatementLine, WorkedMonth
from levier.hours.policies import Parties, sees_with_other_eyes
from levier.hours.queries import (
    birth_date_of,
    lines_to_validate,
    lines_visible_to,
    person_months_of,
    windows_of,
    worked_months_of,
)
from levier.hours.rules import month_limit, repeats
from levier.hours.sites import Sites
from levier.hours.training import over_training_lines
from levier.hours.values import LineToRead, Window
from levier.reference.values import Catalogue

PAST_MONTHS = 3
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A line with what the facilitator reads before deciding. `past`: hours of the months before, the latest first."""

    line: StatementLine
    doubts: tuple[Objection, ...]
    worked: Decimal
    past: tuple[tuple[date, Decimal], ...]
    eligible_until: date | None
    month_total: Decimal
    month_limit: Decimal
    change: Decimal | None = None
    """Hours more or less than last month; None where there were none."""
    evidence: tuple[Evidence, ...] = ()
    """The pieces joined to the statement, oldest first, each with its file."""
    dictation: Dictation | None = None
    """How these hours were typed for the company, and who agreed; None where the company typed them."""

    @property
    def doubtful(self) -> bool:
        return bool(self.doubts)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all the lines of a month."""

    windows: dict[int, tuple[Window, ...]]
    declared: DeclaredAround
    worked: dict[int, WorkedMonth]
    persons: dict[int, PersonMonth]
    same: Counter[int]
    alike: Counter[tuple[int, Decimal | None]]
    confirmed: Mapping[int, Confirmed]
    evidence: Mapping[int, tuple[Evidence, ...]]
    dictations: Mapping[int, Dictation]
    sites: Sites
    over_training: Mapping[int, Objection]
    daily: Decimal
    alert: Decimal


def lines_with_doubts(
    actor: Actor, month: date, *, values: Catalogue, commitment_public_id: str = ""
) -> list[ReviewRow]:
    """Pending lines of the month in the actor's territories, doubts first. Fifteen queries at most, whatever their number."""
    lines = lines_to_validate(actor, month)
    if commitment_public_id:
        lines = lines.filter(statement__commitment__public_id=commitment_public_id)
    rows = _read(actor, _with_everything(lines), month, values)
    return sorted(
        rows,
        key=lambda row: (
            not row.doubtful,
            -len(row.doubts),
            not row.change,
            -abs(row.change or _ZERO),
            row.line.statement.commitment_id,
            row.line.pk,
        ),
    )


def line_with_doubts(actor: Actor, line_public_id: str, *, values: Catalogue) -> ReviewRow:
    """One line, whatever its state, for the side panel and the pages of one line. Raise NotForYou when foreign."""
    together = _with_everything(lines_visible_to(actor).filter(public_id=line_public_id))
    if not together:
        raise NotForYou
    line = together[0]
    if line.state == "pending":
        others = lines_visible_to(actor).filter(statement=line.statement, state="pending").exclude(pk=line.pk)
        together += _with_everything(others)
    return _read(actor, together, line.statement.month, values)[0]


def _with_everything(lines: QuerySet[StatementLine]) -> list[StatementLine]:
    """A statement comes once, with its commitment and contract, however many of its lines are read: two queries."""
    found = list(lines.select_related("placement__person", "placement__employer"))
    declared = Statement.objects.filter(pk__among={line.statement_id for line in found})
    statements = {one.pk: one for one in declared.select_related("commitment__holder", "commitment__lot__contract")}
    for line in found:
        line.statement = statements[line.statement_id]
    return found


def _read(actor: Actor, lines: list[StatementLine], month: date, values: Catalogue) -> list[ReviewRow]:
    placements = {line.placement_id for line in lines}
    persons = {line.placement.person_id for line in lines}
    declared = declared_around(persons, month, PAST_MONTHS)
    last = add_months(month, -1)
    known = _Known(
        windows=windows_of(persons),
        declared=declared,
        worked=worked_months_of(placements, month),
        persons=person_months_of(persons, month),
        same=Counter(
            line.statement_id
            for line in lines
            if repeats(line.hours, declared.past.get((line.placement_id, last)), line.placement.weekly_hours)
        ),
        alike=Counter((line.statement_id, line.hours) for line in lines),
        confirmed=confirmations_of_read(lines),
        evidence=_evidence_of({line.statement_id for line in lines}),
        dictations=last_dictations(dictated) if (dictated := _dictated(lines)) else {},
        sites=Sites({line.statement.commitment_id for line in lines}, values),
        over_training=over_training_lines(lines, values),
        daily=values.at("hours.maximum.day.adult", last_of_month(month)).value,
        alert=values.at("hours.alert.month.adult", last_of_month(month)).value,
    )
    return [_row(actor, line, month, known, values) for line in lines]


def _evidence_of(statement_ids: set[int]) -> dict[int, tuple[Evidence, ...]]:
    found: dict[int, tuple[Evidence, ...]] = {}
    for one in Evidence.objects.filter(statement_id__among=statement_ids).select_related("file").order_by("pk"):
        found[one.statement_id] = (*found.get(one.statement_id, ()), one)
    return found


def _dictated(lines: list[StatementLine]) -> set[int]:
    return {line.statement_id for line in lines if line.typed_by_id is not None}


def _row(actor: Actor, line: StatementLine, month: date, known: _Known, values: Catalogue) -> ReviewRow:
    placement, statement = line.placement, line.statement
    commitment = statement.commitment
    worked_month = known.worked.get(placement.pk)
    person_month = known.persons.get(placement.person_id)
    declared = line.worked_hours if line.worked_hours is not None else line.hours or _ZERO
    already = worked_month.worked_hours if worked_month else _ZERO
    counted = (person_month.worked_hours if person_month else _ZERO) - already
    row = RowFacts(
        month=month,
        hours=line.hours,
        days=working_days_of(
            month, (placement.starts_on, commitment.starts_on), (placement.ends_on, commitment.ends_on)
        ),
        windows=known.windows.get(placement.person_id, ()),
        weekly_hours=placement.weekly_hours,
        limit=month_limit(birth_date_of(placement.person, month), month, values),
    )
    if person_month is not None:
        row = msgspec.structs.replace(row, limit=replace(row.limit, hours=person_month.max_hours))
    site = known.sites.on(commitment.pk, row.days)
    evidence = known.evidence.get(statement.pk, ())
    pending = line.state == "pending"
    hours = line.hours or _ZERO
    last_month = known.declared.past.get((placement.pk, add_months(month, -1)))
    dictation = known.dictations.get(statement.pk) if line.typed_by_id is not None else None
    facts = DoubtFacts(
        row=row,
        line=LineToRead(
            hours=hours,
            weekly=placement.weekly_hours,
            total=counted + max(declared, already),
            limit=row.limit.hours,
            alert=known.alert,
            last_month=last_month,
            same_as_last=known.same[statement.pk],
            alike=known.alike[statement.pk, line.hours] - 1,
            twins=len(known.declared.employers.get((placement.person_id, hours), set()) - {placement.employer_id}),
            open_days=site.open_days if site else 0,
            daily=known.daily,
            possible=site.hours if site else _ZERO,
            calendar=explains(site) if site and hours > site.hours else "",
            confirmed_by_structure=known.confirmed[line.pk].confirmed_by_structure,
            confirmed_by_person=known.confirmed[line.pk].confirmed_by_person,
        ),
        worked=declared,
        placement_worked=already,
        placement_allocated=worked_month.allocated_hours if worked_month else _ZERO,
        first_declaration=placement.person_id not in known.declared.before,
        pieces=len(evidence),
        refused_before=line.reason if pending else "",
        own=not sees_with_other_eyes(
            actor,
            Parties(commitment.holder_id, commitment.territory_id, statement.declared_by_id, line.typed_by_id),
        ),
        over_training=known.over_training.get(line.pk),
        typed_for=(dictation.typed_by_label, dictation.told_by)
        if dictation and dictation.answered_by_id != statement.declared_by_id
        else None,
    )
    past = known.declared.past
    months = [add_months(month, -back) for back in range(1, PAST_MONTHS + 1)]
    return ReviewRow(
        line=line,
        doubts=doubts(facts) if pending and line.hours else (),
        worked=declared,
        past=tuple((one, past[placement.pk, one]) for one in months if (placement.pk, one) in past),
        eligible_until=max((window.until for window in row.windows), default=None),
        month_total=counted + max(declared, already),
        month_limit=row.limit.hours,
        change=None if last_month is None else hours - last_month,
        evidence=evidence,
        dictation=dictation,
    )
