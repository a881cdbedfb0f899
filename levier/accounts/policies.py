from levier.accounts.values import Role
from levier.audit.values import Author


def may_invite(actor: Author, role: Role) -> bool:
    """The mission opens accesses of companies and prescribers, a facilitator of companies; the command line, of everybody."""
    if actor.role == "system":
        return True
    if role is Role.PRESCRIBER:
        return actor.role is Role.MISSION
    return actor.role in {Role.MISSION, Role.FACILITATOR} and role is Role.COMPANY
