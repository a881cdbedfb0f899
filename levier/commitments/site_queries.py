"""Reading the calendar of a site: its lines with what became of each, and those in force."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from levier.accounts.values import Actor
from levier.commitments.models import Commitment, SitePeriod, SiteStep
from levier.commitments.queries import commitments_visible_to
from levier.commitments.site_days import SiteKind, SiteSpan


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A line of the calendar. `state`: proposed, in_force, refused, withdrawn; `last_step` None while nothing came after it."""

    period: SitePeriod
    state: str
    last_step: SiteStep | None
    resumed_on: date | None = None
    """The day the works resumed, where a line in force ends this one."""

    @property
    def span(self) -> SiteSpan:
        return as_span(self.period, self.resumed_on)

    @property
    def alive(self) -> bool:
        return self.state in {"proposed", "in_force"}


def as_span(period: SitePeriod, resumed_on: date | None = None) -> SiteSpan:
    last = period.last_day if resumed_on is None else resumed_on - timedelta(days=1)
    return SiteSpan(SiteKind(period.kind), period.first_day, last, tuple(period.weekdays))


def site_periods_visible_to(actor: Actor) -> QuerySet[SitePeriod]:
    """Those of the commitments in reach: a calendar names nobody."""
    return SitePeriod.objects.filter(commitment__in=commitments_visible_to(actor))


def site_lines(commitment: Commitment) -> list[SiteLine]:
    """All that was ever written, the latest first. The caller has asked whether the actor may see the commitment."""
    periods = (
        SitePeriod.objects.filter(commitment=commitment)
        .order_by("-at", "-pk")
        .prefetch_related(Prefetch("steps", SiteStep.objects.order_by("at", "pk")))
    )
    lines = [line_of(period) for period in periods]
    resumed = {one.period.resumes_id: one.period.first_day for one in lines if one.state == "in_force"}
    return [replace(one, resumed_on=resumed.get(one.period.pk)) for one in lines]


def resumption_of(period: SitePeriod) -> SiteLine | None:
    """The line, proposed or in force, that ends this closure; None while nobody wrote one."""
    lines = (line_of(one) for one in period.resumptions.order_by("pk"))
    return next((line for line in lines if line.alive), None)


def line_of(period: SitePeriod) -> SiteLine:
    steps = list(period.steps.all())
    last = steps[-1] if steps else None
    if last is None:
        return SiteLine(period, "in_force" if period.side == "facilitator" else "proposed", None)
    return SiteLine(period, "in_force" if last.step == "agreed" else last.step, last)


def sites_of(commitment_ids: Iterable[int]) -> dict[int, tuple[SiteSpan, ...]]:
    """The lines in force of each of these commitments, in the order written; one query. Without a line: not in the answer."""

    def told(*steps: str) -> Exists:
        return Exists(SiteStep.objects.filter(period=OuterRef("pk"), step__in=steps))

    rows = SitePeriod.objects.filter(
        Q(side="facilitator") | told("agreed"), ~told("refused", "withdrawn"), commitment_id__among=commitment_ids
    ).order_by("at", "pk")
    written = list(rows)
    resumed = {row.resumes_id: row.first_day for row in written}
    found: dict[int, tuple[SiteSpan, ...]] = {}
    for row in written:
        if row.kind != SiteKind.RESUME:
            found[row.commitment_id] = (*found.get(row.commitment_id, ()), as_span(row, resumed.get(row.pk)))
    return found
