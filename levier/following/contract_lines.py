"""The contracts of a list with what is owed on them: filtered, sorted and added up by the database, so that a page reads its own lines only.

The figures of a contract are those of `hours.progress`, commitment by commitment, then added up; a contract is late when one of its commitments
is, by the rule of the following that their standing keeps. A test compares each with Python.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from levier.accounts.values import Actor
from levier.commitments.queries import accrued_by, commitments_visible_to
from levier.hours.progress import Progress
from levier.procurement.models import Contract


@dataclass(frozen=True, slots=True)
class Stages:
    """What the list calls the stages that commitments tell, and that of a contract where nothing is asked."""

    certified: str
    closing: str
    running: str
    nothing: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines and in which order: `stage` empty for all; `length` 0 for every page at once."""

    stage: str = ""
    late: bool = False
    sort: str = ""
    down: bool = True
    page: int = 1
    length: int = 0


@dataclass(frozen=True, slots=True)
class ContractLine:
    pk: int
    stage: str
    progress: Progress
    commitments: int
    late: bool


@dataclass(frozen=True, slots=True)
class ContractLines:
    """One page of a list, and what the whole list counts. It reads as the list itself, of which only this page may be cut."""

    found: int
    late: int
    total: Progress
    first: int
    page: tuple[ContractLine, ...]

    def __len__(self) -> int:
        return self.found

    def __getitem__(self, wanted: slice) -> tuple[ContractLine, ...]:
        assert wanted.start == self.first, "another page than the one that was read"
        return self.page


SORTS = {
    "reference": ('reference COLLATE "C" {way}',),
    "fin": ("COALESCE(ends_on, 'infinity') {way}",),
    "promises": ("due {way}",),
    "enjeu": (
        "at_stake {way}",
        "(stage <> (SELECT nothing FROM asked) AND stage <> (SELECT certified FROM asked)) {way}",
    ),
}
_FIGURES = "due, to_date, declared, accepted, waived, outstanding, surplus, missing, at_stake, penalised"
_SQL = """
WITH asked AS (SELECT %s::date AS today, %s::text AS certified, %s::text AS closing, %s::text AS running, %s::text AS nothing,
                      %s::text AS stage, %s::boolean AS late, %s::int AS page, %s::int AS length),
first_steps AS (SELECT * FROM unnest(%s::text[], %s::text[]) AS t(contract, stage)),
here AS ({contracts}),
owed AS ({commitments}),
sealed AS (SELECT DISTINCT c.commitment_id FROM compliance_certificate c
            WHERE NOT EXISTS (SELECT FROM compliance_certificate n WHERE n.supersedes_id = c.id)
              AND NOT EXISTS (SELECT FROM compliance_certificatewithdrawal w WHERE w.certificate_id = c.id)),
waiting AS (SELECT s.commitment_id, sum(l.hours) AS hours FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
             WHERE l.state = 'pending' GROUP BY s.commitment_id),
parts AS MATERIALIZED (
  SELECT k.contract_id, (o.due_hours * 100)::bigint AS due, (o.credited_hours * 100)::bigint AS accepted, (o.waived_hours * 100)::bigint AS waived,
         (o.penalised_hours * 100)::bigint AS penalised, (COALESCE(w.hours, 0) * 100)::bigint AS pending, round(o.accrued * 100)::bigint AS accrued,
         GREATEST(0, LEAST(a.today, o.ends_on) - o.starts_on + 1) AS elapsed, o.ends_on - o.starts_on + 1 AS days,
         o.ends_on < a.today AS ended, z.commitment_id IS NOT NULL AS certified, COALESCE(g.late, false) AS late
    FROM owed o CROSS JOIN asked a JOIN procurement_lot k ON k.id = o.lot_id JOIN here h ON h.id = k.contract_id
    LEFT JOIN waiting w ON w.commitment_id = o.id LEFT JOIN sealed z ON z.commitment_id = o.id
    LEFT JOIN following_standing g ON g.commitment_id = o.id),
measured AS MATERIALIZED (
  SELECT contract_id, ended, certified, late, due, accepted, waived, penalised, accepted + pending AS declared, due - waived - penalised AS net,
         COALESCE(accrued, (2 * due * elapsed + days) / (2 * days)) AS to_date FROM parts),
told AS MATERIALIZED (
  SELECT *, GREATEST(0, net - declared) AS at_stake, GREATEST(0, LEAST(net - declared, to_date - waived - penalised - declared)) AS missing FROM measured),
sums AS (
  SELECT contract_id, count(*) AS committed, count(*) FILTER (WHERE t.ended) AS ended, count(*) FILTER (WHERE t.certified) AS certified,
         bool_or(t.late) AS late,
         sum(due)::bigint AS due, sum(to_date)::bigint AS to_date, sum(declared)::bigint AS declared, sum(accepted)::bigint AS accepted,
         sum(waived)::bigint AS waived, sum(GREATEST(0, net - accepted))::bigint AS outstanding, sum(GREATEST(0, accepted - net))::bigint AS surplus,
         sum(missing)::bigint AS missing, sum(at_stake)::bigint AS at_stake, sum(penalised)::bigint AS penalised
    FROM told t GROUP BY contract_id),
lines AS (
  SELECT h.id, h.reference, h.notified_on, h.ends_on, COALESCE(s.committed, 0) AS committed, s.ended, COALESCE(s.late, false) AS late,
         CASE WHEN s.committed IS NULL THEN COALESCE(f.stage, a.nothing) WHEN s.certified = s.committed THEN a.certified
              WHEN s.ended = s.committed THEN a.closing ELSE a.running END AS stage,
         {figures_or_zero}
    FROM here h CROSS JOIN asked a LEFT JOIN sums s ON s.contract_id = h.id LEFT JOIN first_steps f ON f.contract = h.public_id),
chosen AS MATERIALIZED (SELECT l.* FROM lines l CROSS JOIN asked a WHERE (a.stage = '' OR l.stage = a.stage) AND (NOT a.late OR l.late)),
counted AS (SELECT count(*) AS found, count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE committed > ended) AS open, {sums} FROM chosen),
place AS (SELECT CASE WHEN a.length = 0 THEN 0 ELSE a.length * (LEAST(CASE WHEN a.page < 1 THEN 2147483647 ELSE a.page END,
                 GREATEST(1, (c.found + a.length - 1) / a.length)) - 1) END AS first FROM asked a CROSS JOIN counted c)
SELECT 0, p.first, c.found, c.late, c.open = 0, '', {figures} FROM counted c CROSS JOIN place p
UNION ALL
SELECT row_number() OVER (), id, committed, late::int, committed > 0 AND ended = committed, stage, {figures}
  FROM (SELECT * FROM chosen ORDER BY {order}, notified_on DESC NULLS FIRST, id DESC
        LIMIT NULLIF((SELECT length FROM asked), 0) OFFSET (SELECT first FROM place)) shown
"""
"""Hours are whole hundredths inside: exact, and several times quicker to add up than decimals."""


