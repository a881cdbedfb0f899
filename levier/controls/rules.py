"""Steps of a case, what a penalty is, what it weighs, who is drawn. domain.md section 5.6; reliability.md I-13, I-14."""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from levier.controls.refusals import ControlRefusal
from levier.controls.values import (
    CaseKind,
    CaseState,
    HearingFacts,
    HoursPenalty,
    HoursPenaltyFacts,
    Outcome,
    Proportion,
    ProportionFacts,
    RiskFacts,
    Ticketed,
)
from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.objections import Objection
from levier.foundation.quantities import half_up, hundredths

_CONTROLS, _PENALTIES = (CaseKind.PIECES, CaseKind.VISIT), (CaseKind.OUTSTANDING, CaseKind.LATE_PROOFS)
_S = CaseState


def _steps() -> frozenset[tuple[CaseKind, CaseState | None, CaseState]]:
    both = [
        (_S.AMICABLE, _S.AMICABLE), (_S.AMICABLE, _S.NOTICED), (_S.AMICABLE, _S.CLOSED), (_S.NOTICED, _S.NOTICED),
        (_S.NOTICED, _S.CONTRADICTORY), (_S.NOTICED, _S.CLOSED), (_S.CONTRADICTORY, _S.CONTRADICTORY),
        (_S.CONTRADICTORY, _S.DECIDED), (_S.CONTRADICTORY, _S.CLOSED), (_S.DECIDED, _S.CONTRADICTORY), (_S.DECIDED, _S.CLOSED),
    ]  # fmt: skip
    controls = [
        (None, _S.PLANNED), (_S.PLANNED, _S.REPORTED), (_S.PLANNED, _S.CLOSED), (_S.REPORTED, _S.REPORTED),
        (_S.REPORTED, _S.AMICABLE), (_S.REPORTED, _S.CLOSED), (_S.AMICABLE, _S.CONTRADICTORY),
    ]  # fmt: skip
    found: set[tuple[CaseKind, CaseState | None, CaseState]] = {(CaseKind.OUTSTANDING, _S.AMICABLE, _S.CONTRADICTORY)}
    found |= {(kind, before, after) for kind in CaseKind for before, after in both}
    found |= {(kind, before, after) for kind in _CONTROLS for before, after in controls}
    return frozenset(found | {(kind, None, _S.AMICABLE) for kind in _PENALTIES})


STEPS = _steps()
"""Every allowed step (kind, from, to); None: the case does not exist yet. The database holds the same list (controls_allowedstep).
Late proofs cannot be discussed before a formal notice; everything begins with the amicable phase."""

HOURS = Source(
    "Pénalité = taux × max(0, heures dues − heures dispensées − déjà pénalisées − heures acceptées) ; dues = le plus grand du minimum et des heures offertes",
    "CCAP 21_BAM_048, art. 8.2.2 ; TA Rennes, jugement rapporté le 4 février 2026",
    Confidence.SECONDARY,
    "controls.penalty/1",
)
WEIGHT = Source(
    "Un ticket par engagement, plus des tickets pour le retard, le silence, les refus, la taille, l’absence de contrôle récent",
    "Règle de conception",
    Confidence.DESIGN,
    "controls.risk_weight/1",
)
DRAW = Source(
    "Chaque ticket reçoit SHA-256(graine | code | numéro) ; l’engagement garde son plus petit ; les plus petits sont tirés",
    "Règle de conception : n’importe qui peut refaire le tirage",
    Confidence.DESIGN,
    "controls.draw/1",
)
MOST_TICKETS = 100


def allowed(kind: CaseKind, state: CaseState | None, to: CaseState) -> bool:
    return (kind, state, to) in STEPS


def next_states(kind: CaseKind, state: CaseState) -> tuple[CaseState, ...]:
    """Where a case may go from there, itself left out, in the order of its life."""
    return tuple(to for to in CaseState if to is not state and (kind, state, to) in STEPS)


def penalty(facts: HoursPenaltyFacts) -> Explained[HoursPenalty]:
    """Raise NoAnswer when more is waived than due."""
    due = max(facts.minimum, facts.offered) if facts.offered is not None else facts.minimum
    if facts.waived > due:
        raise NoAnswer("waived", "La dispense dépasse les heures dues. Corrigez l’un des deux nombres.")
    missing = hundredths(max(Decimal(0), due - facts.waived - facts.penalised - facts.accepted))
    amount = half_up(Fraction(missing) * Fraction(facts.rate), 2)
    offered = "aucune heure offerte" if facts.offered is None else f"{french.hours(facts.offered)} offertes"
    before = f"− {french.hours(facts.penalised)} déjà pénalisées " if facts.penalised else ""
    steps = (
        Step(
            f"Dues{french.HARD}: le plus grand de {french.hours(facts.minimum)} demandées et de {offered}, soit {french.hours(due)}.",
            str(hundredths(due)),
        ),
        Step(
            f"Manque{french.HARD}: {french.hours(due)} − {french.hours(facts.waived)} dispensées {before}− {french.hours(facts.accepted)} "
            f"acceptées, jamais sous zéro{french.HARD}: {french.hours(missing)}.",
            str(missing),
        ),
        Step(f"{french.hours(missing)} × {french.euros(facts.rate)} = {french.euros(amount)}.", str(amount)),
    )
    return Explained(HoursPenalty(hundredths(due), missing, amount), steps, (HOURS,))


