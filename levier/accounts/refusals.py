from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class AccountRefusal(StrEnum):
    EMAIL = "email"
    NAME = "name"
    PASSWORDS_DIFFER = "passwords_differ"
    WEAK_PASSWORD = "weak_password"  # noqa: S105 - a code
    PHONE = "phone"
    NO_DUTY = "no_duty"
    ALREADY_A_CONTACT = "already_a_contact"
    LAST_ADMINISTRATOR = "last_administrator"
    ALREADY_IN = "already_in"
    SAME_ESTABLISHMENT = "same_establishment"
    ALREADY_SUCCEEDED = "already_succeeded"
    NO_DAY = "no_day"
    NO_REASON = "no_reason"


SENTENCES = {
    AccountRefusal.EMAIL: "Écrivez une adresse électronique complète, par exemple prenom.nom@entreprise.fr.",
    AccountRefusal.NAME: "Écrivez le prénom et le nom de la personne (120 caractères au plus).",
    AccountRefusal.PASSWORDS_DIFFER: "Les deux mots de passe diffèrent : écrivez deux fois le même.",
    AccountRefusal.WEAK_PASSWORD: "{why}",
    AccountRefusal.PHONE: "Écrivez un numéro de téléphone complet, par exemple 04 13 31 00 00.",
    AccountRefusal.NO_DUTY: "Cochez au moins un rôle : sans rôle, cette personne n’est pas un contact.",
    AccountRefusal.ALREADY_A_CONTACT: "Cette adresse est déjà celle d’un contact de l’entreprise : modifiez-le plutôt.",
    AccountRefusal.LAST_ADMINISTRATOR: "C’est la dernière personne qui administre : donnez d’abord ce rôle à une autre.",
    AccountRefusal.ALREADY_IN: "Cette personne est déjà entrée : il n’y a plus d’invitation à renvoyer ni à retirer. Pour lui retirer l’accès, retirez le contact.",
    AccountRefusal.SAME_ESTABLISHMENT: "Un établissement ne se succède pas à lui-même, même par un détour : vérifiez le SIRET.",
    AccountRefusal.ALREADY_SUCCEEDED: "La reprise de cet établissement est déjà inscrite. Vérifiez la liste des reprises : une erreur se signale à la mission, elle ne s’efface pas.",
    AccountRefusal.NO_DAY: "Choisissez la date de la reprise.",
    AccountRefusal.NO_REASON: "Écrivez le motif : changement d’adresse, absorption, cession…",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[AccountRefusal(one.code)].format(**one.facts)) for one in objections)
    )
