from levier.accounts.values import Actor, Role
from levier.audit.values import Author


def may_invite(actor: Author, role: Role, organisation_id: int) -> bool:
    """The mission and a facilitator open accesses of companies, structures and prescribers; who administers a company, those of that
    company; the command line, those of everybody.
    """
    if actor.role == "system":
        return True
    if role not in {Role.COMPANY, Role.STRUCTURE, Role.PRESCRIBER}:
        return False
    if actor.role in {Role.MISSION, Role.FACILITATOR}:
        return True
    return role is Role.COMPANY and may_administer(actor, organisation_id)


def may_administer(actor: Author, organisation_id: int) -> bool:
    """Add, change and remove the contacts of the company: who administers it, signed in with a password."""
    return (
        isinstance(actor, Actor)
        and actor.role is Role.COMPANY
        and actor.administers
        and not actor.by_link
        and actor.organisation_id == organisation_id
    )
