"""Facts of what a holder owes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levier.sizing.values import TriggerMode


class Instrument(StrEnum):
    """By which clause the contract asks for hours (domain.md section 1.1)."""

    EXECUTION_CONDITION = "execution_condition"
    CONDITION_AND_CRITERION = "condition_and_criterion"
    CRITERION = "criterion"
    RESERVED_DISABILITY = "reserved_disability"
    RESERVED_SIAE = "reserved_siae"
    RESERVED_ESS = "reserved_ess"
    INSERTION_CONTRACT = "insertion_contract"


class DueMethod(StrEnum):
    """How the hours due are found (domain.md section 2.6)."""

    FIXED = "fixed"
    STEPPED = "stepped"
    TRANCHE = "tranche"
    PERCENTAGE = "percentage"


class BasisKind(StrEnum):
    """A piece that what is due is computed from: an invoice, an order (bon de commande), the hours worked by everybody."""

    INVOICE = "invoice"
    ORDER = "order"
    WORKED = "worked"


PIECES_OF: dict[DueMethod, tuple[BasisKind, ...]] = {
    DueMethod.FIXED: (BasisKind.INVOICE,),
    DueMethod.STEPPED: (BasisKind.INVOICE,),
    DueMethod.TRANCHE: (BasisKind.INVOICE, BasisKind.ORDER),
    DueMethod.PERCENTAGE: (BasisKind.WORKED,),
}
"""Pieces that each method takes. Where the due is a number, invoices only say how far the contract is: hours are expected in that share."""


class MemberRole(StrEnum):
    """What a company is in a group, beside its leader (mandataire)."""

    CO_CONTRACTOR = "co_contractor"
    SUBCONTRACTOR = "subcontractor"


class Liability(StrEnum):
    """Who answers for a member that fails: each for itself, the leader for all, or every member for all."""

    JOINT = "joint"
    JOINT_LEADER = "joint_leader"
    SOLIDARY = "solidary"


@dataclass(frozen=True, slots=True)
class DueRule:
    """How the due grows. `steps`: hours of each year of the contract. `rates`: fractions, one a year, the last goes on.
    `source`: where the contract says so.
    """

    method: DueMethod
    source: str
    euros_per_hour: Decimal | None = None
    trigger_amount: Decimal | None = None
    trigger_mode: TriggerMode = TriggerMode.EXCESS
    rates: tuple[Decimal, ...] = ()
    steps: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """An invoice or an order in euros without tax, or hours worked; a credit note is below zero. An order is consumed evenly up to
    `until`.
    """

    kind: BasisKind
    reference: str
    on: date
    amount: Decimal
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line of the due as it is explained: what happened that day, by how much, and what is due after it."""

    on: date
    until: date
    kind: str
    reference: str
    hours: Decimal
    after: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentTerms:
    """What is agreed with a holder: hours of insertion between two dates (both included). `penalty_rate`: euros per hour not done.
    `rule`: how the due grows beyond `due_hours`, None where it is one number.
    """

    instrument: Instrument
    due_hours: Decimal
    starts_on: date
    ends_on: date
    penalty_rate: Decimal | None = None
    penalty_source: str = ""
    rule: DueRule | None = None


@dataclass(frozen=True, slots=True)
class ContractSpan:
    """What bounds the dates of a commitment: the contract's own dates, where they are known."""

    notified_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Amended:
    """From that day on, so many hours are due in all."""

    on: date
    due: Decimal


@dataclass(frozen=True, slots=True)
class DueFacts:
    """All that makes what is due: `signed` hours where the due is one number, the rule, the pieces and the amendments."""

    rule: DueRule
    signed: Decimal
    starts_on: date
    ends_on: date
    pieces: tuple[Piece, ...] = ()
    amendments: tuple[Amended, ...] = ()


@dataclass(frozen=True, slots=True)
class DueAnswer:
    """Hours due in all, and those due by that evening."""

    due: Decimal
    due_to_date: Decimal
