from levier.accounts.values import Duty, InvitationState, Role

ROLES = {
    Role.MISSION: "Chargée de mission",
    Role.BUYER: "Acheteur",
    Role.FACILITATOR: "Facilitateur",
    Role.COMPANY: "Entreprise titulaire",
    Role.STRUCTURE: "Structure d’insertion",
    Role.PRESCRIBER: "Prescripteur",
}
DUTIES = {
    Duty.ADMINISTER: ("Administre", "gère les contacts et lit tous les marchés de l’entreprise"),
    Duty.DECLARE: ("Déclare", "envoie les heures de chaque mois, avec ou sans mot de passe"),
    Duty.SIGN: ("Signe", "représente l’entreprise ; ne se connecte pas"),
    Duty.MANAGE: (
        "Responsable",
        "répond de la clause dans l’entreprise ; relancé quand qui déclare n’a pas répondu ; ne se connecte pas",
    ),
    Duty.SITE: ("Chantier", "reçoit les personnes sur place ; ne se connecte pas"),
}
"""A duty in a word, and what it lets the person do."""
INVITATION_STATES = {
    InvitationState.WAITING: ("wait", "Part à la prochaine tournée"),
    InvitationState.UNDELIVERED: ("bad", "Non remise"),
    InvitationState.SENT: ("wait", "Envoyée"),
    InvitationState.OPENED: ("turn", "Lien ouvert"),
    InvitationState.ACCEPTED: ("ok", "Acceptée"),
    InvitationState.EXPIRED: ("bad", "Expirée"),
    InvitationState.WITHDRAWN: ("line", "Retirée"),
}
"""Kind of chip and word of each state."""
