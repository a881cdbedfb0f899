"""What is read in a tender file: its text, line by line, then what the text says. Hours and amounts are exact."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Fault(StrEnum):
    """Why a file could not be read. Its French sentence is in labels.py."""

    MISSING = "missing"
    DENIED = "denied"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    PROTECTED = "protected"
    BROKEN = "broken"
    SCAN = "scan"
    NO_TEXT = "no_text"
    TOO_COSTLY = "too_costly"
    BOMB = "bomb"
    TOO_MANY = "too_many"
    NO_PIECE = "no_piece"
    ARCHIVE = "archive"
    """A ZIP of several files: not a document itself. It is unpacked, and this fault is shown only for one too deep inside."""


class Unreadable(Exception):  # noqa: N818 - read aloud: "unreadable"
    """The file has no text that can be trusted."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class LineKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    NOTE = "note"
    MARGIN = "margin"
    """Header or foot of a page."""
    CONTENTS = "contents"
    """A line of a table of contents: it announces, it states nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or one row of a table with its cells. `page` counts from 1; None where the format has no pages."""

    text: str
    page: int | None = None
    kind: LineKind = LineKind.PARAGRAPH
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """All that a file says, in reading order. `blind_pages`: pages that are only an image."""

    lines: tuple[Line, ...]
    pages: int | None = None
    blind_pages: tuple[int, ...] = ()


class Scope(StrEnum):
    """How far the file commits to a clause (champ d'application)."""

    FULL = "full"
    COMMITMENT = "commitment"
    ANNOUNCED = "announced"
    GENERIC = "announced-social-generic"
    CRITERION = "criterion-only"
    CONDITIONAL = "conditional"
    UNDECIDED = "undecided"
    OBJECT = "object-is-insertion"
    NONE = "none"


class Status(StrEnum):
    """Of a reservation."""

    YES = "yes"
    NO = "no"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where something was read. `field` is the key of the report that it supports."""

    field: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours asked, of a lot or of all. `hours` is None when only a way to count them is given, in `formula`."""

    lot: str | None
    hours: Decimal | None
    formula: str | None = None
    announced_total: bool = False


@dataclass(frozen=True, slots=True)
class Penalty:
    """`formal_notice`: True after a mise en demeure, False without, None where it is not said."""

    what: str
    amount: Decimal
    unit: str
    formal_notice: bool | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    status: Status
    articles: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    lot: str | None = None
    share_told: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """An award criterion. `weight` is kept as written (15 %, 10 points); None where none is given."""

    name: str
    weight: str | None = None
    subcriteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    name: str | None = None
    contact: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file says. An unreadable file has a `fault` and no answer, never "no clause"."""

    file: str
    fault: Fault | None = None
    kind: str | None = None
    reference: str | None = None
    pages: int | None = None
    blind_pages: tuple[int, ...] = ()
    has_insertion_clause: bool | None = None
    has_social_condition: bool | None = None
    scope: Scope | None = None
    hours: tuple[Hours, ...] = ()
    articles: tuple[str, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    reservation: Reservation | None = None
    social_criterion: Criterion | None = None
    award_criteria: tuple[Criterion, ...] = ()
    publics: tuple[str, ...] = ()
    facilitator: Contact | None = None
    modalities: tuple[str, ...] = ()
    control_dates: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    pooling: bool = False
    missing: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()

    @property
    def readable(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class Consultation:
    """The files of one consultation, read together."""

    readings: tuple[Reading, ...]
    contradictions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = field(default=())

    @property
    def readable(self) -> bool:
        return any(reading.readable for reading in self.readings)
