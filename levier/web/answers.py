"""The answer of a rule in words: each key of its result with its French name, its unit and its way of writing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levier.following.labels import ALERTS
from levier.foundation import french
from levier.hours.labels import DOUBTS
from levier.onboarding.labels import WAYS
from levier.planning.labels import BASES, INSTRUMENTS
from levier.procurement.labels import POTENTIALS, WAIVER_GROUNDS
from levier.sizing.labels import ADVICES, LIGHTS, SHORT_LIGHTS
from levier.web import wording

# key of a result: (French name, way of writing). Ways: h, €, %, number, days, day, yes, text, or a table of words.
type Way = str | Mapping[Any, str]
WORDS: dict[str, tuple[str, Way]] = {
    "hours": ("Heures", "h"),
    "basis": ("Pourquoi", BASES),
    "instrument": ("Ce qu’il faut prévoir", INSTRUMENTS),
    "sector": ("Secteur proposé", "text"),
    "low": ("Au moins", "h"),
    "high": ("Au plus", "h"),
    "weeks": ("Semaines de travail pour une personne", "number"),
    "articles": ("Articles en vigueur à cette date", "text"),
    "alternatives": ("Aussi possible", INSTRUMENTS),
    "tasks": ("Idées de tâches", "text"),
    "hours_exact": ("Avant arrondi", "h"),
    "weighting": ("Poids de l’activité sans reprise", "number"),
    "advice": ("Avis", ADVICES),
    "due": ("Heures dues", "h"),
    "difference": ("Écart", "h"),
    "cumulative_due": ("Dues, cumul", "h"),
    "cumulative_accepted": ("Acceptées, cumul", "h"),
    "balance": ("Solde", "h"),
    "statutory": ("Obligatoire par la loi", "yes"),
    "policy": ("Demandée par la politique du Département", "yes"),
    "waivable": ("Motifs de dispense possibles", WAIVER_GROUNDS),
    "threshold": ("Seuil européen appliqué", "€"),
    "potential": ("Instrument proposé", POTENTIALS),
    "required": ("Schéma obligatoire", "yes"),
    "accepted": ("Recevable", "yes"),
    "objections": ("Ce qui s’y oppose", "text"),
    "score": ("Points obtenus", "number"),
    "out_of": ("Sur", "number"),
    "considerations": ("Valeurs à publier", "text"),
    "from": ("Premier jour compté", "day"),
    "until": ("Dernier jour compté", "day"),
    "eligible": ("Éligible", "yes"),
    "reason": ("Raison", "text"),
    "expired_from": ("Expiré à partir du", "day"),
    "last_day": ("Dernier jour pour transmettre", "day"),
    "outstanding": ("Heures manquantes", "h"),
    "surplus": ("Heures en plus", "h"),
    "realisation_rate": ("Taux de réalisation", "%"),
    "penalty": ("Pénalité", "€"),
    "covered_rate": ("Taux de couverture", "%"),
    "raw_rate": ("Taux brut", "%"),
    "penalty_hours": ("Heures pénalisables", "h"),
    "days": ("Jours de retard", "days"),
    "amount": ("Montant", "€"),
    "tickets": ("Tickets", "number"),
    "missing": ("Heures manquantes", "h"),
    "fte": ("Équivalents temps plein", "number"),
    "hours_per_person": ("Heures par personne", "h"),
    "hours_per_operation": ("Heures par opération", "h"),
    "contracts_per_person": ("Contrats par personne", "number"),
    "period": ("Période", "text"),
    "orders": ("Commandes", "number"),
    "worked_hours": ("Heures travaillées", "h"),
    "useful": ("Volume utile", "yes"),
    "minimum": ("Minimum du secteur", "h"),
    "light": ("Feu", LIGHTS),
    "people": ("Personnes à temps plein à la fois", "number"),
    "supply": ("Offre locale", SHORT_LIGHTS),
    "candidates": ("Candidats", SHORT_LIGHTS),
    "duration": ("Durée", SHORT_LIGHTS),
    "calendar": ("Calendrier", SHORT_LIGHTS),
    "territory": ("Territoire", "text"),
    "ranking_changes": ("Le classement change", "yes"),
    "first_changes": ("L’offre en tête change", "yes"),
    "first": ("En tête", "text"),
    "new_first": ("En tête ensuite", "text"),
    "total": ("Total", "number"),
    "rank": ("Rang", "text"),
    "new_total": ("Nouveau total", "number"),
    "new_rank": ("Nouveau rang", "text"),
    "tried": ("Notes essayées", "text"),
    "sub_criterion": ("Sous-critère", "text"),
    "new_score": ("Note essayée", "number"),
    "name": ("Entreprise", "text"),
    "counted": ("Heures qui comptent", "h"),
    "proof": ("Ce qui les prouve", "text"),
    "way": ("Voie", WAYS),
    "first_day": ("Première heure possible", "day"),
    "latest_day": ("Au plus tard", "day"),
    "week_hours": ("Heures par semaine", "h"),
    "cost_low": ("Coût, au moins", "€"),
    "cost_high": ("Coût, au plus", "€"),
    "doubts": ("À relire parce que", DOUBTS),
    "change": ("Écart avec le mois dernier", "h"),
    "share": ("Part du chemin", "%"),
    "by_invoices": ("D’après les factures", "yes"),
    "by_day": ("À cette date", "day"),
    "due_to_date": ("Dues à cette date", "h"),
    "expected": ("Heures attendues", "h"),
    "done": ("Heures faites", "h"),
    "coming": ("Heures à venir à ce rythme", "h"),
    "lost": ("Heures qui vont manquer", "h"),
    "alerts": ("Alertes", ALERTS),
    "open_days": ("Jours ouverts", "days"),
    "nights": ("Dont jours travaillés de nuit", "days"),
    "explanation": ("Ce qui l’explique", "text"),
}
TABLES = {
    "lots": "Lot",
    "lines": "Voie",
    "years": "Année",
    "commitments": "Engagement",
    "periods": "Ligne",
    "parts": "Part",
    "offers": "Offre",
    "changes": "Cas",
}
HEADLINES = ("instrument", "light", "useful", "hours", "balance", "statutory", "potential", "penalty", "penalty_hours", "fte", "score", "eligible", "last_day", "required",
             "expired_from", "accepted", "considerations", "hours_per_person", "due", "ranking_changes")  # fmt: skip
"""What is said in large, first found first; for lists, the overall figure."""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a list in a result: a heading, column names, rows of (name, cells)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`headline` and `facts` are pairs (French name, text)."""

    headline: tuple[str, str]
    facts: tuple[tuple[str, str], ...]
    table: Table | None


