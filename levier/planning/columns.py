"""The columns of a purchase plan and the headings that buyers give them."""

import re

from levier.procurement.values import ContractObject
from levier.spreadsheets.amounts import read_amount
from levier.spreadsheets.codes import read_cpv
from levier.spreadsheets.columns import Field
from levier.spreadsheets.dates import read_start
from levier.spreadsheets.durations import read_duration
from levier.spreadsheets.rows import Shape
from levier.spreadsheets.values import Cell, cell_of
from levier.spreadsheets.words import plain

NEEDED = ("object", "amount")

_NATURES = (
    (ContractObject.SUPPLIES, re.compile(r"^f$|^fcs$|\bfourn|\bachats? de (?:biens|materiel)|^fct?$")),
    (ContractObject.WORKS, re.compile(r"^t$|^tvx$|\btravaux\b|\btvx\b|\btrvx\b|\btrav\b")),
    (
        ContractObject.SERVICES,
        re.compile(
            r"^s$|^pi$|^pse?$|^tic$|^moe?$|\bservices?\b|\bserv\b|\bprestations?\b|\betudes?\b|\bmaitrise d ?oeuvre\b|\bintellectuel|\bassurances?\b"
        ),
    ),
)


def nature_of(text: str) -> ContractObject | None:
    """Works, services or supplies from the word of a column or of a section title; None when it says none or several."""
    bare = plain(text)
    if bare in {"fournitures et services", "fournitures services", "fcs", "f s"}:
        return None
    found = [nature for nature, pattern in _NATURES if pattern.search(bare)]
    return found[0] if len(found) == 1 else None


def section_nature(text: str) -> ContractObject | None:
    """A section titled `TRAVAUX`, `Marchés de services`, `II - Fournitures`; `Direction des services techniques` says nothing."""
    bare = plain(text)
    if re.search(
        r"\b(?:direction|pole|departement|mission|bureau|unite|cellule)\b|^services? (?:des|de la|du|de l)\b|^service\b",
        bare,
    ):
        return None
    return nature_of(text)


def _is_amount(cell: Cell) -> bool:
    read = read_amount(cell)
    return read.value is not None or read.code == "amount_range"


def _is_start(cell: Cell) -> bool:
    """A date; or `T3` and `septembre`, whose year is said elsewhere."""
    return any(read_start(one).value is not None for one in (cell, cell_of(f"{cell.raw.strip()} 2027")))


def _is_year(cell: Cell) -> bool:
    return cell.raw.strip().isdecimal() and len(cell.raw.strip()) == 4


def _is_cpv(cell: Cell) -> bool:
    read = read_cpv(cell)
    return (read.value is not None and read.code != "cpv_completed") or read.code == "cpv_7_digits_ambiguous"


def _is_duration(cell: Cell) -> bool:
    read = read_duration(cell)
    return read.value is not None or read.code == "duration_unit_unknown"


def _is_nature(cell: Cell) -> bool:
    return nature_of(cell.raw) is not None


def _is_words(cell: Cell) -> bool:
    return isinstance(cell.content, str) and sum(map(str.isalpha, cell.raw)) >= 3


def _is_yes_or_no(cell: Cell) -> bool:
    return read_yes_or_no(cell) is not None


_YES = frozenset({"oui", "o", "x", "vrai", "1", "ok", "yes", "true"})
_NO = frozenset({"non", "n", "faux", "0", "no", "false", "sans", "aucune"})


def read_yes_or_no(cell: Cell) -> bool | None:
    word = plain(cell.raw)
    return True if word in _YES or cell.raw.strip() in {"✓", "✔", "☑", "☒"} else False if word in _NO else None


