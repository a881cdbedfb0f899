"""Which way for the hours of a commitment: when the first hour is worked, how many people, at what cost. Plain Python."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.quantities import half_up
from levier.onboarding.labels import WAYS
from levier.onboarding.values import Part, Plan, Way, WayLine
from levier.reference.values import Catalogue

METHOD = Source(
    "Voies pour réaliser les heures : délai, personnes, coût",
    "Règle de conception de Levier ; délais et coûts d’usage, à valider par le Département",
    Confidence.UNVERIFIED,
    "way.plan/1",
)


def plan(parts: Sequence[Part], *, decided_on: date, ends_on: date, catalogue: Catalogue) -> Explained[Plan]:
    """What these parts ask for, decided on that day, for a contract that ends on `ends_on` (included).

    For each part: first hour after the usual delay of the way; people = hours ÷ (weeks left × hours a week), rounded up; cost =
    hours × the hourly range of the way. Raise NoAnswer when nothing is to be done or the contract has ended.
    """
    kept = [part for part in parts if part.hours > 0]
    if not kept:
        raise NoAnswer("parts", "Répartissez des heures sur au moins une voie.")
    if ends_on < decided_on:
        raise NoAnswer("ends_on", "Le marché est terminé avant la décision : changez l’une des deux dates.")
    lines, steps, sources = [], [], [METHOD]
    for part in kept:
        line = _line(part, decided_on, ends_on, catalogue)
        lines.append(line)
        steps += _steps(line)
        sources += [
            catalogue.at(f"way.{part.way.value}.{what}", decided_on).as_source() for what in ("delay", "week", "cost")
        ]
    people = [line.people for line in lines]
    whole = Plan(
        lines=tuple(lines),
        hours=sum((line.hours for line in lines), Decimal(0)),
        people=None if None in people else sum(count for count in people if count is not None),
        first_day=min(line.first_day for line in lines),
        cost_low=sum((line.cost_low for line in lines), Decimal(0)),
        cost_high=sum((line.cost_high for line in lines), Decimal(0)),
    )
    return Explained(whole, tuple(steps), tuple(dict.fromkeys(sources)))


def _line(part: Part, decided_on: date, ends_on: date, catalogue: Catalogue) -> WayLine:
    delay, week, cost = (catalogue.at(f"way.{part.way.value}.{what}", decided_on) for what in ("delay", "week", "cost"))
    first_day = decided_on + timedelta(weeks=int(delay.value))
    weeks = Fraction(max(0, (ends_on - first_day).days + 1), 7)
    people = ceil(Fraction(part.hours) / (weeks * Fraction(week.value))) if weeks else None
    low, high = cost.low if cost.low is not None else cost.value, cost.high if cost.high is not None else cost.value
    return WayLine(
        way=part.way,
        hours=part.hours,
        first_day=first_day,
        latest_day=decided_on + timedelta(weeks=int(delay.high if delay.high is not None else delay.value)),
        weeks=half_up(weeks, 2),
        week_hours=week.value,
        people=people,
        cost_low=half_up(Fraction(part.hours) * Fraction(low), 0),
        cost_high=half_up(Fraction(part.hours) * Fraction(high), 0),
    )


def _steps(line: WayLine) -> list[Step]:
    name = WAYS[line.way]
    weeks = f"{french.number(line.weeks)} semaines"
    if line.people is None:
        who = f"{name} : la première heure viendrait le {french.day(line.first_day)}, après la fin du marché."
    else:
        who = (
            f"{name} : {french.hours(line.hours)} ÷ ({weeks} × {french.hours(line.week_hours)} par semaine), "
            f"soit {french.plural(line.people, 'personne')} à partir du {french.day(line.first_day)}."
        )
    cost = f"{name} : de {french.euros(line.cost_low)} à {french.euros(line.cost_high)} HT."
    return [Step(french.typeset(who), str(line.people or 0)), Step(french.typeset(cost), str(line.cost_high))]


def evenly(hours: Decimal, ways: Sequence[Way]) -> tuple[Part, ...]:
    """The hours split over these ways to the whole hour, the rest on the first: nothing is lost."""
    each = Decimal(int(hours / len(ways)))
    first = hours - each * (len(ways) - 1)
    return tuple(Part(way, first if rank == 0 else each) for rank, way in enumerate(ways))
