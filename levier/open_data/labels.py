"""The French words for every code of this room."""

from levier.open_data.values import AmountFlag, Doubt, FileFault, FileRefused, Kind, Reason, Social

KINDS = {Kind.CONTRACT: "Marché", Kind.CONCESSION: "Concession"}
SOCIALS = {
    Social.CLAUSE: "Clause sociale",
    Social.CRITERION: "Critère social",
    Social.RESERVED: "Marché réservé",
    Social.NONE: "Pas de considération sociale",
}
REASONS = {
    Reason.NOT_A_RECORD: "Ce n’est pas une fiche de marché.",
    Reason.ID_MISSING: "La fiche n’a pas d’identifiant (id).",
    Reason.BUYER_MISSING: "La fiche ne dit pas quel est l’acheteur (acheteur.id).",
    Reason.BUYER_INVALID: "L’identifiant de l’acheteur n’est pas un SIRET (14 chiffres).",
    Reason.NO_OBJECT_NO_AMOUNT: "La fiche n’a ni objet ni montant.",
    Reason.NOT_JSON: "La fiche n’est pas du JSON.",
    Reason.NOT_UTF8: "La fiche n’est pas en UTF-8.",
    Reason.NOT_XML: "La fiche n’est pas du XML bien formé.",
    Reason.ROW_SHAPE: "La ligne n’a pas autant de cases que l’en-tête.",
}
DOUBTS = {
    Doubt.NOT_STRICT_JSON: "La fiche contient des valeurs que le format JSON n’admet pas (NaN, par exemple).",
    Doubt.DUPLICATE_KEY: "Une même rubrique est écrite deux fois ; la dernière est retenue.",
    Doubt.ID_LENGTH: "L’identifiant dépasse 16 caractères.",
    Doubt.BUYER_KEY: "La clé du SIRET de l’acheteur est fausse.",
    Doubt.BUYER_SIREN_ONLY: "L’acheteur est donné par son SIREN (9 chiffres), sans établissement.",
    Doubt.OBJECT_MISSING: "L’objet manque.",
    Doubt.NATURE_UNKNOWN: "La nature n’est pas dans la liste officielle.",
    Doubt.PROCEDURE_UNKNOWN: "La procédure n’est pas dans la liste officielle.",
    Doubt.CPV_INVALID: "Le code CPV n’a pas huit chiffres.",
    Doubt.PLACE_MISSING: "Le lieu d’exécution manque.",
    Doubt.PLACE_KIND_UNKNOWN: "Le type de lieu n’est pas dans la liste officielle.",
    Doubt.PLACE_CODE_INVALID: "Le code du lieu ne va pas avec son type.",
    Doubt.DURATION_UNREADABLE: "La durée n’est pas un nombre de mois.",
    Doubt.DURATION_ZERO: "La durée est de zéro mois.",
    Doubt.DURATION_ABSURD: "La durée dépasse cent ans.",
    Doubt.DATE_MISSING: "Une date manque.",
    Doubt.DATE_IMPOSSIBLE: "Une date est impossible.",
    Doubt.DATE_FUTURE: "Une date est dans le futur.",
    Doubt.AMOUNT_MISSING: "Le montant manque.",
    Doubt.AMOUNT_UNREADABLE: "Le montant n’est pas un nombre.",
    Doubt.AMOUNT_ZERO: "Le montant est zéro.",
    Doubt.AMOUNT_ONE: "Le montant est d’un euro.",
    Doubt.AMOUNT_NEGATIVE: "Le montant est négatif.",
    Doubt.AMOUNT_UNIT_PRICE: "Le montant est sans doute un prix unitaire.",
    Doubt.AMOUNT_PLACEHOLDER: "Le montant est un nombre de remplissage (999999999, par exemple).",
    Doubt.AMOUNT_ENORMOUS: "Le montant est démesuré.",
    Doubt.HOLDER_MISSING: "Aucun titulaire n’est nommé.",
    Doubt.HOLDER_UNREADABLE: "Un titulaire est illisible.",
    Doubt.HOLDER_KEY: "Le SIRET d’un titulaire est faux.",
    Doubt.SOCIAL_MISSING: "Les considérations sociales manquent (format 2022).",
    Doubt.SOCIAL_UNKNOWN: "Une considération sociale n’est pas dans la liste officielle.",
    Doubt.SOCIAL_CONTRADICTORY: "« Pas de considération sociale » est donné avec une autre considération.",
    Doubt.CCAG_UNKNOWN: "Le CCAG n’est pas dans la liste officielle.",
    Doubt.TEXT_FOR_VALUE: "Un nombre ou un oui/non est écrit comme du texte.",
    Doubt.AMENDMENT_UNREADABLE: "Une modification est illisible.",
    Doubt.AMENDMENT_AMOUNT: "Le montant d’une modification est absurde.",
    Doubt.MOJIBAKE: "Des accents étaient mal encodés (Ã© pour é) ; ils ont été rétablis.",
    Doubt.CPV_ZERO_LOST: "Le code CPV avait perdu son premier zéro ; il a été rétabli.",
    Doubt.MARKED_INEXACT: "Une valeur est marquée inexacte (INX) par la consolidation.",
    Doubt.SUBCONTRACT_UNREADABLE: "Un acte de sous-traitance est illisible.",
    Doubt.SUBCONTRACT_AMOUNT: "Le montant d’un acte de sous-traitance est absurde ou manque.",
    Doubt.SUBCONTRACT_ORPHAN: "Une modification renvoie à un acte de sous-traitance qui n’est pas publié.",
    Doubt.SAME_IDENTITY_OTHER_AMOUNT: "Deux fiches du même fichier disent le même marché avec des montants différents.",
}
AMOUNTS = {
    AmountFlag.SOUND: "",
    AmountFlag.MISSING: "montant absent",
    AmountFlag.UNREADABLE: "montant illisible",
    AmountFlag.ZERO: "montant nul",
    AmountFlag.ONE: "montant d’un euro",
    AmountFlag.NEGATIVE: "montant négatif",
    AmountFlag.UNIT_PRICE: "prix unitaire",
    AmountFlag.PLACEHOLDER: "montant de remplissage",
    AmountFlag.ENORMOUS: "montant démesuré",
}
FILE_FAULTS = {
    FileFault.MISSING: "Ce fichier n’existe pas. Vérifiez son nom.",
    FileFault.DIRECTORY: "C’est un dossier, non un fichier. Donnez le nom des fichiers qu’il contient.",
    FileFault.FORBIDDEN: "Vous n’avez pas le droit de lire ce fichier.",
    FileFault.UNREADABLE: "Ce fichier ne peut pas être lu.",
    FileFault.EMPTY: "Ce fichier est vide.",
    FileFault.NO_RECORD: "Ce fichier ne contient aucune fiche de marché.",
    FileFault.NOT_JSON: "Ce fichier n’est ni du JSON, ni du XML, ni un tableau CSV de marchés.",
    FileFault.XML_BROKEN: "Le XML de ce fichier est mal formé.",
    FileFault.XML_DTD: "Ce fichier XML contient une définition de type (DOCTYPE), qui n’est jamais lue. Retirez-la.",
    FileFault.XML_ENCODING: "Ce fichier XML n’est pas dans l’encodage qu’il annonce. Enregistrez-le en UTF-8.",
    FileFault.TABLE_BROKEN: "Ce tableau CSV est mal formé.",
    FileFault.COMPRESSED: "Ce fichier est compressé. Décompressez-le d’abord.",
    FileFault.UTF16: "Ce fichier est en UTF-16. Enregistrez-le en UTF-8.",
    FileFault.ENCODING: "Ce fichier n’est pas en UTF-8 (il est sans doute en Windows-1252 ou Latin-1). Enregistrez-le en UTF-8.",
    FileFault.BROKEN: "Le JSON de ce fichier est mal formé.",
    FileFault.TRUNCATED: "Ce fichier est coupé avant sa fin. Téléchargez-le à nouveau.",
    FileFault.TOO_DEEP: "Ce fichier emboîte trop de niveaux de données : ce n’est pas un fichier de marchés.",
    FileFault.TOO_LARGE: "Une fiche de ce fichier est démesurée (plus de 16 Mo) : ce n’est pas un fichier de marchés.",
    FileFault.INTERRUPTED: "La lecture a été interrompue. Recommencez.",
    FileFault.DATABASE: "La base de données a refusé l’écriture ; rien de ce fichier n’a été retenu.",
}


def file_sentence(refusal: FileRefused) -> str:
    """Why the file is refused, where its fault is, and that nothing was kept of it."""
    places = []
    if refusal.record:
        places.append(f"fiche {refusal.record}")
    if refusal.line:
        places.append(f"ligne {refusal.line}")
    if refusal.offset >= 0:
        places.append(f"octet {refusal.offset}")
    sentence = FILE_FAULTS[refusal.fault]
    return f"{sentence} Endroit : {', '.join(places)}. Rien n’en a été retenu." if places else sentence