def _name(key: str) -> str:
    return WORDS[key][0] if key in WORDS else key.replace("_", " ").capitalize()


def write(key: str, value: Any) -> str:
    """One value of a result as French text."""
    way = WORDS.get(key, ("", "text"))[1]
    if value is None or value == []:
        return "—" if value is None else "aucun"
    if isinstance(value, list):
        return " · ".join(write(key, one) for one in value)
    if isinstance(value, Mapping):
        return str(value["message"]) if "message" in value else write(key, value.get("value"))
    if not isinstance(way, str):
        return french.typeset(str(next((word for code, word in way.items() if str(code) == value), value)))
    return _written(way, value)


def _written(way: str, value: Any) -> str:
    match way:
        case "h":
            return wording.hours(Decimal(value))
        case "€":
            return wording.euros(Decimal(value))
        case "%":
            return french.percent(Decimal(value))
        case "number":
            return wording.quantity(Decimal(value))
        case "days":
            return wording.plural(int(value), "jour")
        case "day":
            return wording.long_day(date.fromisoformat(value))
        case "yes":
            return "oui" if value else "non"
        case _:
            return french.typeset(str(value))


def answer(result: Mapping[str, Any]) -> Answer:
    """What the page says of a rule's result."""
    lists = {key: value for key, value in result.items() if key in TABLES}
    single = {key: value for key, value in result.items() if key not in TABLES}
    first = next((key for key in HEADLINES if key in single), next(iter(single), ""))
    if not single.get("accepted", True):
        first = "accepted"
    hidden = {first} | ({"objections"} if single.get("objections") == [] else set())
    facts = tuple((_name(key), write(key, value)) for key, value in single.items() if key not in hidden)
    return Answer((_name(first), write(first, single.get(first))), facts, _table(lists))


def _table(lists: Mapping[str, Any]) -> Table | None:
    for key, lines in lists.items():
        columns = tuple(lines[0]) if lines else ()
        rows = tuple(
            (f"{TABLES[key]} {index}", tuple(write(column, line[column]) for column in columns))
            for index, line in enumerate(lines, start=1)
        )
        return Table(TABLES[key], tuple(map(_name, columns)), rows)
    return None
