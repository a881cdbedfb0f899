"""The rules of the social criterion, as callable from outside: sensitivity, and what the winner owes."""

from decimal import Decimal, InvalidOperation
from typing import Any

from levier.bids import rules
from levier.bids.values import SCALE_TOP, WHOLE_MARK, OfferScores, OfferTotal
from levier.foundation.explanation import NoAnswer
from levier.rulebook.fields import ZERO, Field, Kind, hours, records, text
from levier.rulebook.rule import Rule

_PAGE = "critere"


def _points(name: str, label: str, example: str) -> Field:
    return Field(name, label, Kind.DECIMAL, example, unit="points", minimum=ZERO, maximum=WHOLE_MARK)


def _scores(number: int, written: str) -> tuple[Decimal, ...]:
    try:
        found = tuple(Decimal(word) for word in written.split())
    except InvalidOperation:
        found = ()
    if not found or not all(score.is_finite() for score in found):
        raise NoAnswer(f"offers[{number}].scores", f"Donnez des notes de 0 à {SCALE_TOP}, séparées par des espaces.")
    return found


def _one_point(values: dict[str, Any]) -> Any:
    offers = [
        OfferScores(one["name"], one["other"], _scores(number, one["scores"]))
        for number, one in enumerate(values["offers"])
    ]
    return rules.with_one_point([one["weight"] for one in values["weights"]], offers)


BID_RULES = (
    Rule(
        name="criterion.sensitivity",
        title="Classement avec un autre poids du critère social",
        purpose="Dit si le classement des offres changerait avec un autre poids du critère social.",
        page=_PAGE,
        fields=(
            _points("weight", "Poids du critère social, sur 100", "10"),
            _points("other_weight", "Autre poids à essayer", "15"),
            records(
                "offers",
                "Offres",
                (
                    text("name", "Entreprise", "A", required=True),
                    _points("other", "Points sur les autres critères", "80"),
                    _points("social", "Points sur le critère social", "6.25"),
                ),
                [{"name": "A", "other": "80", "social": "6.25"}, {"name": "B", "other": "78", "social": "8"}],
            ),
        ),
        answer=lambda values, _catalogue, _today: rules.with_another_weight(
            values["weight"], values["other_weight"], tuple(OfferTotal(**one) for one in values["offers"])
        ),
    ),
    Rule(
        name="criterion.one_point",
        title="Classement avec une note changée d’un point",
        purpose="Essaie chaque note du critère social un point plus haut et plus bas, et dit lesquelles changent le classement.",
        page=_PAGE,
        fields=(
            records(
                "weights",
                "Poids des sous-critères",
                (_points("weight", "Poids", "3"),),
                ["3", "3", "2", "2"],
                plain_item="weight",
            ),
            records(
                "offers",
                "Offres",
                (
                    text("name", "Entreprise", "A", required=True),
                    _points("other", "Points sur les autres critères", "80"),
                    text("scores", "Notes de 0 à 4, dans l’ordre", "3 2 4 1", required=True),
                ),
                [{"name": "A", "other": "80", "scores": "3 2 4 1"}, {"name": "B", "other": "78", "scores": "4 4 3 2"}],
            ),
        ),
        answer=lambda values, _catalogue, _today: _one_point(values),
    ),
    Rule(
        name="criterion.due",
        title="Heures dues par le titulaire",
        purpose="Donne le plus grand des heures demandées à tous et des heures que l’offre promet.",
        page=_PAGE,
        fields=(
            hours("minimum", "Heures demandées à tous", "420"),
            Field(
                "offered",
                "Heures promises par l’offre",
                Kind.DECIMAL,
                "490",
                unit="h",
                help="Facultatif : laissez vide si l’offre n’en dit rien.",
                required=False,
                nullable=True,
                minimum=ZERO,
                maximum=hours("", "", "").maximum,
            ),
        ),
        answer=lambda values, _catalogue, _today: rules.due_hours(values["minimum"], values["offered"]),
    ),
)
