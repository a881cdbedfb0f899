"""Facts and results of screening (repérage): which contracts must, or should, carry a social clause. Amounts are excl. tax."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levier.foundation.objections import Objection


class ContractObject(StrEnum):
    WORKS = "works"
    SERVICES = "services"
    SUPPLIES = "supplies"


class BuyerLevel(StrEnum):
    """`local`: a local authority such as the Département; `state`: the State, whose thresholds and policy differ."""

    LOCAL = "local"
    STATE = "state"


class WaiverGround(StrEnum):
    """Grounds on which the statutory obligation may be waived, with the reasons recorded (CCP L2112-2-1)."""

    NO_SUFFICIENT_LINK = "no_sufficient_link"
    COMPETITION_OR_DIFFICULTY = "competition_or_difficulty"
    IMMEDIATELY_AVAILABLE = "immediately_available"
    SHORT_WORKS = "short_works"


@dataclass(frozen=True, slots=True)
class ScreeningFacts:
    """`estimate`: the whole operation, all lots together. `service`: a service of the policy (`cleaning`…), empty when unknown."""

    object: ContractObject
    estimate: Decimal
    consultation_date: date
    duration_months: int
    buyer: BuyerLevel
    service: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    value: Decimal
    version: str


@dataclass(frozen=True, slots=True)
class Obligations:
    """Two separate answers: what the law requires, and what the Département asks of itself. `waivable` is empty when nothing is required."""

    statutory: bool
    policy: bool
    waivable: tuple[WaiverGround, ...]
    threshold: Threshold


class Potential(StrEnum):
    """What the local supply of inclusive structures allows (le Marché de l'inclusion)."""

    RESERVATION = "reservation"
    LOT = "lot"
    CLAUSE = "clause"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PotentialAnswer:
    potential: Potential


@dataclass(frozen=True, slots=True)
class SpaserDuty:
    required: bool


class EssRefusal(StrEnum):
    TOO_LONG = "reserved_ess_too_long"
    TOO_SOON = "reserved_ess_too_soon"


@dataclass(frozen=True, slots=True)
class ScoredCriterion:
    """One sub-criterion of the social criterion: its weight in points and its score from 0 to the top of the scale."""

    weight: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class CriterionScore:
    score: Decimal
    out_of: Decimal


class ConsiderationsRefusal(StrEnum):
    EMPTY = "considerations_empty"
    UNKNOWN = "considerations_unknown"
    REPEATED = "considerations_repeated"
    NONE_IS_NOT_ALONE = "considerations_none_is_not_alone"


@dataclass(frozen=True, slots=True)
class Considerations:
    """Values of `considerationsSociales` as the open data schema spells them."""

    considerations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted` is true when there is no objection."""

    accepted: bool
    objections: tuple[Objection, ...]
