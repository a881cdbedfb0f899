"""Where each commitment stands, computed again for those that moved and for all once a day. Lists are then read by their first page."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from levier.commitments.models import Commitment
from levier.commitments.queries import invoiced_of
from levier.commitments.site_days import STOPS
from levier.commitments.site_queries import sites_of
from levier.compliance.tasks import OwedFacts, facts_of
from levier.compliance.turns import Step, StepLimits, TaskKind, Turn, next_step
from levier.following import rules
from levier.following.models import Standing
from levier.following.values import Alert, AlertFacts, AlertKind, Owed, Pace, People, Thresholds
from levier.foundation.periods import add_months, first_of_month
from levier.hours.calendars import Calendars, calendars
from levier.reference.values import Catalogue

RENEW = "renew"
"""Look again at a person's situation: the one act that no step of a commitment names."""
_COMPUTED = (
    "computed_on", "territory", "weather", "owed", "late", "lost", "at_stake", "expected", "declared", "sentence", "act", "stepped", "turn", "since", "month", "alerts",
)  # fmt: skip
_MOVED = """
WITH moved AS (DELETE FROM following_change RETURNING commitment_id)
SELECT commitment_id FROM moved UNION SELECT commitment_id FROM following_standing WHERE computed_on < %s
"""
_PEOPLE = """
SELECT a.commitment_id, count(*), count(*) FILTER (WHERE at_work AND w.until < %(today)s), min(w.until) FILTER (WHERE at_work AND w.until < %(today)s),
       count(*) FILTER (WHERE at_work AND w.until BETWEEN %(today)s AND %(soon)s), min(w.until) FILTER (WHERE at_work AND w.until BETWEEN %(today)s AND %(soon)s)
  FROM commitments_commitmentplacement a JOIN participants_placement p ON p.id = a.placement_id
  CROSS JOIN LATERAL (SELECT p.starts_on <= %(today)s AND COALESCE(p.ends_on, %(today)s) >= %(today)s AS at_work) s
  LEFT JOIN LATERAL (SELECT max(d.valid_until) AS until FROM participants_eligibilitydecision d
                      WHERE d.person_id = p.person_id AND d.granted) w ON s.at_work
 WHERE a.commitment_id = ANY(%(ids)s) GROUP BY a.commitment_id
"""
_RECENT = """
SELECT s.commitment_id, sum(l.hours) FROM hours_statement s JOIN hours_statementline l ON l.statement_id = s.id
 WHERE s.commitment_id = ANY(%(ids)s) AND s.month >= %(first)s AND s.month < %(until)s AND l.state IN ('pending', 'accepted')
 GROUP BY s.commitment_id
"""
PACE_MONTHS = 3


@transaction.atomic
def refresh(*, today: date, catalogue: Catalogue) -> int:
    """Compute again what moved since the last time, or everything on the first call of a day. One query when nothing moved.

    The marks are taken away first, the facts are read afterwards: what is committed meanwhile leaves a mark for the next call.
    """
    ids = [row[0] for row in _rows(_MOVED, [today])]
    if ids:
        _compute(sorted(ids), today, catalogue)
    return len(ids)


def _compute(ids: list[int], today: date, catalogue: Catalogue) -> None:
    limits, known = rules.thresholds(catalogue, today), calendars(catalogue)
    owed = facts_of(Commitment.objects.filter(pk__in=ids), today=today, known=known)
    first = add_months(first_of_month(today), -PACE_MONTHS)
    told = {
        "ids": ids,
        "today": today,
        "soon": today + timedelta(days=limits.window_days),
        "first": first,
        "until": first_of_month(today),
    }
    people = {pk: People(*rest) for pk, *rest in _rows(_PEOPLE, told)}
    recent: dict[int, Decimal] = dict(_rows(_RECENT, told))
    shares = {pk: one.share for pk, one in invoiced_of(ids).items()}
    stops = stops_of(ids)
    places = {
        pk: (buyer, territory)
        for pk, buyer, territory in Commitment.objects.filter(pk__in=ids).values_list(
            "pk", "lot__contract__buyer_id", "territory_id"
        )
    }
    standings = []
    for one in sorted(owed, key=lambda one: one.pk):
        start = max(first, one.facts.starts_on)
        pace = Pace(recent.get(one.pk, Decimal(0)), max(0, (first_of_month(today) - start).days))
        buyer, territory = places[one.pk]
        overdue = _overdue(one, buyer, known, today)
        standings.append(
            _standing(
                one,
                territory,
                people.get(one.pk, People(0)),
                pace,
                shares.get(one.pk),
                stops.get(one.pk, ()),
                overdue,
                limits,
                today,
            )
        )
    Standing.objects.filter(pk__in=set(ids) - {one.pk for one in owed}).delete()
    Standing.objects.bulk_create(
        standings, update_conflicts=True, unique_fields=["commitment"], update_fields=_COMPUTED, batch_size=2000
    )


