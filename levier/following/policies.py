"""Who follows the clause, and who may put a line off or give it to somebody. Plain facts in, yes or no out."""

from levier.accounts.values import Actor, Role


def may_follow(actor: Actor) -> bool:
    """The mission for all, a facilitator for the territory, a buyer for its own contracts; companies read their own steps elsewhere."""
    return actor.role in {Role.MISSION, Role.FACILITATOR, Role.BUYER}


def may_handle(actor: Actor) -> bool:
    return actor.role in {Role.MISSION, Role.FACILITATOR}


def may_set_calendar(actor: Actor, *, buyer_id: int) -> bool:
    """The mission for every buyer, a buyer for itself."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == buyer_id)
