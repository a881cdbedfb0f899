"""Refusals of the plan's actions, in French."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class PlanRefusal(StrEnum):
    NO_FILE = "no_file"
    NOT_DRAFT = "not_draft"
    FIELD = "field"
    STILL_WRONG = "still_wrong"
    NOTHING_TICKED = "nothing_ticked"
    UNFINISHED = "unfinished"
    NO_TITLE = "no_title"
    KNOWN = "known"
    STAGE = "stage"
    NO_REASON = "no_reason"
    INSTRUMENT = "instrument"
    HAS_FILE = "has_file"
    NO_CATEGORY = "no_category"
    NO_REFERENCE = "no_reference"
    REFERENCE_TAKEN = "reference_taken"
    MEANWHILE = "meanwhile"
    WRONG = "wrong"
    SHARES = "shares"


SENTENCES = {
    PlanRefusal.NO_FILE: "Choisissez le fichier de la programmation : XLSX, ODS ou CSV.",
    PlanRefusal.NOT_DRAFT: "Ce fichier est déjà importé, ou a été écarté. Déposez-le de nouveau si besoin.",
    PlanRefusal.FIELD: "Cette case ne se corrige pas ici. Corrigez-la dans votre fichier, puis déposez-le de nouveau.",
    PlanRefusal.STILL_WRONG: "{why} {accepted}",
    PlanRefusal.NOTHING_TICKED: "Aucune ligne n’est cochée. Cochez celles à importer.",
    PlanRefusal.UNFINISHED: "Les avis ne sont pas encore tous calculés. Attendez la fin, puis importez.",
    PlanRefusal.NO_TITLE: "Écrivez l’objet du besoin.",
    PlanRefusal.KNOWN: "Cette référence est déjà celle d’une autre ligne de la programmation. Prenez-en une autre, ou modifiez cette ligne.",
    PlanRefusal.STAGE: "Cette étape ne se choisit pas à la main : elle suit le dossier du marché. Ouvrez le dossier pour la faire avancer.",
    PlanRefusal.NO_REASON: "Écrivez pourquoi vous retenez un autre instrument que l’avis.",
    PlanRefusal.INSTRUMENT: "Choisissez l’instrument retenu.",
    PlanRefusal.HAS_FILE: "Le dossier de ce marché est déjà ouvert depuis le {since}, sous la référence {reference}. Ouvrez-le depuis le besoin.",
    PlanRefusal.NO_CATEGORY: "Dites d’abord la nature : travaux, services ou fournitures.",
    PlanRefusal.NO_REFERENCE: "Donnez une référence à ce besoin : c’est elle que portera le dossier.",
    PlanRefusal.REFERENCE_TAKEN: "Un dossier de cet acheteur porte déjà la référence {reference}. Changez celle du besoin.",
    PlanRefusal.MEANWHILE: "Une autre personne vient de modifier cette ligne. Rechargez la page, puis recommencez.",
    PlanRefusal.WRONG: "{why} {accepted}",
    PlanRefusal.SHARES: "Écrivez la part de chaque lot, plus grande que zéro, par exemple 50 ; 30 ; 20 (soixante lots au plus).",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[PlanRefusal(one.code)].format(**one.facts)) for one in objections)
    )
