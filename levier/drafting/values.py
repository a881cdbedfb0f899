"""What a kit is made of: instruments, pieces, choices, and what is missing."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class KitInstrument(StrEnum):
    """By which clause the consultation asks for insertion (domain.md section 1.1). `reserved_both`: L2113-14."""

    EXECUTION_CONDITION = "execution_condition"
    CONDITION_AND_CRITERION = "condition_and_criterion"
    CRITERION = "criterion"
    RESERVED_DISABILITY = "reserved_disability"
    RESERVED_SIAE = "reserved_siae"
    RESERVED_BOTH = "reserved_both"
    RESERVED_ESS = "reserved_ess"
    INSERTION_CONTRACT = "insertion_contract"

    @property
    def condition(self) -> bool:
        return self in {KitInstrument.EXECUTION_CONDITION, KitInstrument.CONDITION_AND_CRITERION}

    @property
    def criterion(self) -> bool:
        return self in {KitInstrument.CONDITION_AND_CRITERION, KitInstrument.CRITERION}

    @property
    def reserved(self) -> bool:
        return self.value.startswith("reserved_")


class Piece(StrEnum):
    """Pieces of the kit, in the order of the ZIP."""

    NOTICE = "mention-avis"
    RULES = "article-rc"
    CLAUSES = "article-ccap"
    ANNEX = "annexe-engagement"
    FORM = "formulaire-reponse"
    GUIDE = "mode-emploi"


class Ccag(StrEnum):
    WORKS = "works"
    SERVICES = "services"
    INTELLECTUAL = "intellectual"
    COMPUTING = "computing"
    NONE = "none"


class Rhythm(StrEnum):
    """How often hours are stopped and declared."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class LotChoice:
    """A lot of the kit. `hours`: asked of everybody; None where the instrument asks for none, or where nobody said."""

    number: int
    title: str
    hours: Decimal | None
    territories: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class KitChoice:
    """What a person chose. Penalties are in euros; None: no such penalty."""

    instrument: KitInstrument
    consultation_on: date
    lots: tuple[LotChoice, ...]
    ccag: Ccag = Ccag.NONE
    rhythm: Rhythm = Rhythm.MONTH
    penalty_hour: Decimal | None = None
    penalty_late_day: Decimal | None = None
    penalty_absence: Decimal | None = None
    observation_days: int = 15


@dataclass(frozen=True, slots=True)
class Contact:
    territory: int
    territory_name: str
    structure: str
    person: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """The grid as the kit writes it: (label, points, evidence) lines, (step, meaning) anchors. `closed`: it does not change any more."""

    points: Decimal
    link: str
    lines: tuple[tuple[str, Decimal, str], ...]
    anchors: tuple[str, ...]
    closed: bool
    minimum_hours: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ContractFacts:
    reference: str
    title: str
    buyer: str
    category: str
    duration_months: int | None
    statutory: bool
    """Whether the last screening found the statutory obligation (L2112-2-1)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or doubtful. `blocks`: no kit can be handed over until it is settled. `field`: what to change."""

    sentence: str
    blocks: bool = False
    field: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that the models need, in the names of `fields.FIELDS`, with what is missing and the versions it comes from."""

    context: dict[str, Any]
    gaps: tuple[Gap, ...]
    versions: tuple[str, ...]
    citations: tuple["Citation", ...] = field(default=())

    @property
    def blocked(self) -> bool:
        return any(gap.blocks for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Citation:
    """An article that the kit cites, with its source and how sure it is."""

    label: str
    subject: str
    source: str
    confidence: str
    note: str = ""
