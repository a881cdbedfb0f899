"""French words of waivers and of the publication of tenders."""

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal
from levier.planning.tendering import TenderRefusal, WaiverScope
from levier.reference.articles import article_of

SCOPES = {
    WaiverScope.LAW: "Obligation de la loi (L2112-2-1)",
    WaiverScope.POLICY: "Politique du Département",
}
SENTENCES = {
    TenderRefusal.NOT_SCREENED: "Ce marché n’est pas encore examiné : dites son objet, son montant et la date de la consultation.",
    TenderRefusal.HELD: (
        "Depuis le {since}, {law} demande une condition d’exécution sociale pour ce marché. "
        "Choisissez une clause, ou consignez un motif de dispense avec sa raison ; la publication s’ouvrira aussitôt."
    ),
    TenderRefusal.CRITERION_ALONE: (
        "Depuis le {since}, {law} demande une condition d’exécution : un critère seul, ou un seul lot réservé, "
        "n’en tient pas lieu. Ajoutez une clause, ou consignez un motif de dispense."
    ),
    TenderRefusal.SCREENED_OTHERWISE: (
        "À la date de publication choisie, la réponse de la loi n’est plus celle de l’examen, fait pour le {screened}. Refaites l’examen avec cette date."
    ),
    TenderRefusal.PUBLISHED: "Cette consultation est déjà publiée depuis le {on} : ce que le dossier en dit ne change plus. Ouvrez le dossier pour suivre l’attribution.",
    TenderRefusal.NOTHING_TO_WAIVE: "Rien n’est demandé à ce titre, d’après l’examen du marché : il n’y a rien à écarter. Revenez au dossier.",
    TenderRefusal.GROUND: "Choisissez le motif dans la liste : {law}, depuis le {since}, n’en connaît pas d’autre pour l’obligation.",
    TenderRefusal.GROUND_NOT_OPEN: (
        "Ce motif n’est pas ouvert à ce marché ({law}, depuis le {since}) : celui des travaux courts ne vaut que pour des travaux de moins de six mois. Choisissez-en un autre."
    ),
    TenderRefusal.NO_REASON: "Écrivez la raison en une phrase : elle est consignée au dossier, comme la loi le demande.",
    TenderRefusal.INSTRUMENT: "Choisissez ce que le marché prévoira.",
    TenderRefusal.NO_ANSWER: "{message}",
    TenderRefusal.SIRET: "Ce SIRET n’est pas juste : il a quatorze chiffres, dont une clé de contrôle. Vérifiez-le.",
    TenderRefusal.DURATION: "Écrivez une durée en mois, de 1 à 600.",
    TenderRefusal.TOO_LONG: (
        "Depuis le {since}, {law} limite à {maximum} mois un marché réservé à l’économie sociale et solidaire : "
        "celui-ci en dure {duration}. Réduisez la durée."
    ),
    TenderRefusal.TOO_SOON: (
        "Depuis le {since}, {law} interdit d’attribuer au même titre un autre marché réservé à cette entreprise dans "
        "les {pause} mois : {elapsed} mois la séparent d’un autre. Écartez cette candidature, ou ouvrez le marché à tous."
    ),
    TenderRefusal.RECORDED: "L’attribution réservée de ce marché à cette entreprise est déjà enregistrée. Ouvrez le dossier : elle y est.",
}


LAWS = {
    TenderRefusal.HELD: "ccp.obligation",
    TenderRefusal.CRITERION_ALONE: "ccp.obligation",
    TenderRefusal.GROUND: "ccp.obligation",
    TenderRefusal.GROUND_NOT_OPEN: "ccp.obligation",
    TenderRefusal.TOO_LONG: "ccp.reserved.ess_limits",
    TenderRefusal.TOO_SOON: "ccp.reserved.ess_limits",
}
"""The provision that a refusal names, with the day it holds from, as the dated rows say."""


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(sentence(one) for one in objections))


def sentence(objection: Objection) -> str:
    code = TenderRefusal(objection.code)
    law = article_of(LAWS[code]).said if code in LAWS else {}
    return typeset(SENTENCES[code].format(**objection.facts, **law))
