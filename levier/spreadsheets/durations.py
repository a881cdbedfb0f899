"""Durations in months as people write them: `24 mois`, `2 ans`, `1 an reconductible 3 fois`, `12 + 12`, `90 jours`."""

import re
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from levier.spreadsheets.readings import Reading, is_blank, not_computed, number_of
from levier.spreadsheets.values import Cell
from levier.spreadsheets.words import plain

ACCEPTED = "Une durée en mois ou en années, reconductions comprises : 24 mois, 2 ans."
_LONGEST = 1_200
_FIGURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(ans?|annees?|an|mois|m|a|semaines?|sem|jours?|j)?(?![a-z0-9])")
_RENEWED = re.compile(
    r"(?:reconduct|renouvel|tacit|prolong)\w*\s*(?:tacitement)?\s*(?:au plus|max\w*)?\s*(\d+|une|deux|trois|quatre) ?(?:x|fois)?"
)
_TIMES = re.compile(r"(\d+) ?(ans?|mois|m)? ?(?:x|fois) ?(\d+) ?(an|mois|m)?")
_COUNTS = {"une": 1, "deux": 2, "trois": 3, "quatre": 4, "un": 1, "cinq": 5}
_BY_UNIT = {"a": Decimal(12), "m": Decimal(1), "s": Decimal(12) / Decimal(52), "j": Decimal(12) / Decimal(365)}


class DurationUnit(StrEnum):
    MONTHS = "months"
    YEARS = "years"
    UNKNOWN = "unknown"


def unit_of_heading(heading: str) -> DurationUnit:
    words = plain(heading).split()
    if "mois" in words or "m" in words:
        return DurationUnit.MONTHS
    return DurationUnit.YEARS if {"an", "ans", "annee", "annees"} & set(words) else DurationUnit.UNKNOWN


def read_duration(cell: Cell, unit: DurationUnit = DurationUnit.UNKNOWN) -> Reading[int]:
    """Whole months, rounded up as the open data does."""
    failed = not_computed(cell, "duration_unreadable", int)
    if failed:
        return failed
    if is_blank(cell):
        return Reading(code="duration_missing", why="Il n’y a pas de durée.", accepted=ACCEPTED)
    if isinstance(cell.content, Decimal):
        return _bare(cell.content, unit)
    return _from_text(cell, unit) if isinstance(cell.content, str) else _unreadable(cell)


def _bare(number: Decimal, unit: DurationUnit) -> Reading[int]:
    """A number alone: the heading says the unit; without it, months from 7 on, and asked below."""
    if unit is DurationUnit.UNKNOWN and number <= 6:
        why = "L’unité n’est pas dite : des mois ou des années ?"
        return Reading(code="duration_unit_unknown", why=why, accepted=ACCEPTED, suggestion=f"{_whole(number * 12)}")
    return _months(number * (12 if unit is DurationUnit.YEARS else 1))


def _from_text(cell: Cell, unit: DurationUnit) -> Reading[int]:
    text = re.sub(r"(?<=\d)[.,](?=\d)", ".", cell.raw.casefold())
    text = " ".join(re.sub(r"[^a-z0-9.+x]+", " ", plain_keeping_points(text)).split())
    alone = number_of(text)
    if alone is not None:
        return _bare(alone, unit)
    renewed = _RENEWED.search(text)
    times = None if renewed else _TIMES.search(text)
    if times:
        by = _BY_UNIT["a" if (times[2] or times[4] or "").startswith("a") or unit is DurationUnit.YEARS else "m"]
        return _months(Decimal(times[1]) * Decimal(times[3]) * by)
    base = text[: renewed.start()] if renewed else text
    figures = [(Decimal(number), mark[:1]) for number, mark in _FIGURE.findall(base)]
    if not figures:
        word = next(
            (count for name, count in _COUNTS.items() if re.search(rf"\b{name} (?:ans?|annees?)\b", base)), None
        )
        return _months(Decimal(12 * word)) if word else _unreadable(cell)
    known = [mark for _, mark in figures if mark]
    fallback = known[-1] if known else ("a" if unit is DurationUnit.YEARS else "m")
    if not known and unit is DurationUnit.UNKNOWN and "+" not in base:
        return _unreadable(cell)
    months = _summed(figures, fallback, base)
    if renewed:
        count = _COUNTS.get(renewed[1]) or int(renewed[1])
        return _with_renewals(months, count) if count <= 20 else _unreadable(cell)
    if re.search(r"reconduct|renouvel", text):
        return Reading(
            _whole(months),
            "duration_renewals_unknown",
            "Le nombre de reconductions n’est pas dit : seule la période ferme est comptée.",
            ACCEPTED,
        )
    return _months(months)


def plain_keeping_points(text: str) -> str:
    """Without accents, keeping what counts in a duration."""
    return "".join(plain(letter) or letter if letter.isalpha() else letter for letter in text)


def _summed(figures: list[tuple[Decimal, str]], fallback: str, text: str) -> Decimal:
    """`2 ans et 6 mois` and `12 + 12` add up; `4 ans (48 mois)` says the same thing twice."""
    each = [number * _BY_UNIT[mark or fallback] for number, mark in figures]
    if len(each) == 2 and each[0] == each[1] and "+" not in text:
        return each[0]
    if len(each) > 2 and each[0] == sum(each[1:]):
        return each[0]
    return sum(each, Decimal(0))


def _with_renewals(months: Decimal, count: int) -> Reading[int]:
    total = _months(months * (1 + count))
    if total.value is None:
        return total
    why = f"Reconductions comprises : {_whole(months)} mois et {count} fois autant."
    return Reading(total.value, "duration_with_renewals", why.replace(" :", "\u00a0:"), ACCEPTED)


def _months(months: Decimal) -> Reading[int]:
    whole = _whole(months)
    if not 0 < whole <= _LONGEST:
        return Reading(
            code="duration_unreadable", why="La durée doit être comprise entre un mois et cent ans.", accepted=ACCEPTED
        )
    return Reading(whole)


def _whole(months: Decimal) -> int:
    return int(months.quantize(Decimal("0.001")).to_integral_value(rounding=ROUND_CEILING))


def _unreadable(cell: Cell) -> Reading[int]:
    return Reading(
        code="duration_unreadable",
        why=f"«\u00a0{cell.raw.strip()[:40]}\u00a0» ne se lit pas comme une durée.",
        accepted=ACCEPTED,
    )
