"""Why a certificate cannot be sealed yet, and the French sentence of each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class CertificateRefusal(StrEnum):
    PENDING_LINES = "pending_lines"
    NO_FINISHED_MONTH = "no_finished_month"
    UNKNOWN_PLACE = "unknown_place"
    MEANWHILE = "meanwhile"
    WITHDRAWAL_REASON = "withdrawal_reason"
    WITHDRAWN_ALREADY = "withdrawn_already"
    SETTLEMENT_WAITS = "settlement_waits"
    SETTLEMENT_SAME = "settlement_same"
    SETTLEMENT_STALE = "settlement_stale"
    SETTLEMENT_ANSWERED = "settlement_answered"
    SETTLEMENT_NOT_ANSWERED = "settlement_not_answered"
    CONTEST_REASON = "contest_reason"
    DESPITE_REASON = "despite_reason"
    STILL_OWED = "still_owed"


# fmt: off
SENTENCES = {
    CertificateRefusal.PENDING_LINES: "{lines} d’heures attendent encore la décision du facilitateur ({months}). Rien ne peut être scellé avant : demandez-lui de les valider.",
    CertificateRefusal.NO_FINISHED_MONTH: "Aucun mois de cet engagement n’est encore terminé. Vous pourrez l’attester à partir du {opens}.",
    CertificateRefusal.UNKNOWN_PLACE: "Cette commune n’est pas dans la liste. Choisissez-la, ou laissez vide.",
    CertificateRefusal.MEANWHILE: "Une autre personne vient de sceller un document pour cet engagement. Rechargez la page pour le voir.",
    CertificateRefusal.WITHDRAWAL_REASON: "Écrivez pourquoi ce document est retiré, en 500 caractères au plus : le motif se lit sur sa page publique.",
    CertificateRefusal.WITHDRAWN_ALREADY: "Ce document est déjà retiré. Ouvrez la page du marché pour voir celui qui le remplace.",
    CertificateRefusal.SETTLEMENT_WAITS: "Le décompte n° {number} attend la réponse de l’entreprise. Attendez-la avant d’en proposer un autre.",
    CertificateRefusal.SETTLEMENT_SAME: "Rien n’a changé depuis le décompte n° {number}, que l’entreprise accepte. Validez celui-là.",
    CertificateRefusal.SETTLEMENT_STALE: "Les comptes ont changé depuis ce décompte : {changed}. Proposez-en un nouveau.",
    CertificateRefusal.SETTLEMENT_ANSWERED: "Ce décompte a déjà sa réponse. Rechargez la page : un désaccord demande un nouveau décompte.",
    CertificateRefusal.SETTLEMENT_NOT_ANSWERED: "L’entreprise n’a pas encore répondu à ce décompte. Attendez sa réponse, ou appelez-la.",
    CertificateRefusal.CONTEST_REASON: "Dites pourquoi vous contestez cette ligne, en 500 caractères au plus.",
    CertificateRefusal.DESPITE_REASON: "L’entreprise conteste : écrivez pourquoi vous validez malgré tout, en 2 000 caractères au plus.",
    CertificateRefusal.STILL_OWED: "Il reste {hours} dues : la mainlevée attend qu’elles soient faites, dispensées ou pénalisées. Décidez-en d’abord.",
}
# fmt: on


def sentence(objection: Objection) -> str:
    return typeset(SENTENCES[CertificateRefusal(objection.code)].format(**objection.facts))


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(map(sentence, objections)))
