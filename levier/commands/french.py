"""The French of the command line: what click and the system say in English."""

import errno
import importlib

WORDS = {
    "Usage:": "Emploi :",
    "Options": "Options",
    "Commands": "Commandes",
    "Arguments": "Arguments",
    "Show this message and exit.": "Afficher cette aide.",
    "Error: {message}": "Erreur : {message}",
    "Try '{command} {option}' for help.": "« {command} {option} » dit comment faire.",
    "No such command {name!r}.": "La commande {name!r} n’existe pas.",
    "No such option: {name}": "L’option {name} n’existe pas.",
    "No such option {name!r}.": "L’option {name!r} n’existe pas.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Possible options: {possibilities})": "(Options possibles : {possibilities})",
    "Missing command.": "Il manque une commande.",
    "Missing parameter: {param_name}": "Il manque {param_name}.",
    "Missing {param_type}": "Il manque : {param_type}",
    "Missing argument": "Il manque l’argument",
    "Missing option": "Il manque l’option",
    "Missing parameter": "Il manque le paramètre",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Got unexpected extra argument ({args})": "Argument en trop : {args}",
    "Got unexpected extra arguments ({args})": "Arguments en trop : {args}",
    "Option {name!r} requires an argument.": "L’option {name!r} demande une valeur.",
    "Option {name!r} does not take a value.": "L’option {name!r} ne prend pas de valeur.",
    "{value!r} is not a valid {number_type}.": "{value!r} n’est pas un nombre attendu ici.",
    "{value} is not in the range {range}.": "{value} n’est pas dans l’intervalle {range}.",
    "{value!r} is not a valid boolean.": "{value!r} n’est ni oui ni non.",
    "{value!r} is not one of {choices}.": "{value!r} n’est pas l’un de {choices}.",
    "{value!r} is not {choice}.": "{value!r} n’est pas {choice}.",
    "{value!r} does not match the format {format}.": "{value!r} n’a pas la forme {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} n’a aucune des formes {formats}.",
    "{name} {filename!r} does not exist.": "{name} {filename!r} est introuvable.",
    "{name} {filename!r} is a file.": "{name} {filename!r} est un fichier.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} est un dossier.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "{name} {filename!r} ne peut pas être écrit.",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    "File": "Fichier",
    "Directory": "Dossier",
    "Path": "Chemin",
    "Could not open file {filename!r}: {message}": "Le fichier {filename!r} n’a pas pu être ouvert : {message}",
    "required": "obligatoire",
    "default: {default}": "par défaut : {default}",
}
MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types", "termui")


def words(message: str) -> str:
    """The French of a message of click, or the message itself."""
    return WORDS.get(message, message)


def _either(singular: str, plural: str, count: int) -> str:
    return words(singular if count == 1 else plural)


def install() -> None:
    """Have click speak French. It ships no French and looks its words up under these names in each of its modules."""
    for name in MODULES:
        module = importlib.import_module(f"click.{name}")
        if hasattr(module, "_"):
            module._ = words  # type: ignore[attr-defined]  # replaced, not called
        if hasattr(module, "ngettext"):
            module.ngettext = _either  # type: ignore[attr-defined]  # replaced, not called


def system_error(error: OSError) -> str:
    """One sentence for what the system refused."""
    where = f" : {error.filename}" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"Le disque est plein{where}. Libérez de la place, puis recommencez."
        case errno.EROFS:
            return f"Le dossier est en lecture seule{where}."
        case errno.EACCES | errno.EPERM:
            return f"Ce compte n’a pas le droit d’accéder à ce fichier{where}."
        case errno.ENOENT:
            return f"Fichier introuvable{where}."
        case errno.EISDIR:
            return f"C’est un dossier, pas un fichier{where}."
        case _:
            return f"Le système a refusé une opération{where} ({error.strerror})."
