"""A works site with its calendar, and a small firm that gave its hours by telephone, in the territory of the facilitator who signs in."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from levier.commitments.models import Commitment
from levier.commitments.site_actions import answer_site_period, resume_site, write_site_period
from levier.commitments.site_days import SiteKind
from levier.demonstration import names
from levier.demonstration.casting import Cast, moment
from levier.demonstration.papers import timesheet
from levier.foundation.periods import add_months, first_of_month, last_of_month
from levier.hours.checks import TypedLine
from levier.hours.dictations import attach_for_company, propose_to_company, type_for_company
from levier.hours.models import Statement, StatementLine
from levier.hours.queries import assigned_in

TERRITORY = 4


def make_site_calendar(who: Cast) -> int:
    """How many lines were written on one works contract: leave agreed, a stop by order of service that is over, one proposal that waits."""
    facilitator = who.facilitators[TERRITORY]
    waiting = StatementLine.objects.filter(
        state="pending",
        statement__commitment__territory__number=TERRITORY,
        statement__commitment__lot__cpv__startswith="45",
    )
    rows = list(waiting.order_by("-statement__month", "pk").select_related("statement__commitment__holder"))
    own = [line for line in rows if line.statement.commitment.holder.name == names.COMPANIES[0]]
    found = next(iter(own or rows), None)
    if found is None:
        return 0
    commitment, month = found.statement.commitment, found.statement.month
    company = who.companies[commitment.holder_id]
    august = date(month.year if month.month > 8 else month.year - 1, 8, 3)
    of_site: dict[str, Any] = {"commitment_public_id": commitment.public_id}
    write_site_period(
        actor=facilitator, kind=SiteKind.WEEK, first_day=commitment.starts_on, last_day=None, weekdays=range(1, 6),
        reason="Réunion de démarrage : chantier du lundi au vendredi", now=moment(commitment.starts_on + timedelta(days=9)), **of_site,
    )  # fmt: skip
    written = 1
    if august > commitment.starts_on:
        leave = write_site_period(
            actor=company, kind=SiteKind.LEAVE, first_day=august, last_day=august + timedelta(days=18), reason="Congés d’été de l’entreprise",
            now=moment(august - timedelta(days=40)), **of_site,
        )  # fmt: skip
        answer_site_period(
            actor=facilitator, period_public_id=leave.public_id, agreed=True, reason="", now=moment(august - timedelta(days=38))
        )  # fmt: skip
        written += 1
    stop = write_site_period(
        actor=facilitator, kind=SiteKind.ORDER, first_day=month + timedelta(days=4), last_day=None,
        reason="Ordre de service n° 7 : réseau à déplacer", now=moment(month + timedelta(days=6)), **of_site,
    )  # fmt: skip
    resumed = last_of_month(month) - timedelta(days=2)
    resume_site(
        actor=facilitator, period_public_id=stop.public_id, day=resumed, reason="Ordre de service n° 8 : réseau déplacé", now=moment(resumed)
    )  # fmt: skip
    write_site_period(
        actor=company, kind=SiteKind.WEATHER, first_day=who.today - timedelta(days=8), last_day=who.today - timedelta(days=6),
        reason="Vent supérieur à 72 km/h, grue à l’arrêt", now=moment(who.today - timedelta(days=2)), **of_site,
    )  # fmt: skip
    return written + 3


def type_for_a_small_firm(who: Cast, *, now: datetime) -> bool:
    """The last month of a firm that declared nothing of it, told by telephone: it has its link, and has not answered yet."""
    facilitator, month = who.facilitators[TERRITORY], add_months(first_of_month(who.today), -1)
    begun = Statement.objects.filter(month=month).values("commitment_id")
    owed = Commitment.objects.filter(
        territory__number=TERRITORY, starts_on__lte=month, ends_on__gte=who.today, placements__isnull=False
    )
    for commitment in owed.exclude(pk__in=begun).distinct().order_by("-pk"):
        present = [assigned.placement for assigned in assigned_in(month, commitment=commitment)]
        if not present:
            continue
        typed = {
            placement.public_id: TypedLine(str(Decimal("104.5") - 7 * rank)) for rank, placement in enumerate(present)
        }
        of_month: dict[str, Any] = {
            "actor": facilitator,
            "commitment_public_id": commitment.public_id,
            "month": month,
            "now": now,
        }
        type_for_company(typed=typed, **of_month)
        attach_for_company(received=timesheet(month, typed), **of_month)
        propose_to_company(told_by="la gérante, au téléphone", life=timedelta(hours=72), **of_month)
        return True
    return False
