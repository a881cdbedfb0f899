"""Who may do what with declared hours. Plain facts in, yes or no out."""

from dataclasses import dataclass

from levier.accounts.values import Actor, Role


@dataclass(frozen=True, slots=True)
class Parties:
    """Who stands around a declaration: the company that holds the commitment, its territory, and who declared."""

    holder_id: int
    territory_id: int
    declared_by_id: int | None = None


def may_declare(actor: Actor, parties: Parties) -> bool:
    """The company that holds the commitment, and nobody in its place."""
    return actor.role is Role.COMPANY and actor.organisation_id == parties.holder_id


def may_drop_tables(actor: Actor) -> bool:
    """A table of hours is a way to declare: the company's own, for the commitments it holds."""
    return actor.role is Role.COMPANY


def may_decide(actor: Actor, parties: Parties) -> bool:
    """Accept, refuse, reverse: the facilitator of the commitment's territory."""
    return actor.role is Role.FACILITATOR and parties.territory_id in actor.territory_ids


def sees_with_other_eyes(actor: Actor, parties: Parties) -> bool:
    """Four eyes: who decides is another person, of another organisation, than who declared."""
    return actor.user_id != parties.declared_by_id and actor.organisation_id != parties.holder_id


def may_seal(actor: Actor) -> bool:
    """Closing a month of the books: the Département."""
    return actor.role is Role.MISSION


def reads_lines(actor: Actor) -> bool:
    """Lines name people: the buyer reads totals, never lines."""
    return actor.role in {Role.MISSION, Role.FACILITATOR, Role.COMPANY}
