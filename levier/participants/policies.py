"""Who may do what with people. Plain facts in, yes or no out."""

from levier.accounts.values import Actor, Role

DECIDERS = frozenset({Role.FACILITATOR, Role.PRESCRIBER})


def may_register(actor: Actor) -> bool:
    """A facilitator, or a prescriber who proposes somebody new, in the own territory."""
    return actor.role in DECIDERS and bool(actor.territory_ids)


def may_decide(actor: Actor, *, territory_id: int) -> bool:
    """Eligibility: the facilitator of the person's territory, or a prescriber delegated there (an access that names its end)."""
    if actor.role is Role.PRESCRIBER and not actor.delegated:
        return False
    return actor.role in DECIDERS and territory_id in actor.territory_ids


def may_follow(actor: Actor, *, territory_id: int) -> bool:
    """Place, end, write to the person, answer them: the facilitator of the person's territory."""
    return actor.role is Role.FACILITATOR and territory_id in actor.territory_ids


def may_check_iae(actor: Actor, *, territory_id: int, employer_id: int) -> bool:
    """Say that a person's entry into a SIAE was checked: the structure that employs them, or the facilitator of their territory."""
    if actor.role is Role.STRUCTURE:
        return actor.organisation_id == employer_id
    return may_follow(actor, territory_id=territory_id)


def may_read_iae(actor: Actor, *, territory_id: int, checked_org_id: int) -> bool:
    """The level that was seen: who may read criteria; a structure, what it saw itself."""
    if actor.role is Role.STRUCTURE:
        return actor.organisation_id == checked_org_id
    return may_read_ground(actor, territory_id=territory_id)


def may_read_identities(actor: Actor) -> bool:
    """The list of people: those who follow them; a prescriber, those whose file it opened. A company reads only the people it
    employs, through its placements.
    """
    return actor.role in {Role.MISSION, Role.FACILITATOR, Role.PRESCRIBER}


def may_read_ground(actor: Actor, *, territory_id: int) -> bool:
    """Criterion and proof: the mission, the facilitator of the person's territory, the prescriber who saw them. Never a company,
    never a buyer.
    """
    return actor.role is Role.MISSION or may_decide(actor, territory_id=territory_id)


def may_agree(actor: Actor, *, asked_by: int, territory_ids: tuple[int, ...]) -> bool:
    """Second pair of eyes on a merge: the mission or a facilitator of one of the two territories, never who asked."""
    if actor.user_id == asked_by:
        return False
    return actor.role is Role.MISSION or (
        actor.role is Role.FACILITATOR and bool(set(territory_ids) & set(actor.territory_ids))
    )
