from levier.accounts.values import Role
from levier.audit.values import Author


def may_invite(actor: Author, role: Role) -> bool:
    """The mission and a facilitator open accesses of companies; the command line, those of everybody."""
    if actor.role == "system":
        return True
    return actor.role in {Role.MISSION, Role.FACILITATOR} and role is Role.COMPANY
