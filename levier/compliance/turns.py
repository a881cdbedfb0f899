"""Whose turn it is on a commitment, and what for: one step at a time, the one that saves most hours. Plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levier.foundation.periods import elapsed_share
from levier.foundation.quantities import hundredths
from levier.reference.values import Catalogue


@dataclass(frozen=True, slots=True)
class StepLimits:
    """Dated thresholds of domain.md 5.5, as fractions and days. `late_points`: accepted and pending hours that far under what is due to
    date; `nobody_share`: part of the duration after which somebody must be validated; `end_days`: the end is near under so many days.
    """

    late_points: Decimal
    nobody_share: Decimal
    end_days: int


def step_limits(catalogue: Catalogue, day: date) -> StepLimits:
    return StepLimits(
        catalogue.at("following.alert.late_points", day).value,
        catalogue.at("following.alert.nobody_share", day).value,
        int(catalogue.at("following.alert.end_days", day).value),
    )


class Turn(StrEnum):
    """Who must act."""

    MISSION = "mission"
    BUYER = "buyer"
    FACILITATOR = "facilitator"
    COMPANY = "company"
    PRESCRIBER = "prescriber"


class TaskKind(StrEnum):
    """What must be done. French words are in labels.py."""

    SCREEN = "screen"
    LOCATE = "locate"
    SIZE = "size"
    COMMIT = "commit"
    CERTIFY = "certify"
    DECIDE = "decide"
    CORRECT = "correct"
    VALIDATE = "validate"
    DECLARE = "declare"
    FIND_PEOPLE = "find_people"
    CATCH_UP = "catch_up"
    END_NEAR = "end_near"
    AMENDMENT = "amendment"
    HELD = "held"
    PLAN = "plan"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """What is known of one commitment today. Hours are decimals with two places; `pending` waits for the facilitator."""

    due: Decimal
    accepted: Decimal
    pending: Decimal
    waived: Decimal
    starts_on: date
    ends_on: date
    people: int
    refused_lines: int
    pending_since: date | None
    refused_since: date | None
    months_to_declare: tuple[date, ...]
    declaration_deadline: date | None
    certified: bool
    penalised: Decimal = Decimal(0)
    accrued: Decimal | None = None
    """Due to date where the due moved since the signature; None: evenly over the commitment."""
    expected: Decimal | None = None
    """Hours expected by this evening (following.expected), where who asks has worked them out: invoices and stops of works counted."""

    @property
    def outstanding(self) -> Decimal:
        return max(Decimal(0), self.due - self.accepted - self.waived - self.penalised)

    def due_to_date(self, today: date) -> Decimal:
        """Hours still owed after waivers that should be done by this evening, if work went evenly (EPEC assumes the same)."""
        elapsed, total = elapsed_share(self.starts_on, self.ends_on, today)
        if self.accrued is not None:
            return hundredths(self.accrued - self.waived * elapsed / total)
        return hundredths((self.due - self.waived) * elapsed / total)

    def should_be_done(self, today: date) -> Decimal:
        """What lateness is measured against: what is expected, else what is due to date."""
        return self.due_to_date(today) if self.expected is None else self.expected


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do on a commitment, by whom, since when, and how many hours hang on it."""

    kind: TaskKind
    turn: Turn
    at_stake: Decimal
    since: date | None


def next_step(facts: CommitmentFacts, today: date, limits: StepLimits) -> Step | None:
    """The one step to show; None when nothing waits. In order: close what is over, decide what was sent, then run after hours."""
    if facts.certified:
        return None
    if facts.refused_lines:
        return Step(TaskKind.CORRECT, Turn.COMPANY, _missing(facts, today), facts.refused_since)
    if facts.pending > 0:
        return Step(TaskKind.VALIDATE, Turn.FACILITATOR, facts.pending, facts.pending_since)
    if facts.outstanding == 0:
        return Step(TaskKind.CERTIFY, Turn.MISSION, Decimal(0), None)
    if facts.months_to_declare:
        return Step(TaskKind.DECLARE, Turn.COMPANY, _missing(facts, today), facts.declaration_deadline)
    if today > facts.ends_on:
        return Step(TaskKind.DECIDE, Turn.MISSION, facts.outstanding, facts.ends_on)
    elapsed, total = elapsed_share(facts.starts_on, facts.ends_on, today)
    if not facts.people and Decimal(elapsed) / total >= limits.nobody_share:
        return Step(TaskKind.FIND_PEOPLE, Turn.COMPANY, _missing(facts, today), facts.starts_on)
    if _missing(facts, today) > limits.late_points * facts.due:
        return Step(TaskKind.CATCH_UP, Turn.COMPANY, _missing(facts, today), None)
    if (facts.ends_on - today).days < limits.end_days:
        return Step(TaskKind.END_NEAR, Turn.COMPANY, facts.outstanding, None)
    return None


def _missing(facts: CommitmentFacts, today: date) -> Decimal:
    return max(Decimal(0), min(facts.outstanding, facts.should_be_done(today) - facts.accepted - facts.pending))


def reminder_level(since: date, today: date, days: Sequence[int]) -> int:
    """How far a step that waits since that day is to be reminded: 0 not yet, 1 the person, 2 who answers for the organisation, 3 above it.

    `days`: after how many days each level begins, in order (reference values hours.reminder.first, second, third).
    """
    waited = (today - since).days
    return sum(waited >= day for day in days)
