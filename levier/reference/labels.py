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

SENTENCES = {
    ValueObjection.UNKNOWN_KEY: "Aucune valeur de référence ne porte le nom « {key} ». Revenez à la liste des références, puis ouvrez celle à changer.",
    ValueObjection.RANGE: "La valeur doit se trouver entre la borne basse et la borne haute ({low} et {high}, pour {value}). Corrigez l’une des trois.",
    ValueObjection.NEGATIVE: "Une valeur de référence est un nombre positif ou nul, bornes comprises. Écrivez-la sans signe moins.",
    ValueObjection.NOT_A_FRACTION: "Ce taux s’enregistre entre 0 et 1 : écrivez 5 pour 5\u00a0%, 100 au plus.",
    ValueObjection.NOT_WHOLE: "Cette valeur compte des unités entières. Écrivez-la sans virgule, par exemple 24.",
    ValueObjection.NOT_A_DAY: "Un jour du mois va de 2 à 28, pour exister tous les mois. Écrivez un nombre entre les deux.",
    ValueObjection.NOT_A_FLAG: "Cette valeur est oui ou non. Écrivez 1 pour oui, 0 pour non.",
    ValueObjection.ZERO: "Les calculs divisent par cette valeur : elle et ses bornes doivent être plus grandes que zéro. Écrivez-la, ou videz la borne nulle.",
    ValueObjection.TOO_LARGE: "Cette valeur est trop grande : dix chiffres avant la virgule au plus. Vérifiez les zéros et l’unité.",
    ValueObjection.NO_SOURCE: "Indiquez la source : un texte, un article, une page.",
    ValueObjection.SOURCE_TOO_LONG: "La source est trop longue : {longest} caractères au plus. Gardez le texte, l’article et la date.",
    ValueObjection.NO_AUTHOR: "L’auteur du changement n’est pas connu, et toute valeur porte le sien. Reconnectez-vous, puis recommencez.",
    ValueObjection.UNCHANGED: "Cette valeur est déjà en vigueur depuis le {since}, avec la même source : rien n’a été changé. Changez la valeur, la source ou le jour, ou revenez à la fiche.",
    ValueObjection.MEANWHILE: "Quelqu’un d’autre a changé cette valeur au même moment. Relisez-la, puis recommencez.",
}


def sentence(objection: Objection) -> str:
    return SENTENCES[ValueObjection(objection.code)].format(**objection.facts)
