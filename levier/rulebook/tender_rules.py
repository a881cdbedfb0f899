"""The rule that holds the publication of a tender, as callable from outside."""

from levier.planning.labels import INSTRUMENTS
from levier.planning.tender_labels import sentence
from levier.planning.tendering import TenderFacts, WaiverScope, publication
from levier.planning.values import Instrument
from levier.rulebook.fields import boolean, choice
from levier.rulebook.rule import Rule

TENDER_RULES = (
    Rule(
        name="tender.publication",
        title="Une consultation peut-elle être publiée ?",
        purpose="Dit si la loi retient la publication : condition d’exécution sociale prévue, ou motif de dispense consigné.",
        page="publication",
        fields=(
            boolean("statutory", "La loi impose une considération sociale", example=True),
            choice(
                "instrument",
                "Ce que le marché prévoit",
                "execution_clause",
                {one: label for one, label in INSTRUMENTS.items() if one is not Instrument.NONE},
                hint="Facultatif : laissez vide si rien n’est prévu.",
                required=False,
            ),
            boolean("waived", "Un motif de dispense de la loi est consigné, avec sa raison"),
        ),
        answer=lambda values, _catalogue, _today: publication(
            TenderFacts(
                screened=True,
                statutory=values["statutory"],
                instrument=Instrument(values["instrument"]) if values["instrument"] else None,
                waived=frozenset({WaiverScope.LAW}) if values["waived"] else frozenset(),
            )
        ),
        say=sentence,
    ),
)
