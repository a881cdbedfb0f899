"""Why a change of the directory is refused, and the French sentence for each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class SupplyRefusal(StrEnum):
    SIRET = "siret"
    KIND = "kind"
    NO_NAME = "no_name"
    KNOWN = "known"
    PLACE = "place"
    CAPACITY = "capacity"
    WEBSITE = "website"
    TRADE = "trade"
    NO_REASON = "no_reason"
    CLOSED = "closed"
    OPEN = "open"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    NO_COLUMN = "no_column"
    NO_LINE = "no_line"
    NO_FILE = "no_file"


SENTENCES = {
    SupplyRefusal.SIRET: "Ce SIRET n’est pas juste : il a quatorze chiffres, dont une clé de contrôle. Vérifiez-le.",
    SupplyRefusal.KIND: "Choisissez le type de structure dans la liste.",
    SupplyRefusal.NO_NAME: "Écrivez le nom de la structure.",
    SupplyRefusal.KNOWN: "Cette structure est déjà dans l’annuaire, avec ce SIRET et ce type. Ouvrez sa fiche pour la modifier.",
    SupplyRefusal.PLACE: "« {place} » ne désigne pas une commune connue. Écrivez le code postal et la commune.",
    SupplyRefusal.CAPACITY: "La capacité est un nombre de postes, de 0 à 9 999. Corrigez-la, ou laissez la case vide.",
    SupplyRefusal.WEBSITE: "Une adresse de site commence par http:// ou https://. Recopiez-la depuis votre navigateur.",
    SupplyRefusal.TRADE: "Un des métiers cochés n’existe pas. Choisissez parmi la liste.",
    SupplyRefusal.NO_REASON: "Écrivez pourquoi : fermeture, fin de convention, doublon… La raison reste sur la fiche.",
    SupplyRefusal.CLOSED: "Cette structure est déjà fermée depuis le {since} ({reason}). Rechargez la fiche pour le voir.",
    SupplyRefusal.OPEN: "Cette structure n’est pas fermée : elle est déjà dans l’annuaire. Rechargez la fiche.",
    SupplyRefusal.UNREADABLE: "Ce fichier n’est ni une liste JSON de structures, ni un tableau CSV : {reason}. Enregistrez-le de nouveau dans un de ces deux formats.",
    SupplyRefusal.TOO_LARGE: "Ce fichier pèse {size} Mo : {largest} Mo au plus. Découpez-le par département.",
    SupplyRefusal.NO_COLUMN: "Il manque une colonne « {column} ». Colonnes lues : {columns}. Ajoutez-la, ou renommez celle qui en tient lieu.",
    SupplyRefusal.NO_FILE: "Choisissez un fichier : une liste JSON ou un tableau CSV.",
    SupplyRefusal.NO_LINE: "Ce fichier ne contient aucune structure. Vérifiez que c’est le bon, et qu’il a des lignes sous son en-tête.",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[SupplyRefusal(one.code)].format(**one.facts)) for one in objections)
    )
