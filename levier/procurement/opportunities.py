"""Other rules of the purchase plan: reservations, local potential, the SPASER duty, the social criterion, open data values.

Plain Python like rules.py. domain.md sections 1.1, 1.4, 1.5, 5.3 and 7.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.foundation.objections import Objection
from levier.foundation.quantities import half_up
from levier.procurement.values import (
    Considerations,
    ConsiderationsRefusal,
    CriterionScore,
    EssRefusal,
    Potential,
    PotentialAnswer,
    ScoredCriterion,
    SpaserDuty,
    Verdict,
)
from levier.reference.values import Catalogue

NO_CONSIDERATION = "Pas de considération sociale"
CONSIDERATIONS = ("Clause sociale", "Critère social", "Marché réservé", NO_CONSIDERATION)
"""The four values of the open data schema for contracts, in its order. They are the French labels themselves."""

GRID_TOP = Decimal(4)
"""Top of the 0 to 4 scale of the example grid (domain.md section 7): a design choice of this project, not a figure of law."""

POTENTIAL_RULE = Source(
    "Potentiel d’achat inclusif : structures trouvées et part du chiffre d’affaires moyen",
    "Le marché de l’inclusion (code public)",
    Confidence.CONFIRMED,
    "screening.potential/1",
)
SCHEMA = Source(
    "Champ considerationsSociales du schéma des données essentielles (2.0.3, 11 mars 2025)",
    "Format réglementaire de la commande publique, arrêté du 22 décembre 2022 modifié",
    Confidence.CONFIRMED,
    "screening.considerations/1",
)
ALONE = Source(
    "« Pas de considération sociale » n’accompagne aucune autre valeur",
    "Règle de conception, que le schéma ne vérifie pas",
    Confidence.DESIGN,
    "screening.considerations/1",
)
GRID = Source(
    "Grille d’exemple du critère social : points = poids × note ÷ 4",
    "Règle de conception ; sous-critères usuels d’après grafie.org",
    Confidence.DESIGN,
    "criterion.score/1",
)


def potential(
    structures: int, dependency: Decimal | None, catalogue: Catalogue, day: date
) -> Explained[PotentialAnswer]:
    """What the number of structures found allows. `dependency`: budget in percent of their mean turnover, None when unknown."""
    many, some, few = (catalogue.at(f"potential.{level}", day) for level in ("many", "some", "few"))
    limit = catalogue.at("potential.dependency", day)
    share = None if dependency is None else dependency.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if structures > many.value and share is not None and share < limit.value:
        answer = Potential.RESERVATION
    elif structures > some.value:
        answer = Potential.LOT
    elif structures > few.value:
        answer = Potential.CLAUSE
    else:
        answer = Potential.NONE
    known = (
        "part inconnue"
        if share is None
        else f"le marché pèse {french.number(share)}{french.HARD}% de leur chiffre d’affaires moyen"
    )
    steps = (Step(f"{french.plural(structures, 'structure trouvée', 'structures trouvées')}, {known}.", answer.value),)
    return Explained(PotentialAnswer(answer), steps, (POTENTIAL_RULE, many.as_source(), limit.as_source()))


def spaser_duty(annual_purchases: Decimal, catalogue: Catalogue, day: date) -> Explained[SpaserDuty]:
    """A scheme is required strictly above the amount (CCP D2111-3: "supérieur à")."""
    limit = catalogue.at("spaser.purchases", day)
    required = annual_purchases > limit.value
    step = Step(
        f"{french.euros(annual_purchases)} d’achats par an, {'plus' if required else 'pas plus'} que {french.euros(limit.value)}{french.HARD}: "
        f"un schéma (SPASER) {'est obligatoire' if required else 'n’est pas obligatoire'}.",
        str(required).lower(),
    )
    return Explained(SpaserDuty(required), (step,), (limit.as_source(),))


def ess_reservation(
    duration_months: int, months_since_last_award: int | None, catalogue: Catalogue, day: date
) -> Explained[Verdict]:
    """Both blocking rules of a contract reserved to the social economy. The second argument is None for a first award."""
    maximum = catalogue.at("reserved.ess.maximum_months", day)
    pause = catalogue.at("reserved.ess.pause_months", day)
    objections = []
    if duration_months > maximum.value:
        facts = {"maximum": french.number(maximum.value), "duration": french.number(duration_months)}
        objections.append(Objection(EssRefusal.TOO_LONG, "duration_months", facts))
    if months_since_last_award is not None and months_since_last_award < pause.value:
        facts = {"elapsed": french.number(months_since_last_award), "pause": french.number(pause.value)}
        objections.append(Objection(EssRefusal.TOO_SOON, "months_since_last_award", facts))
    last = (
        "première attribution"
        if months_since_last_award is None
        else f"dernière attribution il y a {months_since_last_award} mois"
    )
    step = Step(f"Durée de {duration_months} mois ; {last}.", str(not objections).lower())
    return Explained(Verdict(not objections, tuple(objections)), (step,), (maximum.as_source(), pause.as_source()))


def criterion_score(scores: tuple[ScoredCriterion, ...]) -> Explained[CriterionScore]:
    """Points of an offer on the example grid: Σ weight × score ÷ 4, two places."""
    points = [Fraction(line.weight) * Fraction(line.score) / Fraction(GRID_TOP) for line in scores]
    steps = tuple(
        Step(
            f"Poids {french.number(line.weight)} × note {french.number(line.score)} ÷ {french.number(GRID_TOP)} = "
            f"{french.number(half_up(value, 2))} points.",
            str(half_up(value, 2)),
        )
        for line, value in zip(scores, points, strict=True)
    )
    total = half_up(sum(points, Fraction(0)), 2)
    out_of = half_up(sum((Fraction(line.weight) for line in scores), Fraction(0)), 2)
    return Explained(CriterionScore(total, out_of), steps, (GRID,))


def published_considerations(*, clause: bool, criterion: bool, reserved: bool) -> Explained[Considerations]:
    """The values to publish for a contract, in the order of the schema; "nothing" is a value of its own."""
    chosen = tuple(
        value for value, present in zip(CONSIDERATIONS, (clause, criterion, reserved), strict=False) if present
    ) or (NO_CONSIDERATION,)
    step = Step(f"Valeurs à publier{french.HARD}: {', '.join(chosen)}.", ", ".join(chosen))
    return Explained(Considerations(chosen), (step,), (SCHEMA, ALONE))


def objections_to_considerations(values: tuple[str, ...]) -> Explained[Verdict]:
    """Whether a published list is coherent: known values, each once, and "nothing" alone."""
    objections: list[Objection] = []
    if not values:
        objections.append(Objection(ConsiderationsRefusal.EMPTY, "considerations"))
    for value in dict.fromkeys(values):
        if value not in CONSIDERATIONS:
            facts = {"value": value[:60], "known": ", ".join(CONSIDERATIONS)}
            objections.append(Objection(ConsiderationsRefusal.UNKNOWN, "considerations", facts))
        if values.count(value) > 1:
            objections.append(Objection(ConsiderationsRefusal.REPEATED, "considerations", {"value": value[:60]}))
    if NO_CONSIDERATION in values and len(set(values)) > 1:
        objections.append(Objection(ConsiderationsRefusal.NONE_IS_NOT_ALONE, "considerations"))
    step = Step(
        f"Valeurs lues{french.HARD}: {', '.join(value[:60] for value in values) or 'aucune'}.",
        str(not objections).lower(),
    )
    return Explained(Verdict(not objections, tuple(objections)), (step,), (SCHEMA, ALONE))
