"""Reading models and kits. Everything starts from what the actor may see; companies and facilitators see neither."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from levier.accounts.values import Actor, Role
from levier.bids.queries import grids_visible_to
from levier.drafting.models import Kit, ModelVersion
from levier.drafting.policies import may_draft
from levier.drafting.shipped import VERSION, shipped_model
from levier.drafting.values import Contact, ContractFacts, CriterionFacts, Piece
from levier.files.queries import content_of
from levier.foundation.objections import NotForYou
from levier.participants.criteria import published_criteria
from levier.participants.values import Criterion
from levier.procurement.models import Contract, Lot
from levier.procurement.queries import contract_for, latest_screening
from levier.territories.queries import contacts


def drafted_contract(actor: Actor, public_id: str) -> Contract:
    """A contract whose tender file the actor may write. Raise NotForYou otherwise."""
    contract = contract_for(actor, public_id)
    if not may_draft(actor, buyer_id=contract.buyer_id):
        raise NotForYou
    return contract


def kits_visible_to(actor: Actor) -> QuerySet[Kit]:
    """The mission: all. A buyer: those of its contracts."""
    match actor.role:
        case Role.MISSION:
            return Kit.objects.all()
        case Role.BUYER:
            return Kit.objects.filter(contract__buyer_id=actor.organisation_id)
        case _:
            return Kit.objects.none()


def kit_for(actor: Actor, public_id: str) -> Kit:
    """Raise NotForYou when it is unknown or foreign."""
    found = kits_visible_to(actor).select_related("file", "contract").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def models_in_use() -> dict[Piece, ModelVersion | None]:
    """The latest version of each piece; None: the shipped one, never changed."""
    found: dict[Piece, ModelVersion | None] = dict.fromkeys(Piece)
    for one in ModelVersion.objects.select_related("file").order_by("piece", "number"):
        if one.piece in Piece:
            found[Piece(one.piece)] = one
    return found


def model_content(piece: Piece, version: ModelVersion | None) -> bytes:
    """The Word document of a version. Raise FileDamaged when its bytes are not what was put back."""
    return shipped_model(piece.value) if version is None or version.file is None else content_of(version.file)


def version_name(piece: Piece, version: ModelVersion | None) -> str:
    """By what a kit remembers the model it used."""
    number = version.number if version is not None else 0
    origin = f"livré {VERSION}" if version is None or version.file_id is None else f"{version.created_at:%Y-%m-%d}"
    return f"modèle {piece.value} v{number} ({origin})"


def model_versions(piece: Piece) -> list[ModelVersion]:
    """All that were put back, the latest first."""
    return list(ModelVersion.objects.filter(piece=piece.value).select_related("file").order_by("-number"))


def model_version_for(public_id: str) -> ModelVersion:
    """Models are those of everybody who drafts. Raise NotForYou when it is unknown."""
    found = ModelVersion.objects.select_related("file").filter(public_id=public_id).first()
    if found is None or found.piece not in Piece:
        raise NotForYou
    return found


def contract_facts(contract: Contract) -> ContractFacts:
    screening = latest_screening(contract)
    return ContractFacts(
        reference=contract.reference,
        title=contract.title,
        buyer=contract.buyer.name,
        category=contract.category,
        duration_months=contract.duration_months,
        statutory=bool(screening and screening.statutory),
    )


def contacts_by_territory(day: date, lots: Iterable[Lot]) -> dict[int, Contact]:
    """Who to call that day for the territories of these lots, which come with `territories__territory`."""
    known = contacts(day)
    names = {place.territory.number: place.territory.name for lot in lots for place in lot.territories.all()}
    return {
        number: Contact(number, name, one.structure, one.person, one.phone, one.email)
        for number, name in names.items()
        if (one := known.get(number)) is not None
    }


def criterion_facts(actor: Actor, lot: Lot | None) -> CriterionFacts | None:
    """The grid of that lot; None when none is written."""
    grid = grids_visible_to(actor).prefetch_related("lines").filter(lot=lot).first() if lot is not None else None
    if grid is None:
        return None
    return CriterionFacts(
        points=grid.points,
        link=grid.link,
        lines=tuple((one.label, one.weight, one.evidence) for one in grid.lines.all()),
        anchors=tuple(grid.anchors),
        closed=grid.closed_at is not None,
        minimum_hours=grid.minimum_hours,
    )


def publics() -> list[Criterion]:
    """The people the clause is for: the eligibility criteria, each with what proves it and its version."""
    return [one for one in published_criteria() if one.for_clause]
