"""Amounts in euros as buyers write them: `1 250 k€`, `1,2 M€ HT`, `120 000 €`, `33.000,00`, ranges, "à définir"."""

import re
from decimal import Decimal
from enum import StrEnum

from levier.foundation import french
from levier.foundation.quantities import LARGEST, hundredths
from levier.spreadsheets.readings import Reading, is_blank, not_computed, number_of, thousands_by_mark
from levier.spreadsheets.values import Cell, Hint

ACCEPTED = "Un montant en euros hors taxes : 120 000, 120 000,50 €, 120 k€ ou 1,2 M€."
MISSING, UNREADABLE, RANGE = "amount_missing", "amount_unreadable", "amount_range"
APPROXIMATE, CAPPED, ZERO = "amount_approximate", "amount_is_a_maximum", "amount_zero"

_NUMBER = r"\d(?:[\d.,]|[\s\u00a0\u202f'’](?=\d))*(?:e[+-]?\d{1,2}(?![a-z\d]))?"
_UNIT = (
    r"(?:md€|milliards?|m\s?€|meur|millions?|m(?![a-z])|k\s?€|keuros?|k\s?eur|ke(?![a-z])|k(?![a-z])|mille(?![a-z]))"
)
_FIGURE = re.compile(
    rf"(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?\s*(?:d[’'])?\s*(?:€|euros?|eur)?\s*(?P<tax>h\.?\s?t\.?(?![a-z])|t\.?t\.?c\.?|hors taxes?|toutes taxes)?"
)
_RANGE = re.compile(r"\b(?:entre|de)\b.*\b(?:et|a|à)\b|\b(?:a|à)\b|\bou\b|[-–—/]|\.\.|→|\bmin\w*\b.*\bmax\w*\b|\bjusqu")
_OPEN = re.compile(r"^(?:<|>|≤|≥|⩽|⩾|moins de|plus de|inf|sup|au[- ]dess|à partir|a partir|min)")
_CAP = re.compile(r"^(?:max\w*\.?|plafond\w*|montant max\w*|au plus)\s*:?\s*(?:de\s)?")
_ABOUT = re.compile(
    r"^(?:env(?:iron|\.)?|~|≈|±|\+/-|approx\w*\.?|autour de|ordre de)\s*(?:de\s)?|\b(?:environ|estim\w+|approx\w*|a confirmer|à confirmer|prévisionnel)\b|\?$"
)
_PER = re.compile(
    r"/\s*(?:an|mois|année|jour|unité|u)\b|\bpar (?:an|année|mois|jour)\b|\bannuels?\b|\bmensuels?\b|\bp\.?a\.?$"
)
_LOST_SPACE = re.compile(r"(?<=\d)[?\ufffd](?=\d{3}(?!\d))")
"""A narrow space between thousands that an export turned into a question mark."""
_EXPECTED = re.compile(r"montant|estim\w+|budget|total|enveloppe|ht|ttc")
_TIMES = re.compile(r"\d\s*[x×*]\s*\d")


class Tax(StrEnum):
    EXCLUDED = "excluded"
    INCLUDED = "included"
    UNKNOWN = "unknown"


class Scale(StrEnum):
    """Unit said by the heading of the column, for numbers without one of their own."""

    EUROS = "euros"
    THOUSANDS = "thousands"
    MILLIONS = "millions"


_FACTORS = {Scale.EUROS: Decimal(1), Scale.THOUSANDS: Decimal(1_000), Scale.MILLIONS: Decimal(1_000_000)}


def scale_of_heading(heading: str) -> Scale:
    """`Montant (k€ HT)` counts in thousands."""
    text = heading.casefold().replace("\u00a0", " ")
    if re.search(r"\bk\s?€|\bk\s?euros?\b|\bkeuros?\b|\bk\s?eur\b|\bke\b|milliers?", text):
        return Scale.THOUSANDS
    if re.search(r"\bm\s?€|\bmeuros?\b|\bm\s?eur\b|millions?", text):
        return Scale.MILLIONS
    return Scale.EUROS


def tax_of(text: str) -> Tax:
    text = text.casefold()
    if re.search(r"\bt\.?t\.?c\b|toutes taxes", text):
        return Tax.INCLUDED
    if re.search(r"\bh\.?t\b|hors taxes?", text):
        return Tax.EXCLUDED
    return Tax.UNKNOWN


def read_amount(cell: Cell, scale: Scale = Scale.EUROS) -> Reading[Decimal]:
    """Euros with two places, before any question of tax."""
    failed = not_computed(cell, UNREADABLE, Decimal)
    if failed:
        return failed
    if is_blank(cell):
        return Reading(code=MISSING, why="Il n’y a pas de montant.", accepted=ACCEPTED)
    if isinstance(cell.content, Decimal):
        by_format = {Hint.THOUSANDS: Scale.THOUSANDS, Hint.MILLIONS: Scale.MILLIONS}
        return _checked(cell.content * _FACTORS[by_format.get(cell.hint, scale) if cell.hint else scale])
    if not isinstance(cell.content, str):
        return _unreadable(cell, "Ce n’est pas un montant.")
    return _from_text(cell, scale)


