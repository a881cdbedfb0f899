"""Why registering, deciding or placing is refused, and the French sentence of each reason; the walls of the database included."""

from contextlib import AbstractContextManager
from enum import StrEnum

from levier.foundation import walls
from levier.foundation.explanation import NoAnswer
from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal
from levier.participants import labels
from levier.participants.values import EligibilityRefusal, PlacementRefusal


class PersonRefusal(StrEnum):
    """What the rules of eligibility and placement do not say themselves."""

    LAST_NAME_MISSING = "last_name_missing"
    FIRST_NAME_MISSING = "first_name_missing"
    NAME_TOO_LONG = "name_too_long"
    BIRTH_DATE_UNLIKELY = "birth_date_unlikely"
    COMMUNE_UNKNOWN = "commune_unknown"
    LOOKS_LIKE_NIR = "looks_like_nir"
    EXISTS_HERE = "exists_here"
    EXISTS_ELSEWHERE = "exists_elsewhere"
    SET_ASIDE = "set_aside"
    UNKNOWN_CRITERION = "unknown_criterion"
    REASON_MISSING = "reason_missing"
    NO_ANSWER = "no_answer"
    END_MISSING = "window_end_missing"
    SIRET_WRONG = "siret_wrong"
    EMPLOYER_NAME_MISSING = "employer_name_missing"
    JOB_MISSING = "job_missing"
    JOB_CODE_WRONG = "job_code_wrong"
    CONTRACT_ENDS_BEFORE = "contract_ends_before"
    HOURS_AFTER_END = "hours_after_end"
    BUSY = "busy"
    SECOND_EYES = "second_eyes"
    PROPOSAL_CLOSED = "proposal_closed"
    PROPOSAL_OPEN = "proposal_open"
    BOTH_ABSORB = "both_absorb"
    TARGET_NOT_LIVE = "target_not_live"
    ANOTHER_LIVE = "another_live"
    ANSWER_UNKNOWN = "answer_unknown"
    ALREADY_ANSWERED = "already_answered"
    NO_CONTACT = "no_contact"
    EMAIL_WRONG = "email_wrong"
    PHONE_WRONG = "phone_wrong"
    NOT_DUE = "not_due"
    TOO_LONG = "too_long"
    BUYER_UNKNOWN = "buyer_unknown"
    SOURCE_MISSING = "source_missing"
    NOT_A_SIAE = "not_a_siae"
    IAE_WAY = "iae_way"
    IAE_COUNT = "iae_count"
    IAE_DAY = "iae_day"
    IAE_NOT_SEEN = "iae_not_seen"


