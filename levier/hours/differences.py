"""What filling the statements with a table would change, placement by placement and month by month: told by the database, in sets.

Lines of one placement and month are added up. Two temporary tables hold the answer until the transaction ends: `told` (what the file says) and
`difference` (what that changes), which filling.py then writes from.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from django.db import connection
from django.db.backends.utils import CursorWrapper

from levier.commitments.site_days import explains
from levier.foundation import french
from levier.foundation.pagination import Rows
from levier.hours.checks import Span
from levier.hours.file_matching import OF_AGE
from levier.hours.models import StatementFile
from levier.hours.queries import reference_values
from levier.hours.refusals import sentence
from levier.hours.rules import month_limit, off_calendar
from levier.hours.sites import Sites
from levier.participants.models import Person
from levier.participants.queries import shown_identity

CHANGES = ("new", "changed", "same", "over", "absent")
"""Kinds of difference; the first two are written, `over` is refused, `absent` is left as it is."""
MOST_ABSENT = 500

_TOLD = """
    SET LOCAL work_mem = '32MB';
    DROP TABLE IF EXISTS told, difference;
    CREATE TEMPORARY TABLE told ON COMMIT DROP AS
        SELECT p.commitment_id, p.placement_id, l.month, sum(l.hours) AS hours, array_agg(l."row" ORDER BY l."row", l."column") AS rows
          FROM hours_statementfileline l JOIN hours_statementfileperson p ON p.id = l.person_id
         WHERE l.file_id = %(file)s AND l.ticked GROUP BY p.commitment_id, p.placement_id, l.month;
"""
_DIFFERENCE = """
    CREATE TEMPORARY TABLE difference ON COMMIT DROP AS
        SELECT CASE WHEN l.state IN ('pending', 'accepted') THEN CASE WHEN l.hours = t.hours THEN 'same' ELSE 'over' END
                    WHEN t.hours > coalesce(minor.hours, most.hours) THEN 'over'
                    WHEN l.hours IS NULL THEN 'new'
                    WHEN l.hours = t.hours THEN 'same'
                    ELSE 'changed' END AS kind,
               t.commitment_id, t.placement_id, t.month, l.hours AS before, t.hours AS after, t.rows, s.id AS statement_id, l.id AS line_id,
               coalesce(l.state IN ('pending', 'accepted'), false) AS sent, coalesce(minor.hours, most.hours) AS most,
               greatest(t.month, p.starts_on, c.starts_on) AS first_day,
               least((t.month + interval '1 month - 1 day')::date, p.ends_on, c.ends_on) AS last_day
          FROM told t
          JOIN commitments_commitment c ON c.id = t.commitment_id AND c.holder_id = %(holder)s
          JOIN commitments_commitmentplacement a ON a.commitment_id = t.commitment_id AND a.placement_id = t.placement_id
          JOIN participants_placement p ON p.id = t.placement_id
          JOIN unnest(%(months)s::date[], %(most)s::numeric[]) AS most (month, hours) ON most.month = t.month
          LEFT JOIN unnest(%(minors)s::bigint[], %(minors_months)s::date[], %(minors_most)s::numeric[]) AS minor (person_id, month, hours)
            ON minor.person_id = p.person_id AND minor.month = t.month
          LEFT JOIN hours_statement s ON s.commitment_id = t.commitment_id AND s.month = t.month
          LEFT JOIN hours_statementline l ON l.statement_id = s.id AND l.placement_id = t.placement_id;
    INSERT INTO difference (kind, commitment_id, placement_id, month, before, rows, sent)
        SELECT 'absent', a.commitment_id, a.placement_id, named.month, l.hours, ARRAY[]::integer[], false
          FROM (SELECT DISTINCT commitment_id, month, (month + interval '1 month - 1 day')::date AS until FROM told) named
          JOIN commitments_commitment c ON c.id = named.commitment_id AND c.holder_id = %(holder)s
          JOIN commitments_commitmentplacement a ON a.commitment_id = c.id AND a.since <= named.until
          JOIN participants_placement p ON p.id = a.placement_id AND p.starts_on <= named.until
           AND (p.ends_on IS NULL OR p.ends_on >= named.month)
          LEFT JOIN hours_statement s ON s.commitment_id = c.id AND s.month = named.month
          LEFT JOIN hours_statementline l ON l.statement_id = s.id AND l.placement_id = p.id
         WHERE coalesce(l.state, 'draft') IN ('draft', 'refused')
           AND NOT EXISTS (SELECT FROM told t WHERE t.commitment_id = c.id AND t.placement_id = p.id AND t.month = named.month)
         ORDER BY a.commitment_id, named.month, a.placement_id LIMIT %(absent)s;
