"""Why a calculation is refused, and the French sentence for each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class SizingRefusal(StrEnum):
    AMOUNT = "amount"
    SECTOR = "sector"
    RATE = "rate"
    COST = "cost"
    TOO_MANY_HOURS = "too_many_hours"
    NO_ANSWER = "no_answer"
    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    SHARE = "share"


SENTENCES = {
    SizingRefusal.AMOUNT: "Écrivez un montant hors taxes plus grand que zéro, par exemple 480 000.",
    SizingRefusal.SECTOR: "Choisissez un corps d’état de la liste, ou écrivez une part entre 0 et 100 %.",
    SizingRefusal.RATE: "Choisissez un taux de la liste, ou écrivez un taux entre 0 et 100 %.",
    SizingRefusal.COST: "Choisissez un coût de la liste, ou écrivez un coût en euros par heure, plus grand que zéro.",
    SizingRefusal.TOO_MANY_HOURS: "Le résultat dépasse ce qui peut être enregistré. Vérifiez le montant.",
    SizingRefusal.NO_ANSWER: "{message}",
    SizingRefusal.NO_TEXT: "Écrivez ce que vous observez, ou proposez une valeur.",
    SizingRefusal.TEXT_TOO_LONG: "Écrivez {longest} caractères au plus.",
    SizingRefusal.SHARE: "Écrivez une part entre 0 et 100 %.",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[SizingRefusal(one.code)].format(**one.facts)) for one in objections)
    )
