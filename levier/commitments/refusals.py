"""Why an action on a commitment is refused, and the French sentence for each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class CommitmentRefusal(StrEnum):
    DUE_HOURS = "due_hours"
    END_BEFORE_START = "end_before_start"
    BEFORE_NOTIFICATION = "before_notification"
    PENALTY_RATE = "penalty_rate"
    PENALTY_SOURCE = "penalty_source"
    NOT_A_HOLDER = "not_a_holder"
    NOT_A_TERRITORY = "not_a_territory"
    FOREIGN_STUDY = "foreign_study"
    ALREADY_COMMITTED = "already_committed"
    WAIVER_HOURS = "waiver_hours"
    WAIVER_ABOVE_DUE = "waiver_above_due"
    WAIVER_REASON = "waiver_reason"
    FOREIGN_PLACEMENT = "foreign_placement"
    PLACEMENT_ENDED = "placement_ended"
    MODALITY_NOT_COUNTED = "modality_not_counted"
    POOLING_TOO_FEW = "pooling_too_few"
    POOLING_SEVERAL_HOLDERS = "pooling_several_holders"
    POOLING_REFERENCE = "pooling_reference"
    POOLING_IN_THE_FUTURE = "pooling_in_the_future"
    MEANWHILE = "meanwhile"


SENTENCES = {
    CommitmentRefusal.DUE_HOURS: "Écrivez un nombre d’heures plus grand que zéro, par exemple 660.",
    CommitmentRefusal.END_BEFORE_START: "La fin doit venir après le début ({starts}).",
    CommitmentRefusal.BEFORE_NOTIFICATION: "L’engagement ne peut pas commencer avant la notification du marché ({notified}).",
    CommitmentRefusal.PENALTY_RATE: "Écrivez un montant en euros par heure, plus grand que zéro, ou laissez vide.",
    CommitmentRefusal.PENALTY_SOURCE: "Dites où ce taux est écrit, par exemple « CCAP, article 9.3 ».",
    CommitmentRefusal.NOT_A_HOLDER: "Choisissez une entreprise titulaire de ce lot.",
    CommitmentRefusal.NOT_A_TERRITORY: "Choisissez un des territoires du lot. S’il en manque un, ajoutez-le d’abord au lot.",
    CommitmentRefusal.FOREIGN_STUDY: "Ce calibrage n’est pas celui du lot. Choisissez-en un de la liste.",
    CommitmentRefusal.ALREADY_COMMITTED: (
        "Cette entreprise a déjà un engagement de {due} sur ce lot avec ce même moyen juridique. Rien n’a été changé."
    ),
    CommitmentRefusal.WAIVER_HOURS: "Écrivez un nombre d’heures plus grand que zéro, par exemple 35.",
    CommitmentRefusal.WAIVER_ABOVE_DUE: "Au plus {most} peuvent être dispensées : c’est ce qui reste dû.",
    CommitmentRefusal.WAIVER_REASON: "Écrivez le motif de la dispense, en 500 caractères au plus : il figurera au dossier.",
    CommitmentRefusal.FOREIGN_PLACEMENT: "Cette mise à l’emploi n’est pas dans votre territoire ou n’existe plus.",
    CommitmentRefusal.PLACEMENT_ENDED: "Cette mise à l’emploi et cet engagement n’ont aucun jour en commun : vérifiez les dates.",
    CommitmentRefusal.MODALITY_NOT_COUNTED: (
        "Ces heures ne comptent pas depuis le {since} : {label}. Enregistrez la mise à l’emploi sans engagement, ou changez la modalité."
    ),
    CommitmentRefusal.POOLING_TOO_FEW: "Choisissez au moins deux engagements : une convention en réunit plusieurs.",
    CommitmentRefusal.POOLING_SEVERAL_HOLDERS: "Une convention réunit des engagements d’une même entreprise. Gardez ceux d’une seule.",
    CommitmentRefusal.POOLING_REFERENCE: "Écrivez la référence de la convention, en 60 caractères au plus.",
    CommitmentRefusal.POOLING_IN_THE_FUTURE: "La date de signature est dans le futur. Enregistrez la convention une fois signée.",
    CommitmentRefusal.MEANWHILE: "Quelqu’un d’autre a fait un changement au même moment. Relisez, puis recommencez.",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[CommitmentRefusal(one.code)].format(**one.facts)) for one in objections)
    )
