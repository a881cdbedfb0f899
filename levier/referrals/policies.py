"""Who may do what with positions and referrals. Plain facts in, yes or no out."""

from dataclasses import dataclass

from levier.accounts.values import OF_A_TERRITORY, Actor, Role
from levier.referrals.values import Party


@dataclass(frozen=True, slots=True)
class Involved:
    """Whose referral it is: the holder of the commitment, the territory, who proposed the person."""

    holder_id: int
    territory_id: int
    referrer_id: int


def may_open(actor: Actor, *, holder_id: int) -> bool:
    """Open, change or close a position: the company that owes the hours."""
    return actor.role is Role.COMPANY and actor.organisation_id == holder_id


def may_propose(actor: Actor, *, territory_id: int) -> bool:
    """Propose somebody: the facilitator and the prescribers of the position's territory."""
    return actor.role in OF_A_TERRITORY and territory_id in actor.territory_ids


def may_plan(actor: Actor) -> bool:
    """Read the calendar of needs: those who prepare people, and the mission."""
    return actor.role is Role.MISSION or actor.role in OF_A_TERRITORY


def parties(actor: Actor, involved: Involved) -> frozenset[Party]:
    """What the actor is to a referral; empty for a stranger."""
    found = set()
    if actor.role is Role.COMPANY and actor.organisation_id == involved.holder_id:
        found.add(Party.COMPANY)
    if actor.role is Role.FACILITATOR and involved.territory_id in actor.territory_ids:
        found.add(Party.FACILITATOR)
    if actor.role in OF_A_TERRITORY and actor.user_id == involved.referrer_id:
        found.add(Party.REFERRER)
    return frozenset(found)
