"""Who may do what with a commitment."""

from collections.abc import Iterable
from dataclasses import dataclass

from levier.accounts.values import Actor, Role


@dataclass(frozen=True, slots=True)
class Owed:
    """Whose commitment it is: holder, territory where it is followed, buyer."""

    holder_id: int
    territory_id: int
    buyer_id: int


def may_commit(actor: Actor) -> bool:
    """Record what a holder owes: the mission."""
    return actor.role is Role.MISSION


def may_waive(actor: Actor) -> bool:
    """Give hours up: the mission."""
    return actor.role is Role.MISSION


def may_penalise(actor: Actor, owed: Owed) -> bool:
    """Enter a penalty that was decided, or take it out: the mission, or the buyer of the contract."""
    return actor.role is Role.MISSION or (actor.role is Role.BUYER and actor.organisation_id == owed.buyer_id)


def may_move_due(actor: Actor, owed: Owed) -> bool:
    """Enter an invoice, an order, hours worked, an amendment: the mission, or the buyer of the contract."""
    return may_penalise(actor, owed)


def may_consent(actor: Actor) -> bool:
    """Agree, for one's own organisation, to share hours between contracts of several buyers: the mission, or a buyer."""
    return actor.role in {Role.MISSION, Role.BUYER}


def may_lead(actor: Actor, owed: Owed) -> bool:
    """Take members on: the mission, or the company that holds the commitment."""
    return actor.role is Role.MISSION or (actor.role is Role.COMPANY and actor.organisation_id == owed.holder_id)


def may_assign(actor: Actor, owed: Owed) -> bool:
    """Draw a placement onto the commitment: the facilitator of the commitment's territory."""
    return actor.role is Role.FACILITATOR and owed.territory_id in actor.territory_ids


def may_write_site(actor: Actor, owed: Owed) -> bool:
    """Write a line of the calendar of the site: the company that holds the commitment proposes, its facilitator writes."""
    return may_settle_site(actor, owed) or (actor.role is Role.COMPANY and actor.organisation_id == owed.holder_id)


def may_settle_site(actor: Actor, owed: Owed) -> bool:
    """Answer a proposal, or withdraw what is in force: the facilitator of the commitment's territory."""
    return may_assign(actor, owed)


def may_pool(actor: Actor, owed: Iterable[Owed]) -> bool:
    """Record a pooling agreement: the mission, or the facilitator of at least one of these territories."""
    return actor.role is Role.MISSION or any(may_assign(actor, one) for one in owed)
