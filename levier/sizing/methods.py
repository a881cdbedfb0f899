"""The other published ways of sizing hours: cleaning with staff take-over, invoiced tranches, stepped rates, training clause.

Plain Python like rules.py, whose rounding they share. domain.md sections 2.3, 2.5 and 2.6.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.quantities import half_up, hundredths
from levier.reference.values import Catalogue
from levier.sizing.rules import ROUNDING
from levier.sizing.values import (
    Advice,
    CleaningFacts,
    CleaningHours,
    SteppedBalance,
    TrainingHours,
    TrancheFacts,
    TrancheHours,
    TriggerMode,
    YearBalance,
    YearFacts,
)

CLEANING_FORMULA = Source(
    "P = 1 − (S × C) ÷ (A ÷ N) ; I = P × (A ÷ C) × T",
    "Inserpropre, calculatrice PACT Propreté (branche propreté)",
    Confidence.CONFIRMED,
    "sizing.cleaning/1",
)
TRANCHE_RULE = Source(
    "Une heure par tranche facturée, à partir d’un seuil de déclenchement",
    "CCAP 21_BAM_048 (EPEC Paris), art. 1.4 : toute tranche facturée au-delà du seuil entraîne une heure supplémentaire",
    Confidence.CONFIRMED,
    "sizing.invoiced_tranche/1",
)
TRANCHE_READING = Source(
    "Deux lectures possibles du seuil : au-delà du seuil (retenue par défaut), ou depuis le premier euro une fois le seuil atteint",
    "Choix de lecture ; le contrat doit le dire",
    Confidence.DESIGN,
    "sizing.invoiced_tranche/1",
)
STEPPED_RATE = Source(
    "Le taux peut changer d’une année à l’autre ; ce qui manque ou dépasse une année se compense dans le cumul",
    "Marché cadre de l’État en Provence-Alpes-Côte d’Azur, 2011 (brève d’achatpublic.info)",
    Confidence.SECONDARY,
    "sizing.stepped_rate/1",
)


def cleaning(facts: CleaningFacts, catalogue: Catalogue, day: date) -> Explained[CleaningHours]:
    """Insertion hours of a cleaning contract whose staff is taken over. `turnover` and `months` are not zero."""
    reference = catalogue.at("sizing.cleaning.coefficient", day)
    floor = catalogue.at("sizing.cleaning.floor", day)
    coefficient = Fraction(reference.value if facts.coefficient is None else facts.coefficient)
    monthly = Fraction(facts.turnover) / facts.months
    weighting = 1 - Fraction(facts.transferable_hours) * coefficient / monthly
    exact = weighting * Fraction(facts.turnover) / coefficient * Fraction(facts.insertion_rate)
    advice = _cleaning_advice(weighting, exact, floor.value)
    result = CleaningHours(_short(weighting), half_up(exact, 2), max(Decimal(0), half_up(exact, 0)), advice)
    steps = (
        Step(
            f"Poids du personnel repris{french.HARD}: P = 1 − ({french.hours(facts.transferable_hours)} × {french.euros(coefficient)}) ÷ "
            f"({french.euros(facts.turnover)} ÷ {facts.months}{french.HARD}mois) = {french.number(result.weighting)}.",
            str(result.weighting),
        ),
        Step(
            f"Heures{french.HARD}: I = {french.number(result.weighting)} × ({french.euros(facts.turnover)} ÷ "
            f"{french.euros(coefficient)}) × {french.percent(facts.insertion_rate)} = {french.hours(result.hours_exact)}.",
            str(result.hours_exact),
        ),
        Step(_cleaning_sentence(advice, floor.value), advice.value),
    )
    used = (reference.as_source(),) if facts.coefficient is None else ()
    return Explained(result, steps, (CLEANING_FORMULA, *used, floor.as_source(), ROUNDING))


def _cleaning_advice(weighting: Fraction, exact: Fraction, floor: Decimal) -> Advice:
    if weighting <= 0 or exact <= 0:
        return Advice.NO_POTENTIAL
    return Advice.NO_CLAUSE if exact < floor else Advice.CLAUSE


def _cleaning_sentence(advice: Advice, floor: Decimal) -> str:
    if advice is Advice.NO_POTENTIAL:
        return "Le personnel à reprendre couvre tout le besoin de recrutement : pas de clause sur ce marché."
    if advice is Advice.NO_CLAUSE:
        return f"Moins de {french.hours(floor)} : la branche déconseille la clause."
    return f"Au moins {french.hours(floor)} : la clause a sa place."


def _short(rate: Fraction) -> Decimal:
    """Four places, or two when the others are zeros (0.30 rather than 0.3000)."""
    four = half_up(rate, 4)
    return hundredths(four) if four == hundredths(four) else four


def invoiced_tranche(facts: TrancheFacts) -> Explained[TrancheHours]:
    """Whole hours due for an invoiced amount. Below the trigger: none. `tranche` is not zero."""
    reached = facts.invoiced >= facts.trigger
    if not reached:
        base = Fraction(0)
    elif facts.mode is TriggerMode.EXCESS:
        base = Fraction(facts.invoiced) - Fraction(facts.trigger)
    else:
        base = Fraction(facts.invoiced)
    hours = Decimal(base // Fraction(facts.tranche))
    first = f"{french.euros(facts.invoiced)} facturés, seuil de {french.euros(facts.trigger)}{french.HARD}: " + (
        "le seuil est atteint." if reached else "le seuil n’est pas atteint, aucune heure n’est due."
    )
    counted = "au-delà du seuil" if facts.mode is TriggerMode.EXCESS else "depuis le premier euro"
    second = (
        f"Montant pris en compte ({counted}){french.HARD}: {french.euros(base)}. Tranches entières de "
        f"{french.euros(facts.tranche)}{french.HARD}: {french.number(hours)}, soit {french.hours(hours)}."
    )
    steps = (Step(first, str(half_up(base, 2))), Step(second, str(hours)))
    return Explained(TrancheHours(hours), steps, (TRANCHE_RULE, TRANCHE_READING))


def stepped_rate(years: tuple[YearFacts, ...]) -> Explained[SteppedBalance]:
    """Hours due year by year (worked hours × that year's rate, two places), what was accepted, and the running totals."""
    lines: list[YearBalance] = []
    steps: list[Step] = []
    due_so_far = accepted_so_far = Decimal("0.00")
    for number, year in enumerate(years, start=1):
        due = half_up(Fraction(year.worked_hours) * Fraction(year.insertion_rate), 2)
        accepted = hundredths(year.accepted_hours)
        due_so_far += due
        accepted_so_far += accepted
        lines.append(YearBalance(due, accepted - due, due_so_far, accepted_so_far))
        steps.append(
            Step(
                f"Année {number}{french.HARD}: {french.hours(year.worked_hours)} travaillées × {french.percent(year.insertion_rate)} = "
                f"{french.hours(due)} dues, {french.hours(accepted)} acceptées, écart {french.hours(accepted - due)}.",
                str(accepted - due),
            )
        )
    balance = accepted_so_far - due_so_far
    steps.append(
        Step(
            f"En tout{french.HARD}: {french.hours(due_so_far)} dues, {french.hours(accepted_so_far)} acceptées, "
            f"solde {french.hours(balance)} (négatif{french.HARD}: il manque des heures).",
            str(balance),
        )
    )
    return Explained(SteppedBalance(tuple(lines), due_so_far, balance), tuple(steps), (STEPPED_RATE, ROUNDING))


def training_clause(amount: Decimal, catalogue: Catalogue, day: date) -> Explained[TrainingHours]:
    """Hours of the school-status training clause (clause sociale de formation) by band of the firm amount.

    Raise NoAnswer below the first band and between two bands (99 500 €), which the published table leaves open.
    """
    for start in catalogue.all_at("sizing.training.", day):
        band, _, kind = start.key.rpartition(".")
        if kind != "from" or amount < start.value:
            continue
        ends = catalogue.all_at(f"{band}.until", day)
        if ends and amount > ends[0].value:
            continue
        hours = catalogue.at(f"{band}.hours", day)
        upper = f" à {french.euros(ends[0].value)}" if ends else " et plus"
        step = Step(
            f"{french.euros(amount)}{french.HARD}: palier de {french.euros(start.value)}{upper}, {french.hours(hours.value)}.",
            str(hours.value),
        )
        return Explained(TrainingHours(hours.value), (step,), (hours.as_source(),))
    raise NoAnswer(
        "amount",
        f"{french.euros(amount)} tombe entre deux paliers publiés, ou sous le premier. Demandez au rectorat lequel retenir.",
    )
