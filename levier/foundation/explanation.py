"""A computed answer that can be read: the result, the steps in sentences, and where each figure comes from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How a figure or rule is known, as marked in the domain reference."""

    CONFIRMED = "C"
    SECONDARY = "S"
    UNVERIFIED = "U"
    DESIGN = "D"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure or a rule comes from. `version` names the dated value used, for instance `threshold.works.local@2026-01-01`."""

    title: str
    reference: str
    confidence: Confidence
    version: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation: a French sentence and the value it yields, as text with a decimal point."""

    sentence: str
    value: str


@dataclass(frozen=True, slots=True)
class Explained[T]:
    """A result with its steps and sources."""

    result: T
    steps: tuple[Step, ...] = ()
    sources: tuple[Source, ...] = ()


class NoAnswer(ValueError):  # noqa: N818 - read aloud: "no answer"
    """Each fact can be read, but together they have no answer (a contract that ends before it starts, a date before the first
    known threshold). `field` names the fact to change, `str()` says in French what to do.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
