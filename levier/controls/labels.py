"""The French words for the codes of controls, letters and penalties."""

from levier.controls.values import CaseKind, CaseState, LetterKind, Means, Outcome, Owner

KINDS = {
    CaseKind.PIECES: "Contrôle sur pièces",
    CaseKind.VISIT: "Visite de chantier",
    CaseKind.OUTSTANDING: "Heures non faites",
    CaseKind.LATE_PROOFS: "Justificatifs en retard",
}
STATES = {
    CaseState.PLANNED: "À faire",
    CaseState.REPORTED: "Constat fait",
    CaseState.AMICABLE: "Phase amiable",
    CaseState.NOTICED: "Mise en demeure",
    CaseState.CONTRADICTORY: "Phase contradictoire",
    CaseState.DECIDED: "Décidé",
    CaseState.CLOSED: "Fermé",
}
CHIPS = {
    CaseState.PLANNED: "turn",
    CaseState.REPORTED: "info",
    CaseState.AMICABLE: "wait",
    CaseState.NOTICED: "bad",
    CaseState.CONTRADICTORY: "wait",
    CaseState.DECIDED: "info",
    CaseState.CLOSED: "line",
}
OWNERS = {
    Owner.MISSION: "À la mission",
    Owner.FACILITATOR: "Au facilitateur",
    Owner.COMPANY: "À l’entreprise",
    Owner.NOBODY: "Personne",
}
LETTERS = {
    LetterKind.REMINDER: "Relance amiable",
    LetterKind.FORMAL_NOTICE: "Mise en demeure",
    LetterKind.PROPOSAL: "Pénalité envisagée",
    LetterKind.PENALTY: "Notification de pénalité",
    LetterKind.WAIVER: "Renonciation",
    LetterKind.CLOSING: "Clôture",
}
MEANS = {
    Means.REGISTERED: "Lettre recommandée avec avis de réception",
    Means.PLATFORM: "Profil d’acheteur",
    Means.EMAIL: "Courriel",
    Means.HAND: "Remise en main propre",
}
OUTCOMES = {
    Outcome.APPLY: "Appliquer en entier",
    Outcome.REDUCE: "Réduire",
    Outcome.WAIVE: "Renoncer",
}
EVENTS = {"sent": "Envoyée", "received": "Reçue", "returned": "Revenue"}
VISIT_ITEMS = (
    ("present", "Les personnes déclarées sont présentes ou leur absence est expliquée"),
    ("contracts", "Les contrats de travail ont été montrés"),
    ("tutor", "Un tuteur est désigné et présent"),
    ("tasks", "Les tâches sont celles qui étaient prévues"),
    ("hours", "Les heures déclarées concordent avec les feuilles d’heures"),
    ("safety", "Accueil et équipements de sécurité sont assurés"),
)
"""What a control looks at: code and French sentence."""
ANSWERS = {"yes": "Oui", "no": "Non", "unseen": "Pas vu"}
