"""Who drafts, and who changes the models."""

from levier.accounts.values import Actor, Role


def may_draft(actor: Actor, *, buyer_id: int) -> bool:
    """The mission, and the buyer for its own contracts."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == buyer_id)


def may_change_models(actor: Actor) -> bool:
    """The mission: the models are those of the whole Département."""
    return actor.role is Role.MISSION
