"""The figures of the clause over many commitments: promised, due to date, declared, accepted, by territory and by month.

What is accepted is the hours that the wall of the ledger credits to the commitment, and to its month, with each entry, which `levier verify` compares
with the entries; what is declared is that and the lines that still wait. No page adds up ten years of either. "Due to date" is linear
over each commitment's days, both ends included (domain.md section 5.5).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from levier.accounts.values import Actor
from levier.commitments.models import Commitment
from levier.commitments.queries import accrued_by, commitments_visible_to
from levier.foundation.quantities import hundredths


@dataclass(frozen=True, slots=True)
class Figures:
    """Hours of a set of commitments. `declared` includes `accepted`; the covered rate hides no deficit behind a surplus."""

    label: str
    key: str
    commitments: int
    promised: Decimal
    due_to_date: Decimal
    declared: Decimal
    accepted: Decimal
    covered: Decimal
    owed: Decimal

    @property
    def covered_rate(self) -> Decimal | None:
        """Hours accepted within what each commitment owes after waivers, over what all owe (rule compliance.balance)."""
        return self.covered / self.owed if self.owed else None

    @property
    def late(self) -> Decimal:
        return max(Decimal(0), self.due_to_date - self.accepted)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month of a year: what falls due in it, what was worked in it and declared, then accepted."""

    month: date
    due: Decimal
    declared: Decimal
    accepted: Decimal


@dataclass(frozen=True, slots=True)
class Dashboard:
    year: int
    years: tuple[int, ...]
    total: Figures
    territories: tuple[Figures, ...]
    months: tuple[MonthFigures, ...]
    contracts: int
    people: int
    waived: Decimal


_BY_TERRITORY = """
WITH owed AS ({scope}),
drawn AS (
  SELECT s.commitment_id, sum(l.hours) AS pending
    FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id JOIN owed ON owed.id = s.commitment_id
   WHERE l.state = 'pending' GROUP BY s.commitment_id)
SELECT t.number, t.short_name, count(*), sum(o.due_hours),
       sum(COALESCE(o.accrued, o.due_hours * e.share) - o.waived_hours * e.share),
       sum(o.credited_hours + COALESCE(drawn.pending, 0)), sum(o.credited_hours),
       sum(LEAST(o.due_hours - o.waived_hours, o.credited_hours)), sum(o.due_hours - o.waived_hours)
  FROM owed o JOIN territories_territory t ON t.id = o.territory_id
  CROSS JOIN LATERAL (SELECT GREATEST(0, LEAST(%s::date, o.ends_on) - o.starts_on + 1)::numeric / (o.ends_on - o.starts_on + 1) AS share) e
  LEFT JOIN drawn ON drawn.commitment_id = o.id
 GROUP BY t.number, t.short_name ORDER BY t.number
"""

_BY_MONTH = """
WITH owed AS ({scope}),
months AS (SELECT m::date AS month, (m + interval '1 month - 1 day')::date AS last
             FROM generate_series(make_date(%s, 1, 1), make_date(%s, 12, 1), interval '1 month') m),
parts AS (SELECT CASE WHEN due_moved THEN 0 ELSE due_hours END - waived_hours AS hours, starts_on, ends_on FROM owed
           WHERE starts_on <= make_date(%s, 12, 31) AND ends_on >= make_date(%s, 1, 1)
          UNION ALL SELECT v.hours, v.effective_on, v.until FROM commitments_duemovement v JOIN owed ON owed.id = v.commitment_id AND owed.due_moved),
due AS (SELECT m.month, sum(o.hours * (LEAST(m.last, o.ends_on) - GREATEST(m.month, o.starts_on) + 1)::numeric / (o.ends_on - o.starts_on + 1)) AS hours
          FROM months m JOIN parts o ON o.starts_on <= m.last AND o.ends_on >= m.month GROUP BY m.month),
accepted AS (SELECT x.month, sum(x.hours) AS hours FROM hours_monthcredit x {months_of_scope}
              WHERE x.month >= make_date(%s, 1, 1) AND x.month <= make_date(%s, 12, 1) GROUP BY x.month),
pending AS (SELECT s.month, sum(l.hours) AS hours FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
              JOIN owed ON owed.id = s.commitment_id WHERE l.state = 'pending' AND s.month >= make_date(%s, 1, 1)
               AND s.month <= make_date(%s, 12, 1) GROUP BY s.month)
SELECT m.month, COALESCE(due.hours, 0), COALESCE(accepted.hours, 0) + COALESCE(pending.hours, 0), COALESCE(accepted.hours, 0)
  FROM months m LEFT JOIN due USING (month) LEFT JOIN pending USING (month) LEFT JOIN accepted USING (month) ORDER BY m.month
"""

