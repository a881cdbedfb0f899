"""Training (formation) on a commitment: what counts of it, within the part of the hours due that the dated value allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from levier.commitments.models import Commitment, CommitmentPlacement
from levier.foundation import french
from levier.foundation.explanation import Confidence
from levier.foundation.objections import Objection
from levier.hours.codes import Doubt
from levier.hours.models import LedgerEntry, StatementLine
from levier.participants.rules import TRAINING_CAP, most_training
from levier.participants.values import Modality
from levier.reference.values import Catalogue, ReferenceValue

_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class TrainingCount:
    """Hours of training of a commitment: `most` that count, `accepted` so far, `pending` a decision. `cap`: the value that says how much."""

    cap: ReferenceValue
    most: Decimal
    accepted: Decimal
    pending: Decimal = _ZERO

    @property
    def source(self) -> str:
        return source_said(self.cap)

    @property
    def left(self) -> Decimal:
        """What may still count."""
        return max(_ZERO, self.most - self.accepted)

    @property
    def over(self) -> Decimal:
        """Hours that wait and cannot count, or that count above what a lowered due would allow."""
        return max(_ZERO, self.accepted + self.pending - self.most)


def training_of(commitment: Commitment, cap: ReferenceValue) -> TrainingCount:
    """What the ledger holds of training on the commitment. One query; the caller has already asked who may see it."""
    entries = LedgerEntry.objects.filter(commitment=commitment, placement__modality=Modality.TRAINING.value)
    accepted = entries.aggregate(total=Sum("hours"))["total"] or _ZERO
    return TrainingCount(cap, most_training(commitment.due_hours, cap.value), accepted)


def training_shown(commitment: Commitment, values: Catalogue) -> TrainingCount | None:
    """The same with what waits for a decision, for a page; None where nobody is in training on the commitment. Three queries at most."""
    assigned = CommitmentPlacement.objects.filter(
        commitment=commitment, placement__modality=Modality.TRAINING.value
    ).exists()
    if not assigned:
        return None
    counted = training_of(commitment, values.at(TRAINING_CAP, commitment.starts_on))
    lines = StatementLine.objects.filter(
        statement__commitment=commitment, state="pending", placement__modality=Modality.TRAINING.value
    )
    pending = lines.aggregate(total=Sum("hours"))["total"] or _ZERO
    return TrainingCount(counted.cap, counted.most, counted.accepted, pending)


def over_training(counted: TrainingCount, due: Decimal, asked: Iterable[tuple[int, Decimal]]) -> dict[int, Objection]:
    """The lines of training, in order, that ask for more than may still count, by their key: how many of their hours may, and why.

    What waits for a decision counts as taken: it was sent before.
    """
    left, found = max(_ZERO, counted.left - counted.pending), {}
    for key, hours in asked:
        if hours > left:
            facts = {
                "hours": hours, "left": left, "share": french.percent(counted.cap.value), "due": due, "most": counted.most,
                "since": counted.cap.valid_from, "source": counted.source, "counted": counted.accepted, "pending": counted.pending,
            }  # fmt: skip
            found[key] = Objection(Doubt.OVER_TRAINING, "hours", facts)
        left = max(_ZERO, left - hours)
    return found


def over_training_lines(lines: Iterable[StatementLine], values: Catalogue) -> dict[int, Objection]:
    """The same for lines that wait for a decision, of any commitments, in their order; one query where somebody is in training.
    What waits takes nothing from what was accepted: who decides does so line by line. `placement` and the commitment must be loaded.
    """
    trained: dict[Commitment, list[StatementLine]] = {}
    for line in lines:
        if line.state == "pending" and line.placement.modality == Modality.TRAINING:
            trained.setdefault(line.statement.commitment, []).append(line)
    if not trained:
        return {}
    entries = LedgerEntry.objects.filter(commitment__in=trained, placement__modality=Modality.TRAINING.value)
    accepted = dict(entries.values_list("commitment_id").annotate(Sum("hours")))
    found: dict[int, Objection] = {}
    for owed, mine in trained.items():
        cap = values.at(TRAINING_CAP, owed.starts_on)
        counted = TrainingCount(cap, most_training(owed.due_hours, cap.value), accepted.get(owed.pk, _ZERO))
        found |= over_training(counted, owed.due_hours, ((line.pk, line.hours or _ZERO) for line in mine))
    return found


def source_said(value: ReferenceValue) -> str:
    """Where the figure comes from, and whether somebody checked it."""
    checked = "" if value.confidence in {Confidence.CONFIRMED, Confidence.SECONDARY} else ", non vérifié"
    return f"{value.source}{checked}"
