"""All that the page of a contract shows, read in a constant number of queries whatever the number of lots and commitments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from levier.accounts.values import Actor, Role
from levier.audit.models import JournalEntry
from levier.audit.queries import life_of
from levier.commitments.labels import HOLDER_ROLES, SHORT_INSTRUMENTS
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_of
from levier.commitments.values import Instrument
from levier.compliance.certified import certified_on
from levier.compliance.tasks import Task, tasks_of_contract
from levier.compliance.turns import TaskKind
from levier.following.rules import expected_hours, is_late, thresholds
from levier.following.standing import owed_of
from levier.following.values import Owed
from levier.foundation.periods import civil_date
from levier.foundation.quantities import half_up
from levier.hours.progress import Progress, progress, total
from levier.hours.queries import lines_visible_to, reference_values, statements_visible_to
from levier.procurement.models import Contract, Lot, Screening
from levier.procurement.queries import latest_screening, lots_of
from levier.reference.values import Catalogue
from levier.sizing.models import Study
from levier.sizing.queries import studies_of
from levier.territories.queries import contacts
from levier.web import timeline
from levier.web.contract_stage import Phase, Stage, StageFacts, TurnBox, kinds_of, phases, stage_of, turn_box

CONTRACT_WIDE = frozenset({"contract.followed", "contract.updated", "contract.screened"})
"""Lines of the journal that say nothing of one lot or one company."""
SHOWN_EVENTS = 8


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A commitment with its figures and words."""

    commitment: Commitment
    progress: Progress
    instrument: str
    role: str
    certified: bool
    late: bool
    """By the rule of the following (following.rules.is_late)."""


@dataclass(frozen=True, slots=True)
class FacilitatorCard:
    name: str
    territory_number: int
    structure: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with what was decided of it; `to_do` names the next thing (locate, size, commit) where something is missing."""

    lot: Lot
    studies: list[Study]
    commitments: list[CommitmentRow]
    to_do: str

    @property
    def latest(self) -> Study | None:
        return self.studies[0] if self.studies else None


@dataclass(frozen=True, slots=True)
class ContractLife:
    contract: Contract
    lots: list[LotRow]
    screening: Screening | None
    commitments: list[CommitmentRow]
    total: Progress
    tasks: list[Task]
    stage: Stage
    phases: list[Phase]
    turn: TurnBox
    facilitators: list[FacilitatorCard]
    events: list[timeline.Event]
    amount: Decimal | None
    flagged: int
    span: tuple[date, date] | None
    catching_up: Decimal | None
    days_left: int
    owed: list[Owed]
    """Of each commitment, in their order."""

    @property
    def late(self) -> bool:
        return any(row.late for row in self.commitments)

    @property
    def unlocated(self) -> int:
        return sum(not row.lot.territories.all() for row in self.lots)


def read_life(actor: Actor, contract: Contract, today: date) -> ContractLife:
    """The contract must come from `procurement.queries.contract_for`: the actor may see it."""
    catalogue = reference_values()
    lots = list(lots_of(actor, [contract.pk]))
    studies = studies_of(actor, [lot.pk for lot in lots])
    commitments = list(commitments_of(actor, [contract.pk]))
    owed = owed_of(commitments)
    rows = _commitment_rows(commitments, owed, lots, thresholds(catalogue, today).late_points, today)
    screening = None if actor.role is Role.COMPANY else latest_screening(contract)
    expected = {pk: expected_hours(one, today) for pk, one in owed.items()}
    tasks = tasks_of_contract(actor, contract.public_id, today=today, catalogue=catalogue, expected=expected)
    if actor.role in {Role.COMPANY, Role.FACILITATOR}:
        tasks = [task for task in tasks if task.commitment_id]
    tasks = [_since_last_step(task, contract, screening, lots, studies) for task in tasks]
    stage = _stage(rows, tasks, today)
    span = _span(contract, rows)
    by_lot: dict[int, list[CommitmentRow]] = {}
    for row in rows:
        by_lot.setdefault(row.commitment.lot_id, []).append(row)
    lot_rows = [
        LotRow(lot, studies.get(lot.pk, []), by_lot.get(lot.pk, []), _to_do(lot, studies, by_lot)) for lot in lots
    ]
    whole = total(row.progress for row in rows)
    sound = [lot.amount for lot in lots if lot.amount is not None and not lot.amount_flag]
    return ContractLife(
        contract=contract,
        lots=lot_rows,
        screening=screening,
        commitments=rows,
        total=whole,
        tasks=tasks,
        stage=stage,
        phases=_phases(stage, lot_rows, screening, rows, span, today),
        turn=turn_box(
            actor, tasks, stage, today, {lot.public_id: f"Lot {lot.number}" for lot in lots} if len(lots) > 1 else None
        ),
        facilitators=_facilitators(lots, rows, today),
        events=_events(actor, contract, lots, rows, studies, today),
        amount=sum(sound, Decimal(0)) if sound else None,
        flagged=sum(bool(lot.amount_flag) for lot in lots),
        span=span,
        catching_up=_people_needed(whole, span, today, catalogue),
        days_left=(span[1] - today).days if span else 0,
        owed=list(owed.values()),
    )


def _since_last_step(
    task: Task, contract: Contract, screening: Screening | None, lots: Sequence[Lot], studies: dict[int, list[Study]]
) -> Task:
    """Before anything is owed, a step waits since the one before it was done."""
    lot = next((one for one in lots if one.public_id == task.lot_id), None)
    moments = [contract.created_at]
    if screening is not None and task.kind is not TaskKind.SCREEN:
        moments.append(screening.at)
    if lot is not None and task.kind in {TaskKind.SIZE, TaskKind.COMMIT}:
        moments += [place.decided_at for place in lot.territories.all()]
    if lot is not None and task.kind is TaskKind.COMMIT:
        moments += [study.at for study in studies.get(lot.pk, [])]
    return (
        task if task.commitment_id or task.kind is TaskKind.AMENDMENT else replace(task, since=civil_date(max(moments)))
    )


def _commitment_rows(
    commitments: Sequence[Commitment], owed: Mapping[int, Owed], lots: Sequence[Lot], late_points: Decimal, today: date
) -> list[CommitmentRow]:
    ids = [commitment.pk for commitment in commitments]
    figures, sealed = progress(ids, today), certified_on(ids)
    roles = {(lot.pk, holder.organisation_id): holder.role for lot in lots for holder in lot.holders.all()}
    return [
        CommitmentRow(
            one,
            figures[one.pk],
            SHORT_INSTRUMENTS[Instrument(one.instrument)],
            HOLDER_ROLES.get(roles.get((one.lot_id, one.holder_id), ""), ""),
            one.pk in sealed,
            one.pk not in sealed and is_late(owed[one.pk], figures[one.pk].declared, late_points, today),
        )
        for one in commitments
    ]


def _to_do(lot: Lot, studies: dict[int, list[Study]], committed: dict[int, list[CommitmentRow]]) -> str:
    if committed.get(lot.pk):
        return ""
    if not lot.territories.all():
        return "locate"
    return "commit" if studies.get(lot.pk) else "size"


def _stage(rows: Sequence[CommitmentRow], tasks: Sequence[Task], today: date) -> Stage:
    ended = sum(today > row.commitment.ends_on for row in rows)
    return stage_of(StageFacts(len(rows), ended, sum(row.certified for row in rows), kinds_of(tasks)))


def _span(contract: Contract, rows: Sequence[CommitmentRow]) -> tuple[date, date] | None:
    """From the first day to the last of what is owed; before anything is owed, the contract's own dates."""
    if rows:
        return min(row.commitment.starts_on for row in rows), max(row.commitment.ends_on for row in rows)
    return (contract.starts_on, contract.ends_on) if contract.starts_on and contract.ends_on else None


