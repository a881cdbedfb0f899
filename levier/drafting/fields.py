"""The fields that a model may use: their French names, as people type them in Word, and what each one holds. Plain Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    TEXT = "text"
    YES = "yes"
    GROUP = "group"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `items`: the fields of a group, or of each line of a list."""

    name: str
    says: str
    shape: Shape = Shape.TEXT
    items: tuple["FieldSpec", ...] = ()

    def item(self, name: str) -> "FieldSpec | None":
        return next((one for one in self.items if one.name == name), None)


def _texts(**says: str) -> tuple[FieldSpec, ...]:
    return tuple(FieldSpec(name, words) for name, words in says.items())


def _yes(name: str, says: str) -> FieldSpec:
    return FieldSpec(name, says, Shape.YES)


def _group(name: str, says: str, *items: FieldSpec) -> FieldSpec:
    return FieldSpec(name, says, Shape.GROUP, items)


def _list(name: str, says: str, *items: FieldSpec) -> FieldSpec:
    return FieldSpec(name, says, Shape.LIST, items)


FIELDS = FieldSpec(
    "",
    "Tous les champs",
    Shape.GROUP,
    (
        _group(
            "marche",
            "Le marché",
            *_texts(
                reference="Référence de la consultation",
                objet="Objet du marché",
                acheteur="Nom de l’acheteur",
                categorie="Travaux, services ou fournitures",
                duree="Durée, par exemple « 14 mois »",
                date_consultation="Date de la consultation",
            ),
        ),
        _group(
            "moyen",
            "Le moyen juridique choisi",
            FieldSpec("libelle", "Son nom"),
            _yes("condition", "Il y a une condition d’exécution"),
            _yes("critere", "Il y a un critère social"),
            _yes("reserve", "Le marché est réservé"),
            _yes("ess", "Il est réservé à l’économie sociale et solidaire"),
            _yes("insertion", "C’est un marché d’insertion"),
            _yes("heures", "Un nombre d’heures est demandé à tous"),
        ),
        _group(
            "textes",
            "Les articles en vigueur à la date de la consultation",
            *_texts(
                condition="Ceux de la condition d’exécution",
                critere="Ceux du critère",
                critere_publicite="Celui de la publicité des critères",
                reservation="Ceux de la réservation",
                proportion="Celui de la proportion de travailleurs",
                structures="Ceux qui définissent les structures",
                limites_ess="Celui des limites de la réservation à l’ESS",
                procedure="Celui de la procédure adaptée",
                resiliation="Celui de la résiliation pour faute",
                soustraitance="Celui de la sous-traitance",
                ccag="L’article du CCAG, vide sans CCAG",
            ),
        ),
        _list(
            "lots",
            "Les lots retenus",
            *_texts(numero="Numéro", intitule="Intitulé", heures="Heures demandées, par exemple « 420 h »", territoire="Territoire"),
        ),
        FieldSpec("total_heures", "Heures demandées, tous lots"),
        FieldSpec("lots_en_lettres", "Par exemple « les lots n° 1 et 3 », « le marché » s’il n’y en a qu’un"),
        _list("publics", "Les personnes concernées", *_texts(libelle="Leur situation", preuve="La pièce qui la prouve")),
        _list(
            "facilitateurs",
            "Qui appeler",
            *_texts(territoire="Territoire", structure="Structure", nom="Nom", telephone="Téléphone", courriel="Courriel"),
        ),
        _group(
            "suivi",
            "Le suivi",
            *_texts(
                periode="« mois » ou « trimestre »",
                dates="Dates de contrôle",
                jour="Jour limite du mois suivant",
                delai_observations="Délai pour répondre à une mise en demeure, en jours",
            ),
        ),
        _group(
            "penalites",
            "Les pénalités, vides quand il n’y en a pas",
            *_texts(heure="Par heure non réalisée", retard="Par jour de retard des justificatifs", absence="Par absence à une réunion"),
        ),
        _group(
            "critere",
            "Le critère social",
            *_texts(points="Points sur 100", lien="Lien avec l’objet du marché"),
            _list("lignes", "Les sous-critères", *_texts(intitule="Intitulé", points="Points", preuves="Pièces attendues")),
            _list("echelle", "L’échelle", *_texts(note="De 0 à 4", sens="Ce qu’elle veut dire")),
        ),
        _group(
            "reservation",
            "La réservation",
            *_texts(structures="À qui le marché est réservé", travailleurs="Quels travailleurs", duree_maximale="Durée maximale (ESS)", pause="Délai avant une nouvelle attribution (ESS)"),
        ),
    ),
)  # fmt: skip


def described(spec: FieldSpec = FIELDS, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Every field that can be written, as (how to write it, what it says, shape), for the page that lists them."""
    for one in spec.items:
        name = f"{prefix}{one.name}"
        if one.shape is Shape.GROUP:
            yield from described(one, f"{name}.")
        elif one.shape is Shape.LIST:
            inside = ", ".join(f"ligne.{item.name}" for item in one.items)
            yield f"{{% for ligne in {name} %}}", f"{one.says} ; pour chaque ligne : {inside}", one.shape.value
        elif one.shape is Shape.YES:
            yield f"{{% if {name} %}}", one.says, one.shape.value
        else:
            yield f"{{{{ {name} }}}}", one.says, one.shape.value
