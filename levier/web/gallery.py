"""The examples of the components page: every component in every state, with invented people and figures."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from levier.foundation.periods import PARIS
from levier.web.hours_bar import HoursBar

SPRITE = Path(__file__).parent / "static" / "levier" / "icons.svg"

TOKENS = (
    ("bg", "Fond, calcaire"),
    ("surface", "Surface"),
    ("sunken", "Creux"),
    ("line", "Trait"),
    ("line-strong", "Bord de champ"),
    ("ink", "Encre"),
    ("ink-2", "Encre seconde"),
    ("sea", "Mer : agir, accepté"),
    ("sea-soft", "Mer douce"),
    ("ochre", "Ocre : agir ici"),
    ("ochre-soft", "Ocre douce"),
    ("pine", "Pin : fait"),
    ("pine-soft", "Pin doux"),
    ("honey", "Miel : en attente"),
    ("honey-soft", "Miel doux"),
    ("garnet", "Grenat : refus"),
    ("garnet-soft", "Grenat doux"),
)


@dataclass(frozen=True, slots=True)
class ToDo:
    """A line of the list of things to do, as an example."""

    hours: Decimal
    title: str
    reference: str
    why: str
    bar: tuple[int, int, int, int]
    whose: str
    since: int
    action: str

    @property
    def share(self) -> str:
        return f"{float(self.hours) / 14.8:.1f}"


TODOS = (
    ToDo(Decimal(1480), "Réhabilitation du collège Les Amandiers", "2026-0147 · Bâti Sud Provence · Pays d’Aix",
         "Retard de 1 480 h, fin du marché dans 54 jours", (2760, 2430, 1020, 950), "À vous", 19, "Décider de la suite"),
    ToDo(Decimal(960), "Entretien des espaces verts, lot 2", "2026-0098 · Garrigue Paysages · Pays Salonais",
         "Aucune personne validée au quart de la durée", (1280, 320, 0, 0), "Entreprise", 31, "Relancer"),
    ToDo(Decimal(310), "Voirie, accord-cadre, bon n° 7", "2024-0302 · Étang Travaux Publics · Martigues",
         "Contrat de travail manquant pour deux personnes", (880, 700, 640, 330), "Entreprise", 9, "Demander la pièce"),
)  # fmt: skip

REVIEW = (
    ("Samira Belkacem", "Bâti Sud Provence · Collège Les Amandiers", Decimal("168.00"), Decimal("151.67"),
     "Plus d’heures que le mois n’en compte pour ce contrat : 151,67 h au plus."),
    ("Idriss Hamadi", "Étang Travaux Publics · RD 9, chaussée", Decimal("42.00"), Decimal("91.00"),
     "Les mêmes jours sont déclarés par Mistral Propreté sur un autre marché."),
    ("Bilal Zerrouk", "Alpilles Menuiserie · Collège Les Amandiers", Decimal("35.00"), None,
     "Bulletin de paie illisible, page 2."),
)  # fmt: skip

TIMELINE = (
    {"kind": "next", "date": date(2027, 1, 15), "text": "Fin du marché, bilan"},
    {"kind": "now", "date": date(2026, 11, 4), "text": "Alerte : en retard sur les heures attendues. À vous d’agir."},
    {
        "kind": "bad",
        "date": date(2026, 10, 28),
        "text": "Relevé d’octobre refusé : contrat illisible",
        "by": "Cécilia REVEL",
    },
    {
        "kind": "done",
        "date": date(2026, 10, 21),
        "text": "Relevé de septembre accepté, 118 h",
        "by": "Cécilia REVEL",
        "url": "#historique",
    },
)
PHASES = (
    {"label": "Publication", "note": "févr. 2025", "state": "done"},
    {"label": "Calibrage", "note": "mars", "state": "done"},
    {"label": "Démarrage", "note": "oct.", "state": "done"},
    {"label": "Exécution", "note": "mois 14 sur 16", "state": "now"},
    {"label": "Attestation", "note": "janv. 2027", "state": ""},
)
STEPS = ({"label": "Heures", "state": "done"}, {"label": "Relire", "state": "now"}, {"label": "Envoyer", "state": ""})
TABS = (
    {"label": "Engagements", "url": "#onglets", "current": True},
    {"label": "Personnes", "url": "#onglets", "count": 7},
    {"label": "Documents", "url": "#onglets", "count": 11},
)
FILTERS = (
    {"label": "Tout", "url": "?#filtres", "current": True, "count": 14},
    {"label": "À moi", "url": "?qui=moi#filtres", "count": 5},
    {"label": "Pièce manquante", "url": "?quoi=piece#filtres", "count": None, "separator": True},
)
FACILITATOR = {
    "name": "Camille EXEMPLE",
    "territory_number": 0,
    "structure": "Maison de l’Emploi d’exemple",
    "phone": "+33199000001",
    "email": "camille@exemple.invalid",
}
BARS = (
    ("En retard", HoursBar(Decimal(2760), Decimal(2430), Decimal(1020), Decimal(950))),
    ("Dans les temps", HoursBar(Decimal(1900), Decimal(1200), Decimal(1420), Decimal(1250))),
    ("Rien encore", HoursBar(Decimal(880), Decimal(120), Decimal(0), Decimal(0))),
    ("Plus que promis", HoursBar(Decimal(600), Decimal(600), Decimal(742), Decimal("731.50"))),
)


class ExamplePage:
    """What the pager needs of Django's Page, for the example."""

    number, has_previous, has_next, previous_page_number, next_page_number, start_index, end_index = (
        2,
        True,
        True,
        1,
        3,
        51,
        100,
    )

    class paginator:  # noqa: N801 - the attribute's name in Django
        num_pages, count = 15, 712


def icons() -> list[str]:
    """The names of the sprite, read from it."""
    return [part.split('"', 1)[0] for part in SPRITE.read_text(encoding="utf-8").split('<symbol id="')[1:]]


def examples() -> dict[str, Any]:
    return {
        "tokens": TOKENS, "icons": icons(), "todos": TODOS, "review": REVIEW, "timeline": TIMELINE, "phases": PHASES,
        "steps": STEPS, "tabs": TABS, "filters": FILTERS, "facilitator": FACILITATOR, "bars": BARS, "page_obj": ExamplePage,
        "crumbs": (("Marchés", "#"), ("2026-0147", "")),
        "thousands": Decimal(1480), "half": Decimal("151.67"), "amount": Decimal(4873250), "rate": Decimal("0.786"),
        "someday": date(2026, 11, 24), "sometime": datetime(2026, 11, 24, 14, 5, tzinfo=PARIS), "october": date(2026, 10, 1),
        "pieces": ({"url": "#piece", "name": "Bulletin octobre 2026.pdf", "size": 212_000},),
        "checks": (
            {"kind": "ok", "label": "Éligible", "text": "jusqu’au 2 mars 2027"},
            {"kind": "bad", "label": "Durée", "text": "16,33 h de trop"},
        ),
        "errors": (("heures", "Heures d’octobre : 168,00 h pour 151,67 h au plus"), ("siret", "Le SIRET compte 14 chiffres")),
        "modalities": (("", "Choisir…"), ("direct", "Embauche directe"), ("etti", "Intérim d’insertion")),
        "hours_attrs": {"data-max": "151.67"},
    }  # fmt: skip
