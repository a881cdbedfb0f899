"""French words for what this room says, and phone numbers as they are read and dialled."""

from collections.abc import Iterable

from levier.foundation.objections import Objection
from levier.territories.values import (
    CommuneKind,
    ContactObjection,
    Location,
    Outcome,
    PerimeterConfidence,
    PlaceKind,
    Reason,
    Search,
    SearchEnd,
)

NARROW = "\u202f"
NB = "\u00a0"

COMMUNE_KINDS = {CommuneKind.COMMUNE: "Commune", CommuneKind.ARRONDISSEMENT: "Arrondissement de Marseille"}
CONFIDENCES = {
    PerimeterConfidence.HIGH: "Confirmé par un texte",
    PerimeterConfidence.MEDIUM: "Déduit de textes",
    PerimeterConfidence.LOW: "À confirmer par le Département",
}
PLACE_KINDS = {
    PlaceKind.COMMUNE: "commune",
    PlaceKind.POSTCODE: "code postal",
    PlaceKind.CANTON: "canton",
    PlaceKind.ARRONDISSEMENT: "arrondissement",
    PlaceKind.DEPARTEMENT: "département",
    PlaceKind.REGION: "région",
    PlaceKind.COUNTRY: "pays",
    PlaceKind.UNKNOWN: "lieu",
}
OUTCOMES = {
    Outcome.ASSIGNED: "Facilitateur trouvé",
    Outcome.PROPOSED: "À choisir",
    Outcome.OUTSIDE: "Hors du département",
}

_REASONS = {
    Reason.ONE_TERRITORY: "{communes}{NB}: un seul territoire.",
    Reason.TO_CONFIRM: "{communes}{NB}: aucun texte ne dit quel facilitateur en répond. Le territoire proposé est à confirmer par le Département.",
    Reason.SEVERAL_TERRITORIES: "{code} couvre {communes}, qui relèvent de plusieurs territoires. Choisissez.",
    Reason.PARTLY_OUTSIDE: "Le code postal {code} dessert aussi {shared_with}, hors des neuf territoires. Confirmez que le chantier est à {communes}.",
    Reason.WIDER_THAN_A_TERRITORY: "Le lieu publié («{NB}{code}{NB}») est plus large qu’un territoire. Choisissez le ou les facilitateurs.",
    Reason.MISTAKEN_KIND: "{code} n’est pas ce que dit la publication{NB}: il correspond à {communes}. Confirmez.",
    Reason.KIND_NOT_GIVEN: "La publication ne dit pas si {code} est un code postal ou un code de commune. Choisissez.",
    Reason.UNKNOWN_POSTCODE: "{code} n’est le code postal d’aucune commune (peut-être un CEDEX). Choisissez.",
    Reason.UNKNOWN_COMMUNE: "{code} n’est le code d’aucune commune du département. Choisissez.",
    Reason.UNREADABLE: "Le lieu publié («{NB}{code}{NB}») n’est pas un code connu. Choisissez.",
    Reason.NO_PERIMETER_THEN: "Aucun périmètre n’est connu à cette date pour {communes}. Choisissez.",
    Reason.NO_PLACE: "La publication ne dit pas où le marché s’exécute. Choisissez.",
    Reason.ELSEWHERE: "{code} est hors des Bouches-du-Rhône, de Pertuis et de Saint-Zacharie{NB}: aucun des neuf facilitateurs n’en répond.",
}
_SEARCH_ENDS = {
    SearchEnd.TOO_SHORT: "Écrivez au moins deux lettres du nom, ou un code postal.",
    SearchEnd.UNKNOWN_NAME: "Aucune commune des Bouches-du-Rhône ne s’appelle «{NB}{text}{NB}».",
    SearchEnd.UNKNOWN_POSTCODE: "Aucune commune des Bouches-du-Rhône n’a le code postal «{NB}{text}{NB}». Un code CEDEX n’est pas celui d’une commune{NB}: écrivez plutôt son nom.",
    SearchEnd.OTHER_DEPARTEMENT: "«{NB}{text}{NB}» n’est pas dans le territoire des neuf facilitateurs{NB}: les Bouches-du-Rhône, Pertuis et Saint-Zacharie.",
    SearchEnd.NO_SUCH_ARRONDISSEMENT: "Marseille compte seize arrondissements, du 1er au 16e.",
}
OBJECTIONS = {
    ContactObjection.NO_STRUCTURE: "Indiquez la structure du facilitateur.",
    ContactObjection.NO_PERSON: "Indiquez le nom de la personne à joindre.",
    ContactObjection.UNREACHABLE: "Indiquez un téléphone ou une adresse électronique.",
    ContactObjection.PHONE: "Ce numéro de téléphone n’est pas complet. Écrivez par exemple 06 12 34 56 78.",
    ContactObjection.EMAIL: "Cette adresse électronique n’est pas complète. Écrivez par exemple prenom.nom@exemple.fr.",
    ContactObjection.TOO_LONG: "Ce texte est trop long. Gardez {longest} caractères au plus.",
    ContactObjection.NO_SOURCE: "Indiquez d’où vient ce changement (un courrier, une convention, sa date), en {longest} caractères au plus.",
    ContactObjection.NO_AUTHOR: "L’auteur du changement n’est pas connu, et tout changement porte le sien. Reconnectez-vous, puis recommencez.",
    ContactObjection.UNCHANGED: "C’est déjà ce qui est en vigueur depuis le {since}{NB}: rien n’a été changé. Changez ce qui est nouveau, ou revenez au territoire.",
    ContactObjection.MEANWHILE: "Quelqu’un d’autre a fait un changement au même moment. Relisez, puis recommencez.",
    ContactObjection.UNKNOWN_TERRITORY: "Aucun territoire ne porte le numéro {number}. Choisissez-le dans la liste.",
    ContactObjection.UNKNOWN_COMMUNE: "Aucune commune ne porte le code «{NB}{code}{NB}». Cherchez-la par son nom sur la page des territoires.",
}


