"""The line of the plan that a contract file was opened from, told what became of the contract. Called inside the action that is journaled."""

from datetime import datetime

from levier.planning.models import Need, TenderPublication
from levier.planning.stages import Stage


def notice_awarded(contract_id: int, *, by: str, now: datetime) -> None:
    """The contract has its award, or owes hours: its line is awarded, once. A line that was dropped stays so."""
    Need.objects.filter(contract_id=contract_id, stage__in=[Stage.TENDER.value, Stage.PUBLISHED.value]).update(
        stage=Stage.AWARDED.value, changed_at=now, changed_by_label=by
    )


def notice_award_undone(contract_id: int, *, by: str, now: datetime) -> None:
    """The award was taken back: the line stands where its tender stands."""
    published = TenderPublication.objects.filter(contract_id=contract_id).exists()
    Need.objects.filter(contract_id=contract_id, stage=Stage.AWARDED.value).update(
        stage=(Stage.PUBLISHED if published else Stage.TENDER).value, changed_at=now, changed_by_label=by
    )