_AMOUNT_AGAINST = ("ttc", "tva", "mini", "minimum", "min", "annuel", "annuelle", "consomme", "mandate", "paye", "realise", "engage", "ecart", "taux", "seuil", "penalite", "heure", "heures", "duree", "date")  # fmt: skip
FIELDS = (
    Field(
        "reference", "Référence",
        ("référence", "réf", "ref.", "n°", "numéro", "code", "identifiant", "id", "n° marché", "n° de marché", "numéro de marché", "n° opération", "n° d'opération",
         "code marché", "code opération", "n° projet", "n° ligne", "n° consultation", "n° d'ordre", "num", "no", "référence interne", "réf marché", "n° de consultation",
         "n° affaire", "code projet", "référence du besoin", "numéro d'opération", "code besoin", "n° besoin", "référence du marché"),
        against=("cpv", "postal", "siret", "telephone", "naf", "budgetaire", "imputation"), weight=0.7,
    ),
    Field(
        "object", "Objet",
        ("objet", "objet du marché", "intitulé", "libellé", "désignation", "description", "objet de la consultation", "intitulé du marché", "libellé du marché",
         "nom du marché", "titre", "opération", "projet", "besoin", "prestation", "prestations", "nature des prestations", "nature de la prestation", "marché", "achat", "objet de l'achat",
         "intitulé de l'opération", "nom de l'opération", "description du besoin", "expression du besoin", "libellé du besoin", "intitulé du besoin", "objet du besoin",
         "nom", "consultation", "objet des travaux", "définition du besoin", "objet prévisionnel", "affaire", "sujet", "intitulé du projet"),
        against=("date", "montant", "cpv", "type", "duree", "numero", "code", "responsable", "acheteur"), fits=_is_words, weight=1.5,
    ),
    Field(
        "nature", "Nature (travaux, services, fournitures)",
        ("nature", "type de marché", "catégorie", "nature du marché", "type", "type d'achat", "nature de l'achat", "tfs", "t/f/s", "famille", "catégorie d'achat", "type de prestation",
         "nature des prestations", "typologie", "segment", "catégorie de marché", "nature de marché", "type de besoin"),
        fits=_is_nature, must_fit=True,
    ),
    Field(
        "amount", "Montant hors taxes",
        ("montant ht", "montant estimé ht", "montant total ht", "montant", "estimation ht", "montant estimé", "montant prévisionnel", "montant prévisionnel ht", "estimation", "enveloppe",
         "budget", "coût", "coût ht", "coût estimé", "prix", "montant maximum", "montant max", "montant maxi", "montant global", "montant total", "enveloppe budgétaire", "budget prévisionnel",
         "budget ht", "valeur estimée", "valeur", "estimation financière", "montant du marché", "besoin estimé", "estimatif", "coût prévisionnel", "coût total", "budget estimé", "total ht", "ht",
         "montant en k€", "k€", "montant k€ ht", "euros", "prévision", "estimation prévisionnelle", "enveloppe financière", "enveloppe prévisionnelle", "total", "total général", "max", "maximum", "montant eur ht"),
        against=_AMOUNT_AGAINST, fits=_is_amount, must_fit=False, weight=1.5,
    ),
    Field(
        "amount_with_tax", "Montant toutes taxes comprises",
        ("montant ttc", "montant estimé ttc", "montant total ttc", "ttc", "estimation ttc", "coût ttc", "budget ttc", "enveloppe ttc", "total ttc", "prix ttc", "montant prévisionnel ttc"),
        fits=_is_amount, weight=0.6,
    ),
    Field(
        "cpv", "Code CPV",
        ("cpv", "code cpv", "codes cpv", "cpv principal", "code cpv principal", "nomenclature cpv", "n° cpv", "code nomenclature", "nomenclature", "famille homogène", "code"),
        fits=_is_cpv, must_fit=True,
    ),
    Field(
        "start", "Date de lancement",
        ("date de lancement", "lancement", "date de lancement prévisionnelle", "lancement de la consultation", "publication", "date de publication", "mise en concurrence", "consultation",
         "date de consultation", "démarrage", "date de démarrage", "début", "date de début", "date prévisionnelle", "date prévisionnelle de lancement", "date", "période", "trimestre",
         "échéance", "calendrier", "planning", "date de notification", "notification", "date de besoin", "date envisagée", "date prévue", "début prévu", "lancement prévu",
         "période de lancement", "trimestre de lancement", "date d'effet", "début du marché", "mois de lancement", "date prévisionnelle de publication", "quand", "semestre", "aapc", "date aapc"),
        against=("fin", "duree", "limite", "echeance", "reconduction", "creation", "maj", "jour"), fits=_is_start, must_fit=True,
    ),
    Field(
        "year",
        "Année",
        ("année", "exercice", "année de lancement", "année prévisionnelle", "année budgétaire", "exercice budgétaire"),
        fits=_is_year, must_fit=True, weight=0.5,
    ),
    Field(
        "duration_months", "Durée",
        ("durée", "durée (mois)", "durée en mois", "durée du marché", "durée prévisionnelle", "durée totale", "nb de mois", "nombre de mois", "durée (années)", "durée en années", "durée d'exécution",
         "durée maximale", "durée (ans)", "délai", "délai d'exécution", "durée estimée", "durée totale du marché", "durée reconductions comprises", "mois", "durée prévue"),
        fits=_is_duration, must_fit=True,
    ),
    Field(
        "department", "Service",
        ("service", "direction", "service prescripteur", "direction prescriptrice", "pôle", "service acheteur", "service gestionnaire", "direction pilote", "service demandeur", "prescripteur",
         "direction opérationnelle", "unité", "département", "service concerné", "direction concernée", "service pilote", "entité", "porteur", "direction/service", "gestionnaire", "service instructeur"),
        against=("date",),
    ),
    Field(
        "place", "Lieu",
        ("lieu", "commune", "lieu d'exécution", "localisation", "territoire", "site", "ville", "secteur géographique", "canton", "lieu principal d'exécution", "communes", "adresse", "zone"),
    ),
    Field("procedure", "Procédure", ("procédure", "type de procédure", "mode de passation", "procédure envisagée", "procédure de passation", "passation", "forme", "forme du marché", "technique d'achat", "type de contrat", "procédure prévue")),
    Field("lots", "Nombre de lots", ("nombre de lots", "nb lots", "nb de lots", "lots", "allotissement")),
    Field(
        "clause", "Clause sociale déjà prévue",
        ("clause sociale", "clause d'insertion", "clause", "insertion", "clause sociale d'insertion", "considération sociale", "clauses sociales", "clause sociale (o/n)", "clause insertion"),
        fits=_is_yes_or_no, must_fit=True,
    ),
    Field("comment", "Observations", ("observations", "observation", "commentaire", "commentaires", "remarques", "remarque", "notes", "précisions", "divers", "informations complémentaires", "complément", "note")),
)  # fmt: skip

SHAPE = Shape(
    names=("object", "reference"),
    figures=("amount", "amount_with_tax"),
    known_sections=re.compile(
        r"^(?:(?:[ivx]+|\d|[a-d]) )?(?:marches? (?:de |d )?)?(?:travaux|services?|fournitures?|prestations?|etudes?|tic|maitrise d oeuvre|direction|pole)\b"
    ),
)
