from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class OnboardingRefusal(StrEnum):
    NO_HOURS = "no_hours"
    TOO_MANY_HOURS = "too_many_hours"
    NOT_HOURS = "not_hours"
    DATE = "date"
    ENDED = "ended"
    OWNER = "owner"
    NO_PROOF = "no_proof"
    ATTENDEES = "attendees"


SENTENCES = {
    OnboardingRefusal.NO_HOURS: "Répartissez des heures sur au moins une voie.",
    OnboardingRefusal.TOO_MANY_HOURS: "Le total, {total}, dépasse les {left} qui restent à faire : retirez {over}.",
    OnboardingRefusal.NOT_HOURS: "{said}",
    OnboardingRefusal.DATE: "Choisissez une date.",
    OnboardingRefusal.ENDED: "L’engagement est terminé depuis le {end} : il n’y a plus de voie à choisir. Si le marché est prolongé, prévenez le Département.",
    OnboardingRefusal.OWNER: "Choisissez la personne de l’entreprise qui s’en occupe.",
    OnboardingRefusal.NO_PROOF: "Cochez au moins une preuve : l’entreprise doit savoir quoi garder.",
    OnboardingRefusal.ATTENDEES: "Dites qui était là, ou qui est invité (300 caractères au plus).",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[OnboardingRefusal(one.code)].format(**one.facts)) for one in objections)
    )
