"""French words for the codes of sizing."""

from levier.sizing.values import Advice, Light, TriggerMode

TRIGGER_MODES = {
    TriggerMode.EXCESS: "Au-delà du seuil seulement",
    TriggerMode.RETROACTIVE: "Depuis le premier euro, une fois le seuil atteint",
}
ADVICES = {
    Advice.CLAUSE: "La clause a sa place",
    Advice.NO_CLAUSE: "Clause déconseillée : trop peu d’heures",
    Advice.NO_POTENTIAL: "Pas de potentiel : le personnel repris couvre le besoin",
}
LIGHTS = {
    Light.GREEN: "Vert : les heures peuvent se faire",
    Light.AMBER: "Orange : à vérifier avec le facilitateur",
    Light.RED: "Rouge : les heures ne se feront pas ainsi",
}
SHORT_LIGHTS = {Light.GREEN: "vert", Light.AMBER: "orange", Light.RED: "rouge"}
SECTORS = {
    "works": "Travaux",
    "cleaning": "Nettoyage",
    "green_spaces": "Espaces verts",
    "guarding": "Gardiennage",
    "intellectual_services": "Prestations intellectuelles",
    "services": "Autres services",
}
METHODS = {
    "labour_share": "Part de main-d’œuvre",
    "cleaning": "Nettoyage avec reprise de personnel",
    "invoiced_tranche": "Tranche facturée",
    "worked_share": "Part des heures travaillées",
    "stepped_rate": "Taux par année",
    "training_clause": "Clause de formation",
}