def _phases(
    stage: Stage,
    lots: Sequence[LotRow],
    screening: Screening | None,
    rows: Sequence[CommitmentRow],
    span: tuple[date, date] | None,
    today: date,
) -> list[Phase]:
    places = [civil_date(place.decided_at) for row in lots for place in row.lot.territories.all()]
    studied = [civil_date(study.at) for row in lots for study in row.studies]
    return phases(
        stage,
        screened=civil_date(screening.at) if screening else None,
        located=min(places, default=None),
        sized=min(studied, default=None),
        committed=min((civil_date(row.commitment.created_at) for row in rows), default=None),
        span=span,
        certified=None,
        today=today,
    )


def _facilitators(lots: Sequence[Lot], rows: Sequence[CommitmentRow], today: date) -> list[FacilitatorCard]:
    """Who to call: for the commitments' territories first, then the lots'."""
    numbers = [row.commitment.territory.number for row in rows]
    numbers += [place.territory.number for lot in lots for place in lot.territories.all()]
    known = contacts(today)
    found = [known[number] for number in dict.fromkeys(numbers) if number in known]
    return [FacilitatorCard(one.person, one.territory, one.structure, one.phone, one.email) for one in found]


def _events(
    actor: Actor,
    contract: Contract,
    lots: Sequence[Lot],
    rows: Sequence[CommitmentRow],
    studies: dict[int, list[Study]],
    today: date,
) -> list[timeline.Event]:
    entries = life_of(contract.public_id)
    if actor.role in {Role.COMPANY, Role.FACILITATOR}:
        own = {row.commitment.public_id for row in rows} | {s.public_id for kept in studies.values() for s in kept}
        commitments = [row.commitment.pk for row in rows]
        own |= set(statements_visible_to(actor).filter(commitment__in=commitments).values_list("public_id", flat=True))
        own |= set(
            lines_visible_to(actor).filter(statement__commitment__in=commitments).values_list("public_id", flat=True)
        )
        entries = [entry for entry in entries if _concerns(entry, own, actor, {lot.number for lot in lots})]
    return timeline.told(
        timeline.of_publication(contract, lots), timeline.of_journal(entries), _span_end(contract, rows), today
    )


def _span_end(contract: Contract, rows: Sequence[CommitmentRow]) -> date | None:
    span = _span(contract, rows)
    return span[1] if span else contract.ends_on


def _concerns(entry: JournalEntry, own: set[str], actor: Actor, lot_numbers: set[int]) -> bool:
    """A company and a facilitator read what concerns them: never the line of another company or territory."""
    if entry.object_id in own or entry.facts.get("commitment") in own:
        return True
    if actor.role is Role.COMPANY:
        return entry.action == "contract.followed"
    if entry.action == "lot.located":
        return bool(lot_numbers & set(entry.facts.get("lots", ())))
    return entry.action in CONTRACT_WIDE


def _people_needed(
    whole: Progress, span: tuple[date, date] | None, today: date, catalogue: Catalogue
) -> Decimal | None:
    """People at the legal week, from tomorrow to the end, for what is still owed and not declared; None when nothing is missing."""
    if span is None or not whole.missing or span[1] <= today:
        return None
    weeks = Fraction((span[1] - today).days, 7)
    return max(
        Decimal(1),
        half_up(Fraction(whole.at_stake) / (weeks * Fraction(catalogue.at("sizing.week_hours", today).value)), 0),
    )
