"""Lines of a purchase plan as they were read, and what is proposed for each. Amounts in euros, excl. tax unless said otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levier.procurement.values import BuyerLevel, ContractObject, Potential, WaiverGround
from levier.sizing.values import HoursRange
from levier.spreadsheets.amounts import Tax
from levier.spreadsheets.values import Problem


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line. `start`: see levier.spreadsheets.dates; `raw`: the text of each known cell; `section`: the title above it.

    `proposed_nature`: what the CPV code or the words suggest where the nature is not written.
    """

    row: int
    reference: str | None = None
    object: str | None = None
    nature: ContractObject | None = None
    cpv: str | None = None
    amount: Decimal | None = None
    tax: Tax = Tax.UNKNOWN
    start: str | None = None
    duration_months: int | None = None
    department: str | None = None
    place: str | None = None
    procedure: str | None = None
    lots: int | None = None
    clause: bool | None = None
    comment: str | None = None
    section: str | None = None
    proposed_nature: ContractObject | None = None
    raw: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems if problem.error)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems if not problem.error)


class Basis(StrEnum):
    """Why something is asked, in order: the law, the Département's policy, a good opportunity, nothing; or not enough is known."""

    OBLIGATION = "obligation"
    POLICY = "policy"
    OPPORTUNITY = "opportunity"
    NONE = "none"
    UNDECIDED = "undecided"


class Instrument(StrEnum):
    FULL_RESERVATION = "full_reservation"
    RESERVED_LOT = "reserved_lot"
    EXECUTION_CLAUSE = "execution_clause"
    SOCIAL_CRITERION = "social_criterion"
    CLAUSE_AND_CRITERION = "clause_and_criterion"
    INSERTION_CONTRACT = "insertion_contract"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LocalSupply:
    """The inclusive structures of a sector and a place. None: not known, which is never the same as none.

    `dependency`: the amount in percent of their mean turnover.
    """

    structures: int | None = None
    dependency: Decimal | None = None
    place: str = ""

    @property
    def known(self) -> bool:
        return self.structures is not None


UNKNOWN_SUPPLY = LocalSupply()


@dataclass(frozen=True, slots=True)
class VerdictFacts:
    """One need, as far as it is known. `amount` is excl. tax unless `tax` says otherwise; `consultation`: the day it is launched."""

    amount: Decimal | None
    consultation: date
    object: ContractObject | None = None
    text: str = ""
    cpv: str = ""
    duration_months: int | None = None
    lots: int | None = None
    tax: Tax = Tax.UNKNOWN
    buyer: BuyerLevel = BuyerLevel.LOCAL
    supply: LocalSupply = UNKNOWN_SUPPLY


@dataclass(frozen=True, slots=True)
class Article:
    """An article in force on the day of the consultation."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class PlanVerdict:
    """`hours` is None when they cannot be computed. `potential`: the answer of the State's rule, one input among others, None without
    knowledge of the local supply. `tasks`: ideas of tasks for intellectual services. `assumed`: what was supposed for lack of a fact.
    """

    basis: Basis
    instrument: Instrument
    nature: ContractObject | None
    sector: str
    sector_label: str
    hours: HoursRange | None
    weeks: Decimal | None
    people: Decimal | None
    minimum_hours: Decimal | None
    reasons: tuple[str, ...]
    articles: tuple[Article, ...]
    alternatives: tuple[Instrument, ...] = ()
    waivable: tuple[WaiverGround, ...] = ()
    potential: Potential | None = None
    tasks: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The verdict in one word: the duty where there is one, else the instrument proposed."""
        return self.instrument.value if self.basis is Basis.OPPORTUNITY else self.basis.value
