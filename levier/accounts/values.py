from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do for an organisation. One person may hold several, and acts under one at a time."""

    MISSION = "mission"
    BUYER = "buyer"
    FACILITATOR = "facilitator"
    COMPANY = "company"
    STRUCTURE = "structure"
    """A supplying structure (SIAE, ETTI, GEIQ, EA): confirms what companies declare of the people it employs."""
    PRESCRIBER = "prescriber"


OF_A_TERRITORY = frozenset({Role.FACILITATOR, Role.PRESCRIBER})
"""Roles that are held in one territory."""


class Duty(StrEnum):
    """What a person does for a company. Declaring and administering open an access; the others do not. Who manages (responsable)
    answers for the clause inside the company, and is reminded once the person who declares has not answered.
    """

    DECLARE = "declare"
    ADMINISTER = "administer"
    SIGN = "sign"
    SITE = "site"
    MANAGE = "manage"


OPENING = frozenset({Duty.DECLARE, Duty.ADMINISTER})
"""Duties that open an access."""


class InvitationState(StrEnum):
    """Where an invitation stands."""

    WAITING = "waiting"
    UNDELIVERED = "undelivered"
    SENT = "sent"
    OPENED = "opened"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, under one role, for one organisation. Every query and action starts from it."""

    user_id: int | None
    membership_id: int
    role: Role
    organisation_id: int
    organisation_name: str
    label: str
    territory_ids: tuple[int, ...] = ()
    territory_numbers: tuple[int, ...] = ()
    territory_names: tuple[str, ...] = ()
    administers: bool = False
    """Whether the person changes the contacts of the company."""
    delegated: bool = False
    """Whether a prescriber decides on eligibility in its territory: an access that names its end is a delegation."""
    by_link: bool = False
    """Whether the session was opened by a one-time link: it declares, and nothing else."""

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.label.split()[:2]).upper()


@dataclass(frozen=True, slots=True)
class System:
    """The command line and scheduled jobs, where no person is signed in."""

    label: str
    role: str = "system"
    user_id: None = None
    organisation_id: None = None
