"""A received piece as it may be looked at: drawn again in a confined child, never opened in this process nor by the reader's browser."""

import json
from dataclasses import dataclass

from levier.files.values import JPEG, PDF, PNG
from levier.foundation.confinement import Overwhelmed, run_confined
from levier.foundation.french import typeset

DRAWN = frozenset({PDF, PNG, JPEG})
REFUSALS = {
    "protected": "Ce PDF est protégé par un mot de passe : demandez-en une copie sans mot de passe.",
    "damaged": "Ce fichier est abîmé ou incomplet : il ne peut pas être affiché. Demandez-le de nouveau.",
    "too_many_pages": "Ce document a trop de pages pour une pièce : demandez celles du mois.",
    "too_many_pixels": "Cette image est démesurée : elle n’a pas été ouverte. Demandez-en une de taille ordinaire.",
    "odd_shape": "Cette page a des proportions impossibles : elle n’a pas été dessinée.",
    "interlaced": "Cette image PNG est entrelacée : demandez-la en JPEG ou en PDF.",
    "no_such_page": "Cette page n’existe pas.",
    "overwhelmed": "L’ouverture de ce fichier a demandé trop de temps ou de mémoire : elle a été arrêtée.",
}

CARRIES = {
    "script": "un programme (script ou macro)",
    "program": "de quoi lancer un programme",
    "file": "un autre fichier caché dedans",
    "elsewhere": "des adresses que l’ouverture suivrait toute seule",
    "hidden": "des parties que Levier ne peut pas lire",
}
"""What the original of a piece holds besides what it shows, by what files/carried.py found."""
WITHHELD = "L’original contient {what} : Levier ne le donne pas. La pièce se lit redessinée ; au besoin, demandez-en une copie imprimée en PDF."


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as a PNG and how many there are; or why not, in French, then `png` is empty."""

    png: bytes
    pages: int
    refusal: str = ""


def drawn(content: bytes, media_type: str, page: int) -> Drawn:
    """One page, counted from 1."""
    asked = json.dumps({"kind": media_type, "page": page}).encode()
    try:
        said, _, png = run_confined("levier.files.rendering", asked + b"\n" + content).partition(b"\n")
    except Overwhelmed:
        return Drawn(b"", 0, typeset(REFUSALS["overwhelmed"]))
    told = json.loads(said)
    if "refusal" in told:
        return Drawn(b"", 0, typeset(REFUSALS[told["refusal"]]))
    return Drawn(png, told["pages"])


def withheld(content: bytes, media_type: str) -> str:
    """Why the original of a piece is not handed out, in French; empty where it carries nothing but what it shows."""
    try:
        found = run_confined("levier.files.carried", media_type.encode() + b"\n" + content).decode()
    except Overwhelmed:
        found = "hidden"
    return typeset(WITHHELD.format(what=CARRIES[found])) if found else ""
