"""The rules of controls and penalties, as callable from outside."""

from dataclasses import dataclass
from typing import Any

from levier.controls import rules
from levier.controls.values import HoursPenaltyFacts, RiskFacts
from levier.foundation.explanation import Explained
from levier.rulebook.fields import Field, Kind, amount, boolean, hours, integer
from levier.rulebook.rule import Rule


@dataclass(frozen=True, slots=True)
class Tickets:
    tickets: int


def _weight(values: dict[str, Any]) -> Explained[Tickets]:
    found = rules.risk_weight(RiskFacts(**values))
    return Explained(Tickets(found.result), found.steps, found.sources)


def _optional_hours(name: str, label: str, hint: str) -> Field:
    bounds = hours("", "", "")
    return Field(
        name,
        label,
        Kind.DECIMAL,
        "490",
        unit="h",
        help=hint,
        required=False,
        nullable=True,
        minimum=bounds.minimum,
        maximum=bounds.maximum,
    )


PENALTY_RULES = (
    Rule(
        name="controls.penalty",
        title="Pénalité pour des heures non faites",
        purpose="Calcule la pénalité d’un engagement, heures offertes comprises, sans pénaliser deux fois la même heure.",
        page="controle",
        fields=(
            hours("minimum", "Heures demandées", "400"),
            _optional_hours("offered", "Heures offertes", "Vide si l’entreprise n’a rien offert de plus."),
            hours("accepted", "Heures acceptées", "70"),
            hours("waived", "Heures dispensées", "0"),
            amount("rate", "Pénalité par heure", "35", unit="€/h"),
            hours("penalised", "Heures déjà pénalisées", "0"),
        ),
        answer=lambda values, _catalogue, _today: rules.penalty(HoursPenaltyFacts(**values)),
    ),
    Rule(
        name="controls.risk_weight",
        title="Tickets d’un engagement dans un tirage",
        purpose="Dit combien de chances un engagement a d’être contrôlé, et pourquoi.",
        page="controle",
        fields=(
            boolean("late", "En retard, au-delà de l’écart toléré", example=True),
            integer("months_silent", "Mois travaillés non déclarés", 2),
            integer("refused_lines", "Lignes refusées à corriger", 0),
            hours("due", "Heures dues", "1000"),
            boolean("controlled_within_a_year", "Contrôlé depuis moins d’un an"),
        ),
        answer=lambda values, _catalogue, _today: _weight(values),
    ),
)
