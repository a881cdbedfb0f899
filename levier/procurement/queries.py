"""Reading contracts. Everything starts from what the actor may see."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from levier.accounts.values import Actor, Role
from levier.foundation.objections import NotForYou
from levier.organisations.models import Organisation
from levier.procurement.models import Amendment, Contract, Lot, LotHolder, LotTerritory, Screening


def lots_visible_to(actor: Actor) -> QuerySet[Lot]:
    """The mission: all. A buyer: those of its contracts. A facilitator: those of the territory. A company: those it holds.
    A prescriber: none.
    """
    match actor.role:
        case Role.MISSION:
            return Lot.objects.all()
        case Role.BUYER:
            return Lot.objects.filter(contract__buyer_id=actor.organisation_id)
        case Role.FACILITATOR:
            here = LotTerritory.objects.filter(lot=OuterRef("pk"), territory_id__in=actor.territory_ids)
            return Lot.objects.filter(Exists(here))
        case Role.COMPANY:
            held = LotHolder.objects.filter(lot=OuterRef("pk"), organisation_id=actor.organisation_id)
            return Lot.objects.filter(Exists(held))
        case Role.STRUCTURE | Role.PRESCRIBER:
            return Lot.objects.none()


def contracts_visible_to(actor: Actor) -> QuerySet[Contract]:
    """Contracts with at least one lot that the actor may see; the mission and the buyer also those without any."""
    match actor.role:
        case Role.MISSION:
            return Contract.objects.all()
        case Role.BUYER:
            return Contract.objects.filter(buyer_id=actor.organisation_id)
        case _:
            return Contract.objects.filter(Exists(lots_visible_to(actor).filter(contract=OuterRef("pk"))))


def contract_for(actor: Actor, public_id: str) -> Contract:
    """Raise NotForYou when it is unknown or foreign."""
    found = contracts_visible_to(actor).select_related("buyer").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def lot_for(actor: Actor, public_id: str) -> Lot:
    """Raise NotForYou when it is unknown or foreign."""
    found = lots_visible_to(actor).select_related("contract__buyer").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def lots_of(actor: Actor, contract_ids: Iterable[int]) -> QuerySet[Lot]:
    """Lots of these contracts that the actor may see, with holders, territories and amendments: four queries in all."""
    return (
        lots_visible_to(actor)
        .filter(contract_id__in=list(contract_ids))
        .prefetch_related(
            Prefetch("holders", LotHolder.objects.select_related("organisation").order_by("id")),
            Prefetch("territories", LotTerritory.objects.select_related("territory").order_by("territory__number")),
            Prefetch("amendments", Amendment.objects.order_by("sequence")),
        )
        .order_by("contract_id", "number")
    )


def searched(contracts: QuerySet[Contract], text: str) -> QuerySet[Contract]:
    """Contracts whose reference, title, lot title, holder's name or SIRET hold every word of the text."""
    for word in text.split()[:8]:
        lots = Lot.objects.filter(contract=OuterRef("pk")).filter(
            Q(title__icontains=word)
            | Q(holders__organisation__name__icontains=word)
            | Q(holders__organisation__siret__startswith=word)
        )
        contracts = contracts.filter(Q(reference__icontains=word) | Q(title__icontains=word) | Exists(lots))
    return contracts


def in_territory(contracts: QuerySet[Contract], number: int) -> QuerySet[Contract]:
    here = LotTerritory.objects.filter(lot__contract=OuterRef("pk"), territory__number=number)
    return contracts.filter(Exists(here))


def latest_screening(contract: Contract) -> Screening | None:
    """The one that counts."""
    return contract.screenings.order_by("-at", "-id").first()


def estimate_of(contract: Contract) -> Decimal | None:
    """Sum of the lots' initial amounts, flagged ones left out; None when none is usable. A proposal: a person confirms it."""
    total: Decimal | None = contract.lots.filter(amount_flag="").aggregate(total=Sum("initial_amount"))["total"]
    return total


def unlocated(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Contracts of which no lot has a territory yet."""
    return contracts.exclude(Exists(LotTerritory.objects.filter(lot__contract=OuterRef("pk"))))


def followed_keys(actor: Actor, keys: Iterable[bytes]) -> dict[bytes, str]:
    """Which published records are lots of a followed contract that the actor may see: its public identifier, by key."""
    rows = lots_visible_to(actor).filter(published_key__in=list(keys))
    return {bytes(key): contract for key, contract in rows.values_list("published_key", "contract__public_id") if key}


def buyers_of(actor: Actor) -> QuerySet[Organisation]:
    """Buyers of the contracts that the actor may see, by name."""
    theirs = contracts_visible_to(actor).filter(buyer=OuterRef("pk"))
    return Organisation.objects.filter(Exists(theirs)).order_by("name", "siret")


def awaiting_award(actor: Actor) -> QuerySet[Lot]:
    """Lots that no published record is tied to yet, with their contract, buyer and holders: two queries."""
    return (
        lots_visible_to(actor)
        .filter(published_key__isnull=True)
        .select_related("contract__buyer")
        .prefetch_related(Prefetch("holders", LotHolder.objects.select_related("organisation").order_by("id")))
        .order_by("contract_id", "number")
    )