# fmt: off
SENTENCES = {
    PersonRefusal.NOT_A_SIAE: "L’employeur n’est pas une structure d’insertion (EI, ACI, AI, ETTI, EITI) : il n’y a pas d’entrée IAE à vérifier. Revenez à la fiche.",
    PersonRefusal.IAE_WAY: "Choisissez ce que vous avez constaté.",
    PersonRefusal.IAE_COUNT: "Dites combien de critères vous avez constatés, de 1 à {most}.",
    PersonRefusal.IAE_DAY: "La vérification ne peut pas être datée d’un jour à venir. Corrigez la date.",
    PersonRefusal.IAE_NOT_SEEN: "Cochez que vous avez vu les justificatifs. Ils ne se joignent pas : rien n’en est gardé ici.",
    PersonRefusal.LAST_NAME_MISSING: "Écrivez le nom de famille.",
    PersonRefusal.FIRST_NAME_MISSING: "Écrivez le prénom.",
    PersonRefusal.NAME_TOO_LONG: "Un nom compte au plus 100 lettres. Écrivez le nom d’usage.",
    PersonRefusal.BIRTH_DATE_UNLIKELY: "Cette date de naissance donne {age} ans aujourd’hui : vérifiez l’année.",
    PersonRefusal.COMMUNE_UNKNOWN: "Cette commune n’est pas dans la liste. Choisissez-la parmi les propositions, ou laissez vide.",
    PersonRefusal.LOOKS_LIKE_NIR: "Cela ressemble à un numéro de sécurité sociale. Levier ne l’enregistre jamais : effacez-le.",
    PersonRefusal.EXISTS_HERE: "Cette personne a déjà une fiche dans votre territoire : {reference}. Ouvrez-la au lieu d’en créer une autre.",
    PersonRefusal.EXISTS_ELSEWHERE: "Une fiche existe déjà pour cette personne dans un autre territoire. Adressez-vous à {facilitator}.",
    PersonRefusal.SET_ASIDE: "La personne a demandé à être effacée : sa fiche est mise de côté. Demandez-lui de retirer sa demande sur sa page, ou appelez la mission, qui seule la lit.",
    PersonRefusal.UNKNOWN_CRITERION: "Choisissez un critère dans la liste.",
    PersonRefusal.REASON_MISSING: "Choisissez le motif du refus dans la liste.",
    PersonRefusal.NO_ANSWER: "{message}",
    PersonRefusal.END_MISSING: "Indiquez la fin du contrat : elle décide jusqu’à quand les heures comptent.",
    PersonRefusal.SIRET_WRONG: "« {typed} » n’est pas un SIRET : 14 chiffres, dont le dernier vérifie les autres. Recopiez-le depuis un bulletin ou une facture.",
    PersonRefusal.EMPLOYER_NAME_MISSING: "Levier ne connaît pas encore cet employeur : écrivez son nom.",
    PersonRefusal.JOB_MISSING: "Écrivez le métier, par exemple « aide-maçon ».",
    PersonRefusal.JOB_CODE_WRONG: "Un code ROME est une lettre suivie de quatre chiffres, par exemple F1703. Corrigez-le ou laissez vide.",
    PersonRefusal.CONTRACT_ENDS_BEFORE: "Le contrat ne peut pas finir avant de commencer : corrigez l’une des deux dates.",
    PersonRefusal.HOURS_AFTER_END: "Des heures sont acceptées après cette date de fin. Gardez la fin au moins jusque-là, ou annulez d’abord ces heures.",
    PersonRefusal.BUSY: "Une autre personne enregistrait au même instant. Rien n’a été perdu : recommencez.",
    PersonRefusal.SECOND_EYES: "Qui demande ne peut pas accepter. Demandez à une autre personne du territoire, ou à la mission, de relire et de décider.",
    PersonRefusal.PROPOSAL_CLOSED: "Quelqu’un a déjà répondu à cette demande. Rechargez la page pour voir la réponse.",
    PersonRefusal.PROPOSAL_OPEN: "Une demande attend déjà une réponse pour cette fiche. Attendez-la, ou appelez l’autre facilitateur.",
    PersonRefusal.BOTH_ABSORB: "Chacune des deux fiches en a déjà absorbé une autre. Séparez d’abord l’une des deux, puis recommencez.",
    PersonRefusal.TARGET_NOT_LIVE: "L’une des deux fiches vient d’être fusionnée avec une autre. Rechargez la page avant de décider.",
    PersonRefusal.ANOTHER_LIVE: "Une autre fiche porte déjà cette identité : les séparer ferait deux fois la même personne. Appelez la mission.",
    PersonRefusal.ANSWER_UNKNOWN: "Choisissez une réponse dans la liste.",
    PersonRefusal.ALREADY_ANSWERED: "Cette question a déjà sa réponse. Elle ne change plus : passez à la suivante.",
    PersonRefusal.NO_CONTACT: "La personne n’a donné ni adresse électronique ni téléphone. Demandez-lui, ou saisissez sa réponse vous-même.",
    PersonRefusal.EMAIL_WRONG: "Écrivez une adresse électronique complète, par exemple prenom.nom@exemple.fr, ou laissez vide.",
    PersonRefusal.PHONE_WRONG: "Écrivez dix chiffres, par exemple 06 12 34 56 78, ou laissez vide.",
    PersonRefusal.NOT_DUE: "Cette question ne se pose qu’à partir du {day}. Revenez ce jour-là.",
    PersonRefusal.BUYER_UNKNOWN: "Choisissez un acheteur dans la liste.",
    PersonRefusal.SOURCE_MISSING: "Dites où cette durée est écrite, par exemple « délibération du 12 mai 2026 » ou « CCAP type, article 9 ».",
    PersonRefusal.TOO_LONG: "C’est trop long : écrivez {most} lettres au plus.",
}
# fmt: on
_WALLS: dict[str, StrEnum] = {
    "decision_windows_do_not_overlap": PersonRefusal.BUSY,
    "decision_window": EligibilityRefusal.ENDS_BEFORE_START,
    "placement_dates": PlacementRefusal.ENDS_BEFORE_START,
    "NOT_ELIGIBLE": PlacementRefusal.NO_DECISION,
    "placement_decision_of_the_person": PlacementRefusal.NO_DECISION,
    "HOURS_AFTER_END": PersonRefusal.HOURS_AFTER_END,
    "MERGE_TARGET_NOT_LIVE": PersonRefusal.TARGET_NOT_LIVE,
    "MERGE_OF_A_STANDING_FILE": PersonRefusal.BOTH_ABSORB,
    "MERGE_FOUR_EYES": PersonRefusal.SECOND_EYES,
    "person_one_live_identity": PersonRefusal.ANOTHER_LIVE,
    "proposal_one_open_a_person": PersonRefusal.PROPOSAL_OPEN,
}


def sentence(objection: Objection) -> str:
    words = (
        SENTENCES[objection.code] if isinstance(objection.code, PersonRefusal) else labels.OBJECTIONS[objection.code]
    )
    return typeset(words.format(**objection.facts))


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(map(sentence, objections)))


def of_no_answer(error: NoAnswer) -> Objection:
    return Objection(PersonRefusal.NO_ANSWER, error.field, {"message": str(error)})


def walls_said() -> AbstractContextManager[None]:
    return walls.walls_said(_WALLS, refuse)
