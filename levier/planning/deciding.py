"""Purchases of the plan that wait for a decision because their consultation comes near. Plain Python for the dates, then the query."""

from datetime import date

from django.db.models import Q, QuerySet

from levier.foundation.periods import add_months
from levier.planning.models import Need
from levier.planning.stages import Stage
from levier.planning.values import Basis

NEAR_MONTHS, PAST_MONTHS = 3, 6
"""A consultation is near from three months before the month it starts in; one that should have started half a year ago was put off [D]."""
ASKED = (Basis.OBLIGATION, Basis.POLICY, Basis.OPPORTUNITY)
OPEN = (Stage.IDEA, Stage.SCREENED, Stage.SIZING)


def near_starts(today: date) -> tuple[list[str], list[str]]:
    """How the plan writes a start that is near: beginnings of months and days (`2027-01`), then whole quarters and semesters (`2027-Q1`)."""
    months = [add_months(today.replace(day=1), number) for number in range(-PAST_MONTHS, NEAR_MONTHS + 1)]
    wide = [f"{one.year}-Q{(one.month + 2) // 3}" for one in months if one.month % 3 == 1]
    wide += [f"{one.year}-H{(one.month + 5) // 6}" for one in months if one.month % 6 == 1]
    return [f"{one:%Y-%m}" for one in months], wide


def awaiting_decision(needs: QuerySet[Need], today: date) -> QuerySet[Need]:
    """Those whose verdict proposes something, that nobody has decided nor opened, and whose consultation is near."""
    months, wide = near_starts(today)
    near = Q(starts__in=wide)
    for month in months:
        near |= Q(starts__startswith=month)
    return needs.filter(
        near, gone_on__isnull=True, contract__isnull=True, chosen="", basis__in=[one.value for one in ASKED],
        stage__in=[one.value for one in OPEN],
    )  # fmt: skip
