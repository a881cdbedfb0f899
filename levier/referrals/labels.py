from levier.referrals.values import Licence, NeedSource, Party, Reason, ReferralRefusal, ReferralState

LICENCES = {
    Licence.NONE: "Aucun permis demandé",
    Licence.CAR: "Permis B",
    Licence.HEAVY: "Permis C ou CE",
    Licence.MACHINE: "CACES ou autorisation de conduite",
}
STATES = {
    ReferralState.PROPOSED: "Proposée",
    ReferralState.TO_MEET: "À rencontrer",
    ReferralState.RETAINED: "Retenue",
    ReferralState.PLACED: "À l’emploi",
    ReferralState.REFUSED: "Non retenue",
    ReferralState.NOT_PLACED: "Embauche non validée",
    ReferralState.WITHDRAWN: "Retirée",
    ReferralState.CLOSED: "Poste fermé",
}
PARTIES = {
    Party.COMPANY: "L’entreprise",
    Party.FACILITATOR: "Le facilitateur du territoire",
    Party.REFERRER: "Qui a proposé la personne",
}
REASONS = {
    Reason.SKILLS: "Le métier ou l’expérience ne correspond pas au poste",
    Reason.DATES: "Les dates ou les horaires ne conviennent pas",
    Reason.MOBILITY: "Le lieu de travail n’est pas accessible",
    Reason.LICENCE: "Il manque un permis ou une habilitation",
    Reason.NO_SHOW: "La personne n’est pas venue au rendez-vous",
    Reason.DECLINED: "La personne a décliné",
    Reason.FILLED: "Le poste est pourvu",
    Reason.OTHER: "Autre motif, à préciser",
    Reason.FOUND_WORK: "La personne a trouvé un emploi",
    Reason.UNREACHABLE: "La personne n’est plus joignable",
    Reason.MISTAKE: "Proposée par erreur",
    Reason.NOT_ELIGIBLE: "L’éligibilité n’est pas établie",
    Reason.STARTED_BEFORE: "Le travail a commencé avant la validation",
    Reason.CANCELLED: "Le besoin n’existe plus",
    Reason.HIRED_ELSEWHERE: "Pourvu par une autre voie",
}
SOURCES = {
    NeedSource.POSITION: "Postes ouverts",
    NeedSource.COMMITMENT: "Heures dues à couvrir",
    NeedSource.PLAN: "Achats programmés",
}
HEALTH_WORDS = (
    "malad", "handicap", "rqth", "aah", "invalid", "dépress", "depress", "enceinte", "grossesse", "arrêt de travail", "arret de travail",
    "médic", "medic", "hôpital", "hopital", "psych", "addict", "alcool", "santé mentale", "sante mentale", "casier", "prison",
    "bracelet", "syndic", "religi",
)  # fmt: skip
"""Beginnings of words that tell of health, justice, faith or origin: a note about a person may hold none."""

# fmt: off
SENTENCES = {
    ReferralRefusal.JOB_MISSING: "Écrivez le métier, par exemple « aide-maçon » (120 caractères au plus).",
    ReferralRefusal.JOB_CODE: "Choisissez le métier dans la liste : une lettre suivie de quatre chiffres, par exemple F1703.",
    ReferralRefusal.COMMUNE: "Cette commune n’est pas dans la liste : choisissez-la parmi les propositions.",
    ReferralRefusal.START_OUTSIDE: "L’engagement court du {start} au {end} : les heures d’un autre moment ne compteraient pas. Choisissez des dates entre ces deux jours.",
    ReferralRefusal.END_BEFORE_START: "La fin doit venir après le début ({start}) : corrigez l’une des deux dates.",
    ReferralRefusal.WEEKLY_HOURS: "Écrivez une durée par semaine entre 1 h et {limit}.",
    ReferralRefusal.PLACES: "Écrivez un nombre de personnes entre 1 et {most}.",
    ReferralRefusal.PLACES_BELOW_HIRED: "{hired} sont déjà à l’emploi sur ce poste : gardez au moins ce nombre.",
    ReferralRefusal.LINK_MISSING: "Dites en une phrase à quels travaux du marché ce poste participe : seules ces heures compteront.",
    ReferralRefusal.TOO_LONG: "Écrivez {most} caractères au plus.",
    ReferralRefusal.LOOKS_LIKE_NIR: "Cela ressemble à un numéro de sécurité sociale. Levier ne l’enregistre jamais : effacez-le.",
    ReferralRefusal.HEALTH_WORDS: "« {word} » touche à la santé ou à la vie privée de la personne. Rien de tel ne s’écrit ici : gardez le motif de la liste, et appelez s’il faut en dire plus.",
    ReferralRefusal.POSITION_CLOSED: "Ce poste est fermé : personne ne peut plus y être proposé. Cherchez-en un autre dans la liste des postes ouverts.",
    ReferralRefusal.REASON_MISSING: "Choisissez le motif dans la liste : qui a proposé la personne doit pouvoir comprendre.",
    ReferralRefusal.NOTE_MISSING: "Précisez cet autre motif en quelques mots sur le poste, jamais sur la personne.",
    ReferralRefusal.NOTE_TOO_LONG: "Écrivez 200 caractères au plus.",
    ReferralRefusal.NOT_A_STEP: "Cette étape n’est plus possible : quelqu’un a répondu entre-temps. Relisez la candidature.",
    ReferralRefusal.MEETING_IN_THE_PAST: "Indiquez le jour de la rencontre, aujourd’hui ou plus tard.",
    ReferralRefusal.PERSON_MISSING: "Choisissez une personne de la liste, ou écrivez le nom, le prénom et la date de naissance d’une nouvelle.",
    ReferralRefusal.AGREEMENT_MISSING: "Demandez d’abord à la personne : elle n’est proposée qu’avec son accord.",
    ReferralRefusal.PHONE: "« {typed} » n’est pas un numéro de téléphone français à dix chiffres. Corrigez-le, ou laissez vide.",
    ReferralRefusal.PHONE_WITHOUT_AGREEMENT: "Le téléphone ne va à l’entreprise qu’avec l’accord de la personne : cochez-le, ou effacez le numéro.",
    ReferralRefusal.ALREADY_PROPOSED: "Cette personne est déjà proposée pour ce poste. Ouvrez sa candidature pour voir où elle en est.",
    ReferralRefusal.OTHER_TERRITORY: "Cette personne est suivie dans un autre territoire. Adressez-vous à {facilitator}.",
    ReferralRefusal.MEANWHILE: "Quelqu’un d’autre a fait un changement au même moment. Relisez, puis recommencez.",
}
# fmt: on
