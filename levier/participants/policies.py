"""Who may do what with people. Plain facts in, yes or no out."""

from levier.accounts.values import Actor, Role


def may_register(actor: Actor) -> bool:
    """A facilitator, or a prescriber who proposes somebody new, in the own territory."""
    return actor.role in {Role.FACILITATOR, Role.PRESCRIBER} and bool(actor.territory_ids)


def may_follow(actor: Actor, *, territory_id: int) -> bool:
    """Decide on eligibility, place: the facilitator of the person's territory."""
    return actor.role is Role.FACILITATOR and territory_id in actor.territory_ids


def may_read_identities(actor: Actor) -> bool:
    """The list of people: those who follow them. A company reads only the people it employs, through its placements."""
    return actor.role in {Role.MISSION, Role.FACILITATOR}


def may_read_ground(actor: Actor, *, territory_id: int) -> bool:
    """Criterion and proof: the mission, and the facilitator of the person's territory. Never a company, never a buyer."""
    return actor.role is Role.MISSION or may_follow(actor, territory_id=territory_id)
