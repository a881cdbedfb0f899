"""What is due moves: an amendment raises it, and two companies share it, one transfer agreed and one waiting for its answer."""

from datetime import datetime
from decimal import Decimal

from levier.commitments.due_actions import enter_amendment
from levier.commitments.group_actions import answer_transfer, propose_transfer, take_member
from levier.commitments.models import Commitment
from levier.commitments.values import Liability, MemberRole
from levier.demonstration.casting import Cast
from levier.organisations.queries import siret_of


def move_dues(who: Cast, *, now: datetime) -> int:
    """On the first two running commitments of the company that signs in with most of them. How many were touched."""
    running = Commitment.objects.filter(
        starts_on__lt=who.today, ends_on__gt=who.today, balance_hours__gt=60, due_hours__gt=120
    )
    first = running.order_by("holder_id", "id").first()
    if first is None:
        return 0
    mine = list(running.filter(holder_id=first.holder_id).select_related("holder").order_by("id")[:2])
    enter_amendment(
        actor=who.mission, commitment_public_id=first.public_id, reference="Avenant 1", due_hours=first.due_hours + 35,
        effective_on=who.today, now=now,
    )  # fmt: skip
    _share(who, mine[-1], now)
    return len(mine)


def _share(who: Cast, head: Commitment, now: datetime) -> None:
    leader = who.companies[head.holder_id]
    other = next(actor for key, actor in who.companies.items() if key != head.holder_id)
    member = take_member(
        actor=leader, parent_public_id=head.public_id, siret=siret_of(other.organisation_id), name=other.organisation_name,
        role=MemberRole.SUBCONTRACTOR, liability=Liability.JOINT_LEADER, starts_on=who.today, now=now,
    )  # fmt: skip
    for hours, reason, agreed in (
        (40, "Lot de peinture confié au sous-traitant", True),
        (15, "Nettoyage de fin de chantier", False),
    ):
        asked = propose_transfer(
            actor=leader,
            source_id=head.public_id,
            target_id=member.public_id,
            hours=Decimal(hours),
            reason=reason,
            now=now,
        )
        if agreed:
            answer_transfer(actor=other, transfer_public_id=asked.public_id, accepted=True, now=now)
