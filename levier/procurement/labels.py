"""French words for the codes of procurement."""

from enum import StrEnum

from levier.foundation.objections import Objection
from levier.procurement.values import (
    BuyerLevel,
    ConsiderationsRefusal,
    ContractObject,
    EssRefusal,
    Potential,
    WaiverGround,
)

CONTRACT_OBJECTS = {
    ContractObject.WORKS: "Travaux",
    ContractObject.SERVICES: "Services",
    ContractObject.SUPPLIES: "Fournitures",
}
BUYER_LEVELS = {
    BuyerLevel.LOCAL: "Collectivité territoriale (le Département)",
    BuyerLevel.STATE: "État",
}
WAIVER_GROUNDS = {
    WaiverGround.NO_SUFFICIENT_LINK: "Aucune considération sociale n’a de lien suffisant avec l’objet du marché",
    WaiverGround.COMPETITION_OR_DIFFICULTY: (
        "La considération restreindrait la concurrence ou rendrait l’exécution techniquement ou économiquement difficile"
    ),
    WaiverGround.IMMEDIATELY_AVAILABLE: "Le besoin peut être satisfait par une solution immédiatement disponible",
    WaiverGround.SHORT_WORKS: "Marché de travaux d’une durée inférieure à six mois",
}
POTENTIALS = {
    Potential.RESERVATION: "Réservation totale",
    Potential.LOT: "Lot réservé",
    Potential.CLAUSE: "Clause sociale d’exécution",
    Potential.NONE: "Aucun potentiel",
}
SERVICES = {
    "cleaning": "Nettoyage des locaux",
    "green_spaces": "Espaces verts",
    "training": "Formation",
    "remote_surveillance": "Télésurveillance",
    "mailing": "Postage",
    "removals": "Déménagement",
    "computing": "Informatique",
    "guarding": "Gardiennage",
    "social_mediation": "Médiation sociale",
    "secretariat": "Secrétariat",
    "waste": "Gestion des déchets",
    "catering": "Restauration",
}
OBJECTIONS: dict[StrEnum, str] = {
    EssRefusal.TOO_LONG: (
        "Un marché réservé à l’économie sociale et solidaire ne dépasse pas {maximum} mois : celui-ci en dure {duration}. "
        "Réduisez la durée."
    ),
    EssRefusal.TOO_SOON: (
        "Cette entreprise a obtenu un marché réservé il y a {elapsed} mois : il faut en attendre {pause}. "
        "Écartez cette candidature de la réservation ou ouvrez le marché à tous."
    ),
    ConsiderationsRefusal.EMPTY: "Indiquez au moins une valeur, « Pas de considération sociale » s’il n’y en a aucune.",
    ConsiderationsRefusal.UNKNOWN: "« {value} » n’est pas une valeur du schéma. Choisissez parmi : {known}.",
    ConsiderationsRefusal.REPEATED: "« {value} » est écrit deux fois. Gardez-le une seule fois.",
    ConsiderationsRefusal.NONE_IS_NOT_ALONE: (
        "« Pas de considération sociale » doit être seul. Retirez-le, ou retirez les autres valeurs."
    ),
}


def sentence(objection: Objection) -> str:
    return OBJECTIONS[objection.code].format(**objection.facts)