def _from_text(cell: Cell, scale: Scale) -> Reading[Decimal]:
    text = " ".join(cell.raw.casefold().replace("\u00a0", " ").replace("\u202f", " ").split())
    text = _LOST_SPACE.sub(" ", text)
    figures = list(_FIGURE.finditer(text))
    if not figures:
        return _unreadable(cell, "Aucun nombre n’y est écrit.")
    if _PER.search(text):
        return _unreadable(
            cell, "C’est un montant par période : il faut celui de toute la durée, reconductions comprises."
        )
    if _TIMES.search(text):
        return _unreadable(cell, "C’est un calcul : il faut son résultat.")
    if len(figures) > 1:
        return _several(cell, text, figures, scale)
    if _OPEN.match(text):
        suggestion = _suggest(_figure(figures[0], scale))
        return Reading(code=RANGE, why="C’est une borne, pas un montant.", accepted=ACCEPTED, suggestion=suggestion)
    return _single(cell, text, figures[0], scale)


def _single(cell: Cell, text: str, figure: re.Match[str], scale: Scale) -> Reading[Decimal]:
    """One figure, and the words around it."""
    before, after = text[: figure.start()].strip(), text[figure.end() :].strip(" .;)")
    value = _figure(figure, scale)
    if value is None:
        return _unreadable(cell, "Le nombre ne se lit pas.")
    read = _checked(-value if before.rstrip("€ ").endswith(("-", "−")) else value)
    if read.code or read.value is None:
        return read
    if _CAP.match(text):
        return Reading(read.value, CAPPED, "C’est un montant maximum ; il est retenu comme montant.", ACCEPTED)
    if _ABOUT.search(text):
        return Reading(read.value, APPROXIMATE, "C’est un montant approximatif ; il est retenu tel quel.", ACCEPTED)
    if len(after) > 40 or re.search(r"[a-zà-ÿ]{3,}", _EXPECTED.sub("", before)):
        return Reading(read.value, APPROXIMATE, "Un commentaire accompagne le montant ; relisez-le.", ACCEPTED)
    return read


def _figure(figure: re.Match[str], scale: Scale) -> Decimal | None:
    unit = re.sub(r"\s", "", figure["unit"] or "")
    factor = _factor(unit) if unit else _FACTORS[scale]
    text = figure["number"].strip().rstrip(".,")
    number = number_of(text if factor > 1 else thousands_by_mark(text))
    return None if number is None else number * factor


def _factor(unit: str) -> Decimal:
    if unit.startswith(("md", "milliard")):
        return Decimal(1_000_000_000)
    if unit == "mille" or unit.startswith("k"):
        return Decimal(1_000)
    return Decimal(1_000_000)


def _several(cell: Cell, text: str, figures: list[re.Match[str]], scale: Scale) -> Reading[Decimal]:
    """Two figures: the same amount without and with tax, or a range, or several amounts that nobody added."""
    excluded = [one for one in figures if tax_of(one["tax"] or "") is Tax.EXCLUDED]
    included = [one for one in figures if tax_of(one["tax"] or "") is Tax.INCLUDED]
    if len(excluded) == 1 and len(included) == len(figures) - 1:
        value = _figure(excluded[0], scale)
        return _checked(value) if value is not None else _unreadable(cell, "Le nombre ne se lit pas.")
    if len(figures) == 2 and _RANGE.search(text):
        ends = sorted(value for value in _range_ends(figures, scale) if value is not None)
        middle = _suggest(sum(ends, Decimal(0)) / 2) if len(ends) == 2 else ""
        return Reading(code=RANGE, why="C’est une fourchette, pas un montant.", accepted=ACCEPTED, suggestion=middle)
    return _unreadable(cell, "Plusieurs montants y sont écrits : il en faut un seul, le total.")


def _range_ends(figures: list[re.Match[str]], scale: Scale) -> list[Decimal | None]:
    """`de 100 à 150 k€`: the unit of the last figure holds for both."""
    low, high = figures
    if high["unit"] and not low["unit"]:
        first = number_of(low["number"].strip().rstrip(".,"))
        return [None if first is None else first * _factor(re.sub(r"\s", "", high["unit"])), _figure(high, scale)]
    return [_figure(low, scale), _figure(high, scale)]


def _checked(value: Decimal) -> Reading[Decimal]:
    if value < 0:
        return Reading(code=UNREADABLE, why="Le montant est négatif.", accepted=ACCEPTED)
    if value > LARGEST:
        return Reading(code=UNREADABLE, why="Le montant dépasse dix milliards d’euros.", accepted=ACCEPTED)
    if value == 0:
        return Reading(
            hundredths(value), ZERO, "Le montant est nul : c’est sans doute qu’il n’est pas connu.", ACCEPTED
        )
    return Reading(hundredths(value))


def _unreadable(cell: Cell, why: str) -> Reading[Decimal]:
    shown = cell.raw.strip()[:40]
    return Reading(
        code=UNREADABLE, why=french.typeset(f"« {shown} » ne se lit pas comme un montant. {why}"), accepted=ACCEPTED
    )


def _suggest(value: Decimal | None) -> str:
    return "" if value is None else str(hundredths(value))
