"""A study by any method: its range, its use in its sector, and what it means in weeks and people. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from levier.foundation import french
from levier.foundation.explanation import Source, Step
from levier.foundation.quantities import half_up
from levier.reference.values import Catalogue
from levier.sizing.feasibility import useful
from levier.sizing.ranges import hours_range
from levier.sizing.sectors import volume_sector
from levier.sizing.values import HoursRange

PREFIX = "sizing.range."


@dataclass(frozen=True, slots=True)
class Measured:
    """`weeks` of one person at the legal week, `people` for a year at the legal yearly hours."""

    hours: HoursRange
    steps: tuple[Step, ...]
    sources: tuple[Source, ...]
    weeks: Decimal
    people: Decimal
    week_hours: Decimal
    year_hours: Decimal


def rule_of(method: str) -> str:
    return f"{PREFIX}{method}"


def method_of(rule: str) -> str:
    """Empty for the standard formula with its catalogue."""
    return rule.removeprefix(PREFIX) if rule.startswith(PREFIX) else ""


def measured(method: str, values: Mapping[str, Any], cpv: str, catalogue: Catalogue, day: date) -> Measured:
    """Raise NoAnswer naming the factor to change."""
    explained = hours_range(method, values, catalogue, day)
    floor = useful(explained.result.hours, volume_sector(cpv), catalogue, day)
    week, year = catalogue.at("sizing.week_hours", day), catalogue.at("fte.divisor.legal", day)
    hours = Fraction(explained.result.hours)
    weeks, people = half_up(hours / Fraction(week.value), 1), half_up(hours / Fraction(year.value), 1)
    said = Step(
        f"En clair{french.HARD}: {french.number(weeks)}{french.HARD}semaines de travail d’une personne, ou "
        f"{french.number(people)}{french.HARD}personne pendant un an.",
        str(weeks),
    )
    sources = (*explained.sources, *floor.sources, week.as_source(), year.as_source())
    unique = tuple({(one.title, one.version): one for one in sources}.values())
    return Measured(
        explained.result, (*explained.steps, said, *floor.steps), unique, weeks, people, week.value, year.value
    )


def method_answer_as_json(found: Measured) -> dict[str, Any]:
    """In the shape of every study's answer."""
    return {
        "hours_exact": str(found.hours.hours_exact),
        "low": str(found.hours.low),
        "hours": str(found.hours.hours),
        "high": str(found.hours.high),
        "weeks": str(found.weeks),
        "people": str(found.people),
        "week_hours": str(found.week_hours),
        "year_hours": str(found.year_hours),
        "steps": [{"sentence": step.sentence, "value": step.value} for step in found.steps],
        "sources": [
            {"title": one.title, "reference": one.reference, "confidence": one.confidence.value, "version": one.version}
            for one in found.sources
        ],
    }
