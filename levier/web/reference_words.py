"""How pages write a reference value: its subject, its unit in French, its range, and how it is known."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from levier.foundation.explanation import Confidence
from levier.foundation.french import HARD, number, typeset
from levier.reference.values import ReferenceValue

# anchor: (French title, beginnings of keys). Whatever answers none of them is shown last.
SUBJECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "seuils": ("Seuils et obligations", ("threshold.", "obligation.", "spaser.", "reserved.")),
    "politique": ("Politique du Département", ("policy.", "buyer.")),
    "main-d-oeuvre": ("Parts de main-d’œuvre", ("labour_share.",)),
    "insertion": ("Taux d’insertion", ("insertion_rate.",)),
    "couts": ("Coûts horaires", ("hourly_cost.",)),
    "calibrage": ("Autres chiffres du calibrage", ("sizing.", "potential.")),
    "eligibilite": ("Éligibilité des personnes", ("eligibility.",)),
    "heures": ("Durées du travail et délais", ("hours.",)),
    "penalites": ("Pénalités", ("penalty.",)),
    "impact": ("Impact, équivalents temps plein", ("fte.",)),
    "conservation": ("Conservation des données", ("retention.",)),
    "voies": ("Voies pour réaliser les heures", ("way.",)),
    "acces": ("Accès des entreprises", ("access.",)),
    "personne": ("Page personnelle et suites", ("own_page.", "outcomes.")),
    "modalites": ("Comptage par modalité", ("counting.",)),
    "autres": ("Autres valeurs", ()),
}
CHIPS = {
    Confidence.CONFIRMED: ("ok", "Confirmé", ""),
    Confidence.SECONDARY: ("info", "Source secondaire", ""),
    Confidence.UNVERIFIED: ("wait", "Non vérifié", "alert"),
    Confidence.DESIGN: ("line", "Choix de conception", ""),
}
UNITS = {
    "EUR": "€",
    "EUR_PER_HOUR": "€/h",
    "EUR_PER_DAY": "€/jour",
    "FRACTION": "%",
    "PERCENT": "%",
    "HOURS": "h",
    "MINUTES": "minutes",
    "MONTHS": "mois",
    "WEEKS": "semaines",
    "DAYS": "jours",
    "YEARS": "ans",
    "COUNT": "",
    "FACTOR": "fois",
    "DAY_OF_MONTH": "du mois",
    "FLAG": "oui ou non",
}


def subject_of(key: str) -> str:
    return next((anchor for anchor, (_, starts) in SUBJECTS.items() if starts and key.startswith(starts)), "autres")


def exact(value: Decimal) -> str:
    """All the places of the figure, two at least where it is not whole: `0,333`, `38,50`, `200 000`."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return number(plain, places if places != 1 else 2)


def figure(value: Decimal, unit: str) -> str:
    """`70 %`, `38,50 €/h`, `24 mois`, `le 15 du mois`, `oui`."""
    match unit:
        case "FLAG":
            return "oui" if value else "non"
        case "FRACTION":
            return rate(value) + HARD + "%"
        case "DAY_OF_MONTH":
            return f"le{HARD}{exact(value)} du mois"
    word = UNITS.get(unit, unit)
    if word in {"jours", "ans"} and abs(value) < 2:
        word = word.removesuffix("s")
    return exact(value) + (HARD + word if word else "")


def rate(value: Decimal) -> str:
    """A fraction as it is typed, in percent: 0.05 is `5`, 0.125 is `12,5`."""
    shown = exact(value * 100)
    return shown.rstrip("0") if "," in shown else shown


def typed_figure(value: Decimal | None, unit: str) -> str:
    """A figure as a person would type it in the form, without its unit."""
    if value is None:
        return ""
    if unit == "FLAG":
        return str(int(value))
    return rate(value) if unit == "FRACTION" else exact(value)


def span(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """`de 65 % à 75 %`; nothing without a range."""
    if low is not None and high is not None:
        return f"de {figure(low, unit)} à {figure(high, unit)}"
    if low is not None:
        return f"au moins {figure(low, unit)}"
    return f"au plus {figure(high, unit)}" if high is not None else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a page shows it. `chip`: kind, word, icon."""

    value: ReferenceValue
    figure: str
    span: str
    chip: tuple[str, str, str]
    source: str
    note: str


def shown(value: ReferenceValue) -> Shown:
    return Shown(
        value,
        figure(value.value, value.unit),
        span(value.low, value.high, value.unit),
        CHIPS[value.confidence],
        typeset(value.source),
        typeset(value.note),
    )


class Dated(Protocol):
    """A row of any dated table."""

    valid_from: date
    valid_until: date | None
    replaced_at: datetime | None


def state_of(row: Dated, today: date) -> tuple[str, str, str]:
    """The chip of a row in a history."""
    if row.replaced_at is not None:
        return "line", "Remplacée", "minus"
    if row.valid_from > today:
        return "info", "À venir", "clock"
    if row.valid_until is not None and row.valid_until < today:
        return "line", "Terminée", "lock"
    return "ok", "En vigueur", ""
