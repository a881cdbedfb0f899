"""French words for the codes of commitments."""

from levier.commitments.site_days import SiteKind
from levier.commitments.values import BasisKind, DueMethod, Instrument, Liability

INSTRUMENTS = {
    Instrument.EXECUTION_CONDITION: "Condition d’exécution (CCP, L2112-2)",
    Instrument.CONDITION_AND_CRITERION: "Condition d’exécution et critère d’attribution (CCP, L2112-2 et R2152-7)",
    Instrument.CRITERION: "Critère d’attribution seul (CCP, R2152-7)",
    Instrument.RESERVED_DISABILITY: "Marché réservé aux EA et ESAT (CCP, L2113-12)",
    Instrument.RESERVED_SIAE: "Marché réservé aux SIAE (CCP, L2113-13)",
    Instrument.RESERVED_ESS: "Marché réservé à l’économie sociale et solidaire (CCP, L2113-15)",
    Instrument.INSERTION_CONTRACT: "Marché d’insertion (CCP, R2123-1, 3°)",
}
SHORT_INSTRUMENTS = {
    Instrument.EXECUTION_CONDITION: "Condition d’exécution",
    Instrument.CONDITION_AND_CRITERION: "Condition et critère",
    Instrument.CRITERION: "Critère",
    Instrument.RESERVED_DISABILITY: "Réservé EA et ESAT",
    Instrument.RESERVED_SIAE: "Réservé SIAE",
    Instrument.RESERVED_ESS: "Réservé ESS",
    Instrument.INSERTION_CONTRACT: "Marché d’insertion",
}
HOLDER_ROLES = {
    "contractor": "Titulaire",
    "group_leader": "Mandataire",
    "co_contractor": "Cotraitant",
    "subcontractor": "Sous-traitant",
}
DUE_METHODS = {
    DueMethod.FIXED: "Un nombre d’heures, fixé à la signature",
    DueMethod.STEPPED: "Tant d’heures par année du contrat",
    DueMethod.TRANCHE: "Une heure par tranche facturée",
    DueMethod.PERCENTAGE: "Un pourcentage des heures travaillées",
}
BASIS_KINDS = {
    BasisKind.INVOICE: "Facture",
    BasisKind.ORDER: "Bon de commande",
    BasisKind.WORKED: "Heures travaillées du mois",
}
DUE_LINES = {
    "signed": "Signature",
    "step": "Année du contrat",
    "amendment": "Avenant",
    "transfer": "Transfert",
    "invoice": "Facture",
    "worked": "Heures travaillées",
}
LIABILITIES = {
    Liability.JOINT: "Groupement conjoint : chacun répond de sa part",
    Liability.JOINT_LEADER: "Groupement conjoint, mandataire solidaire : il répond de chaque membre",
    Liability.SOLIDARY: "Groupement solidaire : chaque membre répond de tous",
}
SITE_KINDS = {
    SiteKind.WORKS: "Travaux sur le chantier",
    SiteKind.WEEK: "Jours travaillés de la semaine",
    SiteKind.LEAVE: "Fermeture pour congés",
    SiteKind.WEATHER: "Arrêt pour intempéries",
    SiteKind.ORDER: "Suspension par ordre de service",
    SiteKind.CLOSURE: "Autre fermeture",
    SiteKind.EXTRA: "Travail d’autres jours (week-end, jour férié)",
    SiteKind.NIGHT: "Travail de nuit",
    SiteKind.RESUME: "Reprise des travaux",
}
SITE_STATES = {
    "proposed": ("turn", "Proposé"),
    "in_force": ("ok", "Au calendrier"),
    "refused": ("bad", "Refusé"),
    "withdrawn": ("line", "Retiré"),
}
