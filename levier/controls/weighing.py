"""What a penalty is weighed against: what an hour costs, and what the company did all the same."""

from dataclasses import dataclass
from datetime import date

from levier.audit.models import JournalEntry
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.controls.models import Case, Letter, Observation
from levier.hours.models import Statement
from levier.hours.queries import reference_values
from levier.reference.values import ReferenceValue, UnknownReference


@dataclass(frozen=True, slots=True)
class Diligence:
    """Counts, no judgement: people at work, months declared, positions opened, candidates met, letters it got, answers it gave."""

    people: int
    statements: int
    positions: int
    referrals: int
    letters: int
    answers: int


def hourly_cost_of(commitment: Commitment, today: date) -> ReferenceValue | None:
    """The loaded hourly cost of the contract's category in force today; None when nobody wrote one."""
    key = "hourly_cost.works" if commitment.lot.contract.category == "works" else "hourly_cost.services"
    try:
        return reference_values().at(key, today)
    except UnknownReference:
        return None


def diligence_of(case: Case) -> Diligence:
    commitment = case.commitment
    journal = JournalEntry.objects.filter(thread=commitment.lot.contract.public_id)
    return Diligence(
        people=CommitmentPlacement.objects.filter(commitment=commitment).values("placement__person").distinct().count(),
        statements=Statement.objects.filter(commitment=commitment, state="sent").count(),
        positions=journal.filter(action="position.opened").count(),
        referrals=journal.filter(action__startswith="referral.").values("object_id").distinct().count(),
        letters=Letter.objects.filter(case=case, dispatches__event="sent").distinct().count(),
        answers=Observation.objects.filter(case=case).count(),
    )
