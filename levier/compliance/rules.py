"""What is still owed, and what it costs: balance, late proofs, training clause. domain.md section 5.6.

A surplus is shown and never carried over; it hides nothing of another commitment's deficit.
"""

from decimal import Decimal
from fractions import Fraction

from levier.compliance.values import (
    Balance,
    CommitmentBalance,
    CommitmentFacts,
    LatePenalty,
    LateProofFacts,
    TrainingPenalty,
    TrainingPenaltyFacts,
)
from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.quantities import half_up, hundredths

PENALTY = Source(
    "Pénalité = taux × heures dues qui ne sont ni acceptées ni dispensées ; les heures offertes au-delà du minimum sont dues",
    "CCAP 21_BAM_048, art. 8.2.2 ; TA Rennes, jugement rapporté le 4 février 2026",
    Confidence.SECONDARY,
    "compliance.balance/1",
)
COVERED = Source(
    "Taux de couverture : chaque engagement couvre au plus ce qu’il doit, un excédent n’efface pas le manque d’un autre",
    "Règle de conception",
    Confidence.DESIGN,
    "compliance.balance/1",
)
FROM_NOTICE = Source(
    "Pénalité de retard des justificatifs : comptée à partir de la mise en demeure",
    "CCAP 21_BAM_048, art. 8.2.2",
    Confidence.CONFIRMED,
    "compliance.late_proofs/1",
)
TRAINING = Source(
    "Heures manquantes × coefficient × plafond horaire de la sécurité sociale",
    "Clause sociale de formation, modèle de février 2018",
    Confidence.CONFIRMED,
    "compliance.training_penalty/1",
)
_ZERO = Decimal("0.00")


def balance(facts: tuple[CommitmentFacts, ...]) -> Explained[Balance]:
    """The balance of each commitment and of all. Raise NoAnswer when more is waived than due."""
    for number, commitment in enumerate(facts):
        if commitment.waived > commitment.due:
            raise NoAnswer(
                f"commitments[{number}].waived", "La dispense dépasse les heures dues. Corrigez l’un des deux nombres."
            )
    lines = tuple(balance_of(commitment) for commitment in facts)
    owed = sum((commitment.due - commitment.waived for commitment in facts), _ZERO)
    due = sum((commitment.due for commitment in facts), _ZERO)
    accepted = sum((commitment.accepted for commitment in facts), _ZERO)
    missing = sum((line.outstanding for line in lines), _ZERO)
    penalty = sum((line.penalty for line in lines), _ZERO)
    covered = ratio(owed - missing, owed)
    raw = ratio(accepted, due)
    steps = [_line_step(number, *pair) for number, pair in enumerate(zip(facts, lines, strict=True), start=1)]
    steps.append(
        Step(
            f"Couverture{french.HARD}: {french.hours(owed - missing)} couvertes sur {french.hours(owed)} dues, dispenses déduites, soit "
            f"{_spoken(covered)}. Sans cette précaution, le taux brut serait {_spoken(raw)}.",
            "" if covered is None else str(covered),
        )
    )
    steps.append(
        Step(
            f"Heures pénalisables{french.HARD}: {french.hours(missing)}, soit {french.euros(penalty)}.",
            str(hundredths(missing)),
        )
    )
    answer = Balance(lines, covered, raw, hundredths(missing))
    return Explained(answer, tuple(steps), (PENALTY, COVERED))


def balance_of(facts: CommitmentFacts) -> CommitmentBalance:
    """Outstanding = max(0, due − waived − penalised − accepted); surplus = the same below zero; penalty = outstanding × rate."""
    difference = facts.due - facts.waived - facts.penalised - facts.accepted
    outstanding = hundredths(max(_ZERO, difference))
    surplus = hundredths(max(_ZERO, -difference))
    penalty = half_up(Fraction(outstanding) * Fraction(facts.penalty_rate), 2)
    return CommitmentBalance(outstanding, surplus, ratio(facts.accepted, facts.due), penalty)


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """Part ÷ whole with four places, half up; None when `whole` is zero."""
    return half_up(Fraction(part) / Fraction(whole), 4) if whole else None


def late_proofs(facts: LateProofFacts) -> Explained[LatePenalty]:
    """Days from the formal notice to the reception, and their price. Without notice nothing is counted."""
    if facts.formal_notice_date is None:
        step = Step("Aucune mise en demeure n’a été envoyée : aucun jour de retard n’est compté.", "0")
        return Explained(LatePenalty(0, _ZERO), (step,), (FROM_NOTICE,))
    days = max(0, (facts.received_date - facts.formal_notice_date).days)
    penalty = half_up(Fraction(facts.rate_per_day) * days, 2)
    steps = (
        Step(
            f"De la mise en demeure du {french.day(facts.formal_notice_date)} à la réception du {french.day(facts.received_date)}"
            f"{french.HARD}: {french.plural(days, 'jour')}.",
            str(days),
        ),
        Step(
            f"{french.plural(days, 'jour')} × {french.euros(facts.rate_per_day)} = {french.euros(penalty)}.",
            str(penalty),
        ),
    )
    return Explained(LatePenalty(days, penalty), steps, (FROM_NOTICE,))


def training_penalty(facts: TrainingPenaltyFacts) -> Explained[TrainingPenalty]:
    missing = hundredths(max(_ZERO, facts.due - facts.done))
    penalty = half_up(Fraction(missing) * Fraction(facts.factor) * Fraction(facts.hourly_ceiling), 2)
    steps = (
        Step(f"Heures manquantes{french.HARD}: {french.hours(missing)}.", str(missing)),
        Step(
            f"{french.hours(missing)} × {french.number(facts.factor)} × {french.euros(facts.hourly_ceiling)} = {french.euros(penalty)}.",
            str(penalty),
        ),
    )
    return Explained(TrainingPenalty(missing, penalty), steps, (TRAINING,))


def _line_step(number: int, facts: CommitmentFacts, line: CommitmentBalance) -> Step:
    state = (
        f"il manque {french.hours(line.outstanding)}, pénalité {french.hours(line.outstanding)} × "
        f"{french.euros(facts.penalty_rate)} = {french.euros(line.penalty)}"
        if line.outstanding
        else f"rien ne manque, excédent {french.hours(line.surplus)}"
    )
    return Step(
        f"{facts.label or f'Engagement {number}'}{french.HARD}: {french.hours(facts.due)} dues, {french.hours(facts.waived)} dispensées, "
        f"{french.hours(facts.accepted)} acceptées ({_spoken(line.realisation_rate)}){french.HARD}; {state}.",
        str(line.outstanding),
    )


def _spoken(rate: Decimal | None) -> str:
    return "sans objet" if rate is None else french.percent(rate)
