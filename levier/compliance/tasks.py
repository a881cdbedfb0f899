"""What waits for whom (À faire): the next step of each commitment, of each contract without a clause yet, and of the purchase plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment
from levier.commitments.queries import accrued_by, commitments_visible_to
from levier.compliance.models import Certificate
from levier.compliance.queries import in_force
from levier.compliance.turns import CommitmentFacts, Step, TaskKind, Turn, next_step, step_limits
from levier.foundation import french
from levier.foundation.periods import civil_date
from levier.foundation.quantities import hundredths
from levier.hours.calendars import Calendars, calendars
from levier.planning.deciding import awaiting_decision
from levier.planning.plan_queries import needs_visible_to, uploads_visible_to
from levier.planning.tendering import CONDITIONS, WaiverScope
from levier.procurement.queries import lots_visible_to
from levier.reference.values import Catalogue


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list. `figures`: (promised, due to date, declared, accepted) where hours are owed. `plan_id`: the buyer whose plan
    waits, or the file that was left unfinished; such a task has no contract.
    """

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
    plan_id: str = ""
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
       o.waived_hours, o.penalised_hours, o.accrued, o.starts_on, o.ends_on, COALESCE(p.placed, 0), COALESCE(l.refused, 0), l.pending_since, l.refused_since,
       COALESCE(s.months, '{{}}'), o.id, c.buyer_id
  FROM owed o JOIN procurement_lot k ON k.id = o.lot_id JOIN procurement_contract c ON c.id = k.contract_id
  JOIN organisations_organisation g ON g.id = o.holder_id JOIN territories_territory t ON t.id = o.territory_id
  LEFT JOIN lines l ON l.commitment_id = o.id
  LEFT JOIN people p ON p.commitment_id = o.id LEFT JOIN silent s ON s.id = o.id
"""

_LOTS = """
WITH mine AS ({scope})
SELECT 'lot', k.public_id, c.public_id, c.reference, c.title, c.created_at, c.id, k.number,
       x.asked,
       EXISTS (SELECT 1 FROM procurement_lotterritory t WHERE t.lot_id = k.id) AS located,
       EXISTS (SELECT 1 FROM sizing_study s WHERE s.lot_id = k.id) AS sized, NULL::numeric AS changed, 0::numeric AS due, NULL::boolean AS own
  FROM mine k JOIN procurement_contract c ON c.id = k.contract_id
  LEFT JOIN LATERAL (SELECT s.statutory OR s.policy AS asked FROM procurement_screening s WHERE s.contract_id = c.id
                      ORDER BY s.at DESC, s.id DESC LIMIT 1) x ON true
 WHERE NOT EXISTS (SELECT 1 FROM commitments_commitment o WHERE o.lot_id = k.id) AND x.asked IS DISTINCT FROM false
UNION ALL
SELECT 'amendment', k.public_id, c.public_id, c.reference, c.title, n.noticed_at, c.id, k.number, NULL, NULL, NULL,
       COALESCE((n.new_amount - n.old_amount) / NULLIF(n.old_amount, 0), 0),
       COALESCE((SELECT sum(o.due_hours) FROM commitments_commitment o WHERE o.lot_id = k.id), 0), NULL
  FROM mine k JOIN procurement_contract c ON c.id = k.contract_id
  JOIN procurement_amendmentnotice n ON n.lot_id = k.id AND n.state = 'pending'
UNION ALL
SELECT 'held', '', c.public_id, c.reference, c.title, s.at, c.id, 0, NULL, NULL, NULL, NULL, COALESCE(n.hours, 0), c.buyer_id = {organisation}
  FROM procurement_contract c
  JOIN LATERAL (SELECT s.statutory, s.at FROM procurement_screening s WHERE s.contract_id = c.id ORDER BY s.at DESC, s.id DESC LIMIT 1) s ON s.statutory
  LEFT JOIN planning_need n ON n.contract_id = c.id
 WHERE c.id IN (SELECT contract_id FROM mine) AND c.notified_on IS NULL
   AND NOT EXISTS (SELECT 1 FROM planning_tenderpublication p WHERE p.contract_id = c.id)
   AND NOT EXISTS (SELECT 1 FROM planning_obligationwaiver w WHERE w.contract_id = c.id AND w.scope = '{law}')
   AND COALESCE((SELECT t.instrument FROM planning_tendercondition t WHERE t.contract_id = c.id ORDER BY t.at DESC, t.id DESC LIMIT 1), '')
       NOT IN ({conditions})
{plan} ORDER BY 6, 7, 8
"""

_PLAN = """UNION ALL
SELECT 'plan', '', o.public_id, o.name, count(*)::text, NULL, 0, 0, NULL, NULL, NULL, NULL, COALESCE(sum(n.hours), 0), NULL
  FROM ({needs}) n JOIN organisations_organisation o ON o.id = n.organisation_id GROUP BY o.id
