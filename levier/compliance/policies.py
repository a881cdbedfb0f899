"""Who may certify."""

from levier.accounts.values import Actor, Role


def may_certify(actor: Actor) -> bool:
    """Seal a certificate: the Département validates at the end."""
    return actor.role is Role.MISSION


def may_propose_settlement(actor: Actor) -> bool:
    """Draw the statement of the end up: those who follow the execution."""
    return actor.role in {Role.FACILITATOR, Role.MISSION}


def may_answer_settlement(actor: Actor) -> bool:
    """Agree or contest, line by line: the company that owes."""
    return actor.role is Role.COMPANY


def may_read_outbox(actor: Actor) -> bool:
    """See which messages left, which wait and which failed, and have one tried again."""
    return actor.role is Role.MISSION
