"""Invented records, in both formats. No real buyer, company or contract."""

from typing import Any

BUYER = "21990000300019"
COMPANIES = ("90000000100017", "90000000200015", "90000000300013", "90000000400011")


def contract(**changes: Any) -> dict[str, Any]:
    """2019 format."""
    record = {
        "id": "2018TX00100",
        "uid": f"{BUYER}2018TX00100",
        "acheteur": {"id": BUYER, "nom": "Commune de Valmorière"},
        "_type": "Marché",
        "nature": "Marché",
        "objet": "Réfection de l’école — lot 1 : maçonnerie",
        "codeCPV": "45262522-6",
        "procedure": "Procédure adaptée",
        "lieuExecution": {"code": "13200", "typeCode": "Code postal", "nom": "Valmorière"},
        "dureeMois": 8,
        "dateNotification": "2018-08-30+02:00",
        "datePublicationDonnees": "2018-09-22+02:00",
        "montant": 410500.5,
        "formePrix": "Ferme",
        "titulaires": [{"typeIdentifiant": "SIRET", "id": COMPANIES[0], "denominationSociale": "Bâti \\ Pierre"}],
        "modifications": [],
    }
    return {**record, **changes}


def contract_2022(**changes: Any) -> dict[str, Any]:
    record = {
        "id": "2024-17-01",
        "acheteur": {"id": BUYER},
        "nature": "Marché",
        "objet": "Entretien des espaces verts",
        "codeCPV": "77310000",
        "procedure": "Appel d'offres ouvert",
        "lieuExecution": {"code": "13", "typeCode": "Code département"},
        "dureeMois": 48,
        "dateNotification": "2024-03-04",
        "datePublicationDonnees": "2024-03-10",
        "montant": 240000,
        "formePrix": "Unitaire",
        "attributionAvance": False,
        "offresRecues": 3,
        "marcheInnovant": False,
        "ccag": "Fournitures courantes et services",
        "sousTraitanceDeclaree": False,
        "typeGroupementOperateurs": "Pas de groupement",
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": COMPANIES[1]}}],
        "considerationsSociales": {"considerationSociale": ["Clause sociale", "Critère social"]},
        "considerationsEnvironnementales": {"considerationEnvironnementale": ["Pas de considération environnementale"]},
        "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
        "techniques": {"technique": ["Accord-cadre"]},
        "typesPrix": {"typePrix": ["Définitif révisable"]},
    }
    return {**record, **changes}


def concession(**changes: Any) -> dict[str, Any]:
    record = {
        "id": "2023DSP01",
        "autoriteConcedante": {"id": BUYER},
        "nature": "Concession de service public",
        "objet": "Exploitation du cinéma municipal",
        "procedure": "Procédure négociée ouverte",
        "dureeMois": 96,
        "dateSignature": "2023-05-03",
        "datePublicationDonnees": "2023-06-01",
        "dateDebutExecution": "2023-07-01",
        "valeurGlobale": 3014900,
        "montantSubventionPublique": 0,
        "donneesExecution": [],
        "concessionnaires": [{"concessionnaire": {"typeIdentifiant": "SIRET", "id": COMPANIES[2]}}],
        "considerationsSociales": {"considerationSociale": ["Pas de considération sociale"]},
        "considerationsEnvironnementales": {"considerationEnvironnementale": ["Pas de considération environnementale"]},
    }
    return {**record, **changes}


def modification(**facts: Any) -> dict[str, Any]:
    return {"modification": facts}


def lots(count: int) -> list[dict[str, Any]]:
    """Many lots under one id, as in the feed where one id covered 47: same company for two in a row, amounts in a few values."""
    return [
        contract_2022(
            id="2024-OCC-00",
            objet=f"Formation des apprentis : module {place}",
            montant=4800 + 800 * (place % 5),
            titulaires=[{"titulaire": {"typeIdentifiant": "SIRET", "id": COMPANIES[place // 2 % 4]}}],
        )
        for place in range(count)
    ]
