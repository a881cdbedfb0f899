"""What waits for whom (À faire): the next step of each commitment and of each contract that has no clause yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from levier.accounts.values import Actor, Role
from levier.commitments.queries import accrued_by, commitments_visible_to
from levier.compliance.models import Certificate
from levier.compliance.turns import CommitmentFacts, Step, TaskKind, Turn, next_step
from levier.foundation.periods import civil_date
from levier.foundation.quantities import hundredths
from levier.hours.rules import deadline
from levier.procurement.queries import lots_visible_to
from levier.reference.values import Catalogue


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list. `figures`: (promised, due to date, declared, accepted) where hours are owed."""

    kind: TaskKind
    turn: Turn
    at_stake: Decimal
    since: date | None
    contract_id: str
    reference: str
    title: str
    holder: str
    territory: str
    territory_number: int | None
    lot_id: str = ""
    commitment_id: str = ""
    month: date | None = None
    figures: tuple[Decimal, Decimal, Decimal, Decimal] | None = None


_COMMITMENTS = """
WITH owed AS ({scope}),
lines AS (
  SELECT s.commitment_id, sum(l.hours) FILTER (WHERE l.state = 'pending') AS pending, min(s.sent_at) FILTER (WHERE l.state = 'pending') AS pending_since,
         count(*) FILTER (WHERE l.state = 'refused') AS refused, min(l.decided_at) FILTER (WHERE l.state = 'refused') AS refused_since
    FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id JOIN owed ON owed.id = s.commitment_id
   WHERE l.state IN ('pending', 'refused') GROUP BY s.commitment_id),
people AS (SELECT a.commitment_id, count(*) AS placed, min(a.since) AS first_day FROM commitments_commitmentplacement a
             JOIN owed ON owed.id = a.commitment_id GROUP BY a.commitment_id),
silent AS (
  SELECT o.id, array_agg(m.month::date ORDER BY m.month) AS months FROM owed o JOIN people p ON p.commitment_id = o.id
    CROSS JOIN LATERAL generate_series(date_trunc('month', GREATEST(o.starts_on, p.first_day)::timestamp),
        date_trunc('month', LEAST(o.ends_on::timestamp, %s::date - interval '1 month')), interval '1 month') AS m(month)
   WHERE NOT EXISTS (SELECT 1 FROM hours_statement s WHERE s.commitment_id = o.id AND s.month = m.month::date AND s.state = 'sent')
   GROUP BY o.id)
SELECT o.public_id, c.public_id, c.reference, c.title, g.name, t.short_name, t.number, o.due_hours, o.credited_hours, COALESCE(l.pending, 0),
       o.waived_hours, o.penalised_hours, o.accrued, o.starts_on, o.ends_on, COALESCE(p.placed, 0), COALESCE(l.refused, 0), l.pending_since, l.refused_since, COALESCE(s.months, '{{}}')
  FROM owed o JOIN procurement_lot k ON k.id = o.lot_id JOIN procurement_contract c ON c.id = k.contract_id
  JOIN organisations_organisation g ON g.id = o.holder_id JOIN territories_territory t ON t.id = o.territory_id
  LEFT JOIN lines l ON l.commitment_id = o.id
  LEFT JOIN people p ON p.commitment_id = o.id LEFT JOIN silent s ON s.id = o.id
"""

_LOTS = """
WITH mine AS ({scope})
SELECT k.public_id, c.public_id, c.reference, c.title, c.created_at, c.id, k.number,
       (SELECT s.statutory OR s.policy FROM procurement_screening s WHERE s.contract_id = c.id ORDER BY s.at DESC, s.id DESC LIMIT 1) AS asked,
       EXISTS (SELECT 1 FROM procurement_lotterritory t WHERE t.lot_id = k.id) AS located,
       EXISTS (SELECT 1 FROM sizing_study s WHERE s.lot_id = k.id) AS sized, NULL::numeric AS changed, 0::numeric AS due
  FROM mine k JOIN procurement_contract c ON c.id = k.contract_id
 WHERE NOT EXISTS (SELECT 1 FROM commitments_commitment o WHERE o.lot_id = k.id)
UNION ALL
SELECT k.public_id, c.public_id, c.reference, c.title, n.noticed_at, c.id, k.number, NULL, NULL, NULL,
       COALESCE((n.new_amount - n.old_amount) / NULLIF(n.old_amount, 0), 0),
       COALESCE((SELECT sum(o.due_hours) FROM commitments_commitment o WHERE o.lot_id = k.id), 0)
  FROM mine k JOIN procurement_contract c ON c.id = k.contract_id
  JOIN procurement_amendmentnotice n ON n.lot_id = k.id AND n.state = 'pending'
 ORDER BY 5, 6, 7
"""

_TURN_OF_ROLE = {
    Role.MISSION: Turn.MISSION,
    Role.BUYER: Turn.BUYER,
    Role.FACILITATOR: Turn.FACILITATOR,
    Role.COMPANY: Turn.COMPANY,
}