"""
_DAYS = """
    SELECT commitment_id, first_day, last_day, max(after) FROM difference
     WHERE kind IN ('new', 'changed') AND after > 0 AND first_day <= last_day GROUP BY commitment_id, first_day, last_day
"""
_OFF_SITE = """
    SELECT count(*) FROM difference d
      JOIN unnest(%(commitments)s::bigint[], %(first)s::date[], %(last)s::date[], %(allowed)s::numeric[])
        AS site (commitment_id, first_day, last_day, hours) USING (commitment_id, first_day, last_day)
     WHERE kind IN ('new', 'changed') AND after > site.hours
"""
_SHOWN = """
    SELECT kind, placement_id, commitment_id, month, before, after, sent, most, rows, first_day, last_day
      FROM difference WHERE kind = ANY(%(kinds)s)
     ORDER BY array_position(ARRAY['over', 'changed', 'new', 'absent', 'same'], kind), month, commitment_id, placement_id
     LIMIT %(length)s OFFSET %(start)s
"""


class Change(msgspec.Struct, frozen=True):
    """Hours of one placement and month: `before` as the statement has them, `after` as the file does; `rows` of the file added up.

    Without a name: the person is a placement. `said`: why it is refused, what was added up, what the calendar says; in French.
    `off_site`: more hours than the calendar of the site allows; nothing is refused, the facilitator will look.
    """

    kind: str
    placement: int
    commitment: int
    month: date
    before: Decimal | None
    after: Decimal | None
    rows: tuple[int, ...] = ()
    said: str = ""
    off_site: bool = False


class Changes:
    """The changes of some kinds, what a person reads first coming first: the refused, then the modified. Read as they are cut."""

    def __init__(self, counts: dict[str, int], kinds: Iterable[str], sites: Sites) -> None:
        self._sites = sites
        self._kinds = [kind for kind in kinds if counts[kind]]
        self._length = sum(counts[kind] for kind in self._kinds)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, wanted: slice) -> list[Change]:
        start, stop, _ = wanted.indices(self._length)
        with connection.cursor() as cursor:
            asked: dict[str, Any] = {"kinds": self._kinds, "start": start, "length": stop - start}
            cursor.execute(_SHOWN, asked)
            return [_change(self._sites, _Row(*row)) for row in cursor.fetchall()]


class Difference(msgspec.Struct, frozen=True):
    """How many changes of each kind, the hours that are written, how many of them off the calendar of their site, and the changes of
    some kinds, to be cut into pages.
    """

    counts: dict[str, int]
    hours: Decimal
    off_site: int
    changes: Callable[[Iterable[str]], Rows]


def kept(found: StatementFile) -> Difference:
    """What filling did, as the file keeps it: not every change where they are many."""
    outcome = found.outcome
    every = msgspec.convert(outcome["changes"], list[Change])
    counts = {kind: outcome[kind] for kind in CHANGES}
    return Difference(
        counts,
        Decimal(outcome["hours"]),
        outcome.get("off_site", 0),
        lambda kinds: [one for one in every if one.kind in kinds],
    )


def compared(found: StatementFile) -> Difference:
    """Of the ticked lines of a file, against the statements as they are. Inside a transaction, at the end of which it is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"file": found.pk})
        cursor.execute("SELECT DISTINCT month FROM told ORDER BY month")
        months = [month for (month,) in cursor.fetchall()]
        facts: dict[str, Any] = {"holder": found.organisation_id, "absent": MOST_ABSENT, **_limits(months)}
        cursor.execute(_DIFFERENCE, facts)
        cursor.execute("SELECT kind, count(*), coalesce(sum(after), 0) FROM difference GROUP BY kind")
        told = {kind: (count, hours) for kind, count, hours in cursor.fetchall()}
        sites, off_site = _against_sites(cursor)
    counts = {kind: told.get(kind, (0, 0))[0] for kind in CHANGES}
    hours = sum((told[kind][1] for kind in ("new", "changed") if kind in told), Decimal(0))
    return Difference(counts, hours, off_site, lambda kinds: Changes(counts, kinds, sites))


