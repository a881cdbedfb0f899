"""French words for the codes of sizing."""

from levier.sizing.values import Advice, TriggerMode

TRIGGER_MODES = {
    TriggerMode.EXCESS: "Au-delà du seuil seulement",
    TriggerMode.RETROACTIVE: "Depuis le premier euro, une fois le seuil atteint",
}
ADVICES = {
    Advice.CLAUSE: "La clause a sa place",
    Advice.NO_CLAUSE: "Clause déconseillée : trop peu d’heures",
    Advice.NO_POTENTIAL: "Pas de potentiel : le personnel repris couvre le besoin",
}
