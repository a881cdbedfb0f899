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
    PENALTY_HOURS = "penalty_hours"
    PENALTY_DECISION = "penalty_decision"
    PENALTY_DECIDED = "penalty_decided"
    PENALTY_REASON = "penalty_reason"
    BASIS_REFERENCE = "basis_reference"
    BASIS_AMOUNT = "basis_amount"
    BASIS_IN_THE_FUTURE = "basis_in_the_future"
    BASIS_BEFORE_START = "basis_before_start"
    BASIS_KNOWN = "basis_known"
    BASIS_UNTIL = "basis_until"
    NO_TERMS = "no_terms"
    TERMS_TRANCHE = "terms_tranche"
    TERMS_RATES = "terms_rates"
    TERMS_STEPS = "terms_steps"
    TERMS_SOURCE = "terms_source"
    AMENDMENT_HOURS = "amendment_hours"
    AMENDMENT_REFERENCE = "amendment_reference"
    AMENDMENT_DATE = "amendment_date"
    AMENDMENT_BELOW_SETTLED = "amendment_below_settled"
    AMENDMENT_KNOWN = "amendment_known"
    AMENDMENT_OF_A_MEMBER = "amendment_of_a_member"
    MEMBER_SIRET = "member_siret"
    ALREADY_MEMBER = "already_member"
    MEMBER_START = "member_start"
    MEMBER_BEGAN = "member_began"
    TRANSFER_HOURS = "transfer_hours"
    TRANSFER_REASON = "transfer_reason"
    TRANSFER_ANSWERED = "transfer_answered"
    TRANSFER_NOT_OF_THE_GROUP = "transfer_not_of_the_group"
    TRANSFER_ABOVE_SHARE = "transfer_above_share"
    CARRY_OVER_NO_SURPLUS = "carry_over_no_surplus"
    BOTH_SIDES = "both_sides"
    SITE_KIND = "site_kind"
    SITE_REASON = "site_reason"
    SITE_DATES = "site_dates"
    SITE_END = "site_end"
    SITE_WEEKDAYS = "site_weekdays"
    SITE_OUTSIDE = "site_outside"
    SITE_SETTLED = "site_settled"
    SITE_NOT_CLOSED = "site_not_closed"
    SITE_RESUME_DAY = "site_resume_day"
    SITE_RESUMED = "site_resumed"
    SITE_RESUMED_FIRST = "site_resumed_first"
    MEANWHILE = "meanwhile"