def turn_of(actor: Actor) -> Turn:
    return _TURN_OF_ROLE[actor.role]


def tasks_for(actor: Actor, *, today: date, catalogue: Catalogue) -> list[Task]:
    """All that waits in the actor's scope, most hours at stake first, then the oldest. Two queries.

    A company sees only its own steps; the others see everybody's turn, so that they can call whoever must act.
    """
    found = [*_of_commitments(actor, today, catalogue)]
    if actor.role in {Role.MISSION, Role.BUYER}:
        found += _of_lots(actor)
    if actor.role is Role.COMPANY:
        found = [task for task in found if task.turn is Turn.COMPANY]
    return _in_order(found)


def tasks_of_contract(actor: Actor, contract_id: str, *, today: date, catalogue: Catalogue) -> list[Task]:
    """All that waits on one contract (its public identifier) in the actor's scope, whoever must act, in the same order."""
    return _in_order([*_of_commitments(actor, today, catalogue, contract_id), *_of_lots(actor, contract_id)])


def _in_order(found: list[Task]) -> list[Task]:
    return sorted(found, key=lambda task: (-task.at_stake, task.since or date.max, task.reference, task.lot_id))


def _of_commitments(actor: Actor, today: date, catalogue: Catalogue, contract_id: str = "") -> Iterable[Task]:
    certified = Certificate.objects.filter(commitment=OuterRef("pk"))
    commitments = commitments_visible_to(actor).filter(~Exists(certified)).order_by()
    if contract_id:
        commitments = commitments.filter(lot__contract__public_id=contract_id)
    scope, values = (
        commitments.annotate(accrued=accrued_by(today))
        .values(
            "accrued",
            "penalised_hours",
            "id",
            "public_id",
            "lot_id",
            "holder_id",
            "territory_id",
            "due_hours",
            "credited_hours",
            "waived_hours",
            "starts_on",
            "ends_on",
        )
        .query.sql_with_params()
    )
    for row in _rows(_COMMITMENTS.format(scope=scope), [*values, today]):
        (
            commitment_id,
            contract_id,
            reference,
            title,
            holder,
            territory,
            number,
            due,
            accepted,
            pending,
            waived,
            penalised,
            accrued,
            *rest,
        ) = row
        starts_on, ends_on, placed, refused, pending_since, refused_since, months = rest
        facts = CommitmentFacts(
            due=due,
            accepted=accepted,
            pending=pending,
            waived=waived,
            penalised=penalised,
            accrued=accrued,
            starts_on=starts_on,
            ends_on=ends_on,
            people=placed,
            refused_lines=refused,
            pending_since=_day(pending_since),
            refused_since=_day(refused_since),
            months_to_declare=tuple(months),
            declaration_deadline=deadline(months[0], catalogue).result.last_day if months else None,
            certified=False,
        )
        step = next_step(facts, today)
        if step is not None:
            yield _task(step, facts, today, (contract_id, reference, title, holder, territory, number, commitment_id))


def _task(step: Step, facts: CommitmentFacts, today: date, names: tuple[Any, ...]) -> Task:
    contract_id, reference, title, holder, territory, number, commitment_id = names
    return Task(
        kind=step.kind,
        turn=step.turn,
        at_stake=step.at_stake,
        since=step.since,
        contract_id=contract_id,
        reference=reference,
        title=title,
        holder=holder,
        territory=territory,
        territory_number=number,
        commitment_id=commitment_id,
        month=facts.months_to_declare[0] if facts.months_to_declare else None,
        figures=(facts.due, facts.due_to_date(today), facts.accepted + facts.pending, facts.accepted),
    )


def _of_lots(actor: Actor, within: str = "") -> Iterable[Task]:
    """Steps before anything is owed, and amendments that were published: what hangs on one grows as the hours owed would, evenly."""
    lots = lots_visible_to(actor).order_by()
    if within:
        lots = lots.filter(contract__public_id=within)
    scope, values = lots.values("id", "public_id", "contract_id", "number").query.sql_with_params()
    seen = set()
    for lot_id, contract_id, reference, title, since, _, _, asked, located, sized, changed, due in _rows(
        _LOTS.format(scope=scope), list(values)
    ):
        turn, at_stake = Turn.MISSION, Decimal(0)
        if changed is not None:
            kind, at_stake = TaskKind.AMENDMENT, max(Decimal(0), hundredths(due * changed))
        elif asked is None:
            kind = TaskKind.SCREEN
        elif not asked:
            continue
        elif not located:
            kind = TaskKind.LOCATE
        else:
            kind = TaskKind.COMMIT if sized else TaskKind.SIZE
        once = (contract_id, lot_id if kind is TaskKind.AMENDMENT else "", kind)
        if once in seen:
            continue
        seen.add(once)
        yield Task(kind, turn, at_stake, _day(since), contract_id, reference, title, "", "", None, lot_id=lot_id)


def _day(instant: datetime | None) -> date | None:
    return civil_date(instant) if instant else None


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
