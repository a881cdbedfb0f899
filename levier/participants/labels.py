"""French words for the codes of participants, and the sentences of refusals. Each refusal says what to do next."""

from enum import StrEnum

from levier.foundation.objections import Objection
from levier.participants.values import (
    ContractKind,
    DiagnosisKind,
    EligibilityRefusal,
    IaeStructure,
    IaeWay,
    Modality,
    PlacementRefusal,
    RefusalReason,
    Standing,
)

CONTRACT_KINDS = {
    ContractKind.CDI: "CDI",
    ContractKind.CDD: "CDD",
    ContractKind.APPRENTICESHIP: "Contrat d’apprentissage",
    ContractKind.PROFESSIONALISATION: "Contrat de professionnalisation",
    ContractKind.ASSIGNMENT: "Mission d’intérim ou mise à disposition",
    ContractKind.INSERTION: "Contrat d’insertion (CDDI)",
}
MODALITIES = {
    Modality.DIRECT_HIRE: "Embauche directe",
    Modality.LABOUR_SUPPLY: "Mise à disposition",
    Modality.SUBCONTRACT_SHELTERED: "Sous-traitance ou cotraitance à une structure",
    Modality.TRAINING: "Formation",
    Modality.TUTORING: "Tutorat",
    Modality.RESERVED: "Lot réservé",
    Modality.SCHOOL_TRAINING: "Clause sociale de formation",
}
IAE_STRUCTURES = {
    IaeStructure.EI: "Entreprise d’insertion (EI)",
    IaeStructure.ACI: "Atelier et chantier d’insertion (ACI)",
    IaeStructure.AI: "Association intermédiaire (AI)",
    IaeStructure.ETTI: "Entreprise de travail temporaire d’insertion (ETTI)",
    IaeStructure.EITI: "Entreprise d’insertion par le travail indépendant (EITI)",
}
IAE_WAYS = {
    IaeWay.LEVEL_1: "Critères de niveau 1",
    IaeWay.LEVEL_2: "Critères de niveau 2",
    IaeWay.PRESCRIBER: "Diagnostic d’un prescripteur habilité",
    IaeWay.NONE: "Aucun critère constaté",
}
DIAGNOSIS_KINDS = {
    DiagnosisKind.PRESCRIBER: "Prescripteur habilité",
    DiagnosisKind.EMPLOYER: "Employeur (SIAE)",
}
STANDINGS = {
    Standing.ELIGIBLE: "Éligible",
    Standing.EXPIRING: "Expire bientôt",
    Standing.UNPLACED: "Sans mise à l’emploi",
    Standing.EXPIRED: "Éligibilité terminée",
    Standing.UNDECIDED: "À décider",
}
REFUSAL_REASONS = {
    RefusalReason.NO_CRITERION: "Ne relève d’aucun critère",
    RefusalReason.PROOF_MISSING: "Pièce manquante",
    RefusalReason.PROOF_NOT_VALID: "Pièce périmée ou trop ancienne",
    RefusalReason.ALREADY_EMPLOYED: "Travaillait déjà dans l’entreprise",
    RefusalReason.STARTED_BEFORE: "A commencé avant la décision",
    RefusalReason.WITHDRAWN: "A renoncé",
}
OBJECTIONS: dict[StrEnum, str] = {
    EligibilityRefusal.CRITERION_NOT_FOR_CLAUSE: (
        "« {label} » n’ouvre pas droit à la clause à lui seul. Choisissez un autre critère, ou joignez l’avis motivé d’un prescripteur."
    ),
    EligibilityRefusal.PROOF_REFUSED: "{reason}",
    EligibilityRefusal.DECISION_IN_FUTURE: "La décision ne peut pas être datée après aujourd’hui ({today}). Corrigez la date.",
    EligibilityRefusal.STARTS_BEFORE_DECISION: (
        "La période ne peut pas commencer avant la décision du {day} : les heures d’avant ne comptent pas. Avancez le début à ce jour."
    ),
    EligibilityRefusal.ENDS_BEFORE_START: "La période se termine avant de commencer. Corrigez l’une des deux dates.",
    EligibilityRefusal.OVERLAPS_ANOTHER: (
        "Cette personne a déjà une période d’éligibilité du {start} au {end}. Commencez la nouvelle après cette date."
    ),
    EligibilityRefusal.SHRINKS_PAST_HOURS: (
        "Des heures acceptées vont jusqu’au {day}. Gardez la période au moins jusque-là, ou annulez d’abord ces heures."
    ),
    EligibilityRefusal.OTHER_TERRITORY: (
        "Cette personne est suivie par un autre territoire. Demandez à son facilitateur de prendre la décision."
    ),
    PlacementRefusal.NO_DECISION: (
        "Cette personne n’a pas de décision d’éligibilité : décidez-en d’abord, avant sa première heure."
    ),
    PlacementRefusal.BEFORE_DECISION: (
        "L’embauche précède la décision d’éligibilité du {day}. Indiquez un début à partir de ce jour, ou voyez le facilitateur."
    ),
    PlacementRefusal.OUTSIDE_WINDOW: (
        "L’embauche tombe hors de la période d’éligibilité (du {start} au {end}). Demandez une prolongation au facilitateur."
    ),
    PlacementRefusal.ENDS_BEFORE_START: "Le contrat se termine avant de commencer. Corrigez l’une des deux dates.",
    PlacementRefusal.END_MISSING: "Ce type de contrat a une fin : indiquez-la. Seul un CDI n’en a pas.",
    PlacementRefusal.ALREADY_EMPLOYED: (
        "Cette personne travaillait déjà dans l’entreprise : seule une nouvelle embauche compte. Proposez une autre personne."
    ),
    PlacementRefusal.OVERLAPS_SAME_EMPLOYER: (
        "Cette personne a déjà un contrat avec cet employeur à partir du {start}, {end}. Modifiez ce contrat au lieu d’en créer un second."
    ),
    PlacementRefusal.WRONG_MODALITY: (
        "Cette modalité passe par une structure de type {structures}. Changez la modalité ou l’employeur."
    ),
    PlacementRefusal.WEEKLY_HOURS: "Indiquez une durée par semaine supérieure à zéro et d’au plus {limit}.",
}


def sentence(objection: Objection) -> str:
    return OBJECTIONS[objection.code].format(**objection.facts)
