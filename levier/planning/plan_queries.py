"""Reading the plan: needs, files, totals by stage. Everything starts from what the actor may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from levier.accounts.models import Membership
from levier.accounts.values import Actor, Role
from levier.foundation.objections import NotForYou
from levier.organisations.models import Organisation
from levier.planning.deciding import awaiting_decision
from levier.planning.drafts import FIELD_NAMES
from levier.planning.models import ColumnMemory, Need, PlanUpload
from levier.planning.stages import STAGES, Stage


def needs_visible_to(actor: Actor) -> QuerySet[Need]:
    """The mission: all. A buyer: its own. Nobody else sees a purchase before it is published."""
    match actor.role:
        case Role.MISSION:
            return Need.objects.all()
        case Role.BUYER:
            return Need.objects.filter(organisation_id=actor.organisation_id)
        case _:
            return Need.objects.none()


def uploads_visible_to(actor: Actor) -> QuerySet[PlanUpload]:
    match actor.role:
        case Role.MISSION:
            return PlanUpload.objects.all()
        case Role.BUYER:
            return PlanUpload.objects.filter(organisation_id=actor.organisation_id)
        case _:
            return PlanUpload.objects.none()


def need_for(actor: Actor, public_id: str) -> Need:
    """Raise NotForYou when it is unknown or foreign."""
    found = needs_visible_to(actor).select_related("organisation", "contract").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def upload_for(actor: Actor, public_id: str) -> PlanUpload:
    """Raise NotForYou when it is unknown or foreign."""
    found = uploads_visible_to(actor).select_related("organisation", "file").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def buyers_of(actor: Actor) -> list[Organisation]:
    """Whose plan the actor may keep: the mission's own organisation first, then every buyer with an account; a buyer its own."""
    own = Organisation.objects.filter(pk=actor.organisation_id)
    if actor.role is not Role.MISSION:
        return list(own)
    others = Membership.objects.filter(role=Role.BUYER.value).exclude(organisation_id=actor.organisation_id)
    rest = Organisation.objects.filter(pk__in=others.values("organisation_id")).order_by("name")
    return [*own, *rest]


def columns_of(need: Need) -> dict[str, Any]:
    """The columns that a file may say, by name."""
    return {name: getattr(need, name) for name in FIELD_NAMES}


def known_needs(organisation_id: int) -> dict[str, dict[str, Any]]:
    """Live needs of a buyer by key, with what a file may change."""
    rows = Need.objects.filter(organisation_id=organisation_id, gone_on__isnull=True).values("key", *FIELD_NAMES)
    return {row["key"]: row for row in rows.order_by("id")}


def remembered(organisation_id: int) -> dict[str, str]:
    """Headings this organisation uses, by field."""
    return dict(ColumnMemory.objects.filter(organisation_id=organisation_id).values_list("field", "heading"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of the list, as the address says them; empty means any."""

    text: str = ""
    stage: str = ""
    basis: str = ""
    category: str = ""
    gone: bool = False
    organisation: str = ""
    undecided: bool = False


def needs(actor: Actor, asked: Asked, today: date) -> QuerySet[Need]:
    """Needs that answer; those that left the plan only when asked for; `undecided`: those that wait for a decision today."""
    found = needs_visible_to(actor).filter(gone_on__isnull=not asked.gone).select_related("organisation")
    if asked.undecided:
        found = awaiting_decision(found, today)
    for name in ("stage", "basis", "category"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    if asked.organisation:
        found = found.filter(organisation__public_id=asked.organisation)
    for word in asked.text.split()[:8]:
        found = found.filter(
            Q(reference__icontains=word) | Q(title__icontains=word) | Q(department__icontains=word) | Q(place__icontains=word)
            | Q(cpv__startswith=word)
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class StageTotal:
    """A column of the board. Euros are those known, excl. tax as written; hours the central ones of needs where something is asked or chosen."""

    stage: Stage
    label: str
    needs: int
    amount: Decimal
    hours_low: Decimal
    hours: Decimal
    hours_high: Decimal


WITH_CLAUSE = ~Q(basis__in=("none", "undecided", "")) & ~Q(chosen="none") | ~Q(chosen__in=("", "none"))
"""Needs that will carry a clause, if each verdict is followed, or as a person chose otherwise."""


def board(found: QuerySet[Need]) -> list[StageTotal]:
    """Totals by stage, every stage in its order, in one query."""
    rows = (
        found.order_by()
        .values("stage")
        .annotate(
            number=Count("id"),
            euros=Sum("amount"),
            low=Sum("hours_low", filter=WITH_CLAUSE),
            central=Sum("hours", filter=WITH_CLAUSE),
            high=Sum("hours_high", filter=WITH_CLAUSE),
        )
    )
    by_stage: dict[str, dict[str, Any]] = {row["stage"]: dict(row) for row in rows}
    return [_stage_total(stage, label, by_stage.get(stage.value, {})) for stage, label in STAGES.items()]


def _stage_total(stage: Stage, label: str, row: dict[str, Any]) -> StageTotal:
    def figure(name: str) -> Decimal:
        return row.get(name) or Decimal(0)

    return StageTotal(
        stage, label, row.get("number", 0), figure("euros"), figure("low"), figure("central"), figure("high")
    )


def total_of(columns: Iterable[StageTotal]) -> StageTotal:
    """All stages but the dropped ones."""
    live = [one for one in columns if one.stage is not Stage.DROPPED]
    return StageTotal(
        Stage.IDEA, "Ensemble", sum(one.needs for one in live), sum((one.amount for one in live), Decimal(0)),
        sum((one.hours_low for one in live), Decimal(0)), sum((one.hours for one in live), Decimal(0)),
        sum((one.hours_high for one in live), Decimal(0)),
    )  # fmt: skip
