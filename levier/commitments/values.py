"""Facts of what a holder owes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Instrument(StrEnum):
    """By which clause the contract asks for hours (domain.md section 1.1)."""

    EXECUTION_CONDITION = "execution_condition"
    CONDITION_AND_CRITERION = "condition_and_criterion"
    CRITERION = "criterion"
    RESERVED_DISABILITY = "reserved_disability"
    RESERVED_SIAE = "reserved_siae"
    RESERVED_ESS = "reserved_ess"
    INSERTION_CONTRACT = "insertion_contract"


@dataclass(frozen=True, slots=True)
class CommitmentTerms:
    """What is agreed with a holder: hours of insertion between two dates (both included). `penalty_rate`: euros per hour not done."""

    instrument: Instrument
    due_hours: Decimal
    starts_on: date
    ends_on: date
    penalty_rate: Decimal | None = None
    penalty_source: str = ""


@dataclass(frozen=True, slots=True)
class ContractSpan:
    """What bounds the dates of a commitment: the contract's own dates, where they are known."""

    notified_on: date | None
    ends_on: date | None
