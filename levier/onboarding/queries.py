"""Reading what is agreed when a company comes in, and what Levier knows of a SIRET."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from levier.accounts.models import Membership
from levier.accounts.values import OPENING, Actor, Duty
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_visible_to
from levier.foundation.objections import NotForYou
from levier.hours.queries import statements_visible_to
from levier.onboarding.models import ActionPlan, KickOff
from levier.onboarding.values import Way
from levier.open_data.models import PublishedContract
from levier.organisations.models import Organisation
from levier.organisations.values import StructureKind
from levier.sizing.sectors import suggested_sector
from levier.supply.models import Structure
from levier.supply.queries import Wanted, structures
from levier.supply.rules import trade_of_sector
from levier.supply.values import Trade
from levier.territories.models import FacilitatorContact
from levier.territories.queries import contact_facts, in_force
from levier.territories.values import ContactFacts

KINDS_OF = {
    Way.SUPPLY: frozenset({StructureKind.ETTI, StructureKind.AI}),
    Way.GEIQ: frozenset({StructureKind.GEIQ}),
    Way.SUBCONTRACT: frozenset({StructureKind.EI, StructureKind.ACI}),
}
SHOWN_STRUCTURES = 5
MOST_PUBLISHED = 50


def plans_of(actor: Actor, commitment_ids: Iterable[int]) -> dict[int, ActionPlan]:
    """The plan that holds, by commitment in reach."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    found = ActionPlan.objects.filter(commitment__in=visible).select_related("owner__user").order_by("at", "id")
    return {one.commitment_id: one for one in found}


def kick_offs_of(actor: Actor, commitment_ids: Iterable[int]) -> dict[int, KickOff]:
    """The kick-off that holds, by commitment in reach."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    return {one.commitment_id: one for one in KickOff.objects.filter(commitment__in=visible).order_by("at", "id")}


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """What Levier knows of a SIRET; empty where it knows nothing."""

    siret: str
    name: str
    legal_form: str
    activity: str
    address: str
    sources: tuple[str, ...]
    published: int
    commitments: tuple[Commitment, ...]
    others: tuple[Commitment, ...]
    """Commitments in reach of other establishments of the same company (same SIREN)."""


def known_company(actor: Actor, siret: str) -> KnownCompany:
    """Names and addresses of establishments are public; its commitments are those in the actor's reach."""
    known = Organisation.objects.filter(siret=siret).first()
    listed = Structure.objects.filter(siret=siret).order_by("deactivated_on", "id").first()
    told = PublishedContract.objects.filter(holders__contains=[{"id": siret}]).values_list("holders", flat=True)
    published = [holder for row in told[:MOST_PUBLISHED] for holder in row if holder.get("id") == siret]
    told_name = next((holder["name"] for holder in published if holder.get("name")), "")
    owed = commitments_visible_to(actor).filter(holder__siret__startswith=siret[:9])
    reach = list(owed.select_related("lot__contract", "holder", "territory").order_by("-ends_on", "id")[:60])
    sources = [
        *(["Marchés suivis dans Levier"] if known else []),
        *(["Marchés publiés (DECP)"] if published else []),
        *(["Annuaire des structures inclusives"] if listed else []),
    ]
    place = " ".join(filter(None, (listed.address, listed.postcode, listed.city))) if listed else ""
    return KnownCompany(
        siret=siret,
        name=(known.name if known else "") or told_name or (listed.name if listed else ""),
        legal_form=listed.legal_form if listed else "",
        activity=listed.naf if listed else "",
        address=place,
        sources=tuple(sources),
        published=len(published),
        commitments=tuple(one for one in reach if one.holder.siret == siret),
        others=tuple(one for one in reach if one.holder.siret != siret),
    )


def trade_of(commitment: Commitment) -> Trade | None:
    """The trade of structures that answers the commitment's lot, by its CPV code."""
    return trade_of_sector(suggested_sector(commitment.lot.cpv))


@dataclass(frozen=True, slots=True)
class Nearby:
    """Structures of a way, the most capacity first; `near` False: none in the territory, these are elsewhere in the département."""

    near: bool
    total: int
    shown: tuple[Structure, ...]


def structures_for(commitment: Commitment, on: date) -> dict[Way, Nearby]:
    """Who could do the hours by each way: those that lend people whatever their trade, subcontractors of the lot's trade."""
    kinds = [kind.value for group in KINDS_OF.values() for kind in group]
    close = list(structures(Wanted(territory=commitment.territory.number), on).filter(kind__in=kinds))
    wide = list(structures(Wanted(), on).filter(kind__in=kinds))
    trade = trade_of(commitment)
    return {way: _nearby(way, close, wide, trade) for way in KINDS_OF}


def _nearby(way: Way, close: list[Structure], wide: list[Structure], trade: Trade | None) -> Nearby:
    def able(one: Structure) -> bool:
        return StructureKind(one.kind) in KINDS_OF[way] and (
            way is not Way.SUBCONTRACT or trade is None or trade.value in one.trades
        )

    near = [one for one in close if able(one)]
    found = near or [one for one in wide if able(one)]
    ordered = sorted(found, key=lambda one: (-(one.capacity or 0), one.name))
    return Nearby(bool(near), len(found), tuple(ordered[:SHOWN_STRUCTURES]))


def facilitators_of(actor: Actor, on: date, *, commitment_id: str = "", contract_id: str = "") -> list[ContactFacts]:
    """Who is to be called for what is owed, in one query: by the commitment or contract named, where it is in reach, else by all."""
    owed = commitments_visible_to(actor)
    here = owed.filter(
        Q(public_id=commitment_id) | Q(lot__contract__public_id=contract_id), territory=OuterRef("territory")
    )
    rows = (
        FacilitatorContact.objects.filter(in_force(on), territory__in=owed.values("territory"))
        .annotate(here=Exists(here))
        .select_related("territory")
        .order_by("territory__number")
    )
    found = list(rows)
    return [contact_facts(one) for one in found if one.here] or [contact_facts(one) for one in found]


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The three things that a company does first: whether each is done, and the commitment that the next ones are about."""

    contacts: bool
    way: bool
    declared: bool
    commitment: Commitment | None

    @property
    def left(self) -> int:
        return (not self.contacts) + (not self.way) + (not self.declared)


def first_steps(actor: Actor, today: date) -> FirstSteps | None:
    """None where the company owes nothing that is still running."""
    owed = list(
        commitments_visible_to(actor)
        .filter(ends_on__gte=today)
        .select_related("lot__contract", "territory")
        .order_by("starts_on", "id")
    )
    if not owed:
        return None
    planned = plans_of(actor, [one.pk for one in owed])
    waiting = next((one for one in owed if one.pk not in planned), None)
    people = Membership.objects.filter(
        organisation_id=actor.organisation_id, role=actor.role.value, withdrawn_at__isnull=True
    )
    declared = statements_visible_to(actor).exclude(state="draft").exists()
    on_site = [
        duties for duties in people.values_list("duties", flat=True) if Duty.SITE in duties or not OPENING & set(duties)
    ]
    return FirstSteps(bool(on_site), waiting is None, declared, waiting or owed[0])


def owner_for(commitment: Commitment, contact_id: str) -> Membership:
    """A contact of the holder. Raise NotForYou when it is not one."""
    found = Membership.objects.filter(
        organisation_id=commitment.holder_id, public_id=contact_id, withdrawn_at__isnull=True
    ).first()
    if found is None:
        raise NotForYou
    return found
