"""The official words and shapes of a contract's record (arrêtés of 22 December 2022, schema 2.0.3): what each field may hold.

Plain Python. The lists are those of the State's schema, held against it by the tests.
"""

from dataclasses import dataclass
from enum import StrEnum

from levier.open_data.fields import CCAGS, folded

NOTHING_SOCIAL = "Pas de considération sociale"
CLAUSE, CRITERION, RESERVED = "Clause sociale", "Critère social", "Marché réservé"
NATURES = ("Marché", "Marché de partenariat", "Marché de défense ou de sécurité")
PROCEDURES = (
    "Procédure adaptée", "Appel d'offres ouvert", "Appel d'offres restreint", "Procédure avec négociation",
    "Marché passé sans publicité ni mise en concurrence préalable", "Dialogue compétitif",
)  # fmt: skip
TECHNIQUES = (
    "Accord-cadre", "Concours", "Système de qualification", "Système d'acquisition dynamique", "Catalogue électronique",
    "Enchère électronique", "Sans objet",
)  # fmt: skip
MODALITIES = ("Tranches", "Bons de commande", "Marchés subséquents", "Sans objet")
PRICE_TYPES = ("Définitif ferme", "Définitif actualisable", "Définitif révisable", "Provisoire")
PRICE_FORMS = ("Unitaire", "Forfaitaire", "Mixte")
GROUPINGS = ("Conjoint", "Solidaire", "Pas de groupement")
SOCIAL = (CLAUSE, CRITERION, RESERVED, NOTHING_SOCIAL)
NOTHING_ENVIRONMENTAL = "Pas de considération environnementale"
ENVIRONMENTAL = ("Clause environnementale", "Critère environnemental", NOTHING_ENVIRONMENTAL)
PLACE_KINDS = {
    "postcode": "Code postal", "commune": "Code commune", "arrondissement": "Code arrondissement", "canton": "Code canton",
    "department": "Code département", "region": "Code région", "country": "Code pays",
}  # fmt: skip
IDENTIFIER_KINDS = ("SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE")
LONGEST_ID, LONGEST_OBJECT = 16, 1000


class Shape(StrEnum):
    """How a field is written, and typed in the form."""

    TEXT = "text"
    ONE = "one"
    SEVERAL = "several"
    YES_NO = "yes_no"
    WHOLE = "whole"
    RATE = "rate"
    AMOUNT = "amount"
    DAY = "day"
    PLACE = "place"
    HOLDERS = "holders"


@dataclass(frozen=True, slots=True)
class OfficialField:
    """`inner`: the word inside, for lists (`techniques` holds `technique`). `alone`: a word that admits no other beside it.
    `ask` tells, in French, what a person must write where it is not known.
    """

    name: str
    label: str
    shape: Shape
    ask: str
    choices: tuple[str, ...] = ()
    inner: str = ""
    alone: str = ""
    required: bool = True


