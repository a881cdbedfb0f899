"""Who may do what with controls, letters and penalties."""

from levier.accounts.values import Actor, Role


def may_open(actor: Actor) -> bool:
    """Plan a control, or open a case for hours or proofs that are missing: those who follow the execution."""
    return actor.role in {Role.MISSION, Role.FACILITATOR}


def may_report(actor: Actor) -> bool:
    """Send what was found on site or in the pieces."""
    return actor.role in {Role.MISSION, Role.FACILITATOR}


def may_decide(actor: Actor) -> bool:
    """Give notice, propose, decide, withdraw, draw: the Département."""
    return actor.role is Role.MISSION


def may_write(actor: Actor, letter_kind: str) -> bool:
    """A facilitator writes amicable reminders; what has legal effect is the Département's."""
    return actor.role is Role.MISSION or (actor.role is Role.FACILITATOR and letter_kind == "reminder")


def may_answer(actor: Actor) -> bool:
    """Type observations: the company that is heard."""
    return actor.role is Role.COMPANY


def may_gather(actor: Actor) -> bool:
    """Take an audit pack away."""
    return actor.role in {Role.MISSION, Role.FACILITATOR, Role.BUYER}