SENTENCES = {
    CommitmentRefusal.DUE_HOURS: "Écrivez un nombre d’heures plus grand que zéro, par exemple 660.",
    CommitmentRefusal.END_BEFORE_START: "La fin doit venir après le début ({starts}) : corrigez l’une des deux dates.",
    CommitmentRefusal.BEFORE_NOTIFICATION: "L’engagement ne peut pas commencer avant la notification du marché ({notified}) : choisissez ce jour ou un jour d’après.",
    CommitmentRefusal.PENALTY_RATE: "Écrivez un montant en euros par heure, plus grand que zéro, ou laissez vide.",
    CommitmentRefusal.PENALTY_SOURCE: "Dites où ce taux est écrit, par exemple « CCAP, article 9.3 ».",
    CommitmentRefusal.NOT_A_HOLDER: "Choisissez une entreprise titulaire de ce lot.",
    CommitmentRefusal.NOT_A_TERRITORY: "Choisissez un des territoires du lot. S’il en manque un, ajoutez-le d’abord au lot.",
    CommitmentRefusal.FOREIGN_STUDY: "Ce calibrage n’est pas celui du lot. Choisissez-en un de la liste.",
    CommitmentRefusal.ALREADY_COMMITTED: (
        "Cette entreprise a déjà un engagement de {due} sur ce lot avec ce même moyen juridique. Rien n’a été changé : pour d’autres heures, entrez un avenant."
    ),
    CommitmentRefusal.WAIVER_HOURS: "Écrivez un nombre d’heures plus grand que zéro, par exemple 35.",
    CommitmentRefusal.WAIVER_ABOVE_DUE: "Au plus {most} peuvent être dispensées : c’est ce qui reste dû. Écrivez moins d’heures.",
    CommitmentRefusal.WAIVER_REASON: "Écrivez le motif de la dispense, en 500 caractères au plus : il figurera au dossier.",
    CommitmentRefusal.FOREIGN_PLACEMENT: "Cette mise à l’emploi n’est pas dans votre territoire ou n’existe plus. Choisissez-en une de la liste, ou demandez au facilitateur de la personne de l’affecter.",
    CommitmentRefusal.PLACEMENT_ENDED: "Cette mise à l’emploi et cet engagement n’ont aucun jour en commun : vérifiez les dates.",
    CommitmentRefusal.MODALITY_NOT_COUNTED: (
        "Ces heures ne comptent pas depuis le {since} : {label}. Enregistrez la mise à l’emploi sans engagement, ou changez la modalité."
    ),
    CommitmentRefusal.POOLING_TOO_FEW: "Choisissez au moins deux engagements : une convention en réunit plusieurs.",
    CommitmentRefusal.POOLING_SEVERAL_HOLDERS: "Une convention réunit des engagements d’une même entreprise. Gardez ceux d’une seule.",
    CommitmentRefusal.POOLING_REFERENCE: "Écrivez la référence de la convention, en 60 caractères au plus.",
    CommitmentRefusal.POOLING_IN_THE_FUTURE: "La date de signature est dans le futur. Enregistrez la convention une fois signée.",
    CommitmentRefusal.PENALTY_HOURS: "Au plus {most} peuvent être pénalisées, et plus que zéro : c’est ce qui reste dû. Écrivez un nombre entre les deux.",
    CommitmentRefusal.PENALTY_DECISION: "Donnez la référence de la décision, en 80 caractères au plus.",
    CommitmentRefusal.PENALTY_DECIDED: "La décision {reference} pénalise déjà {hours}. Annulez-la d’abord, puis prenez une nouvelle décision.",
    CommitmentRefusal.PENALTY_REASON: "Écrivez pourquoi la pénalité est annulée, en 500 caractères au plus.",
    CommitmentRefusal.BASIS_REFERENCE: "Écrivez le numéro de la pièce, en 60 caractères au plus, par exemple F-2026-014.",
    CommitmentRefusal.BASIS_AMOUNT: "Écrivez un montant différent de zéro, par exemple 48 000 ; un avoir s’écrit avec un signe moins.",
    CommitmentRefusal.BASIS_IN_THE_FUTURE: "Cette date est dans le futur : seules les pièces datées d’aujourd’hui ou d’avant comptent. Vérifiez la date de la pièce.",
    CommitmentRefusal.BASIS_BEFORE_START: "Cette date précède le début de l’engagement ({starts}) : vérifiez la date de la pièce, ou le lot qu’elle concerne.",
    CommitmentRefusal.BASIS_KNOWN: "La pièce {reference} est déjà entrée, pour {amount} au {day}. Rien n’a été changé : corrigez par un avoir.",
    CommitmentRefusal.BASIS_UNTIL: "La fin d’exécution doit venir après la date de la commande : corrigez l’une des deux.",
    CommitmentRefusal.NO_TERMS: "Cet engagement ne se calcule pas sur de telles pièces : les heures dues y sont fixées autrement. Pour les changer, entrez un avenant.",
    CommitmentRefusal.TERMS_TRANCHE: "Écrivez combien d’euros facturés font une heure, et le seuil de déclenchement (0 s’il n’y en a pas).",
    CommitmentRefusal.TERMS_RATES: "Écrivez un taux par année, entre 0 et 100 %, par exemple 5 ; 7,5 ; 10.",
    CommitmentRefusal.TERMS_STEPS: "Écrivez les heures dues de chaque année, par exemple 200 ; 300 ; 300 : {years} au plus d’ici la fin.",
    CommitmentRefusal.TERMS_SOURCE: "Dites où cette règle est écrite, par exemple « CCAP, article 1.4 ».",
    CommitmentRefusal.AMENDMENT_HOURS: "Écrivez les nouvelles heures dues en tout : un nombre d’heures différent de {due}.",
    CommitmentRefusal.AMENDMENT_REFERENCE: "Écrivez la référence de l’avenant, en 100 caractères au plus.",
    CommitmentRefusal.AMENDMENT_DATE: "L’avenant doit prendre effet entre le {starts} et le {ends} : corrigez sa date.",
    CommitmentRefusal.AMENDMENT_BELOW_SETTLED: (
        "{settled} sont déjà dispensées ou pénalisées : les heures dues ne peuvent pas descendre en dessous. "
        "Annulez d’abord la pénalité."
    ),
    CommitmentRefusal.AMENDMENT_KNOWN: "L’avenant {reference} est déjà entré. Rien n’a été changé : pour le corriger, entrez-en un autre sous sa propre référence.",
    CommitmentRefusal.AMENDMENT_OF_A_MEMBER: "Un avenant change la dette du groupement : entrez-le sur l’engagement du mandataire, puis transférez la part.",
    CommitmentRefusal.MEMBER_SIRET: "Ce SIRET n’est pas valable. Recopiez quatorze chiffres, tels qu’ils sont écrits sur les factures de l’entreprise.",
    CommitmentRefusal.MEMBER_START: "Son premier jour doit être entre le {starts} et le {ends}, comme pour l’entreprise qui la prend : corrigez la date.",
    CommitmentRefusal.MEMBER_BEGAN: "Cette entreprise est déjà du groupement depuis le {since}, et des personnes y sont affectées : cette date ne change plus. Transférez-lui une part, ou laissez la date vide.",
    CommitmentRefusal.ALREADY_MEMBER: "Cette entreprise a déjà un engagement sur ce lot. Rien n’a été changé : transférez-lui une part plutôt que d’en créer un second.",
    CommitmentRefusal.TRANSFER_HOURS: "Écrivez un nombre d’heures plus grand que zéro.",
    CommitmentRefusal.TRANSFER_REASON: "Écrivez le motif, en 500 caractères au plus : les deux entreprises le liront.",
    CommitmentRefusal.TRANSFER_ANSWERED: "Cette proposition a déjà reçu une réponse. Rien n’a été changé : rechargez la page, puis proposez de nouveau si besoin.",
    CommitmentRefusal.TRANSFER_NOT_OF_THE_GROUP: "Ces deux engagements ne sont pas du même groupement : des heures dues ne passent que d’un membre à l’autre. Choisissez une entreprise de la liste du groupement.",
    CommitmentRefusal.TRANSFER_ABOVE_SHARE: "Au plus {most} : c’est la part que cette entreprise doit encore porter. Écrivez moins d’heures.",
    CommitmentRefusal.CARRY_OVER_NO_SURPLUS: "Au plus {most} : c’est le surplus de l’un et ce qui manque à l’autre. Écrivez moins d’heures.",
    CommitmentRefusal.BOTH_SIDES: "L’accord vient de l’autre partie : qui a proposé ne peut pas accepter. Attendez sa réponse, ou appelez-la.",
    CommitmentRefusal.SITE_KIND: "Choisissez ce que vous inscrivez au calendrier.",
    CommitmentRefusal.SITE_REASON: "Écrivez le motif, en 500 caractères au plus : l’autre partie le lira.",
    CommitmentRefusal.SITE_DATES: "Le dernier jour vient avant le premier : vérifiez les deux dates.",
    CommitmentRefusal.SITE_END: "Indiquez le dernier jour. Seuls les travaux, la semaine et une suspension peuvent rester sans fin connue.",
    CommitmentRefusal.SITE_WEEKDAYS: "Cochez au moins un jour de la semaine.",
    CommitmentRefusal.SITE_OUTSIDE: "Ces jours sont hors de l’engagement, qui va du {starts} au {ends}. Corrigez les dates, ou faites d’abord prolonger l’engagement.",
    CommitmentRefusal.SITE_NOT_CLOSED: "Cette ligne n’est pas une fermeture au calendrier : il n’y a rien à reprendre. Rechargez la page.",
    CommitmentRefusal.SITE_RESUME_DAY: "Le jour de la reprise vient après le {first}, premier jour de la fermeture, et au plus tard le {last}. Si la fermeture n’a jamais eu lieu, retirez-la.",
    CommitmentRefusal.SITE_RESUMED: "Une reprise est déjà écrite, le {day}. Pour la changer, retirez-la d’abord, avec un motif.",
    CommitmentRefusal.SITE_RESUMED_FIRST: "Une reprise de cette fermeture est écrite, le {day} : retirez d’abord la reprise.",
    CommitmentRefusal.SITE_SETTLED: "Cette ligne a déjà reçu une réponse, ou est retirée. Rien n’a été changé : rechargez la page.",
    CommitmentRefusal.MEANWHILE: "Quelqu’un d’autre a fait un changement au même moment. Relisez, puis recommencez.",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[CommitmentRefusal(one.code)].format(**one.facts)) for one in objections)
    )
