"""Who may do what with the social criterion. A company and a facilitator never see it: it holds other companies' offers."""

from levier.accounts.values import Actor, Role


def may_judge(actor: Actor, *, buyer_id: int) -> bool:
    """Write the grid, receive bids, agree on scores: the mission, and the buyer for its own contracts."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == buyer_id)


def may_award(actor: Actor) -> bool:
    """Turn the winner's promises into commitments: the mission, who records what is owed."""
    return actor.role is Role.MISSION
