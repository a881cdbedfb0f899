"""What makes the terms of a commitment impossible."""

from levier.commitments.refusals import CommitmentRefusal
from levier.commitments.values import CommitmentTerms, ContractSpan
from levier.foundation import french
from levier.foundation.objections import Objection
from levier.foundation.quantities import LARGEST


def objections_to(terms: CommitmentTerms, span: ContractSpan) -> tuple[Objection, ...]:
    """Empty when the terms can be kept. A commitment may run beyond the contract's published end (it can be extended), never before
    its notification.
    """
    found = []
    if not 0 < terms.due_hours <= LARGEST:
        found.append(Objection(CommitmentRefusal.DUE_HOURS, "due_hours"))
    if terms.ends_on < terms.starts_on:
        found.append(Objection(CommitmentRefusal.END_BEFORE_START, "ends_on", {"starts": french.day(terms.starts_on)}))
    if span.notified_on is not None and terms.starts_on < span.notified_on:
        found.append(
            Objection(CommitmentRefusal.BEFORE_NOTIFICATION, "starts_on", {"notified": french.day(span.notified_on)})
        )
    if terms.penalty_rate is not None and not 0 < terms.penalty_rate <= LARGEST:
        found.append(Objection(CommitmentRefusal.PENALTY_RATE, "penalty_rate"))
    if terms.penalty_rate is not None and not terms.penalty_source.strip():
        found.append(Objection(CommitmentRefusal.PENALTY_SOURCE, "penalty_source"))
    return tuple(found)
