"""Who may do what with a contract."""

from levier.accounts.values import Actor, Role


def may_follow(actor: Actor) -> bool:
    """Take a published contract up: the mission."""
    return actor.role is Role.MISSION


def may_read_notices(actor: Actor, buyer_siret: str, own_siret: str) -> bool:
    """Read a published notice in the working pages: the mission all of them, a buyer its own."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and buyer_siret == own_siret)


def may_screen(actor: Actor, *, buyer_id: int) -> bool:
    """The mission, and the buyer for its own contracts."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == buyer_id)


def may_locate(actor: Actor) -> bool:
    """Say which territories follow a lot: the mission."""
    return actor.role is Role.MISSION


def may_publish(actor: Actor, *, buyer_id: int) -> bool:
    """Complete and send the essential data of a contract: the mission, and the buyer for its own."""
    return may_screen(actor, buyer_id=buyer_id)


def may_tie(actor: Actor, *, buyer_id: int) -> bool:
    """Say that a published contract is one of our files: the mission, and the buyer for its own contracts."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == buyer_id)


def may_amend(actor: Actor) -> bool:
    """Record the amount that an amendment leaves: the mission."""
    return actor.role is Role.MISSION
