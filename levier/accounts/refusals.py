from enum import StrEnum

from levier.foundation.objections import Objection, Refusal


class AccountRefusal(StrEnum):
    EMAIL = "email"
    NAME = "name"
    PASSWORDS_DIFFER = "passwords_differ"
    WEAK_PASSWORD = "weak_password"  # noqa: S105 - a code


SENTENCES = {
    AccountRefusal.EMAIL: "Écrivez une adresse électronique complète, par exemple prenom.nom@entreprise.fr.",
    AccountRefusal.NAME: "Écrivez le prénom et le nom de la personne (120 caractères au plus).",
    AccountRefusal.PASSWORDS_DIFFER: "Les deux mots de passe diffèrent : écrivez deux fois le même.",
    AccountRefusal.WEAK_PASSWORD: "{why}",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(SENTENCES[AccountRefusal(one.code)].format(**one.facts) for one in objections))
