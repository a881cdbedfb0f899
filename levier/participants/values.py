"""Facts and refusals about people: eligibility criteria, proofs, windows, placements. Never a social security number (NIR)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levier.foundation.explanation import Confidence
from levier.reference.values import ReferenceValue


class ContractKind(StrEnum):
    """Kind of employment contract, which decides how long a person's hours may count."""

    CDI = "cdi"
    CDD = "cdd"
    APPRENTICESHIP = "apprenticeship"
    PROFESSIONALISATION = "professionalisation"
    ASSIGNMENT = "assignment"
    INSERTION = "insertion"


class Modality(StrEnum):
    """Ways of satisfying the clause (domain.md section 4)."""

    DIRECT_HIRE = "direct_hire"
    LABOUR_SUPPLY = "labour_supply"
    SUBCONTRACT_SHELTERED = "subcontract_sheltered"
    TRAINING = "training"
    TUTORING = "tutoring"
    RESERVED = "reserved"
    SCHOOL_TRAINING = "school_training"


@dataclass(frozen=True, slots=True)
class CountingFacts:
    """Hours done by a modality. `due`: hours of the commitment, which cap training; `already`: training hours counted before."""

    modality: Modality
    hours: Decimal
    due: Decimal
    already: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class CountingAnswer:
    """`counted`: hours that may count; `proof`: what proves them."""

    counted: Decimal
    proof: str


class IaeStructure(StrEnum):
    """Structures of integration through economic activity (SIAE) whose entry rule is known."""

    EI = "EI"
    ACI = "ACI"
    AI = "AI"
    ETTI = "ETTI"
    EITI = "EITI"


class IaeWay(StrEnum):
    """How a person enters a SIAE: criteria of one of the two levels, a prescriber's diagnosis, or not."""

    LEVEL_1 = "level_1"
    LEVEL_2 = "level_2"
    PRESCRIBER = "prescriber"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class IaeSeen:
    """What was seen: the way in, and how many criteria of that level (0 for the two other ways)."""

    way: IaeWay
    count: int = 0


class DiagnosisKind(StrEnum):
    """Who made the diagnosis: an authorised prescriber, or the employer."""

    PRESCRIBER = "prescriber"
    EMPLOYER = "employer"