FIELDS = (
    OfficialField("id", "Identifiant du marché", Shape.TEXT, "Écrivez le numéro du marché chez l’acheteur : 16 caractères au plus, un par lot."),
    OfficialField("acheteur", "SIRET de l’acheteur", Shape.TEXT, "Corrigez le SIRET de l’acheteur : quatorze chiffres.", required=True),
    OfficialField("nature", "Nature", Shape.ONE, "Dites la nature du marché.", NATURES),
    OfficialField("objet", "Objet", Shape.TEXT, "Écrivez l’objet du lot."),
    OfficialField("codeCPV", "Code CPV", Shape.TEXT, "Écrivez le code CPV : huit chiffres."),
    OfficialField("techniques", "Techniques d’achat", Shape.SEVERAL, "Dites la technique d’achat, ou « Sans objet ».", TECHNIQUES, "technique", "Sans objet"),
    OfficialField("modalitesExecution", "Modalités d’exécution", Shape.SEVERAL, "Dites comment le marché s’exécute, ou « Sans objet ».", MODALITIES, "modaliteExecution", "Sans objet"),
    OfficialField("idAccordCadre", "Identifiant de l’accord-cadre", Shape.TEXT, "Pour un marché subséquent : le numéro de l’accord-cadre.", required=False),
    OfficialField("marcheInnovant", "Marché innovant", Shape.YES_NO, "Dites si le marché est innovant."),
    OfficialField("ccag", "CCAG de référence", Shape.ONE, "Dites à quel CCAG le marché se réfère, ou « Pas de CCAG ».", tuple(CCAGS)),
    OfficialField("offresRecues", "Offres reçues", Shape.WHOLE, "Écrivez le nombre d’offres reçues, une au moins."),
    OfficialField("attributionAvance", "Avance accordée", Shape.YES_NO, "Dites si une avance a été accordée."),
    OfficialField("tauxAvance", "Taux de l’avance", Shape.RATE, "Écrivez le taux de l’avance, entre 0 et 1.", required=False),
    OfficialField("typeGroupementOperateurs", "Groupement", Shape.ONE, "Dites si le groupement est conjoint ou solidaire.", GROUPINGS),
    OfficialField("sousTraitanceDeclaree", "Sous-traitance déclarée", Shape.YES_NO, "Dites si une sous-traitance était déclarée à la notification."),
    OfficialField("procedure", "Procédure", Shape.ONE, "Dites par quelle procédure le marché a été passé.", PROCEDURES),
    OfficialField("lieuExecution", "Lieu d’exécution", Shape.PLACE, "Écrivez le code du lieu et son type."),
    OfficialField("dureeMois", "Durée en mois", Shape.WHOLE, "Écrivez la durée initiale, en mois entiers, un au moins."),
    OfficialField("dateNotification", "Date de notification", Shape.DAY, "Écrivez la date de notification."),
    OfficialField("datePublicationDonnees", "Date de première publication", Shape.DAY, "Écrivez la date de première publication."),
    OfficialField("montant", "Montant initial hors taxes", Shape.AMOUNT, "Écrivez le montant initial hors taxes (ou le maximum estimé) : celui qui est connu n’est pas crédible."),
    OfficialField("typesPrix", "Types de prix", Shape.SEVERAL, "Dites si le prix est ferme, actualisable, révisable ou provisoire.", PRICE_TYPES, "typePrix"),
    OfficialField("formePrix", "Forme du prix", Shape.ONE, "Dites si le prix est unitaire, forfaitaire ou mixte.", PRICE_FORMS),
    OfficialField("origineUE", "Part de produits de l’Union européenne", Shape.RATE, "Une part entre 0 et 1.", required=False),
    OfficialField("origineFrance", "Part de produits français", Shape.RATE, "Une part entre 0 et 1.", required=False),
    OfficialField("titulaires", "Titulaires", Shape.HOLDERS, "Inscrivez au moins un titulaire avec son SIRET."),
    OfficialField("considerationsSociales", "Considérations sociales", Shape.SEVERAL, "Dites ce que le marché prévoit, ou « Pas de considération sociale » s’il ne prévoit rien.", SOCIAL, "considerationSociale", NOTHING_SOCIAL),
    OfficialField("considerationsEnvironnementales", "Considérations environnementales", Shape.SEVERAL, "Dites ce que le marché prévoit, ou « Pas de considération environnementale ».", ENVIRONMENTAL, "considerationEnvironnementale", NOTHING_ENVIRONMENTAL),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
ORDER = (*BY_NAME, "actesSousTraitance", "modificationsActesSousTraitance", "modifications")
"""Order in which a record is written: always the same."""

FORMER_WORDS = {
    "nature": {"Accord-cadre": "Marché", "Marché subséquent": "Marché"},
    "procedure": {
        "Procédure concurrentielle avec négociation": "Procédure avec négociation",
        "Procédure négociée avec mise en concurrence préalable": "Procédure avec négociation",
        "Marché négocié sans publicité ni mise en concurrence préalable": PROCEDURES[4],
        "Marché public négocié sans publicité ni mise en concurrence préalable": PROCEDURES[4],
    },
    "typesPrix": {"Ferme": PRICE_TYPES[0], "Ferme et actualisable": PRICE_TYPES[1], "Révisable": PRICE_TYPES[2]},
}
"""Words of the 2019 format and the one of the 2022 format that means the same. In 2019 `formePrix` told what `typesPrix` tells now."""


def _words(field: OfficialField) -> dict[str, str]:
    known = {folded(word): word for word in field.choices}
    return known | {folded(old): new for old, new in FORMER_WORDS.get(field.name, {}).items()}


_KNOWN = {field.name: _words(field) for field in FIELDS if field.choices}


def official_word(name: str, written: str) -> str:
    """The word of the official list that is meant; empty when it is none of them."""
    return _KNOWN[name].get(folded(written), "")
