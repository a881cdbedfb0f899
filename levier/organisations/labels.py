from levier.organisations.values import OrganisationKind, StructureKind

ORGANISATION_KINDS = {
    OrganisationKind.BUYER: "Acheteur",
    OrganisationKind.COMPANY: "Entreprise",
    OrganisationKind.INCLUSIVE_STRUCTURE: "Structure d’insertion",
    OrganisationKind.PRESCRIBER: "Prescripteur",
    OrganisationKind.FACILITATOR_BODY: "Structure de facilitateur",
}
STRUCTURE_KINDS = {
    StructureKind.EI: "Entreprise d’insertion",
    StructureKind.ACI: "Atelier et chantier d’insertion",
    StructureKind.AI: "Association intermédiaire",
    StructureKind.ETTI: "Entreprise de travail temporaire d’insertion",
    StructureKind.EITI: "Entreprise d’insertion par le travail indépendant",
    StructureKind.EA: "Entreprise adaptée",
    StructureKind.EATT: "Entreprise adaptée de travail temporaire",
    StructureKind.ESAT: "Établissement et service d’accompagnement par le travail",
    StructureKind.GEIQ: "Groupement d’employeurs pour l’insertion et la qualification",
}
