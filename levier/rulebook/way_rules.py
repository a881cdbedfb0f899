"""The ways to do the hours of a commitment, as callable from outside."""

from levier.onboarding import rules
from levier.onboarding.labels import WAYS
from levier.onboarding.values import Part, Way
from levier.rulebook.fields import choice, day, hours, records
from levier.rulebook.rule import Rule

WAY_RULES = (
    Rule(
        name="way.plan",
        title="Voies pour réaliser les heures",
        purpose="Donne, pour chaque voie, la première heure possible, le nombre de personnes et la fourchette de coût.",
        page="voies",
        fields=(
            records(
                "parts",
                "Heures par voie",
                (choice("way", "Voie", "supply", WAYS), hours("hours", "Heures", "833")),
                [{"way": "supply", "hours": "833"}],
            ),
            day("decided_on", "Début des démarches", "2026-12-01"),
            day("ends_on", "Fin du marché", "2027-11-30"),
        ),
        answer=lambda values, catalogue, _today: rules.plan(
            tuple(Part(Way(part["way"]), part["hours"]) for part in values["parts"]),
            decided_on=values["decided_on"],
            ends_on=values["ends_on"],
            catalogue=catalogue,
        ),
    ),
)