def four_eyes_needed(amount: Decimal, threshold: Decimal) -> bool:
    """Whether another person than the one who proposed must decide: from that amount in euros on (reference penalty.four_eyes_from)."""
    return amount >= threshold


def objections_to_deciding(facts: HearingFacts, today: date) -> tuple[Objection, ...]:
    """The company must have answered, or its delay be over."""
    if facts.state is not CaseState.CONTRADICTORY:
        return (Objection(ControlRefusal.NOT_HEARD),)
    if facts.answered or (facts.deadline is not None and today > facts.deadline):
        return ()
    until = french.day(facts.deadline) if facts.deadline else ""
    return (Objection(ControlRefusal.DELAY_RUNS, "", {"until": until}),)


def decided_units(outcome: Outcome, units: Decimal, kept: Decimal | None) -> Decimal:
    """Hours or days that the decision keeps: all, those typed, or none."""
    match outcome:
        case Outcome.APPLY:
            return units
        case Outcome.WAIVE:
            return Decimal("0.00")
        case Outcome.REDUCE:
            return kept if kept is not None else units


def proportion(facts: ProportionFacts) -> Explained[Proportion]:
    """What the amount weighs beside the contract and beside what the missing hours would have cost. It decides nothing."""
    of_contract = _ratio(facts.amount, facts.contract_amount)
    labour = (
        None if facts.hourly_cost is None else half_up(Fraction(facts.missing_hours) * Fraction(facts.hourly_cost), 2)
    )
    of_labour = _ratio(facts.amount, labour)
    steps = []
    if of_contract is not None and facts.contract_amount is not None:
        steps.append(
            Step(
                f"{french.euros(facts.amount)} ÷ {french.euros(facts.contract_amount)} (montant du lot) = {french.percent(of_contract)}.",
                str(of_contract),
            )
        )
    if labour is not None and facts.hourly_cost is not None:
        steps.append(
            Step(
                f"{french.hours(facts.missing_hours)} à {french.euros(facts.hourly_cost)} l’heure auraient coûté {french.euros(labour)}.",
                str(labour),
            )
        )
    if of_labour is not None:
        steps.append(Step(f"La pénalité en vaut {french.percent(of_labour)}.", str(of_labour)))
    return Explained(Proportion(of_contract, labour, of_labour), tuple(steps))


def _ratio(part: Decimal, whole: Decimal | None) -> Decimal | None:
    return half_up(Fraction(part) / Fraction(whole), 4) if whole else None


_LARGE = Decimal(1000)


def risk_weight(facts: RiskFacts) -> Explained[int]:
    """How many tickets a commitment has in the hat: one at least, so that nobody is sure not to be controlled."""
    parts = (
        (1, "chaque engagement en a un", True),
        (3, "en retard, au-delà de l’écart toléré", facts.late),
        (2, f"{french.plural(facts.months_silent, 'mois', 'mois')} sans déclaration", facts.months_silent > 0),
        (2, f"{french.plural(facts.refused_lines, 'ligne refusée', 'lignes refusées')}", facts.refused_lines > 0),
        (1, f"{french.hours(facts.due)} dues, mille ou plus", facts.due >= _LARGE),
        (1, "aucun contrôle depuis un an", not facts.controlled_within_a_year),
    )
    kept = [(points, why) for points, why, counts in parts if counts]
    steps = tuple(Step(f"{french.plural(points, 'ticket')}{french.HARD}: {why}.", str(points)) for points, why in kept)
    return Explained(sum(points for points, _ in kept), steps, (WEIGHT,))


def anonymous_code(public_id: str) -> str:
    """The code of a commitment in a published draw: the same each time, and it says nothing of the company."""
    return hashlib.sha256(public_id.encode()).hexdigest()[:12]


def draw(seed: str, population: Iterable[Ticketed], size: int) -> tuple[str, ...]:
    """The codes drawn, in order. Each ticket i (from 1) has the SHA-256 of `seed|code|i` in UTF-8; an entry keeps its smallest; the
    `size` smallest are drawn. Equal chances with one ticket each; with more, chances grow as the tickets. Raise NoAnswer otherwise.
    """
    entries = tuple(population)
    codes = {entry.code for entry in entries}
    if not seed.strip():
        raise NoAnswer("seed", "Écrivez la graine du tirage.")
    if len(codes) != len(entries):
        raise NoAnswer("population", "Le même code figure deux fois.")
    if any(not 1 <= entry.weight <= MOST_TICKETS for entry in entries):
        raise NoAnswer("population", f"Chaque ligne a de 1 à {MOST_TICKETS} tickets.")
    if not 0 < size <= len(entries):
        raise NoAnswer("size", f"Tirez de 1 à {len(entries)} engagements.")
    ranked = sorted(
        (min(_ticket(seed, entry.code, i) for i in range(1, entry.weight + 1)), entry.code) for entry in entries
    )
    return tuple(code for _, code in ranked[:size])


def _ticket(seed: str, code: str, number: int) -> str:
    return hashlib.sha256(f"{seed}|{code}|{number}".encode()).hexdigest()


def population_hash(population: Iterable[Ticketed]) -> bytes:
    """SHA-256 of the lines `code weight`, in order of codes: what a draw publishes of its hat."""
    lines = "".join(f"{one.code} {one.weight}\n" for one in sorted(population, key=lambda one: one.code))
    return hashlib.sha256(lines.encode()).digest()


def price(rate: Decimal, units: Decimal) -> Decimal:
    """Rate × hours or days, to the cent, half up."""
    return half_up(Fraction(rate) * Fraction(units), 2)
