"""What is compared when a published contract is matched (rapprochée) with a file of ours, and what comes of it. Plain Python."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class MatchReason(StrEnum):
    """What speaks for a match, each with the points it may bring."""

    BUYER = "buyer"
    REFERENCE = "reference"
    CPV = "cpv"
    TITLE = "title"
    AMOUNT = "amount"
    DATES = "dates"
    HOLDER = "holder"


MOST = {
    MatchReason.BUYER: 15,
    MatchReason.REFERENCE: 35,
    MatchReason.CPV: 15,
    MatchReason.TITLE: 15,
    MatchReason.AMOUNT: 8,
    MatchReason.DATES: 5,
    MatchReason.HOLDER: 7,
}
"""Points at most; their sum is 100. A choice of design (docs/decisions/0090)."""
PROPOSED_FROM = 45
"""From this score on a match is proposed: the same reference of the same buyer is enough, and no reason is enough alone."""


@dataclass(frozen=True, slots=True)
class PublishedFacts:
    """A published contract. Unknown facts are empty or None; `amount` in euros excluding tax, None where it is absurd."""

    buyer: str
    reference: str = ""
    cpv: str = ""
    title: str = ""
    amount: Decimal | None = None
    notified_on: date | None = None
    holders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A lot of ours: what we know of it before its award is published."""

    buyer: str
    reference: str = ""
    cpv: str = ""
    title: str = ""
    amount: Decimal | None = None
    consultation_on: date | None = None
    notified_on: date | None = None
    holders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Because:
    """A reason with its points (above zero) and its French sentence."""

    reason: MatchReason
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Match:
    """`score` from 0 to 100 is the sum of the points. No reason at all where the buyers differ."""

    score: int
    because: tuple[Because, ...]

    @property
    def proposed(self) -> bool:
        return self.score >= PROPOSED_FROM


class Situation(StrEnum):
    """Why a contract in scope counts as forgotten (marché oublié): nobody follows it and it publishes nothing, or that there is no
    social consideration; or it is followed, and publishes that there is none.
    """

    NOTHING_SAID = "rien"
    NONE_SAID = "aucune"
    CONTRADICTED = "suivi"


class Ground(StrEnum):
    """Who asks for a clause: the law, or the Département's policy alone."""

    LAW = "loi"
    POLICY = "politique"
