"""Positions, referrals, their steps, and who may take which. The table of steps is the rule; the database holds the same one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

LONGEST_NOTE = 200
LONGEST_TEXT = 500
MOST_PLACES = 50


class Licence(StrEnum):
    """What must be held to drive on the position."""

    NONE = "none"
    CAR = "car"
    HEAVY = "heavy"
    MACHINE = "machine"


class ReferralState(StrEnum):
    """Where a referral (candidature) stands. Only the first three wait for somebody; what became of a person is an outcome of the placement."""

    PROPOSED = "proposed"
    TO_MEET = "to_meet"
    RETAINED = "retained"
    PLACED = "placed"
    REFUSED = "refused"
    NOT_PLACED = "not_placed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


LIVE = frozenset({ReferralState.PROPOSED, ReferralState.TO_MEET, ReferralState.RETAINED})
"""Somebody must still act before the person is hired or not."""


class Party(StrEnum):
    """Whose step it is: the company of the position, the facilitator of its territory, or whoever proposed the person."""

    COMPANY = "company"
    FACILITATOR = "facilitator"
    REFERRER = "referrer"


OWNERS: dict[ReferralState, Party] = {
    ReferralState.PROPOSED: Party.COMPANY,
    ReferralState.TO_MEET: Party.COMPANY,
    ReferralState.RETAINED: Party.FACILITATOR,
}
"""Who owes the next step."""


class Reason(StrEnum):
    """Why a person is not hired. A list, so that nothing about a person's health or life is ever asked for."""

    SKILLS = "skills"
    DATES = "dates"
    MOBILITY = "mobility"
    LICENCE = "licence"
    NO_SHOW = "no_show"
    DECLINED = "declined"
    FILLED = "filled"
    OTHER = "other"
    FOUND_WORK = "found_work"
    UNREACHABLE = "unreachable"
    MISTAKE = "mistake"
    NOT_ELIGIBLE = "not_eligible"
    STARTED_BEFORE = "started_before"
    CANCELLED = "cancelled"
    HIRED_ELSEWHERE = "hired_elsewhere"


COMPANY_REASONS = (
    Reason.SKILLS,
    Reason.DATES,
    Reason.MOBILITY,
    Reason.LICENCE,
    Reason.NO_SHOW,
    Reason.DECLINED,
    Reason.FILLED,
    Reason.OTHER,
)
REFERRER_REASONS = (Reason.FOUND_WORK, Reason.DECLINED, Reason.UNREACHABLE, Reason.MISTAKE, Reason.OTHER)
FACILITATOR_REASONS = (Reason.NOT_ELIGIBLE, Reason.STARTED_BEFORE, Reason.DECLINED, Reason.OTHER)
CLOSING_REASONS = (Reason.FILLED, Reason.HIRED_ELSEWHERE, Reason.CANCELLED)


@dataclass(frozen=True, slots=True)
class Transition:
    """An allowed step, by whom; `reasons`: those to choose from, empty where none is asked."""

    origin: ReferralState
    target: ReferralState
    by: frozenset[Party]
    reasons: tuple[Reason, ...] = ()


_P, _S = Party, ReferralState
TRANSITIONS = (
    Transition(_S.PROPOSED, _S.TO_MEET, frozenset({_P.COMPANY})),
    Transition(_S.PROPOSED, _S.RETAINED, frozenset({_P.COMPANY})),
    Transition(_S.PROPOSED, _S.REFUSED, frozenset({_P.COMPANY}), COMPANY_REASONS),
    Transition(_S.TO_MEET, _S.RETAINED, frozenset({_P.COMPANY})),
    Transition(_S.TO_MEET, _S.REFUSED, frozenset({_P.COMPANY}), COMPANY_REASONS),
    Transition(_S.RETAINED, _S.PLACED, frozenset({_P.FACILITATOR})),
    Transition(_S.RETAINED, _S.NOT_PLACED, frozenset({_P.FACILITATOR}), FACILITATOR_REASONS),
    *(
        Transition(one, _S.WITHDRAWN, frozenset({_P.REFERRER}), REFERRER_REASONS)
        for one in (_S.PROPOSED, _S.TO_MEET, _S.RETAINED)
    ),
    *(
        Transition(one, _S.CLOSED, frozenset({_P.COMPANY, _P.FACILITATOR}), CLOSING_REASONS)
        for one in (_S.PROPOSED, _S.TO_MEET)
    ),
)
"""Every step there is. A person whom the company retained stays a matter for the facilitator even when the position closes."""
STEPS = {(one.origin, one.target): one for one in TRANSITIONS}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a company asks for. `job_code`: ROME; `weekly_hours` of one person; `link`: how the job serves the contract's subject."""

    job_code: str
    job_title: str
    commune: str
    starts_on: date
    ends_on: date | None
    weekly_hours: Decimal
    places: int
    tutor: str
    licence: Licence
    conditions: str
    link: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What bounds a position: the commitment's dates, the legal week (hours), people already hired on it."""

    starts_on: date
    ends_on: date
    legal_week: Decimal
    hired: int = 0


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step about to be taken. `meets_on`: the day of the meeting."""

    state: ReferralState
    target: ReferralState
    parties: frozenset[Party]
    reason: str
    note: str
    today: date
    meets_on: date | None = None


class ReferralRefusal(StrEnum):
    """Why something about a position or a referral is refused."""

    JOB_MISSING = "job_missing"
    JOB_CODE = "job_code"
    COMMUNE = "commune"
    START_OUTSIDE = "start_outside"
    END_BEFORE_START = "end_before_start"
    WEEKLY_HOURS = "weekly_hours"
    PLACES = "places"
    PLACES_BELOW_HIRED = "places_below_hired"
    LINK_MISSING = "link_missing"
    TOO_LONG = "too_long"
    LOOKS_LIKE_NIR = "looks_like_nir"
    HEALTH_WORDS = "health_words"
    POSITION_CLOSED = "position_closed"
    REASON_MISSING = "reason_missing"
    NOTE_MISSING = "note_missing"
    NOTE_TOO_LONG = "note_too_long"
    NOT_A_STEP = "not_a_step"
    MEETING_IN_THE_PAST = "meeting_in_the_past"
    PERSON_MISSING = "person_missing"
    AGREEMENT_MISSING = "agreement_missing"
    PHONE = "phone"
    PHONE_WITHOUT_AGREEMENT = "phone_without_agreement"
    ALREADY_PROPOSED = "already_proposed"
    OTHER_TERRITORY = "other_territory"
    MEANWHILE = "meanwhile"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is told of a person with a referral. `phone` only with the person's own agreement."""

    wish: str
    available_on: date | None
    phone: str
    phone_agreed: bool
    agreed: bool


class NeedSource(StrEnum):
    """Where a need comes from: an open position, hours owed that nobody covers yet, a purchase that is only planned."""

    POSITION = "position"
    COMMITMENT = "commitment"
    PLAN = "plan"
