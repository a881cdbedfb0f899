"""Who keeps the reference data."""

from levier.accounts.values import Actor, Role


def may_keep_references(actor: Actor | None) -> bool:
    """Change a figure, a contact or a perimeter: the mission."""
    return actor is not None and actor.role is Role.MISSION
