"""Why drafting is refused, and the French sentence for each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class DraftingRefusal(StrEnum):
    BLOCKED = "blocked"
    MODEL = "model"
    UNCHANGED = "unchanged"
    NOTE = "note"
    FILLING = "filling"


SENTENCES = {
    DraftingRefusal.BLOCKED: "{message}",
    DraftingRefusal.MODEL: "{message}",
    DraftingRefusal.UNCHANGED: "C’est déjà le modèle en service : rien n’a été changé. Choisissez une autre version, ou gardez celui-ci.",
    DraftingRefusal.NOTE: "Écrivez 300 caractères au plus pour dire ce qui change.",
    DraftingRefusal.FILLING: (
        "Le modèle « {piece} » ne se laisse pas remplir. Remettez le modèle livré en service sur la page des modèles, puis recommencez."
    ),
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[DraftingRefusal(one.code)].format(**one.facts)) for one in objections)
    )
