"""Why a certificate cannot be sealed yet, and the French sentence of each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class CertificateRefusal(StrEnum):
    PENDING_LINES = "pending_lines"
    NO_FINISHED_MONTH = "no_finished_month"
    UNKNOWN_PLACE = "unknown_place"
    MEANWHILE = "meanwhile"


# fmt: off
SENTENCES = {
    CertificateRefusal.PENDING_LINES: "{lines} d’heures attendent encore la décision du facilitateur ({months}). Rien ne peut être scellé avant.",
    CertificateRefusal.NO_FINISHED_MONTH: "Aucun mois de cet engagement n’est encore terminé. Vous pourrez l’attester à partir du {opens}.",
    CertificateRefusal.UNKNOWN_PLACE: "Cette commune n’est pas dans la liste. Choisissez-la, ou laissez vide.",
    CertificateRefusal.MEANWHILE: "Une autre personne vient de sceller un document pour cet engagement. Rechargez la page pour le voir.",
}
# fmt: on


def sentence(objection: Objection) -> str:
    return typeset(SENTENCES[CertificateRefusal(objection.code)].format(**objection.facts))


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(map(sentence, objections)))
