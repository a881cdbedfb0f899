"""Whether so many hours are of use to somebody, and whether they can be done here and then. Plain Python. domain.md 2.7."""

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.reference.values import Catalogue, ReferenceValue
from levier.sizing.labels import SHORT_LIGHTS
from levier.sizing.values import Feasibility, FeasibilityFacts, Light, UsefulHours

MINIMUM = "sizing.minimum_useful_hours"
WORST = (Light.GREEN, Light.AMBER, Light.RED)
LIGHTS_RULE = Source(
    "Le feu est celui du plus mauvais des quatre signes : offre locale, candidats, durée, calendrier",
    "Règle de conception, à éprouver avec les facilitateurs",
    Confidence.DESIGN,
    "sizing.feasibility/1",
)


def minimum_for(sector: str, catalogue: Catalogue, day: date) -> ReferenceValue:
    """The floor of the sector, else the general one."""
    own = catalogue.all_at(f"{MINIMUM}.{sector}", day) if sector else ()
    exact = [value for value in own if value.key == f"{MINIMUM}.{sector}"]
    return exact[0] if exact else catalogue.at(MINIMUM, day)


def useful(hours: Decimal, sector: str, catalogue: Catalogue, day: date) -> Explained[UsefulHours]:
    """Whether the volume reaches the minimum of its sector; the minimum itself is enough."""
    floor = minimum_for(sector, catalogue, day)
    missing = max(Decimal(0), floor.value - hours)
    said = (
        f"{french.hours(hours)}{french.HARD}: le minimum utile est de {french.hours(floor.value)}, il est atteint."
        if not missing
        else f"{french.hours(hours)}{french.HARD}: il manque {french.hours(missing)} pour atteindre le minimum utile de "
        f"{french.hours(floor.value)}. Regroupez des lots ou choisissez un autre instrument."
    )
    return Explained(
        UsefulHours(not missing, floor.value, missing), (Step(said, str(floor.value)),), (floor.as_source(),)
    )


def feasibility(facts: FeasibilityFacts, catalogue: Catalogue, day: date) -> Explained[Feasibility]:
    """A light from the local supply, the candidates, the duration and the calendar. What is not known is amber: ask."""
    month = catalogue.at("hours.full_time_month", day)
    figures = {
        name: catalogue.at(f"sizing.feasibility.{name}", day)
        for name in ("structures_enough", "candidates_per_position", "months_enough", "lead_weeks_enough", "lead_weeks_least")
    }  # fmt: skip
    people = max(1, math.ceil(Fraction(facts.hours) / (facts.duration_months * Fraction(month.value))))
    wanted = people * figures["candidates_per_position"].value
    supply = _supply(facts.structures, figures["structures_enough"].value)
    candidates = _between(facts.candidates, Decimal(people), wanted)
    duration = Light.GREEN if facts.duration_months >= figures["months_enough"].value else Light.AMBER
    calendar = _between(facts.lead_weeks, figures["lead_weeks_least"].value, figures["lead_weeks_enough"].value)
    lights = (supply, candidates, duration, calendar)
    light = max(lights, key=WORST.index)
    full_time = "personne à temps plein", "personnes à temps plein"
    steps = (
        Step(
            f"{french.hours(facts.hours)} en {facts.duration_months}{french.HARD}mois, à {french.hours(month.value)} par mois{french.HARD}: "
            f"{french.plural(people, *full_time)} à la fois.",
            str(people),
        ),
        _step("Offre locale", supply, _said(facts.structures, "structure"), f"assez à partir de {figures['structures_enough'].value}"),
        _step("Candidats", candidates, _said(facts.candidates, "candidat"), f"assez à partir de {french.number(wanted)}, il en faut au moins {people}"),
        _step("Durée", duration, f"{facts.duration_months}{french.HARD}mois", f"assez à partir de {figures['months_enough'].value}"),
        _step(
            "Calendrier", calendar, _said(facts.lead_weeks, "semaine"),
            f"assez à partir de {figures['lead_weeks_enough'].value}, trop court sous {figures['lead_weeks_least'].value}",
        ),
        Step(f"Feu {SHORT_LIGHTS[light]}.", light.value),
    )  # fmt: skip
    sources = (LIGHTS_RULE, month.as_source(), *(value.as_source() for value in figures.values()))
    return Explained(Feasibility(light, people, supply, candidates, duration, calendar), steps, sources)


def _supply(structures: int | None, enough: Decimal) -> Light:
    """No structure is no obstacle by itself: a company may hire directly."""
    return Light.GREEN if structures is not None and structures >= enough else Light.AMBER


def _between(found: int | None, least: Decimal, enough: Decimal) -> Light:
    if found is None:
        return Light.AMBER
    return Light.GREEN if found >= enough else Light.AMBER if found >= least else Light.RED


def _said(count: int | None, word: str) -> str:
    return "pas encore connu" if count is None else french.plural(count, word)


def _step(name: str, light: Light, found: str, rule: str) -> Step:
    return Step(f"{name}{french.HARD}: {found}, {rule}{french.HARD}; feu {SHORT_LIGHTS[light]}.", light.value)
