"""Reading what is decided of tenders: state of one, and the register of waivers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from levier.accounts.values import Actor, Role
from levier.foundation.objections import Objection
from levier.planning.models import EssAward, Need, ObligationWaiver, TenderCondition, TenderPublication
from levier.planning.tendering import TenderFacts, WaiverScope, holds_publication
from levier.planning.values import Instrument
from levier.procurement.models import Contract, Screening
from levier.procurement.queries import contracts_visible_to, latest_screening


@dataclass(frozen=True, slots=True)
class TenderState:
    """All that is on file for one tender, and what still holds its publication (None: nothing)."""

    facts: TenderFacts
    held: Objection | None
    screening: Screening | None
    condition: TenderCondition | None
    waivers: tuple[ObligationWaiver, ...]
    published_on: date | None
    awards: tuple[EssAward, ...]

    @property
    def waivable(self) -> tuple[str, ...]:
        return tuple(self.screening.answer.get("waivable", ())) if self.screening else ()


def tender_state(contract: Contract) -> TenderState:
    """Five queries."""
    screening = latest_screening(contract)
    condition = TenderCondition.objects.filter(contract=contract).order_by("-at", "-id").first()
    waivers = tuple(ObligationWaiver.objects.filter(contract=contract).order_by("-at", "-id"))
    published = TenderPublication.objects.filter(contract=contract).first()
    facts = TenderFacts(
        screened=screening is not None,
        statutory=screening is not None and screening.statutory,
        policy=screening is not None and screening.policy,
        instrument=Instrument(condition.instrument) if condition else None,
        waived=frozenset(WaiverScope(one.scope) for one in waivers),
        published_on=published.published_on if published else None,
    )
    awards = tuple(EssAward.objects.filter(contract=contract).select_related("holder").order_by("awarded_on", "id"))
    return TenderState(
        facts,
        holds_publication(facts),
        screening,
        condition,
        waivers,
        published.published_on if published else None,
        awards,
    )


def planned_instrument(contract: Contract) -> str:
    """What the plan proposes for this contract: what a person chose, else the verdict; empty when it is not in the plan."""
    found = Need.objects.filter(contract=contract).values_list("chosen", "instrument").first()
    chosen = (found[0] or found[1]) if found else ""
    return "" if chosen == Instrument.NONE else chosen


def waivers_visible_to(actor: Actor) -> QuerySet[ObligationWaiver]:
    """The mission: all; a buyer: those of its contracts; nobody else."""
    if actor.role not in {Role.MISSION, Role.BUYER}:
        return ObligationWaiver.objects.none()
    return ObligationWaiver.objects.filter(contract__in=contracts_visible_to(actor))


def register_of(actor: Actor) -> QuerySet[ObligationWaiver]:
    """The latest first."""
    return waivers_visible_to(actor).select_related("contract__buyer").order_by("-at", "-id")


def waivers_by_ground(actor: Actor) -> dict[tuple[str, str], int]:
    """How many, by (scope, ground)."""
    rows = (
        waivers_visible_to(actor)
        .values_list("scope", "ground")
        .annotate(number=Count("id"))
        .order_by("scope", "ground")
    )
    return {(scope, ground): number for scope, ground, number in rows}
