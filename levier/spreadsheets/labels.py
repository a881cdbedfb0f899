"""The French sentences of what is refused: each says what to do."""

from levier.foundation import french
from levier.foundation.objections import Objection, Refusal
from levier.spreadsheets.values import TableRefusal

_SAVE = "Ouvrez-le dans votre tableur, enregistrez-le au format .xlsx, .ods ou .csv, puis recommencez."
SENTENCES = {
    TableRefusal.EMPTY: "Le fichier « {name} » est vide. Vérifiez-le, puis recommencez.",
    TableRefusal.TOO_LARGE: "Le fichier « {name} » pèse {size} Mo : {largest} Mo au plus. Partagez-le en plusieurs fichiers.",
    TableRefusal.NOT_A_TABLE: "« {name} » n’est pas un tableau lisible. Donnez un classeur .xlsx, .ods ou .xls, ou un fichier .csv.",
    TableRefusal.IMAGE: "« {name} » est une image, quel que soit son nom. Donnez le tableau lui-même (.xlsx, .ods, .xls ou .csv).",
    TableRefusal.PDF: "« {name} » est un PDF. Donnez le tableau dont il est tiré (.xlsx, .ods, .xls ou .csv).",
    TableRefusal.WEB_PAGE: "« {name} » contient une page web (HTML ou XML), pas un tableau. " + _SAVE,
    TableRefusal.OTHER_OFFICE: "« {name} » n’est pas un classeur mais un autre document (texte, présentation, archive). Donnez un tableau .xlsx, .ods, .xls ou .csv.",
    TableRefusal.OLD_BINARY: "« {name} » est d’un format de classeur que Levier ne lit pas. " + _SAVE,
    TableRefusal.ENCRYPTED: "« {name} » est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, puis recommencez.",
    TableRefusal.MACROS: "« {name} » contient des macros, qui ne sont jamais exécutées ici. Enregistrez-le sans macros (.xlsx), puis recommencez.",
    TableRefusal.LINKED: "« {name} » est lié à d’autres fichiers ({what}). Rompez les liaisons (Données, Modifier les liaisons), enregistrez, puis recommencez.",
    TableRefusal.HOSTILE: "« {name} » contient un élément interdit ({what}) et n’a pas été ouvert. " + _SAVE,
    TableRefusal.BOMB: "« {name} » gonflerait à {size} Mo une fois ouvert : il n’a pas été ouvert. " + _SAVE,
    TableRefusal.DAMAGED: "« {name} » est abîmé ou incomplet : il n’a pas pu être ouvert. Redemandez-le, ou enregistrez-le à nouveau depuis votre tableur.",
    TableRefusal.FAR_CELL: "La feuille « {sheet} » de « {name} » porte une valeur isolée très loin du tableau (cellule {cell}). Effacez cette cellule, enregistrez, puis recommencez.",
    TableRefusal.TOO_MANY_ROWS: "La feuille « {sheet} » de « {name} » a {rows} lignes : {most} au plus. Partagez-la en plusieurs fichiers.",
    TableRefusal.TOO_HEAVY: "La lecture de « {name} » a demandé trop de mémoire ou de temps et a été arrêtée. Gardez la seule feuille utile, sans mise en forme, enregistrez, puis recommencez.",
    TableRefusal.NO_SHEET: "« {name} » ne contient aucune cellule remplie. Vérifiez que c’est le bon fichier.",
    TableRefusal.NO_HEADER: "Aucune feuille de « {name} » n’a de ligne d’en-tête reconnue (feuilles lues : {sheets}). Il faut au moins {needed}. Vérifiez que c’est le bon fichier, ou désignez les colonnes vous-même.",
    TableRefusal.UNKNOWN_SHEET: "« {name} » n’a pas de feuille « {sheet} ». Feuilles : {sheets}. Choisissez l’une d’elles.",
    TableRefusal.UNKNOWN_FIELD: "« {field} » n’est pas un champ connu. Champs : {fields}. Choisissez l’un d’eux.",
    TableRefusal.UNKNOWN_COLUMN: "La colonne « {column} » (pour {field}) n’existe pas dans la feuille « {sheet} ». Recopiez son titre tel qu’il est dans l’en-tête.",
    TableRefusal.NO_LINE: "La feuille « {sheet} » de « {name} » a un en-tête, mais aucune ligne dessous. Vérifiez que c’est la bonne feuille.",
}


def refusal(code: TableRefusal, **facts: object) -> Refusal:
    sentence = french.typeset(SENTENCES[code].format(**facts))
    return Refusal((Objection(code, "file", dict(facts)),), (sentence,))
