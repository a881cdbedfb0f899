"""How many insertion hours (calibrage), by the standard formula, per lot, and what the figure means. domain.md sections 2.1 and 2.7.

Every quotient is exact (`Fraction`) and rounded once, half up, at the end: no binary float, no intermediate rounding.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.foundation.quantities import half_up
from levier.reference.values import Catalogue
from levier.sizing.values import Factor, HoursRange, LotFacts, LotHours, LotsHours

STANDARD_FORMULA = Source(
    "Heures = montant HT × part de main-d’œuvre × taux d’insertion ÷ coût horaire",
    "Maison de l’emploi Sud 77 et Maison de l’emploi Alès-Cévennes (deux ordres de calcul équivalents)",
    Confidence.CONFIRMED,
    "sizing.labour_share/1",
)
ROUNDING = Source(
    "Arrondi à l’heure la plus proche, une demi-heure vers le haut, fait une seule fois à la fin",
    "Règle de conception ; la Maison de l’emploi Sud 77 publie 833,33 → 833",
    Confidence.DESIGN,
    "sizing.rounding/1",
)
PER_LOT = Source(
    "Chaque lot est calculé avec sa propre part et son propre taux, puis les heures arrondies s’additionnent",
    "Règle de conception : jamais une part moyenne appliquée au total",
    Confidence.DESIGN,
    "sizing.lots/1",
)


def exact_hours(amount: Decimal, labour_share: Decimal, insertion_rate: Decimal, hourly_cost: Decimal) -> Fraction:
    """Amount × share × rate ÷ cost as an exact quotient; `hourly_cost` is not zero."""
    return Fraction(amount) * Fraction(labour_share) * Fraction(insertion_rate) / Fraction(hourly_cost)


def labour_share(facts: LotFacts, catalogue: Catalogue, day: date) -> Explained[LotHours]:
    """The standard formula for one lot; the steps also say the hours in weeks and warn below the useful minimum."""
    exact = exact_hours(facts.amount, facts.labour_share, facts.insertion_rate, facts.hourly_cost)
    result = LotHours(half_up(exact, 2), half_up(exact, 0))
    meaning, sources = _meaning(exact, result.hours, catalogue, day)
    return Explained(result, (*_formula_steps(facts, result), *meaning), (STANDARD_FORMULA, ROUNDING, *sources))


def lots(facts: tuple[LotFacts, ...], catalogue: Catalogue, day: date) -> Explained[LotsHours]:
    """Each lot by the standard formula, then the sum of the rounded hours (T4: 1 310 h, not the 1 400 h of an average share)."""
    sized = tuple(labour_share(lot, catalogue, day) for lot in facts)
    total = sum((lot.result.hours for lot in sized), Decimal(0))
    steps = [
        Step(
            f"{lot.label or f'Lot {number}'}{french.HARD}: {french.euros(lot.amount)} × {french.percent(lot.labour_share)} × "
            f"{french.percent(lot.insertion_rate)} ÷ {french.euros(lot.hourly_cost)}/h = "
            f"{french.hours(answer.result.hours_exact)}, arrondies à {french.hours(answer.result.hours)}.",
            str(answer.result.hours),
        )
        for number, (lot, answer) in enumerate(zip(facts, sized, strict=True), start=1)
    ]
    total_step = Step(
        f"Total{french.HARD}: la somme des heures arrondies de chaque lot fait {french.hours(total)}.", str(total)
    )
    meaning, sources = _meaning(Fraction(total), total, catalogue, day)
    return Explained(
        LotsHours(tuple(lot.result for lot in sized), total),
        (*steps, total_step, *meaning),
        (STANDARD_FORMULA, ROUNDING, PER_LOT, *sources),
    )


def labour_share_range(
    amount: Decimal, share: Factor, rate: Factor, cost: Factor, catalogue: Catalogue, day: date
) -> Explained[HoursRange]:
    """The standard formula with the range left by the labour share and the hourly cost. The rate is a decision: its range, if any,
    is what one may choose, not an uncertainty, so it does not widen the answer.
    """
    facts = LotFacts(amount, share.value, rate.value, cost.value)
    central = labour_share(facts, catalogue, day)
    low = half_up(exact_hours(amount, share.low, rate.value, cost.high), 0)
    high = half_up(exact_hours(amount, share.high, rate.value, cost.low), 0)
    bounds = Step(
        f"Fourchette{french.HARD}: de {french.hours(low)} (part {french.percent(share.low)}, coût {french.euros(cost.high)}/h) à "
        f"{french.hours(high)} (part {french.percent(share.high)}, coût {french.euros(cost.low)}/h).",
        f"{low} – {high}",
    )
    factors = tuple(factor.source for factor in (share, rate, cost) if factor.source is not None)
    result = HoursRange(central.result.hours_exact, low, central.result.hours, high)
    return Explained(result, (*central.steps, bounds), (*central.sources, *factors))


def _formula_steps(facts: LotFacts, result: LotHours) -> tuple[Step, ...]:
    labour = Fraction(facts.amount) * Fraction(facts.labour_share)
    effort = labour * Fraction(facts.insertion_rate)
    return (
        Step(
            f"Main-d’œuvre{french.HARD}: {french.euros(facts.amount)} × {french.percent(facts.labour_share)} = {french.euros(labour)}.",
            str(half_up(labour, 2)),
        ),
        Step(
            f"Effort d’insertion{french.HARD}: {french.euros(labour)} × {french.percent(facts.insertion_rate)} = "
            f"{french.euros(effort)}.",
            str(half_up(effort, 2)),
        ),
        Step(
            f"Heures{french.HARD}: {french.euros(effort)} ÷ {french.euros(facts.hourly_cost)} l’heure = {french.hours(result.hours_exact)}.",
            str(result.hours_exact),
        ),
        Step(f"Arrondi à l’heure la plus proche{french.HARD}: {french.hours(result.hours)}.", str(result.hours)),
    )


def _meaning(
    exact: Fraction, hours: Decimal, catalogue: Catalogue, day: date
) -> tuple[tuple[Step, ...], tuple[Source, ...]]:
    """The hours in weeks of one person, and a warning below the volume that is of some use."""
    week = catalogue.at("sizing.week_hours", day)
    minimum = catalogue.at("sizing.minimum_useful_hours", day)
    weeks = half_up(Fraction(hours) / Fraction(week.value), 1)
    steps = [
        Step(
            f"En clair{french.HARD}: {french.number(weeks)}{french.HARD}semaines de travail à {french.hours(week.value)} pour une "
            f"personne, ou {french.number(half_up(weeks / 2, 1))}{french.HARD}semaines pour deux.",
            str(weeks),
        )
    ]
    if exact < minimum.value:
        steps.append(
            Step(
                f"Attention{french.HARD}: moins de {french.hours(minimum.value)}. Un volume aussi faible aide peu une personne{french.HARD}; "
                "regroupez des lots ou choisissez un autre instrument.",
                str(minimum.value),
            )
        )
    return tuple(steps), (week.as_source(), minimum.as_source())
