from levier.accounts.values import Role

ROLES = {
    Role.MISSION: "Chargée de mission",
    Role.BUYER: "Acheteur",
    Role.FACILITATOR: "Facilitateur",
    Role.COMPANY: "Entreprise titulaire",
    Role.PRESCRIBER: "Prescripteur",
}