def late_among(commitments: QuerySet[Commitment], *, today: date, catalogue: Catalogue) -> set[int]:
    """Those of them that are late today, whatever their number: what moved is computed again first."""
    refresh(today=today, catalogue=catalogue)
    return set(
        Standing.objects.filter(late=True, commitment__in=commitments.order_by().values("pk")).values_list(
            "pk", flat=True
        )
    )


def owed_of(commitments: Sequence[Commitment]) -> dict[int, Owed]:
    """What each of them owes, how far its invoices say that it is, and when its works were stopped: two queries."""
    ids = [one.pk for one in commitments]
    invoiced, stops = invoiced_of(ids), stops_of(ids)
    return {
        one.pk: Owed(
            one.due_hours, one.waived_hours, one.starts_on, one.ends_on, told.share if (told := invoiced.get(one.pk)) else None,
            one.penalised_hours, stops.get(one.pk, ()),
        )
        for one in commitments
    }  # fmt: skip


def stops_of(commitment_ids: Iterable[int]) -> dict[int, tuple[tuple[date, date | None], ...]]:
    """When works were stopped from outside, by commitment, as the calendar of its site says; one query."""
    return {
        pk: tuple((span.first, span.last) for span in spans if span.kind in STOPS)
        for pk, spans in sites_of(commitment_ids).items()
    }


def _overdue(one: OwedFacts, buyer_id: int, known: Calendars, today: date) -> tuple[date | None, int]:
    """(last day of the oldest missing statement, how many are missing past their last day)."""
    late = [day for month in one.facts.months_to_declare if (day := known.last_day(buyer_id, month)) < today]
    return (late[0], len(late)) if late else (None, 0)


def _standing(
    one: OwedFacts,
    territory_id: int,
    people: People,
    pace: Pace,
    share: Decimal | None,
    stops: tuple[tuple[date, date | None], ...],
    overdue: tuple[date | None, int],
    limits: Thresholds,
    today: date,
) -> Standing:
    facts = one.facts
    owed = Owed(facts.due, facts.waived, facts.starts_on, facts.ends_on, share, facts.penalised, stops)
    facts = replace(facts, expected=rules.expected_hours(owed, today))
    found = rules.outlook(owed, facts.accepted, pace, today, limits.horizon_days)
    told = rules.alerts(AlertFacts(owed, facts.accepted, facts.pending, people, *overdue), limits, today)
    step = next_step(facts, today, StepLimits(limits.late_points, limits.nobody_share, limits.end_days))
    act, turn, since = _act(step, told, found.lost)
    return Standing(
        commitment_id=one.pk,
        computed_on=today,
        territory_id=territory_id,
        owed=facts.due - facts.waived - facts.penalised,
        late=rules.is_late(owed, facts.accepted + facts.pending, limits.late_points, today),
        weather=rules.weather(found.lost, owed.hours, len(told), limits, ended=today > owed.ends_on),
        lost=found.lost,
        at_stake=step.at_stake if step else Decimal(0),
        stepped=step is not None,
        expected=rules.expected_hours(owed, today),
        declared=facts.accepted + facts.pending,
        sentence=rules.outlook_sentence(found, today),
        act=act,
        turn=turn,
        since=since,
        month=facts.months_to_declare[0] if facts.months_to_declare else None,
        alerts=[
            {"kind": one.kind, "sentence": one.sentence, "since": one.since and one.since.isoformat()} for one in told
        ],
    )


def _act(step: Step | None, told: Iterable[Alert], lost: Decimal) -> tuple[str, str, date | None]:
    """The next action, who does it and since when it waits: the step of the commitment, else what the first alert asks for."""
    if step is not None:
        return step.kind, step.turn, step.since
    for alert in told:
        match alert.kind:
            case AlertKind.EXPIRED | AlertKind.WINDOW:
                return RENEW, Turn.FACILITATOR, alert.since
            case AlertKind.NOBODY:
                return TaskKind.FIND_PEOPLE, Turn.COMPANY, alert.since
            case _:
                return TaskKind.CATCH_UP, Turn.COMPANY, alert.since
    return (TaskKind.CATCH_UP, Turn.COMPANY, None) if lost else ("", "", None)


def _rows(sql: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
