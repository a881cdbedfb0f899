"""The one place where a decided penalty moves the books of a commitment (commitments.actions.penalise_hours and reverse_penalty)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from levier.accounts.values import Actor
from levier.commitments.actions import penalise_hours, reverse_penalty
from levier.controls.models import PenaltyDecision


def penalise(*, actor: Actor, decision: PenaltyDecision, now: datetime) -> None:
    """Enter the hours of the decision as penalised, under the case and the number of the proposal, once the penalty that an earlier
    decision of the same case entered was taken out by its exact opposite.
    """
    proposal = decision.proposal
    whose: dict[str, Any] = {"actor": actor, "commitment_public_id": proposal.case.commitment.public_id, "at": now}
    earlier = (
        PenaltyDecision.objects.filter(proposal__case=proposal.case, proposal__number__lt=proposal.number)
        .select_related("proposal__case")
        .order_by("-proposal__number")
        .first()
    )
    if earlier is not None and earlier.units > 0:
        reverse_penalty(decision_reference=reference(earlier), reason=decision.reason[:500], **whose)
    if decision.units > Decimal(0):
        penalise_hours(hours=decision.units, decision_reference=reference(decision), **whose)


def reference(decision: PenaltyDecision) -> str:
    """How the books name the decision: `D-2026-0001/2`."""
    return f"{decision.proposal.case.label}/{decision.proposal.number}"
