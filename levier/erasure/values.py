from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a request to be erased."""

    ERASED = "erased"
    LIMITED = "limited"
    """Set aside (limitation du traitement): kept for the dispute or the proof, read by the mission alone."""
    KEPT = "kept"


class Obstacle(StrEnum):
    """Why a file cannot be erased today."""

    CONTEST_OPEN = "contest_open"
    CASE_OPEN = "case_open"
    AT_WORK = "at_work"
    HOURS_DECLARED = "hours_declared"


DISPUTES = frozenset({Obstacle.CONTEST_OPEN, Obstacle.CASE_OPEN})


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What stands on the day: open cases of the person, of the commitments their hours are on, work, and the term of the file."""

    open_contests: int
    open_cases: int
    at_work: bool
    hours_declared: bool
    kept_until: date
    today: date


@dataclass(frozen=True, slots=True)
class Answer:
    """`until`: last day on which something is kept; None while nobody knows (a dispute), and when nothing is."""

    outcome: Outcome
    obstacles: tuple[Obstacle, ...]
    until: date | None
