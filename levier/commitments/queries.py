"""Reading commitments. Everything starts from what the actor may see."""

from collections.abc import Iterable

from django.db.models import QuerySet

from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment, CommitmentPlacement, HoursWaiver, PoolingAgreement
from levier.foundation.objections import NotForYou


def commitments_visible_to(actor: Actor) -> QuerySet[Commitment]:
    """The mission: all. A buyer: those of its contracts. A facilitator: those of the territory. A company: those it holds.
    A prescriber: none.
    """
    match actor.role:
        case Role.MISSION:
            return Commitment.objects.all()
        case Role.BUYER:
            return Commitment.objects.filter(lot__contract__buyer_id=actor.organisation_id)
        case Role.FACILITATOR:
            return Commitment.objects.filter(territory_id__in=actor.territory_ids)
        case Role.COMPANY:
            return Commitment.objects.filter(holder_id=actor.organisation_id)
        case Role.STRUCTURE | Role.PRESCRIBER:
            return Commitment.objects.none()


def commitment_for(actor: Actor, public_id: str) -> Commitment:
    """Raise NotForYou when it is unknown or foreign."""
    found = (
        commitments_visible_to(actor)
        .select_related("lot__contract__buyer", "holder", "territory", "study")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def commitments_of(actor: Actor, contract_ids: Iterable[int]) -> QuerySet[Commitment]:
    """Commitments of these contracts that the actor may see, with lot, holder and territory, in one query."""
    return (
        commitments_visible_to(actor)
        .filter(lot__contract_id__in=list(contract_ids))
        .select_related("lot", "holder", "territory")
        .order_by("lot__contract_id", "lot__number", "id")
    )


def waivers_of(actor: Actor, commitment_ids: Iterable[int]) -> QuerySet[HoursWaiver]:
    """What was given up on these commitments, with its reasons, the latest first."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    return HoursWaiver.objects.filter(commitment__in=visible).select_related("commitment").order_by("-at", "-id")


def assignments_of(actor: Actor, commitment_ids: Iterable[int]) -> QuerySet[CommitmentPlacement]:
    """Placements drawn onto these commitments, with employer and decision. Nobody's name: the person is a reference."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    return (
        CommitmentPlacement.objects.filter(commitment__in=visible)
        .select_related("commitment__lot", "placement__employer", "placement__decision", "placement__person")
        .defer("placement__person__identity", "placement__person__identity_index")
        .order_by("commitment_id", "since", "id")
    )


def agreements_of(actor: Actor, commitment_ids: Iterable[int]) -> QuerySet[PoolingAgreement]:
    """Pooling agreements that name at least one of these commitments."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    return PoolingAgreement.objects.filter(members__commitment__in=visible).distinct().order_by("-signed_on", "id")
