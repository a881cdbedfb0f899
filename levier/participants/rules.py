"""Who counts, on which proof, from when until when. domain.md sections 3.2 to 3.5."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.periods import add_months
from levier.foundation.quantities import half_up
from levier.participants.values import (
    ContractKind,
    CountingAnswer,
    CountingFacts,
    Criterion,
    DiagnosisAnswer,
    DiagnosisKind,
    EligibilityWindow,
    IaeAnswer,
    IaeStructure,
    Modality,
    ProofAnswer,
    ProofFacts,
    ProofRule,
    Standing,
    WindowFacts,
)
from levier.reference.values import Catalogue, ReferenceValue

BEFORE_FIRST_HOUR = Source(
    "L’éligibilité est décidée avant la première heure : ce qui précède la décision ne compte pas",
    "Département de l’Aude (« validé en amont ») ; TA Rennes, jugement rapporté le 4 février 2026",
    Confidence.CONFIRMED,
    "eligibility.window/1",
)
APPRENTICESHIP = Source(
    "Un contrat d’apprentissage compte pendant toute sa durée",
    "Usage national rapporté, non confirmé",
    Confidence.UNVERIFIED,
    "eligibility.window/1",
)
DIAGNOSIS = Source(
    "Durée de validité d’un diagnostic d’éligibilité à l’IAE",
    "Les emplois de l’inclusion (code public)",
    Confidence.CONFIRMED,
    "eligibility.diagnosis/1",
)


SOON = timedelta(days=60)
"""How long before the end of a window the facilitator is told (réglage de conception)."""


def standing(granted_until: date | None, placed_until: date | None, today: date) -> Standing:
    """From the last day granted and the last day at work, both included; None where nothing was granted, or nobody employed the person."""
    if granted_until is None:
        return Standing.UNDECIDED
    if granted_until < today:
        return Standing.EXPIRED
    if placed_until is None or placed_until < today:
        return Standing.UNPLACED
    return Standing.EXPIRING if granted_until <= today + SOON else Standing.ELIGIBLE


def window(facts: WindowFacts, catalogue: Catalogue) -> Explained[EligibilityWindow]:
    """Days on which the person's hours may count: from the decision or the hire, whichever is later, to the earliest of the contract's
    end and of the limit of that kind of contract, counted from the hire. Raise NoAnswer when no day is left.
    """
    starts = max(facts.decision_date, facts.hire_date)
    limit = window_limit(facts.kind, facts.hire_date, catalogue, facts.buyer_limit)
    until, second, source = _last_day(facts, limit)
    if until < starts:
        raise NoAnswer(
            "decision_date",
            f"Les heures ne peuvent compter que jusqu’au {french.day(until)}, avant la décision : il ne reste aucun jour.",
        )
    first = Step(
        f"Début{french.HARD}: décision du {french.day(facts.decision_date)}, embauche du {french.day(facts.hire_date)}{french.HARD}; "
        f"on compte à partir du {french.day(starts)}.",
        starts.isoformat(),
    )
    return Explained(EligibilityWindow(starts, until), (first, second), (BEFORE_FIRST_HOUR, source))


def _last_day(facts: WindowFacts, limit: tuple[date, ReferenceValue] | None) -> tuple[date, Step, Source]:
    """Last day that may count, why, and on which authority."""
    end = facts.contract_end
    if end is None and facts.kind is not ContractKind.CDI:
        raise NoAnswer("contract_end", "Ce type de contrat a une fin : indiquez-la. Seul un CDI peut s’en passer.")
    if end is not None and end < facts.hire_date:
        raise NoAnswer("contract_end", "Le contrat se termine avant l’embauche. Corrigez l’une des deux dates.")
    known_end = "fin du contrat inconnue" if end is None else f"contrat jusqu’au {french.day(end)}"
    if limit is None:
        assert end is not None
        sentence = f"Fin{french.HARD}: un apprentissage compte pendant toute sa durée, jusqu’au {french.day(end)}."
        return end, Step(sentence, end.isoformat()), APPRENTICESHIP
    cap, reference = limit
    until = cap if end is None else min(end, cap)
    sentence = (
        f"Fin{french.HARD}: {french.number(reference.value)}{french.HARD}mois au plus depuis l’embauche, soit le {french.day(cap)}"
        f"{french.HARD}; {known_end}{french.HARD}; on retient le {french.day(until)}."
    )
    return until, Step(sentence, until.isoformat()), reference.as_source()


def window_limit(
    kind: ContractKind, hire_date: date, catalogue: Catalogue, buyer_limit: ReferenceValue | None = None
) -> tuple[date, ReferenceValue] | None:
    """Last day that may count for that kind of contract and the duration used: the buyer's own where it has one. None for an
    apprenticeship without one: it has no limit of its own.
    """
    if buyer_limit is None and kind is ContractKind.APPRENTICESHIP:
        return None
    key = "eligibility.cdi_months" if kind is ContractKind.CDI else "eligibility.window_months"
    reference = buyer_limit or catalogue.at(key, hire_date)
    return add_months(hire_date, int(reference.value)) - timedelta(days=1), reference


PROOFS = {
    Modality.DIRECT_HIRE: "bulletins de paie ou relevés d’heures",
    Modality.LABOUR_SUPPLY: "relevés de mission ou factures, confirmés par la structure",
    Modality.SUBCONTRACT_SHELTERED: "déclaration de la structure",
    Modality.TRAINING: "attestation de présence de l’organisme",
    Modality.TUTORING: "aucune : ce temps ne s’ajoute pas",
    Modality.RESERVED: "relevés de la structure titulaire",
    Modality.SCHOOL_TRAINING: "bilan croisé",
}


TRAINING_CAP = "counting.training_cap"


def most_training(due: Decimal, share: Decimal) -> Decimal:
    """Most hours of training that count where `due` hours are owed, to the hundredth."""
    return half_up(Fraction(due) * Fraction(share), 2)


def counting(facts: CountingFacts, catalogue: Catalogue) -> Explained[CountingAnswer]:
    """Hours that may count by that modality: a share of those done (dated values counting.*), training within a cap of the hours due."""
    share = catalogue.at(f"counting.{facts.modality}", facts.day)
    counted = half_up(Fraction(facts.hours) * Fraction(share.value), 2)
    first = Step(
        f"{french.hours(facts.hours)} × {french.percent(share.value)} = {french.hours(counted)}.", str(counted)
    )
    if facts.modality is not Modality.TRAINING:
        return Explained(CountingAnswer(counted, PROOFS[facts.modality]), (first,), (share.as_source(),))
    cap = catalogue.at(TRAINING_CAP, facts.day)
    most = most_training(facts.due, cap.value)
    kept = min(counted, max(Decimal("0.00"), most - facts.already))
    second = Step(
        f"La formation compte au plus pour {french.percent(cap.value)} de {french.hours(facts.due)}, soit {french.hours(most)}"
        f"{french.HARD}; déjà {french.hours(facts.already)}{french.HARD}: on retient {french.hours(kept)}.",
        str(kept),
    )
    return Explained(
        CountingAnswer(kept, PROOFS[facts.modality]), (first, second), (share.as_source(), cap.as_source())
    )


def counts_for_nothing(modality: Modality, catalogue: Catalogue, day: date) -> ReferenceValue | None:
    """The value that says hours of that modality never count (tutoring, by default); None where they do."""
    share = catalogue.at(f"counting.{modality}", day)
    return share if share.value == 0 else None


def iae(structure: IaeStructure, level_1: int, level_2: int, catalogue: Catalogue, day: date) -> Explained[IaeAnswer]:
    """Whether a person may enter that structure without a prescriber: one criterion of level 1, else two or three of level 2."""
    first = catalogue.at("eligibility.iae.level_1", day)
    second = catalogue.at(f"eligibility.iae.level_2.{structure}", day)
    eligible = level_1 >= first.value or level_2 >= second.value
    step = Step(
        f"{structure}{french.HARD}: il faut {french.number(first.value)} critère de niveau 1, ou {french.number(second.value)} de niveau 2. "
        f"Ici {level_1} de niveau 1 et {level_2} de niveau 2{french.HARD}: {'éligible' if eligible else 'non éligible'}.",
        str(eligible).lower(),
    )
    return Explained(IaeAnswer(eligible), (step,), (first.as_source(), second.as_source()))


def proof(facts: ProofFacts) -> Explained[ProofAnswer]:
    """Whether a proof holds on the day of the decision; the reason says what to ask for when it does not."""
    accepted, reason = _judge(facts)
    criterion = facts.criterion
    source = Source(
        f"{criterion.label}{french.HARD}: {criterion.proof_label}",
        criterion.source,
        criterion.confidence,
        criterion.version,
        criterion.valid_from,
    )
    return Explained(ProofAnswer(accepted, reason), (Step(reason, str(accepted).lower()),), (source,))


def proof_expires_on(criterion: Criterion, proof_date: date) -> date | None:
    """First day on which a dated proof is too old; None when its age does not matter."""
    if criterion.proof_rule is not ProofRule.MAX_AGE or criterion.proof_max_age_months is None:
        return None
    return add_months(proof_date, criterion.proof_max_age_months)


def _judge(facts: ProofFacts) -> tuple[bool, str]:
    criterion, decided = facts.criterion, french.day(facts.decision_date)
    if facts.proof_date is not None and facts.proof_date > facts.decision_date:
        return (
            False,
            f"Refusé : la pièce est datée du {french.day(facts.proof_date)}, après la décision du {decided}. Vérifiez les dates.",
        )
    if facts.expires_on is not None and facts.expires_on < facts.decision_date:
        return False, (
            f"Refusé : la pièce a expiré le {french.day(facts.expires_on)}, avant la décision du {decided}. Demandez une pièce en cours."
        )
    if criterion.proof_rule is ProofRule.MAX_AGE:
        return _judge_age(facts)
    if criterion.proof_rule is ProofRule.VALID_ON_DECISION_DAY:
        return _judge_validity(facts)
    return True, f"Accepté : l’âge de la pièce ne compte pas ({criterion.proof_label.lower()})."


def _judge_validity(facts: ProofFacts) -> tuple[bool, str]:
    if facts.expires_on is not None:
        return (
            True,
            f"Accepté : la pièce est valable jusqu’au {french.day(facts.expires_on)}, le jour de la décision compris.",
        )
    if facts.proof_date is None:
        return False, "Refusé : ni date ni échéance. Demandez une pièce qui dit jusqu’à quand elle vaut."
    return True, "Accepté : la pièce n’a pas d’échéance. Vérifiez qu’elle est attribuée sans limitation de durée."


def _judge_age(facts: ProofFacts) -> tuple[bool, str]:
    criterion = facts.criterion
    limit = f"moins de {criterion.proof_max_age_months}{french.HARD}mois"
    if facts.proof_date is None:
        return False, f"Refusé : la date de la pièce manque. Pièce à demander : {criterion.proof_label}, de {limit}."
    too_old_from = proof_expires_on(criterion, facts.proof_date)
    given = f"datée du {french.day(facts.proof_date)}"
    if too_old_from is not None and facts.decision_date >= too_old_from:
        return False, (
            f"Refusé : la pièce {given} n’a pas {limit} le {french.day(facts.decision_date)}. "
            f"Pièce à demander : {criterion.proof_label}, de {limit}."
        )
    return True, f"Accepté : la pièce {given} a {limit} le {french.day(facts.decision_date)}."


def diagnosis(kind: DiagnosisKind, created_on: date, catalogue: Catalogue) -> Explained[DiagnosisAnswer]:
    """First day without a valid diagnosis: six months after a prescriber's, 92 days after an employer's."""
    if kind is DiagnosisKind.PRESCRIBER:
        duration = catalogue.at("eligibility.diagnosis.prescriber_months", created_on)
        expired = add_months(created_on, int(duration.value))
        length = f"{french.number(duration.value)}{french.HARD}mois"
    else:
        duration = catalogue.at("eligibility.diagnosis.employer_days", created_on)
        expired = created_on + timedelta(days=int(duration.value))
        length = f"{french.number(duration.value)}{french.HARD}jours"
    step = Step(
        f"Diagnostic du {french.day(created_on)}, valable {length}{french.HARD}: expiré à partir du {french.day(expired)}.",
        expired.isoformat(),
    )
    return Explained(DiagnosisAnswer(expired), (step,), (DIAGNOSIS, duration.as_source()))


def legal_week(catalogue: Catalogue, day: date) -> Decimal:
    """Absolute maximum of an adult's working week, all employers together, in hours."""
    return catalogue.at("hours.maximum.week.adult", day).value
