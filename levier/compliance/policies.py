"""Who may certify."""

from levier.accounts.values import Actor, Role


def may_certify(actor: Actor) -> bool:
    """Seal a certificate: the Département validates at the end."""
    return actor.role is Role.MISSION
