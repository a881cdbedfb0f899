"""Who may do what with a purchase plan and a tender before its publication."""

from levier.accounts.values import Actor, Role


def may_plan(actor: Actor, *, organisation_id: int) -> bool:
    """Keep the plan of a buyer: the mission for any, a buyer for its own."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == organisation_id)


def may_prepare(actor: Actor, *, buyer_id: int) -> bool:
    """Decide the condition or the waiver of a tender, publish it, record a reserved award: the same people."""
    return may_plan(actor, organisation_id=buyer_id)
