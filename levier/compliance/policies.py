"""Who may certify."""

from levier.accounts.values import Actor, Role


def may_certify(actor: Actor) -> bool:
    """Seal a certificate: the Département validates at the end."""
    return actor.role is Role.MISSION


def may_read_outbox(actor: Actor) -> bool:
    """See which messages left, which wait and which failed, and have one tried again."""
    return actor.role is Role.MISSION
