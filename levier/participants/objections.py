"""Why an eligibility decision, or a placement, cannot be recorded. Plain Python like rules.py. domain.md sections 3.4, 3.5 and 4."""

from datetime import date
from decimal import Decimal

from levier.foundation import french
from levier.foundation.objections import Objection
from levier.participants.rules import proof
from levier.participants.values import (
    ContractKind,
    DecisionFacts,
    EligibilityRefusal,
    Modality,
    PlacementFacts,
    PlacementRefusal,
)

STRUCTURES_BY_MODALITY: dict[Modality, frozenset[str]] = {
    Modality.LABOUR_SUPPLY: frozenset({"ETTI", "AI", "GEIQ", "EATT"}),
    Modality.SUBCONTRACT_SHELTERED: frozenset({"EI", "ACI", "EA", "ESAT"}),
}
"""Which structures may carry which modality (le Marché de l'inclusion: supply or service). Other modalities: anybody."""


def objections_to_decision(facts: DecisionFacts) -> tuple[Objection, ...]:
    """Why this eligibility decision cannot be granted; empty means it can."""
    found: list[Objection] = []
    criterion, decided = facts.proof.criterion, facts.proof.decision_date
    if not facts.own_territory:
        found.append(Objection(EligibilityRefusal.OTHER_TERRITORY, "person"))
    if not criterion.for_clause:
        found.append(Objection(EligibilityRefusal.CRITERION_NOT_FOR_CLAUSE, "criterion", {"label": criterion.label}))
    if decided > facts.today:
        found.append(
            Objection(EligibilityRefusal.DECISION_IN_FUTURE, "decision_date", {"today": french.day(facts.today)})
        )
    answer = proof(facts.proof).result
    if not answer.accepted:
        found.append(Objection(EligibilityRefusal.PROOF_REFUSED, "proof_date", {"reason": answer.reason}))
    if facts.valid_from < decided:
        found.append(Objection(EligibilityRefusal.STARTS_BEFORE_DECISION, "valid_from", {"day": french.day(decided)}))
    if facts.valid_until < facts.valid_from:
        found.append(Objection(EligibilityRefusal.ENDS_BEFORE_START, "valid_until"))
    for start, end in facts.other_windows:
        if start <= facts.valid_until and facts.valid_from <= end:
            spoken = {"start": french.day(start), "end": french.day(end)}
            found.append(Objection(EligibilityRefusal.OVERLAPS_ANOTHER, "valid_from", spoken))
    if facts.last_counted_day is not None and facts.valid_until < facts.last_counted_day:
        spoken = {"day": french.day(facts.last_counted_day)}
        found.append(Objection(EligibilityRefusal.SHRINKS_PAST_HOURS, "valid_until", spoken))
    return tuple(found)


def objections_to_placement(facts: PlacementFacts, legal_week: Decimal) -> tuple[Objection, ...]:
    """Why this placement cannot be recorded; empty means it can. `legal_week`: maximum hours of a week (rules.legal_week)."""
    found: list[Objection] = []
    if facts.ends_on is not None and facts.ends_on < facts.starts_on:
        found.append(Objection(PlacementRefusal.ENDS_BEFORE_START, "ends_on"))
    if facts.ends_on is None and facts.contract_kind is not ContractKind.CDI:
        found.append(Objection(PlacementRefusal.END_MISSING, "ends_on"))
    if not Decimal(0) < facts.weekly_hours <= legal_week:
        found.append(Objection(PlacementRefusal.WEEKLY_HOURS, "weekly_hours", {"limit": french.hours(legal_week)}))
    allowed = STRUCTURES_BY_MODALITY.get(facts.modality)
    if allowed is not None and facts.structure_kind not in allowed:
        found.append(Objection(PlacementRefusal.WRONG_MODALITY, "modality", {"structures": ", ".join(sorted(allowed))}))
    if facts.already_employed:
        found.append(Objection(PlacementRefusal.ALREADY_EMPLOYED, "employer"))
    for start, end in facts.same_employer_spans:
        if start <= (facts.ends_on or date.max) and facts.starts_on <= (end or date.max):
            spoken = {"start": french.day(start), "end": f"au {french.day(end)}" if end else "sans fin"}
            found.append(Objection(PlacementRefusal.OVERLAPS_SAME_EMPLOYER, "starts_on", spoken))
    return (*found, *_about_the_window(facts))


def _about_the_window(facts: PlacementFacts) -> list[Objection]:
    if facts.window is None:
        return [Objection(PlacementRefusal.NO_DECISION, "person")]
    decided, first, last = facts.window
    if facts.starts_on < decided:
        return [Objection(PlacementRefusal.BEFORE_DECISION, "starts_on", {"day": french.day(decided)})]
    if not first <= facts.starts_on <= last:
        spoken = {"start": french.day(first), "end": french.day(last)}
        return [Objection(PlacementRefusal.OUTSIDE_WINDOW, "starts_on", spoken)]
    return []
