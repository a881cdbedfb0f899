"""Who may size a lot."""

from levier.accounts.values import Actor, Role


def may_size(actor: Actor, *, buyer_id: int) -> bool:
    """The mission, and the buyer for its own contracts."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == buyer_id)


def may_annotate(actor: Actor) -> bool:
    """Say what one observes of a labour share: the nine facilitators and the mission."""
    return actor.role in {Role.MISSION, Role.FACILITATOR}
