"""French words of waivers and of the publication of tenders."""

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal
from levier.planning.tendering import TenderRefusal, WaiverScope

SCOPES = {
    WaiverScope.LAW: "Obligation de la loi (L2112-2-1)",
    WaiverScope.POLICY: "Politique du Département",
}
SENTENCES = {
    TenderRefusal.NOT_SCREENED: "Ce marché n’est pas encore examiné : dites son objet, son montant et la date de la consultation.",
    TenderRefusal.HELD: (
        "L’article L2112-2-1 du code de la commande publique demande une condition d’exécution sociale pour ce marché. "
        "Choisissez une clause, ou consignez un motif de dispense avec sa raison ; la publication s’ouvrira aussitôt."
    ),
    TenderRefusal.CRITERION_ALONE: (
        "L’article L2112-2-1 du code de la commande publique demande une condition d’exécution : un critère seul, ou un seul lot réservé, "
        "n’en tient pas lieu. Ajoutez une clause, ou consignez un motif de dispense."
    ),
    TenderRefusal.SCREENED_OTHERWISE: (
        "À la date de publication choisie, la réponse de la loi n’est plus celle de l’examen ({screened}). Refaites l’examen avec cette date."
    ),
    TenderRefusal.PUBLISHED: "Cette consultation est déjà publiée.",
    TenderRefusal.NOTHING_TO_WAIVE: "Rien n’est demandé à ce titre : il n’y a rien à écarter.",
    TenderRefusal.GROUND: "Choisissez le motif.",
    TenderRefusal.GROUND_NOT_OPEN: (
        "Ce motif n’est pas ouvert à ce marché (article L2112-2-1) : celui des travaux courts ne vaut que pour des travaux de moins de six mois."
    ),
    TenderRefusal.NO_REASON: "Écrivez la raison en une phrase : elle est consignée au dossier, comme la loi le demande.",
    TenderRefusal.INSTRUMENT: "Choisissez ce que le marché prévoira.",
    TenderRefusal.NO_ANSWER: "{message}",
    TenderRefusal.SIRET: "Ce SIRET n’est pas juste : il a quatorze chiffres, dont une clé de contrôle.",
    TenderRefusal.DURATION: "Écrivez une durée en mois, de 1 à 600.",
    TenderRefusal.TOO_LONG: (
        "L’article L2113-16 du code de la commande publique limite à {maximum} mois un marché réservé à l’économie sociale et solidaire : "
        "celui-ci en dure {duration}. Réduisez la durée."
    ),
    TenderRefusal.TOO_SOON: (
        "L’article L2113-16 du code de la commande publique interdit d’attribuer au même titre un autre marché réservé à cette entreprise dans "
        "les {pause} mois : {elapsed} mois la séparent d’un autre. Écartez cette candidature, ou ouvrez le marché à tous."
    ),
    TenderRefusal.RECORDED: "L’attribution réservée de ce marché à cette entreprise est déjà enregistrée.",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(sentence(one) for one in objections))


def sentence(objection: Objection) -> str:
    return typeset(SENTENCES[TenderRefusal(objection.code)].format(**objection.facts))
