"""How some companies of the demonstration came in: contacts on site, invitations at every stage, kick-offs and plans."""

from datetime import datetime, timedelta

from levier.accounts.contacts import add_contact
from levier.accounts.models import Membership
from levier.accounts.values import Duty
from levier.commitments.models import Commitment
from levier.demonstration.casting import Cast
from levier.onboarding.actions import contact_letter, hours_left, invite_from_award, keep_kick_off, keep_plan
from levier.onboarding.rules import evenly
from levier.onboarding.values import Proof, Way

WELCOMED = 12
"""Running commitments whose companies have a kick-off and, but for one in three, a plan."""
_WAYS = ((Way.SUPPLY,), (Way.DIRECT_HIRE, Way.SUPPLY), (Way.SUBCONTRACT,), (Way.GEIQ, Way.DIRECT_HIRE))


def welcome(who: Cast, *, now: datetime) -> int:
    """Through the real actions. Return how many commitments were told of."""
    running = Commitment.objects.filter(
        ends_on__gt=who.today + timedelta(days=120), holder__in=who.companies
    ).select_related("holder", "territory")
    seen: set[int] = set()
    chosen = list(running.order_by("holder_id", "id")[:WELCOMED])
    for rank, commitment in enumerate(chosen):
        company, facilitator = who.companies[commitment.holder_id], who.facilitators[commitment.territory.number]
        if commitment.holder_id not in seen:
            seen.add(commitment.holder_id)
            write = contact_letter(company, "Chef de chantier", commitment.holder.name)
            add_contact(
                actor=company, full_name=f"Camille Chantier {rank + 1}", email=f"chantier{rank + 1}@demo.test", write=write, days=14,
                phone=f"04 00 00 01 {rank:02d}", duties=[Duty.SITE], now=now,
            )  # fmt: skip
            add_contact(
                actor=company, full_name=f"Andrée Direction {rank + 1}", email=f"direction{rank + 1}@demo.test", write=write, days=14,
                phone=f"04 00 00 02 {rank:02d}", duties=[Duty.MANAGE], now=now,
            )  # fmt: skip
            _invite(who, commitment, rank, now)
        keep_kick_off(
            actor=facilitator, commitment_id=commitment.public_id, held_on=commitment.starts_on + timedelta(days=9), note="",
            attendees="Conducteur de travaux, facilitateur, chargée de mission", proofs=[Proof.CONTRACT, Proof.TIMESHEET], now=now,
        )  # fmt: skip
        left = hours_left(commitment, who.today)
        if rank % 3 != 2 and left > 1:
            owner = Membership.objects.get(pk=company.membership_id)
            keep_plan(
                actor=company, commitment_id=commitment.public_id, parts=evenly(left, _WAYS[rank % len(_WAYS)]),
                decided_on=who.today, owner_id=owner.public_id, note="", catalogue=who.catalogue, now=now,
            )  # fmt: skip
    return len(chosen)


def _invite(who: Cast, commitment: Commitment, rank: int, now: datetime) -> None:
    """One a company: written yesterday, or a month ago and expired."""
    at = now - timedelta(days=1 if rank % 2 else 30)
    invite_from_award(
        actor=who.facilitators[commitment.territory.number], commitment_id=commitment.public_id, full_name=f"Dominique Paie {rank + 1}",
        email=f"paie{rank + 1}@demo.test", phone="", catalogue=who.catalogue, now=at,
    )  # fmt: skip
