"""What a person tells of an award so that its record is complete."""

from typing import Any

FACTS: dict[str, Any] = {
    "techniques": ["Sans objet"],
    "modalitesExecution": ["Sans objet"],
    "marcheInnovant": False,
    "ccag": "Travaux",
    "offresRecues": 3,
    "attributionAvance": True,
    "tauxAvance": "0.05",
    "sousTraitanceDeclaree": True,
    "procedure": "Appel d'offres ouvert",
    "typesPrix": ["Définitif révisable"],
    "formePrix": "Forfaitaire",
    "considerationsEnvironnementales": ["Clause environnementale"],
}
