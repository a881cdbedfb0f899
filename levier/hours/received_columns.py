"""The columns of a statement of hours as companies keep it, and the headings they give them. Plain Python."""

import re

from levier.spreadsheets.codes import read_siret
from levier.spreadsheets.columns import Field
from levier.spreadsheets.dates import read_birth_date, read_month
from levier.spreadsheets.rows import Shape
from levier.spreadsheets.values import Cell
from levier.spreadsheets.worked_hours import read_hours

PERSON = re.compile(r"P-[2-9A-Z]{4}-[2-9A-Z]{4}")
NEEDED = ("last_name", "full_name")


def _is_birth(cell: Cell) -> bool:
    return read_birth_date(cell).value is not None


def _is_siret(cell: Cell) -> bool:
    return read_siret(cell).value is not None or sum(map(str.isdigit, cell.raw)) == 14


def _is_month(cell: Cell) -> bool:
    return read_month(cell).value is not None


def _is_hours(cell: Cell) -> bool:
    read = read_hours(cell)
    return read.value is not None or read.code == "hours_weekly_rate"


def _is_name(cell: Cell) -> bool:
    """More letters than digits: `Dos Santos`, and `Personne 12` in a file without names."""
    return isinstance(cell.content, str) and sum(map(str.isalpha, cell.raw)) > sum(map(str.isdigit, cell.raw))


def _is_person(cell: Cell) -> bool:
    """P-7K3F-92QX"""
    return PERSON.fullmatch(cell.raw.strip().upper()) is not None


_NOT_A_PERSON = (
    "marche",
    "entreprise",
    "employeur",
    "chantier",
    "lot",
    "structure",
    "tuteur",
    "referent",
    "facilitateur",
    "operation",
    "acheteur",
)
FIELDS = (
    Field(
        "full_name", "Nom et prénom",
        ("nom et prénom", "nom prénom", "noms et prénoms", "prénom et nom", "prénom nom", "nom - prénom", "nom, prénom", "salarié", "salariée", "salarié(e)", "bénéficiaire", "participant",
         "nom du salarié", "identité", "personne", "nom complet", "nom du bénéficiaire", "nom prénom du salarié", "intérimaire", "collaborateur", "agent"),
        against=_NOT_A_PERSON, fits=_is_name, must_fit=True, weight=1.5,
    ),
    Field(
        "last_name", "Nom",
        ("nom", "nom de famille", "nom d'usage", "nom de naissance", "noms", "nom patronymique", "nom salarié", "nom du salarié", "nom bénéficiaire"),
        against=(*_NOT_A_PERSON, "prenom", "prenoms"), fits=_is_name, must_fit=True, weight=1.5,
    ),
    Field("first_name", "Prénom", ("prénom", "prénoms", "prénom usuel", "prénom salarié", "prénom du salarié"), against=("nom", *_NOT_A_PERSON), fits=_is_name, must_fit=True),
    Field(
        "birth_date", "Date de naissance",
        ("date de naissance", "né(e) le", "né le", "née le", "naissance", "ddn", "date naissance", "date_naissance", "d. naissance", "né(e)"),
        against=("lieu",), fits=_is_birth, must_fit=True,
    ),
    Field(
        "contract_type", "Contrat de travail",
        ("contrat", "type de contrat", "nature du contrat", "contrat de travail", "type contrat", "nature contrat", "statut"),
        against=("marche", "numero", "date", "debut", "fin"),
    ),
    Field(
        "employer_siret", "SIRET de l’employeur",
        ("siret", "siret employeur", "siret de l'employeur", "n° siret", "siret entreprise", "siret structure", "siret de la structure", "employeur (siret)"),
        fits=_is_siret, must_fit=True,
    ),
    Field("employer", "Employeur", ("employeur", "entreprise", "société", "structure", "raison sociale", "nom de l'entreprise", "structure employeuse", "nom de l'employeur", "agence"), against=("siret", "tuteur")),
    Field(
        "public_contract", "Marché",
        ("marché", "n° marché", "n° de marché", "numéro de marché", "marché public", "référence marché", "référence du marché", "réf marché", "contrat public", "opération", "chantier", "code marché", "n° du marché", "marche"),
        against=("objet", "montant", "heure", "heures"),
    ),
    Field("month", "Mois", ("mois", "période", "mois concerné", "mois de paie", "mois travaillé", "période de paie", "mois déclaré"), fits=_is_month, must_fit=True),
    Field(
        "hours", "Heures du mois",
        ("heures", "heures du mois", "nombre d'heures", "nb d'heures", "nb heures", "heures réalisées", "heures effectuées", "heures travaillées", "durée", "heures d'insertion", "total heures",
         "volume horaire", "temps", "nb h", "h", "heures payées", "nombre d'heures réalisées", "heures déclarées", "heures insertion", "total des heures", "duree", "nombre d'heures travaillées", "heures mois"),
        against=("prevues", "prevu", "restantes", "reste", "dues", "cumul", "objectif", "contrat", "taux", "hebdomadaire", "hebdo", "absence", "formation"), fits=_is_hours, must_fit=True, weight=1.5,
    ),
    Field("person", "Référence de la personne", ("référence de la personne", "référence personne", "réf. personne", "référence levier", "p-xxxx-xxxx"), against=("marche",), fits=_is_person, must_fit=True),
    Field("criterion", "Critère d’éligibilité", ("critère", "critère d'éligibilité", "public", "statut public", "éligibilité", "public éligible", "critère insertion", "motif d'éligibilité", "type de public")),
    Field("commune", "Commune", ("commune", "commune de résidence", "ville", "commune de domicile", "domicile", "lieu de résidence", "ville de résidence", "résidence")),
    Field("job", "Poste", ("poste", "emploi", "métier", "qualification", "fonction", "poste occupé")),
    Field("comment", "Observations", ("observations", "observation", "commentaire", "commentaires", "remarques")),
)  # fmt: skip

SHAPE = Shape(
    names=("last_name", "full_name"),
    figures=("hours",),
    known_sections=re.compile(
        r"^(?:employeurs?|entreprise|societe|structure|agence|etti|siret|mois|periode|marche|lot|chantier|operation)\b"
    ),
)