def _against_sites(cursor: CursorWrapper) -> tuple[Sites, int]:
    """The calendars of the sites that the file names, and how many of the hours it would write are more than they allow."""
    cursor.execute(_DAYS)
    days = cursor.fetchall()
    sites = Sites({commitment for commitment, *_ in days}, reference_values())
    passed = [
        (commitment, first, last, site.hours)
        for commitment, first, last, most in days
        if (site := sites.on(commitment, Span(first, last))) is not None and most > site.hours
    ]
    if not passed:
        return sites, 0
    commitments, first, last, allowed = (list(some) for some in zip(*passed, strict=True))
    cursor.execute(_OFF_SITE, {"commitments": commitments, "first": first, "last": last, "allowed": allowed})
    return sites, cursor.fetchone()[0]


def _limits(months: Sequence[date]) -> dict[str, list[Any]]:
    """The legal maximum of each month, and that of the people who are minors then; the birth date is opened only where they may be."""
    values = reference_values()
    minors: list[tuple[int, date, Decimal]] = []
    if months:
        named = Person.objects.raw(
            """
            SELECT * FROM participants_person WHERE birth_year >= %s
               AND id IN (SELECT person_id FROM participants_placement WHERE id IN (SELECT placement_id FROM told))
            """,
            [months[0].year - OF_AGE],
        )
        minors = [
            (person.pk, month, month_limit(identity.birth_date, month, values).hours)
            for person in named
            if (identity := shown_identity(person)) is not None
            for month in months
        ]
    return {
        "months": list(months),
        "most": [month_limit(None, month, values).hours for month in months],
        "minors": [person for person, _, _ in minors],
        "minors_months": [month for _, month, _ in minors],
        "minors_most": [hours for _, _, hours in minors],
    }


class _Row(NamedTuple):
    """One row of `difference`. `sent`: gone already; `most`: the legal maximum; the days are those worked that month at the most."""

    kind: str
    placement: int
    commitment: int
    month: date
    before: Decimal | None
    after: Decimal | None
    sent: bool
    most: Decimal | None
    rows: list[int]
    first_day: date | None
    last_day: date | None


def _change(sites: Sites, row: _Row) -> Change:
    said = ""
    if row.sent:
        said = "Déjà envoyées."
    elif row.kind == "over" and row.after is not None and row.most is not None:
        added = " et ".join(f"ligne {number}" for number in row.rows)
        said = french.typeset(
            f"{french.hours(row.after, 2)} en tout ({added}) : plus que le maximum légal du mois, {french.hours(row.most)}."
        )
    elif len(row.rows) > 1:
        said = f"{len(row.rows)} lignes additionnées."
    off_site = _off_site(sites, row)
    told = f"{said} {off_site}".strip()
    return Change(
        row.kind, row.placement, row.commitment, row.month, row.before, row.after, tuple(row.rows), told, bool(off_site)
    )


def _off_site(sites: Sites, row: _Row) -> str:
    """What the calendar of the site says against the hours that would be written; empty where it allows them."""
    if row.kind not in {"new", "changed"} or not row.after or row.first_day is None or row.last_day is None:
        return ""
    site = sites.on(row.commitment, Span(row.first_day, row.last_day)) if row.first_day <= row.last_day else None
    if site is None or row.after <= site.hours:
        return ""
    return sentence(off_calendar(row.after, site.open_days, site.hours, explains(site)))
