"""Hours worked as companies write them: `151,67`, `151:40`, `151h40`, `35h/sem`. Exact fractions of an hour, rounded by nobody here."""

import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from levier.foundation.quantities import half_up
from levier.spreadsheets.readings import Reading, is_blank, not_computed, number_of
from levier.spreadsheets.values import Cell
from levier.spreadsheets.words import plain

ACCEPTED = "Les heures du mois, par exemple 151,67 ou 151:40 ou 151h40."
MISSING, UNREADABLE = "hours_missing", "hours_unreadable"
MOST_IN_A_MONTH = 31 * 24
_CLOCK = re.compile(r"(\d{1,5})\s*(?::|h|heures?|hrs?)\s*(\d{1,2})?\s*(?:mn|min|minutes?|m|'|:00)?")
_HOURS = re.compile(r"(\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?)\s*(?:h|hrs?|heures?)?\.?")
_WEEKLY = re.compile(r"/ ?s\b|sem|hebdo")
_OTHER = (
    (re.compile(r"/ ?j\b|par jour|jours?\b|\d\s*j\b"), "Ce sont des jours, ou des heures par jour."),
    (
        re.compile(r"etp|temps plein|mi[- ]temps|temps partiel|plein temps"),
        "C’est une quotité de travail, pas des heures.",
    ),
    (re.compile(r"%"), "C’est un pourcentage, pas des heures."),
)


def read_hours(cell: Cell) -> Reading[Fraction]:
    """Codes `hours_missing`, `hours_weekly_rate` (a suggestion gives the month), `hours_unreadable`."""
    failed = not_computed(cell, UNREADABLE, Fraction)
    if failed:
        return failed
    if is_blank(cell):
        return Reading(code=MISSING, why="Les heures manquent.", accepted=ACCEPTED)
    if isinstance(cell.content, Decimal):
        return _checked(Fraction(cell.content))
    if isinstance(cell.content, timedelta):
        return _checked(Fraction(round(cell.content.total_seconds()), 3600))
    return _from_text(cell.raw) if isinstance(cell.content, str) else _unreadable(cell.raw, "")


def _from_text(raw: str) -> Reading[Fraction]:
    text = " ".join(raw.casefold().replace("\u00a0", " ").replace("\u202f", " ").split())
    if _WEEKLY.search(text):
        return _weekly(text, raw)
    for pattern, why in _OTHER:
        if pattern.search(plain(text) if "%" not in text else text):
            return _unreadable(raw, why)
    clock = _CLOCK.fullmatch(text)
    if clock:
        minutes = int(clock[2] or 0)
        if minutes >= 60:
            return _unreadable(raw, "Les minutes vont de 00 à 59.")
        return _checked(Fraction(int(clock[1])) + Fraction(minutes, 60))
    figure = _HOURS.fullmatch(text)
    number = number_of(figure[1]) if figure else None
    return _unreadable(raw, "") if number is None else _checked(Fraction(number))


def _weekly(text: str, raw: str) -> Reading[Fraction]:
    """A rhythm by the week is not a quantity: the month it makes is only suggested (52 weeks over 12 months)."""
    figure = re.search(r"\d+(?:[.,]\d+)?", text)
    number = number_of(figure[0]) if figure else None
    month = "" if number is None else str(half_up(Fraction(number) * 52 / 12, 2))
    why = f"«\u00a0{raw.strip()[:40]}\u00a0» est un rythme par semaine, pas les heures du mois."
    return Reading(code="hours_weekly_rate", why=why, accepted=ACCEPTED, suggestion=month)


def _checked(hours: Fraction) -> Reading[Fraction]:
    if hours.numerator < 0:
        return Reading(code=UNREADABLE, why="Les heures sont négatives.", accepted=ACCEPTED)
    if hours.numerator > MOST_IN_A_MONTH * hours.denominator:
        return Reading(code=UNREADABLE, why="C’est plus qu’un mois n’a d’heures.", accepted=ACCEPTED)
    return Reading(hours)


def _unreadable(raw: str, why: str) -> Reading[Fraction]:
    said = f"«\u00a0{raw.strip()[:40]}\u00a0» ne se lit pas comme des heures. {why}".strip()
    return Reading(code=UNREADABLE, why=said, accepted=ACCEPTED)
