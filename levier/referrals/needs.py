"""The calendar of needs (calendrier des besoins): hours to find by trade, month and territory, and the people they stand for.

Three sources, never the same hour twice: places left on open positions; hours of commitments that neither running contracts nor open
positions will cover; purchases that are only planned, for those who may read the plan.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F

from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.foundation.objections import NotForYou
from levier.foundation.periods import add_months
from levier.planning.plan_queries import needs_visible_to
from levier.planning.stages import Stage
from levier.reference.values import Catalogue
from levier.referrals import policies, rules
from levier.referrals.jobs import sector_of_job, sector_of_purchase
from levier.referrals.models import Position
from levier.referrals.queries import open_positions, positions_visible_to, with_counts
from levier.referrals.values import NeedSource
from levier.spreadsheets.dates import first_day

UPCOMING = (Stage.IDEA, Stage.SCREENED, Stage.SIZING, Stage.TENDER, Stage.PUBLISHED)
FULL_TIME, DELAY, LENGTH = "hours.full_time_month", "watch.consultation_months", "referral.plan.months"


@dataclass(frozen=True, slots=True)
class Line:
    """Hours to find in a month. `territory`: its number, None where a planned purchase names none."""

    source: NeedSource
    sector: str
    territory: int | None
    month: date
    hours: Decimal


@dataclass(slots=True)
class Row:
    """A trade in a territory: hours by month, open places; `people`: at full time, in the month that asks for most."""

    sector: str
    territory: int | None
    months: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    places: int = 0
    people: Decimal = Decimal(0)

    @property
    def hours(self) -> Decimal:
        return sum(self.months.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Calendar:
    """`rows` by trade and territory, most hours first; `by_source`: hours of each month by source."""

    months: tuple[date, ...]
    rows: tuple[Row, ...]
    by_source: dict[NeedSource, dict[date, Decimal]]
    full_time: Decimal

    def month_total(self, month: date) -> Decimal:
        return sum((row.months.get(month, Decimal(0)) for row in self.rows), Decimal(0))

    @property
    def hours(self) -> Decimal:
        return sum((row.hours for row in self.rows), Decimal(0))

    @property
    def places(self) -> int:
        return sum(row.places for row in self.rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader chose: how many months, a territory, a trade, a source; empty means all."""

    months: int = 6
    territory: int | None = None
    sector: str = ""
    source: str = ""


def calendar(actor: Actor, asked: Asked, *, today: date, catalogue: Catalogue) -> Calendar:
    """Needs from the month of `today`, in the actor's scope. Four queries. Raise NotForYou for who prepares nobody."""
    if not policies.may_plan(actor):
        raise NotForYou
    positions = [one for one in open_positions(with_counts(positions_visible_to(actor)), today) if _left(one) > 0]
    first = today.replace(day=1)
    months = tuple(add_months(first, rank) for rank in range(asked.months))
    full_time = Decimal(catalogue.at(FULL_TIME, today).value)
    rows: dict[tuple[str, int | None], Row] = {}
    by_source: dict[NeedSource, dict[date, Decimal]] = {one: dict.fromkeys(months, Decimal(0)) for one in NeedSource}
    for line in _wanted(_lines(actor, positions, today, catalogue), asked, frozenset(months)):
        row = rows.setdefault((line.sector, line.territory), Row(line.sector, line.territory))
        row.months[line.month] += line.hours
        by_source[line.source][line.month] += line.hours
    for position in positions:
        key = (_sector(position), position.territory.number)
        if key in rows and asked.source in {"", NeedSource.POSITION.value}:
            rows[key].places += _left(position)
    for row in rows.values():
        row.people = max(row.months.values()) / full_time
    ordered = sorted(rows.values(), key=lambda row: (-row.hours, row.sector, row.territory or 0))
    return Calendar(months, tuple(ordered), by_source, full_time)


def _wanted(lines: Iterable[Line], asked: Asked, months: frozenset[date]) -> Iterator[Line]:
    for line in lines:
        if (
            line.hours
            and line.month in months
            and asked.territory in {None, line.territory}
            and asked.sector in {"", line.sector}
            and asked.source in {"", line.source.value}
        ):
            yield line


def _left(position: Position) -> int:
    """Places that nobody took yet. `hired` is counted by the query."""
    return max(0, position.places - int(getattr(position, "hired", 0)))


def _sector(position: Position) -> str:
    return sector_of_job(position.job_code, position.commitment.lot.cpv)


def _span(position: Position, today: date) -> tuple[date, date]:
    owed = position.commitment.ends_on
    last = min(position.ends_on, owed) if position.ends_on else owed
    return max(today, position.starts_on), last


def _lines(actor: Actor, positions: list[Position], today: date, catalogue: Catalogue) -> Iterator[Line]:
    expected: dict[int, list[Decimal]] = defaultdict(list)
    for position in positions:
        first, last = _span(position, today)
        hours = rules.expected_hours(position.weekly_hours, first, last) * _left(position)
        expected[position.commitment_id].append(hours)
        yield from _spread(NeedSource.POSITION, _sector(position), position.territory.number, hours, (first, last))
    yield from _of_commitments(actor, expected, today)
    yield from _of_the_plan(actor, today, catalogue)


def _spread(
    source: NeedSource, sector: str, territory: int | None, hours: Decimal, span: tuple[date, date]
) -> Iterator[Line]:
    for month, share in rules.spread(hours, *span).items():
        yield Line(source, sector, territory, month, share)


def _of_commitments(actor: Actor, expected: dict[int, list[Decimal]], today: date) -> Iterator[Line]:
    """What is still owed once open positions and running contracts are counted. Holders are not named: it is a total by trade."""
    owed = Commitment.objects.filter(ends_on__gte=today, credited_hours__lt=F("due_hours") - F("waived_hours"))
    if actor.role is not Role.MISSION:
        owed = owed.filter(territory_id__in=actor.territory_ids)
    running = CommitmentPlacement.objects.filter(commitment__in=owed).values_list(
        "commitment_id", "commitment__ends_on", "placement__starts_on", "placement__ends_on", "placement__weekly_hours"
    )
    for commitment_id, owed_until, starts_on, ends_on, weekly in running:
        first, last = max(today, starts_on), min(owed_until, ends_on or owed_until)
        expected[commitment_id].append(rules.expected_hours(weekly, first, last))
    for one in owed.select_related("lot", "territory"):
        left = rules.uncovered(one.due_hours, one.credited_hours, one.waived_hours, expected.get(one.pk, ()))
        span = (max(today, one.starts_on), one.ends_on)
        yield from _spread(
            NeedSource.COMMITMENT, sector_of_purchase(one.lot.cpv, one.lot.title), one.territory.number, left, span
        )


def _of_the_plan(actor: Actor, today: date, catalogue: Catalogue) -> Iterator[Line]:
    """Hours a purchase is likely to ask for, from its launch and the months a tender takes. No territory: the plan seldom names one."""
    needs = needs_visible_to(actor).filter(hours__gt=0, gone_on__isnull=True, stage__in=[one.value for one in UPCOMING])
    wait = int(catalogue.at(DELAY, today).value)
    usual = int(catalogue.at(LENGTH, today).value)
    for need in needs.only("hours", "starts", "duration_months", "cpv", "title"):
        if not need.starts or need.hours is None:
            continue
        first = add_months(first_day(need.starts), wait)
        last = add_months(first, need.duration_months or usual)
        sector = sector_of_purchase(need.cpv, need.title)
        for month, share in rules.spread(need.hours, first, last).items():
            yield Line(NeedSource.PLAN, sector, None, month, share)
