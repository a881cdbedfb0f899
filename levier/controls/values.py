"""Codes and facts of controls (contrôles) and penalties. Hours and euros have two places."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class CaseKind(StrEnum):
    """What a case (dossier) is about: a control of pieces, a site visit, hours not done, proofs that do not come."""

    PIECES = "pieces"
    VISIT = "visit"
    OUTSTANDING = "outstanding"
    LATE_PROOFS = "late_proofs"


PENALISING = frozenset({CaseKind.OUTSTANDING, CaseKind.LATE_PROOFS})
"""Cases that may end in a penalty; a control that finds something opens one of these."""


class CaseState(StrEnum):
    """Where a case stands. `noticed`: a formal notice (mise en demeure) was sent. `contradictory`: the company is heard on a proposal."""

    PLANNED = "planned"
    REPORTED = "reported"
    AMICABLE = "amicable"
    NOTICED = "noticed"
    CONTRADICTORY = "contradictory"
    DECIDED = "decided"
    CLOSED = "closed"


class Owner(StrEnum):
    """Whose turn it is."""

    MISSION = "mission"
    FACILITATOR = "facilitator"
    COMPANY = "company"
    NOBODY = "nobody"


class LetterKind(StrEnum):
    """The letters that are sent: amicable reminder, formal notice, penalty to discuss and decided, waiver, closing."""

    REMINDER = "reminder"
    FORMAL_NOTICE = "formal_notice"
    PROPOSAL = "proposal"
    PENALTY = "penalty"
    WAIVER = "waiver"
    CLOSING = "closing"


class Means(StrEnum):
    """How a letter is sent."""

    REGISTERED = "registered"
    PLATFORM = "platform"
    EMAIL = "email"
    HAND = "hand"


class Outcome(StrEnum):
    """What the mission decides on a proposal."""

    APPLY = "apply"
    REDUCE = "reduce"
    WAIVE = "waive"


@dataclass(frozen=True, slots=True)
class HoursPenaltyFacts:
    """What a penalty for hours not done is computed from. `offered`: hours the bidder promised beyond the minimum, None when none.
    `penalised`: hours already penalised by another case.
    """

    minimum: Decimal
    offered: Decimal | None
    accepted: Decimal
    waived: Decimal
    rate: Decimal
    penalised: Decimal = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class HoursPenalty:
    due: Decimal
    missing: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class HearingFacts:
    """Whether the company was heard: the last day it was given, and whether it answered."""

    state: CaseState
    deadline: date | None
    answered: bool


@dataclass(frozen=True, slots=True)
class ProportionFacts:
    """What an amount is weighed against. `contract_amount` and `hourly_cost` are None when unknown."""

    amount: Decimal
    missing_hours: Decimal
    contract_amount: Decimal | None
    hourly_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Proportion:
    """`of_contract`: share of the contract's amount. `labour_cost`: what the missing hours would have cost; `of_labour`: amount ÷ that."""

    of_contract: Decimal | None
    labour_cost: Decimal | None
    of_labour: Decimal | None


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What is known of a commitment when a control is drawn. `months_silent`: months worked and not declared."""

    late: bool
    months_silent: int
    refused_lines: int
    due: Decimal
    controlled_within_a_year: bool


@dataclass(frozen=True, slots=True)
class Ticketed:
    """A commitment in the hat, under a code that names nobody, with its whole number of tickets."""

    code: str
    weight: int
