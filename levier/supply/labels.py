"""French words of the directory."""

from levier.foundation.french import typeset
from levier.supply.values import LineRefusal, Source, Trade

TRADES = {
    Trade.BUILDING: "Bâtiment",
    Trade.ROADWORKS: "Voirie et réseaux",
    Trade.GREEN_SPACES: "Espaces verts et milieux naturels",
    Trade.CLEANING: "Nettoyage et propreté",
    Trade.WASTE: "Déchets, réemploi et réparation",
    Trade.CATERING: "Restauration et alimentation",
    Trade.LOGISTICS: "Déménagement, transport et logistique",
    Trade.TEXTILE: "Textile et blanchisserie",
    Trade.OFFICE: "Tertiaire, saisie et numérique",
    Trade.GUARDING: "Gardiennage et médiation",
    Trade.INDUSTRY: "Sous-traitance industrielle",
    Trade.FARMING: "Maraîchage et agriculture",
    Trade.CARE: "Action sociale et formation",
    Trade.LABOUR: "Mise à disposition de personnel",
}
SOURCES = {
    Source.MARKET: "Le marché de l’inclusion (données ouvertes)",
    Source.ASP: "Liste des structures conventionnées (ASP)",
    Source.FILE: "Fichier importé",
    Source.PERSON: "Saisie dans Levier",
}
FIELD_NAMES = {
    "name": "Nom", "brand": "Enseigne", "naf": "Code d’activité (NAF)", "legal_form": "Forme juridique", "address": "Adresse",
    "postcode": "Code postal", "city": "Commune", "departement": "Département", "longitude": "Longitude", "latitude": "Latitude",
    "website": "Site internet", "description": "Description", "capacity": "Capacité (postes d’insertion)", "trades": "Métiers",
}  # fmt: skip
REFUSALS = {
    LineRefusal.NOT_A_RECORD: "Ce n’est pas une structure lisible.",
    LineRefusal.NO_SIRET: "Le SIRET manque.",
    LineRefusal.SIRET: "Le SIRET n’a pas quatorze chiffres avec une clé juste.",
    LineRefusal.KIND: "Le type de structure n’est pas connu (EI, ACI, AI, ETTI, EITI, EA, EATT, ESAT ou GEIQ).",
    LineRefusal.NO_NAME: "Le nom manque.",
    LineRefusal.REPEATED: "Cette structure (même SIRET, même type) est déjà plus haut dans le fichier.",
}


def refusal_sentence(refusal: LineRefusal) -> str:
    return typeset(REFUSALS[refusal])