UNION ALL
SELECT 'draft', '', u.public_id, o.name, u.file_name, u.created_at, 0, 0, NULL, NULL, NULL, NULL, 0, u.organisation_id = {organisation}
  FROM ({uploads}) u JOIN organisations_organisation o ON o.id = u.organisation_id
"""

_TURN_OF_ROLE = {
    Role.MISSION: Turn.MISSION,
    Role.BUYER: Turn.BUYER,
    Role.FACILITATOR: Turn.FACILITATOR,
    Role.COMPANY: Turn.COMPANY,
    Role.PRESCRIBER: Turn.PRESCRIBER,
}


def turn_of(actor: Actor) -> Turn:
    return _TURN_OF_ROLE[actor.role]


def tasks_for(actor: Actor, *, today: date, catalogue: Catalogue) -> list[Task]:
    """All that waits in the actor's scope, most hours at stake first, then the oldest. Three queries at most.

    A company sees only its own steps; the others see everybody's turn, so that they can call whoever must act.
    """
    if actor.role is Role.PRESCRIBER:  # sends people, follows no commitment
        return []
    found = [*_of_commitments(actor, today, catalogue), *lot_tasks(actor, today)]
    if actor.role is Role.COMPANY:
        found = [task for task in found if task.turn is Turn.COMPANY]
    return _in_order(found)


def lot_tasks(actor: Actor, today: date) -> list[Task]:
    """Steps of lots that owe nothing yet, amendments that were published, and what waits in the plan; for who buys, nobody else. One query."""
    return _in_order([*_of_lots(actor, today)]) if actor.role in {Role.MISSION, Role.BUYER} else []


def tasks_of_contract(
    actor: Actor, contract_id: str, *, today: date, catalogue: Catalogue, expected: Mapping[int, Decimal]
) -> list[Task]:
    """All that waits on one contract (its public identifier) in the actor's scope, whoever must act, in the same order. `expected`: hours
    expected this evening, by commitment.
    """
    mine = _of_commitments(actor, today, catalogue, contract_id, expected)
    return _in_order([*mine, *_of_lots(actor, today, contract_id)])


def _in_order(found: list[Task]) -> list[Task]:
    return sorted(found, key=lambda task: (-task.at_stake, task.since or date.max, task.reference, task.lot_id))


@dataclass(frozen=True, slots=True)
class OwedFacts:
    """What is known of a commitment that is not certified yet, and the words that name it."""

    pk: int
    commitment_id: str
    contract_id: str
    reference: str
    title: str
    holder: str
    territory: str
    territory_number: int
    facts: CommitmentFacts


def facts_of(commitments: QuerySet[Commitment], *, today: date, known: Calendars) -> list[OwedFacts]:
    """Facts of those of these commitments that are not certified; one query. A month is to be declared once its period, by the buyer's
    calendar, is over.
    """
    certified = Certificate.objects.filter(in_force(), commitment=OuterRef("pk"))
    scope, values = (
        commitments.filter(~Exists(certified))
        .order_by()
        .annotate(accrued=accrued_by(today))
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
    found = []
    for (
        commitment_id, contract_id, reference, title, holder, territory, number, due, accepted, pending, waived, penalised, accrued, starts_on, ends_on,
        placed, refused, pending_since, refused_since, silent, pk, buyer_id,
    ) in _rows(_COMMITMENTS.format(scope=scope), [*values, today]):  # fmt: skip
        months = known.closed(buyer_id, silent, today)
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
            declaration_deadline=known.last_day(buyer_id, months[0]) if months else None,
            certified=False,
        )
        found.append(OwedFacts(pk, commitment_id, contract_id, reference, title, holder, territory, number, facts))
    return found


def _of_commitments(
    actor: Actor,
    today: date,
    catalogue: Catalogue,
    contract_id: str = "",
    expected: Mapping[int, Decimal] | None = None,
) -> Iterable[Task]:
    commitments = commitments_visible_to(actor)
    if contract_id:
        commitments = commitments.filter(lot__contract__public_id=contract_id)
    limits = step_limits(catalogue, today)
    for owed in facts_of(commitments, today=today, known=calendars(catalogue)):
        step = next_step(replace(owed.facts, expected=(expected or {}).get(owed.pk)), today, limits)
        if step is not None:
            yield _task(step, owed, today)


def _task(step: Step, owed: OwedFacts, today: date) -> Task:
    facts = owed.facts
    return Task(
        kind=step.kind,
        turn=step.turn,
        at_stake=step.at_stake,
        since=step.since,
        contract_id=owed.contract_id,
        reference=owed.reference,
        title=owed.title,
        holder=owed.holder,
        territory=owed.territory,
        territory_number=owed.territory_number,
        commitment_id=owed.commitment_id,
        month=facts.months_to_declare[0] if facts.months_to_declare else None,
        figures=(facts.due, facts.due_to_date(today), facts.accepted + facts.pending, facts.accepted),
    )


def _of_lots(actor: Actor, today: date, within: str = "") -> Iterable[Task]:
    """Steps before anything is owed, amendments that were published, and what waits in the plan. What hangs on an amendment grows as the
    hours owed would, evenly; on a purchase, the hours of its verdict.
    """
    lots = lots_visible_to(actor).order_by()
    if within:
        lots = lots.filter(contract__public_id=within)
    scope, values = lots.values("id", "public_id", "contract_id", "number").query.sql_with_params()
    plan, more = _plan(actor, today) if not within and actor.role in {Role.MISSION, Role.BUYER} else ("", [])
    sql = _LOTS.format(
        scope=scope, plan=plan, law=WaiverScope.LAW.value, organisation=actor.organisation_id or 0,
        conditions=", ".join(f"'{one.value}'" for one in sorted(CONDITIONS)),
    )  # fmt: skip
    seen = set()
    for what, lot_id, object_id, reference, title, since, _, _, asked, located, sized, changed, due, own in _rows(
        sql, [*values, *more]
    ):
        if what in _OF_PLAN:
            yield _plan_task(actor, _OF_PLAN[what], object_id, (reference, title), _day(since), due, own=bool(own))
            continue
        at_stake = Decimal(0)
        if what == "amendment":
            kind, at_stake = TaskKind.AMENDMENT, max(Decimal(0), hundredths(due * changed))
        elif asked is None:
            kind = TaskKind.SCREEN
        elif not located:
            kind = TaskKind.LOCATE
        else:
            kind = TaskKind.COMMIT if sized else TaskKind.SIZE
        once = (object_id, lot_id if kind is TaskKind.AMENDMENT else "", kind)
        if once in seen:
            continue
        seen.add(once)
        yield Task(kind, Turn.MISSION, at_stake, _day(since), object_id, reference, title, "", "", None, lot_id=lot_id)


_OF_PLAN = {"held": TaskKind.HELD, "plan": TaskKind.PLAN, "draft": TaskKind.DRAFT}


def _plan(actor: Actor, today: date) -> tuple[str, list[Any]]:
    waiting = awaiting_decision(needs_visible_to(actor), today).order_by().values("organisation_id", "hours")
    drafts = uploads_visible_to(actor).filter(state="draft").order_by()
    needs, first = waiting.query.sql_with_params()
    uploads, second = drafts.values("public_id", "organisation_id", "file_name", "created_at").query.sql_with_params()
    sql = _PLAN.format(needs=needs, uploads=uploads, organisation=actor.organisation_id or 0)
    return sql, [*first, *second]


def _plan_task(
    actor: Actor, kind: TaskKind, object_id: str, names: tuple[str, str], since: date | None, due: Decimal, *, own: bool
) -> Task:
    """A decision is of whoever reads: the mission and the buyer may both take it. A draft and a publication are first their buyer's."""
    turn = turn_of(actor) if own or kind is TaskKind.PLAN else Turn.BUYER
    reference, title = names
    if kind is TaskKind.HELD:
        return Task(kind, turn, due, since, object_id, reference, title, "", "", None)
    if kind is TaskKind.PLAN:
        number = int(title)
        title = french.plural(number, "achat à décider", "achats à décider")
    return Task(kind, turn, due, since, "", reference, title, "", "", None, plan_id=object_id)


def _day(instant: datetime | None) -> date | None:
    return civil_date(instant) if instant else None


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
