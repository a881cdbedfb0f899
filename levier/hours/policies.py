"""Who may do what with declared hours. Plain facts in, yes or no out."""

from dataclasses import dataclass

from levier.accounts.values import Actor, Role


@dataclass(frozen=True, slots=True)
class Parties:
    """Who stands around a declaration: the company that holds the commitment, its territory, who declared, and the facilitator who typed for it."""

    holder_id: int
    territory_id: int
    declared_by_id: int | None = None
    typed_by_id: int | None = None


def may_declare(actor: Actor, parties: Parties) -> bool:
    """The company that holds the commitment; who types for it (`may_type_for`) declares nothing before somebody else agreed."""
    return actor.role is Role.COMPANY and actor.organisation_id == parties.holder_id


def may_drop_tables(actor: Actor) -> bool:
    """A table of hours is a way to declare: the company's own, for the commitments it holds."""
    return actor.role is Role.COMPANY


def may_type_for(actor: Actor, parties: Parties) -> bool:
    """Type what a company tells: the facilitator of the commitment's territory."""
    return actor.role is Role.FACILITATOR and parties.territory_id in actor.territory_ids


def may_agree(actor: Actor, parties: Parties) -> bool:
    """Agree with hours typed for the company: the company, or another facilitator of the territory than who typed them."""
    return may_declare(actor, parties) or (may_type_for(actor, parties) and actor.user_id != parties.typed_by_id)


def may_decide(actor: Actor, parties: Parties) -> bool:
    """Accept, refuse, reverse: the facilitator of the commitment's territory."""
    return actor.role is Role.FACILITATOR and parties.territory_id in actor.territory_ids


def sees_with_other_eyes(actor: Actor, parties: Parties) -> bool:
    """Four eyes: who decides is another person, of another organisation, than who declared, and did not type it for the company."""
    declared = {parties.declared_by_id, parties.typed_by_id}
    return actor.user_id not in declared and actor.organisation_id != parties.holder_id


def may_seal(actor: Actor) -> bool:
    """Closing a month of the books: the Département."""
    return actor.role is Role.MISSION


def reads_lines(actor: Actor) -> bool:
    """Lines name people: the buyer reads totals, never lines."""
    return actor.role in {Role.MISSION, Role.FACILITATOR, Role.COMPANY}
