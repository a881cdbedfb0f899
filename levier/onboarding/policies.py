"""Who may do what when a company comes in. Whether the commitment is in reach is the query's to say."""

from levier.accounts.values import Actor, Role


def may_receive(actor: Actor) -> bool:
    """Invite a company's person, record the kick-off: the mission, and the facilitator of the territory."""
    return actor.role in {Role.MISSION, Role.FACILITATOR}


def may_plan(actor: Actor) -> bool:
    """Choose by which way the hours are done: the company, signed in; the facilitator and the mission with it."""
    return actor.role in {Role.MISSION, Role.FACILITATOR} or (actor.role is Role.COMPANY and not actor.by_link)