def location_sentence(location: Location) -> str:
    """Why a place was assigned, proposed, or said to be elsewhere."""
    facts = {"code": "", "communes": (), "shared_with": ()} | location.facts
    return _REASONS[location.reason].format(
        code=str(facts["code"])[:40],
        communes=enumerated(facts["communes"]) or "ce lieu",
        shared_with=enumerated(facts["shared_with"]),
        NB=NB,
    )


def search_sentence(search: Search) -> str:
    """What to tell a person whose commune was not found; empty when it was."""
    if search.end is SearchEnd.FOUND:
        return ""
    sentence = _SEARCH_ENDS[search.end].format(text=search.text, NB=NB)
    if search.look_alikes:
        sentence += f" Vouliez-vous dire {enumerated(search.look_alikes, last='ou')}{NB}?"
    return sentence


def objection_sentence(objection: Objection) -> str:
    return OBJECTIONS[ContactObjection(objection.code)].format(NB=NB, **objection.facts)


def enumerated(names: Iterable[str], last: str = "et", most: int = 5) -> str:
    """`A, B et C`; after five names, how many more there are."""
    known = list(names)
    if len(known) > most:
        return f"{', '.join(known[:most])} {last} {len(known) - most} autres"
    return f" {last} ".join(part for part in (", ".join(known[:-1]), *known[-1:]) if part)


def typographic(text: str) -> str:
    """A name with the apostrophe of print: `Berre-l'Étang` -> `Berre-l’Étang`."""
    return text.replace("'", "’")


def phone_to_read(phone: str) -> str:
    """Ten digits in pairs, joined by no-break spaces; any other number as it was given."""
    digits = "".join(character for character in phone if character.isdigit())
    if len(digits) != 10 or not digits.startswith("0"):
        return phone
    return NB.join(digits[at : at + 2] for at in range(0, 10, 2))


def phone_to_dial(phone: str) -> str:
    """The number of a `tel:` link: `06 23…` -> `+33623…`."""
    digits = "".join(character for character in phone if character.isdigit() or character == "+")
    return "+33" + digits[1:] if len(digits) == 10 and digits.startswith("0") else digits
