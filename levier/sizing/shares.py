"""Hours that are a share of what is worked, and hours that several facilitators follow together. Plain Python. domain.md 2.6 and 2.7."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.quantities import HUNDREDTH, half_up, hundredths
from levier.sizing.rules import ROUNDING
from levier.sizing.values import (
    OrderFacts,
    PeriodHours,
    SplitHours,
    TerritoryHours,
    TerritoryWeight,
    WorkedShareHours,
)

WORKED_SHARE = Source(
    "Un pourcentage des heures réellement travaillées",
    "Maison de l’emploi Alès-Cévennes (possible, plus rare)",
    Confidence.CONFIRMED,
    "sizing.worked_share/1",
)
PER_PERIOD = Source(
    "Les commandes d’une même période s’additionnent avant l’arrondi : une heure due ne dépend pas du découpage en bons de commande",
    "Règle de conception, pour les accords-cadres à bons de commande",
    Confidence.DESIGN,
    "sizing.worked_share/1",
)
EXACT_SPLIT = Source(
    "Chaque territoire reçoit sa part entière, puis les restes vont aux plus grandes parts décimales : le total est exact",
    "Règle de conception (plus forts restes)",
    Confidence.DESIGN,
    "sizing.territories/1",
)


def worked_share(orders: tuple[OrderFacts, ...], insertion_rate: Decimal) -> Explained[WorkedShareHours]:
    """The rate applied to the hours worked, consolidated by period, in the order in which periods first appear."""
    by_period: dict[str, list[Decimal]] = {}
    for order in orders:
        by_period.setdefault(order.period, []).append(order.worked_hours)
    periods, steps = [], []
    for period, worked in by_period.items():
        together = hundredths(sum(worked, Decimal(0)))
        due = half_up(Fraction(together) * Fraction(insertion_rate), 2)
        periods.append(PeriodHours(period, len(worked), together, due))
        steps.append(
            Step(
                f"{period or 'Sans période'}{french.HARD}: {french.plural(len(worked), 'commande')}, {french.hours(together)} travaillées × "
                f"{french.percent(insertion_rate)} = {french.hours(due)}.",
                str(due),
            )
        )
    worked_hours = sum((one.worked_hours for one in periods), Decimal("0.00"))
    total = sum((one.due for one in periods), Decimal("0.00"))
    steps.append(Step(f"En tout{french.HARD}: {french.hours(total)} dues.", str(total)))
    return Explained(
        WorkedShareHours(tuple(periods), worked_hours, total), tuple(steps), (WORKED_SHARE, PER_PERIOD, ROUNDING)
    )


def split(whole: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Parts in multiples of `unit`, by weight, that add up to the whole exactly. Equal remainders go to the part named first."""
    total, units = sum(map(Fraction, weights), Fraction(0)), int(whole / unit)
    exact = [units * Fraction(weight) / total for weight in weights]
    given = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda place: (given[place] - exact[place], place))
    for place in order[: units - sum(given)]:
        given[place] += 1
    return [count * unit for count in given]


def territories(hours: Decimal, weights: tuple[TerritoryWeight, ...]) -> Explained[SplitHours]:
    """Split by weight so that the parts add up exactly: whole hours where the total is whole, hundredths otherwise.

    Equal remainders go to the territory named first. Raise NoAnswer where all weights are zero.
    """
    total = sum((Fraction(one.weight) for one in weights), Fraction(0))
    if not total:
        raise NoAnswer("parts", "Toutes les parts valent zéro. Donnez un poids à un territoire au moins.")
    unit = Decimal(1) if hours == hours.to_integral_value() else HUNDREDTH
    given = split(hours, [one.weight for one in weights], unit)
    parts = tuple(TerritoryHours(one.territory, part) for one, part in zip(weights, given, strict=True))
    steps = tuple(
        Step(
            f"{part.territory}{french.HARD}: {french.hours(hours)} × {french.percent(Fraction(one.weight) / total)} = "
            f"{french.hours(half_up(Fraction(hours) * Fraction(one.weight) / total, 2))}, soit {french.hours(part.hours)}.",
            str(part.hours),
        )
        for part, one in zip(parts, weights, strict=True)
    )
    said = Step(f"Somme{french.HARD}: {french.hours(hours)}, exactement.", str(hours))
    return Explained(SplitHours(parts, hours), (*steps, said), (EXACT_SPLIT,))