def contract_lines(
    actor: Actor,
    contracts: QuerySet[Contract],
    wanted: Wanted,
    stages: Stages,
    first_steps: Mapping[str, str],
    today: date,
) -> ContractLines:
    """Lines of these contracts, which the caller asked for within what the actor may see; one query, after `standing.refresh`. `first_steps`: the stage of contracts on
    which nothing is owed yet, by public identifier; a stage that it does not tell is `stages.nothing`.
    """
    here, first = (
        contracts.order_by().values("id", "public_id", "reference", "notified_on", "ends_on").query.sql_with_params()
    )
    owed, second = (
        commitments_visible_to(actor)
        .order_by()
        .annotate(accrued=accrued_by(today))
        .values(
            "id",
            "lot_id",
            "due_hours",
            "credited_hours",
            "waived_hours",
            "penalised_hours",
            "starts_on",
            "ends_on",
            "accrued",
        )
        .query.sql_with_params()
    )
    way = "DESC" if wanted.down else "ASC"
    names = _FIGURES.split(", ")
    sql = _SQL.format(
        contracts=here, commitments=owed, figures=_FIGURES,
        figures_or_zero=", ".join(f"COALESCE(s.{name}, 0) AS {name}" for name in names),
        sums=", ".join(f"COALESCE(sum({name}), 0)::bigint AS {name}" for name in names),
        order=", ".join(part.format(way=way) for part in SORTS[wanted.sort]),
    )  # fmt: skip
    values = [
        today, stages.certified, stages.closing, stages.running, stages.nothing, wanted.stage, wanted.late, wanted.page, wanted.length,
        list(first_steps), list(first_steps.values()), *first, *second,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        (_, start, found, late, ended, _, *figures), *rows = sorted(cursor.fetchall(), key=lambda row: row[0])
    return ContractLines(
        found,
        late,
        _progress(figures, ended=ended),
        start,
        tuple(
            ContractLine(pk, stage, _progress(sums, ended=over), committed, bool(late))
            for _, pk, committed, late, over, stage, *sums in rows
        ),
    )


def _progress(figures: list[Any], *, ended: bool) -> Progress:
    due, to_date, declared, accepted, waived, outstanding, surplus, missing, at_stake, penalised = (
        Decimal(hundredths).scaleb(-2) for hundredths in figures
    )
    return Progress(
        due,
        to_date,
        declared,
        accepted,
        waived,
        outstanding,
        surplus,
        missing,
        at_stake,
        ended,
        penalised,
    )
