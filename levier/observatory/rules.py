"""What hours amount to: full-time equivalents and means. domain.md sections 2.8 and 6."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.foundation.quantities import half_up
from levier.observatory.values import FullTimeEquivalent, Means
from levier.reference.values import Catalogue

ONE_DIVISOR = Source(
    "Heures ÷ heures d’un temps plein dans l’année ; jamais deux diviseurs dans un même tableau",
    "Règle de conception, pour rester comparable à la consolidation nationale",
    Confidence.DESIGN,
    "impact.fte/1",
)
MEANS = Source(
    "Moyennes : heures par personne et par opération, contrats par personne",
    "Bilans du Département de la Haute-Vienne (2020) et d’Alliance Villes Emploi (2021)",
    Confidence.CONFIRMED,
    "impact.means/1",
)


def fte(hours: Decimal, divisor: Decimal | None, catalogue: Catalogue, day: date) -> Explained[FullTimeEquivalent]:
    """Full-time equivalents (ETP). `divisor` None: the published default; not zero otherwise."""
    reference = catalogue.at("fte.divisor.default", day)
    used = reference.value if divisor is None else divisor
    answer = half_up(Fraction(hours) / Fraction(used), 2)
    step = Step(
        f"{french.hours(hours)} ÷ {french.hours(used)} par an = {french.number(answer)}{french.HARD}ETP.", str(answer)
    )
    known = next((value for value in catalogue.all_at("fte.divisor.", day) if value.value == used), None)
    convention = (known.as_source(),) if known else ()
    return Explained(FullTimeEquivalent(answer), (step,), (ONE_DIVISOR, *convention))


def means(hours: Decimal, people: int, operations: int | None = None, contracts: int | None = None) -> Explained[Means]:
    """Means of a year; each is None when its count is zero or unknown."""
    per_person = half_up(Fraction(hours) / people, 2) if people else None
    per_operation = half_up(Fraction(hours) / operations, 2) if operations else None
    each = half_up(Fraction(contracts, people), 2) if people and contracts is not None else None
    lines = (
        ("heures par personne", per_person),
        ("heures par opération", per_operation),
        ("contrats par personne", each),
    )
    steps = tuple(Step(f"{french.number(value)} {name}.", str(value)) for name, value in lines if value is not None)
    return Explained(Means(per_person, per_operation, each), steps, (MEANS,))
