"""French words for what this room says."""

from levier.foundation.explanation import Confidence
from levier.foundation.objections import Objection
from levier.reference.rules import ValueObjection

CONFIDENCES = {
    Confidence.CONFIRMED: "Confirmé par un texte ou une source officielle",
    Confidence.SECONDARY: "Source secondaire",
    Confidence.UNVERIFIED: "Non vérifié",
    Confidence.DESIGN: "Choix de conception",
}

_SENTENCES = {
    ValueObjection.UNKNOWN_KEY: "Aucune valeur de référence ne porte le nom « {key} ».",
    ValueObjection.RANGE: "La valeur doit se trouver entre la borne basse et la borne haute.",
    ValueObjection.NEGATIVE: "Une valeur de référence est un nombre positif ou nul.",
    ValueObjection.NOT_A_FRACTION: "Ce taux s’écrit en fraction, entre 0 et 1 : 0,05 pour 5\u00a0%.",
    ValueObjection.NOT_WHOLE: "Cette valeur s’écrit en nombre entier.",
    ValueObjection.NOT_A_DAY: "Un jour du mois va de 2 à 28, pour exister tous les mois.",
    ValueObjection.NOT_A_FLAG: "Cette valeur est oui (1) ou non (0).",
    ValueObjection.ZERO: "Les calculs divisent par cette valeur : elle et ses bornes doivent être plus grandes que zéro.",
    ValueObjection.TOO_LARGE: "Cette valeur est trop grande : dix chiffres avant la virgule au plus.",
    ValueObjection.NO_SOURCE: "Indiquez la source : un texte, un article, une page.",
    ValueObjection.SOURCE_TOO_LONG: "La source est trop longue : {longest} caractères au plus.",
    ValueObjection.NO_AUTHOR: "L’auteur du changement n’est pas connu.",
    ValueObjection.UNCHANGED: "Cette valeur est déjà en vigueur à cette date, avec la même source : rien n’a été changé.",
    ValueObjection.MEANWHILE: "Quelqu’un d’autre a changé cette valeur au même moment. Relisez-la, puis recommencez.",
}


def sentence(objection: Objection) -> str:
    return _SENTENCES[ValueObjection(objection.code)].format(**objection.facts)
