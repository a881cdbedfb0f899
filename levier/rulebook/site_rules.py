"""The rule of the calendar of a site, as callable from outside."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from levier.commitments.labels import SITE_KINDS
from levier.commitments.site_days import ON_WEEKDAYS, OPEN_ENDED, PERIODS, SiteKind, SiteSpan, explains, possible_hours
from levier.foundation.explanation import Explained, NoAnswer
from levier.reference.values import Catalogue
from levier.rulebook.fields import choice, day, hours, records, text
from levier.rulebook.rule import Rule

LONGEST_SPAN = 366
"""Days that the rule looks at in one call."""


@dataclass(frozen=True, slots=True)
class Possible:
    """Open days of the span, those of them worked by night, hours possible at most, and what closed the others in a sentence."""

    open_days: int
    nights: int
    hours: Decimal
    explanation: str


def _span(line: dict[str, Any], place: int) -> SiteSpan:
    where, kind = f"calendar[{place}].", SiteKind(line["kind"])
    if line["last"] is None and kind not in OPEN_ENDED:
        raise NoAnswer(f"{where}last", "Cette fermeture doit avoir un dernier jour.")
    if line["last"] is not None and line["last"] < line["first"]:
        raise NoAnswer(f"{where}last", "Le dernier jour vient avant le premier.")
    told = line["weekdays"] or ""
    weekdays = tuple(sorted({int(digit) for digit in told if digit in "1234567"}))
    if kind in ON_WEEKDAYS and not weekdays:
        raise NoAnswer(f"{where}weekdays", "Donnez les jours en chiffres : 12345 pour du lundi au vendredi.")
    return SiteSpan(kind, line["first"], line["last"], weekdays if kind in ON_WEEKDAYS else ())


def _possible(values: dict[str, Any], _catalogue: Catalogue, _today: date) -> Explained[Possible]:
    first, last = values["first"], values["last"]
    if not 0 <= (last - first).days < LONGEST_SPAN:
        raise NoAnswer("last", "Donnez un dernier jour après le premier, et moins d’un an plus tard.")
    spans = [_span(line, place) for place, line in enumerate(values["calendar"] or ())]
    found = possible_hours(spans, first, last, daily=values["daily"], nightly=values["nightly"])
    month = found.result
    told = Possible(month.open_days, month.nights, month.hours, explains(month))
    return Explained(told, found.steps, found.sources)


SITE_RULES = (
    Rule(
        name="site.possible_hours",
        title="Heures possibles sur un chantier",
        purpose="Compte les jours ouverts d’un chantier d’après son calendrier, et les heures qu’une personne a pu y faire au plus.",
        page="heures",
        fields=(
            day("first", "Premier jour", "2026-08-01"),
            day("last", "Dernier jour", "2026-08-31"),
            hours("daily", "Maximum légal d’un jour", "10"),
            hours("nightly", "Maximum légal d’un jour, de nuit", "8"),
            replace(
                records(
                    "calendar",
                    "Calendrier du chantier",
                    (
                        choice("kind", "Nature", "leave", {kind: SITE_KINDS[kind] for kind in PERIODS}),
                        day("first", "Du", "2026-08-03"),
                        day("last", "Au", "2026-08-21", required=False, nullable=True),
                        text("weekdays", "Jours de la semaine, 1 pour lundi", "12345"),
                    ),
                    [{"kind": "leave", "first": "2026-08-03", "last": "2026-08-21"}],
                ),
                required=False,
                nullable=True,
            ),
        ),
        answer=_possible,
    ),
)