class ProofRule(StrEnum):
    MAX_AGE = "max_age"
    VALID_ON_DECISION_DAY = "valid_on_decision_day"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One eligibility criterion and its proof. `iae_level` is 1, 2 or None; `for_clause` is false for those of the SIAE alone."""

    code: str
    label: str
    aliases: tuple[str, ...]
    for_clause: bool
    iae_level: int | None
    proof_kind: str
    proof_label: str
    proof_rule: ProofRule
    proof_max_age_months: int | None
    valid_from: date
    source: str
    confidence: Confidence
    note: str = ""

    @property
    def version(self) -> str:
        return f"criterion.{self.code}@{self.valid_from.isoformat()}"


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """`contract_end`: end of the public contract, or of the employment contract when it is earlier; None when unknown. `buyer_limit`:
    months that the buyer counts for that kind of contract (a dated value of its own), None where it said nothing.
    """

    decision_date: date
    kind: ContractKind
    hire_date: date
    contract_end: date | None
    buyer_limit: ReferenceValue | None = None


@dataclass(frozen=True, slots=True)
class EligibilityWindow:
    """Days on which hours may count, both included. `from_` is written `from` outside Python."""

    from_: date
    until: date


@dataclass(frozen=True, slots=True)
class IaeAnswer:
    eligible: bool


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """A proof seen on the day of the decision. Dates are None when the document has none."""

    criterion: Criterion
    proof_date: date | None
    expires_on: date | None
    decision_date: date


@dataclass(frozen=True, slots=True)
class ProofAnswer:
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class DiagnosisAnswer:
    """First day on which the diagnosis is no longer valid."""

    expired_from: date


class EligibilityRefusal(StrEnum):
    """Why an eligibility decision cannot be recorded."""

    CRITERION_NOT_FOR_CLAUSE = "criterion_not_for_clause"
    PROOF_REFUSED = "proof_refused"
    DECISION_IN_FUTURE = "decision_in_future"
    STARTS_BEFORE_DECISION = "starts_before_decision"
    ENDS_BEFORE_START = "ends_before_start"
    OVERLAPS_ANOTHER = "overlaps_another"
    SHRINKS_PAST_HOURS = "shrinks_past_hours"
    OTHER_TERRITORY = "other_territory"


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """An eligibility decision about to be recorded. `other_windows`: those already granted to the person.

    `last_counted_day` is the last day of the last month with accepted hours under the decision that this one replaces, if any.
    """

    proof: ProofFacts
    valid_from: date
    valid_until: date
    other_windows: tuple[tuple[date, date], ...]
    own_territory: bool
    today: date
    last_counted_day: date | None = None


class PlacementRefusal(StrEnum):
    """Why a placement cannot be recorded."""

    NO_DECISION = "no_decision"
    BEFORE_DECISION = "before_decision"
    OUTSIDE_WINDOW = "outside_window"
    ENDS_BEFORE_START = "ends_before_start"
    END_MISSING = "end_missing"
    ALREADY_EMPLOYED = "already_employed"
    OVERLAPS_SAME_EMPLOYER = "overlaps_same_employer"
    WRONG_MODALITY = "wrong_modality"
    WEEKLY_HOURS = "weekly_hours"


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """A placement (mise à l'emploi) about to be recorded. `window` is the granted decision: its date, first and last day, or None.

    `structure_kind` is the employer's kind (EI, ETTI, GEIQ…) or empty for an ordinary company; `already_employed`: the person worked
    there before the clause; `same_employer_spans`: the person's other placements with that employer.
    """

    starts_on: date
    ends_on: date | None
    contract_kind: ContractKind
    modality: Modality
    structure_kind: str
    weekly_hours: Decimal
    window: tuple[date, date, date] | None
    already_employed: bool
    same_employer_spans: tuple[tuple[date, date | None], ...]


class Standing(StrEnum):
    """Where a person stands today. `unplaced`: eligible, and no contract runs; `expiring`: the window ends within two months."""

    ELIGIBLE = "eligible"
    EXPIRING = "expiring"
    UNPLACED = "unplaced"
    EXPIRED = "expired"
    UNDECIDED = "undecided"


class RefusalReason(StrEnum):
    """Why a facilitator finds a person not eligible. A list, not a free text: nothing else about the person is written."""

    NO_CRITERION = "no_criterion"
    PROOF_MISSING = "proof_missing"
    PROOF_NOT_VALID = "proof_not_valid"
    ALREADY_EMPLOYED = "already_employed"
    STARTED_BEFORE = "started_before"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """As typed, once read. `commune` is an INSEE code or empty."""

    last_name: str
    first_name: str
    birth_date: date
    commune: str = ""


@dataclass(frozen=True, slots=True)
class DecisionProposal:
    """What a facilitator is about to decide. `contract_end` may be left out for a CDI, which has a limit of its own. `buyer_id`: public
    identifier of the buyer whose own durations apply, empty for those of the Département.
    """

    criterion: str
    proof_date: date | None
    expires_on: date | None
    decision_date: date
    kind: ContractKind
    hire_date: date
    contract_end: date | None
    buyer_id: str = ""


@dataclass(frozen=True, slots=True)
class PlacementProposal:
    """What a facilitator is about to record. `employer_name` and `structure_kind` only serve for an employer not yet known."""

    employer_siret: str
    employer_name: str
    structure_kind: str
    modality: Modality
    contract_kind: ContractKind
    job_title: str
    job_code: str
    starts_on: date
    ends_on: date | None
    weekly_hours: Decimal
    already_employed: bool = False