_COUNTS = """
WITH owed AS ({scope}),
kin AS (SELECT id, merged_into_id AS head FROM participants_person WHERE merged_into_id IS NOT NULL
        UNION SELECT merged_into_id, merged_into_id FROM participants_person WHERE merged_into_id IS NOT NULL),
folded AS (SELECT DISTINCT kin.id, kin.head FROM kin JOIN hours_creditedperson k ON k.person_id = kin.id {people_of_scope})
SELECT (SELECT count(DISTINCT l.contract_id) FROM owed JOIN procurement_lot l ON l.id = owed.lot_id),
       (SELECT count(DISTINCT k.person_id) FROM hours_creditedperson k {people_of_scope}) - (SELECT count(*) - count(DISTINCT head) FROM folded),
       (SELECT COALESCE(sum(waived_hours), 0) FROM owed),
       (SELECT min(starts_on) FROM owed), (SELECT max(ends_on) FROM owed)
"""

_BOUNDS = {
    "people_of_scope": "JOIN owed ON owed.id = k.commitment_id",
    "months_of_scope": "JOIN owed ON owed.id = x.commitment_id",
}
"""Left out for who sees every commitment: the kept totals are then read as they lie."""


def dashboard(actor: Actor, *, year: int, today: date, territory: int | None = None) -> Dashboard:
    """The actor's own scope, optionally one territory of it; `year` bounds the months only. Three queries."""
    commitments = commitments_visible_to(actor).order_by()
    if territory is not None:
        commitments = commitments.filter(territory__number=territory)
    rows = _rows(_BY_TERRITORY, commitments.annotate(accrued=accrued_by(today)), today)
    territories = tuple(
        Figures(name, str(number), count, *map(hundredths, values)) for number, name, count, *values in rows
    )
    months = tuple(
        MonthFigures(month, *map(hundredths, values)) for month, *values in _rows(_BY_MONTH, commitments, *(year,) * 8)
    )
    ((contracts, people, waived, first, last),) = _rows(_COUNTS, commitments)
    years = tuple(range(first.year, max(last.year, year) + 1)) if first else (year,)
    return Dashboard(year, years, _together(territories), territories, months, contracts, people, waived)


def _together(parts: tuple[Figures, ...]) -> Figures:
    def total(name: str) -> Decimal:
        return sum((getattr(part, name) for part in parts), Decimal(0))

    names = ("promised", "due_to_date", "declared", "accepted", "covered", "owed")
    return Figures("Ensemble", "", sum(part.commitments for part in parts), *map(total, names))


def _rows(template: str, commitments: QuerySet[Commitment], *values: date | int) -> list[tuple[Any, ...]]:
    scope, scope_values = commitments.values(
        "id",
        "lot_id",
        "territory_id",
        "due_hours",
        "due_moved",
        "credited_hours",
        "waived_hours",
        "starts_on",
        "ends_on",
        *commitments.query.annotations,
    ).query.sql_with_params()
    with connection.cursor() as cursor:
        bounds = _BOUNDS if commitments.query.where else dict.fromkeys(_BOUNDS, "")
        cursor.execute(template.format(scope=scope, **bounds), [*scope_values, *values])
        return list(cursor.fetchall())
