"""French words of the ways to do hours and of a kick-off."""

from levier.onboarding.values import Proof, Way

WAYS = {
    Way.DIRECT_HIRE: "Embauche directe",
    Way.SUPPLY: "Mise à disposition par une ETTI ou une AI",
    Way.GEIQ: "Mise à disposition par un GEIQ",
    Way.SUBCONTRACT: "Sous-traitance à une entreprise d’insertion",
}
WHEN = {
    Way.DIRECT_HIRE: "Vous avez un encadrant sur place et du travail pour plusieurs mois.",
    Way.SUPPLY: "Vous devez commencer vite, ou vos besoins changent d’une semaine à l’autre.",
    Way.GEIQ: "Vous voulez former quelqu’un en alternance, avec une embauche possible au bout.",
    Way.SUBCONTRACT: "Une partie des travaux se détache du reste : nettoyage, espaces verts, second œuvre.",
}
STEPS = {
    Way.DIRECT_HIRE: (
        "Dire à votre facilitateur le poste, le lieu, les dates et les heures par semaine.",
        "Recevoir les personnes qu’il propose ; il vérifie leur éligibilité avant la première heure.",
        "Déclarer l’embauche (DPAE), signer le contrat de travail, prévoir l’équipement et la visite d’information.",
        "Nommer un tuteur sur le chantier.",
    ),
    Way.SUPPLY: (
        "Choisir la structure dans l’annuaire et lui dire le poste, le lieu, les dates.",
        "Signer le contrat de mise à disposition ; la structure est l’employeur.",
        "Demander à votre facilitateur de valider les personnes avant la première heure.",
        "Recevoir chaque mois le relevé d’heures et la facture : ce sont vos preuves.",
    ),
    Way.GEIQ: (
        "Adhérer au GEIQ et décrire le métier à apprendre.",
        "Choisir le candidat avec lui ; le GEIQ signe le contrat d’alternance et organise la formation.",
        "Demander à votre facilitateur de valider la personne avant la première heure.",
        "Nommer un tuteur et suivre les points d’étape.",
    ),
    Way.SUBCONTRACT: (
        "Découper la part des travaux à confier et demander un devis.",
        "Déclarer le sous-traitant à l’acheteur et faire agréer ses conditions de paiement (acte spécial).",
        "Demander au facilitateur de compter les heures des salariés en insertion de cette structure.",
        "Recevoir chaque mois ses relevés d’heures par personne.",
    ),
}
"""What there is to do, in order."""
PROOFS = {
    Proof.CONTRACT: "Contrat de travail ou de mission",
    Proof.PAYSLIP: "Bulletin de paie",
    Proof.TIMESHEET: "Relevé d’heures signé",
    Proof.INVOICE: "Facture de la structure d’insertion",
    Proof.ELIGIBILITY: "Justificatif d’éligibilité, montré au facilitateur seul",
}
