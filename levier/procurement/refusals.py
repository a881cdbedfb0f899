"""Why an action on a contract is refused, and the French sentence for each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class ContractRefusal(StrEnum):
    BUYER_WITHOUT_SIRET = "buyer_without_siret"
    NOT_A_CONTRACT = "not_a_contract"
    NO_LOT = "no_lot"
    NO_TERRITORY = "no_territory"
    UNKNOWN_TERRITORY = "unknown_territory"
    TERRITORY_IN_USE = "territory_in_use"
    ESTIMATE_MISSING = "estimate_missing"
    ESTIMATE_NOT_CONFIRMED = "estimate_not_confirmed"
    NO_ANSWER = "no_answer"
    DURATION = "duration"
    ALREADY_TIED = "already_tied"
    TIED_AND_COMMITTED = "tied_and_committed"
    AMENDED_AMOUNT = "amended_amount"
    AMENDED_SAME = "amended_same"
    AMENDED_BEFORE = "amended_before"


SENTENCES = {
    ContractRefusal.BUYER_WITHOUT_SIRET: (
        "L’acheteur n’est pas publié avec un SIRET de quatorze chiffres (« {siret} ») : ce marché ne peut pas être suivi tel quel. Demandez à l’acheteur de corriger sa publication, ou saisissez le marché."
    ),
    ContractRefusal.NOT_A_CONTRACT: "C’est une concession : Levier ne suit que les marchés. Revenez à la liste et choisissez un marché.",
    ContractRefusal.NO_LOT: "Cochez au moins un lot.",
    ContractRefusal.NO_TERRITORY: "Cochez au moins un territoire : c’est son facilitateur qui suivra le lot.",
    ContractRefusal.UNKNOWN_TERRITORY: "Un des territoires cochés n’existe plus. Choisissez parmi la liste.",
    ContractRefusal.TERRITORY_IN_USE: (
        "Un engagement est déjà suivi dans un territoire que vous retirez. Laissez-le coché : il peut y en avoir plusieurs."
    ),
    ContractRefusal.ESTIMATE_MISSING: "Écrivez le montant estimé hors taxes, par exemple 480 000.",
    ContractRefusal.ESTIMATE_NOT_CONFIRMED: "Cochez la case pour confirmer le montant : c’est lui qui décide de l’obligation.",
    ContractRefusal.NO_ANSWER: "{message}",
    ContractRefusal.DURATION: "Écrivez une durée en mois, de 1 à 600.",
    ContractRefusal.ALREADY_TIED: (
        "Ce lot, ou ce marché publié, est déjà rattaché. Rechargez la page : la proposition n’y est plus."
    ),
    ContractRefusal.TIED_AND_COMMITTED: (
        "Des heures sont déjà dues sur ce lot : son rattachement ne s’annule plus. Corrigez plutôt le marché lui-même."
    ),
    ContractRefusal.AMENDED_AMOUNT: "Écrivez le nouveau montant total hors taxes, au-dessus de zéro, par exemple 480 000.",
    ContractRefusal.AMENDED_SAME: "Le lot a déjà ce montant ({amount}). Écrivez le total après l’avenant, ou revenez au marché.",
    ContractRefusal.AMENDED_BEFORE: "Cet avenant serait signé avant la notification du marché, le {notified}. Vérifiez la date.",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[ContractRefusal(one.code)].format(**one.facts)) for one in objections)
    )
