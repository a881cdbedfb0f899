"""Numbers and dates as a French reader expects them: 1 250,50 h, 24 000 €, 14,29 %, 1er janvier 2026."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from levier.foundation.quantities import half_up

THIN = "\u202f"
"""Narrow no-break space: between thousands."""
HARD = "\u00a0"
"""No-break space: before a unit, a colon, a percent sign."""

# fmt: off
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre")
# fmt: on


def number(value: Decimal | Fraction | int, places: int | None = None) -> str:
    """1 250,5. `places` rounds half up; without it a Decimal keeps its own places and a whole number shows none."""
    if places is None:
        exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        if places and value == int(value):
            places = 0
    rounded = half_up(value, places)
    whole, _, decimals = f"{abs(rounded):,f}".partition(".")
    sign = "−" if rounded < 0 else ""
    return sign + whole.replace(",", THIN) + (f",{decimals}" if decimals else "")


def hours(value: Decimal | Fraction | int, places: int | None = None) -> str:
    return f"{number(value, places)}{HARD}h"


def euros(value: Decimal | Fraction | int) -> str:
    """Whole euros without decimals, cents otherwise."""
    return f"{number(value, 0 if value.as_integer_ratio()[1] == 1 else 2)}{HARD}€"


def percent(rate: Decimal | Fraction | int) -> str:
    """A fraction as a percentage with at most two decimals: 0.05 is 5 %, 1/7 is 14,29 %."""
    rounded = half_up(Fraction(rate) * 100, 2).normalize()
    exponent = rounded.as_tuple().exponent
    return f"{number(rounded, max(0, -exponent) if isinstance(exponent, int) else 0)}{HARD}%"


def day(value: date) -> str:
    """1er janvier 2026."""
    return f"{'1er' if value.day == 1 else value.day}{HARD}{_MONTHS[value.month - 1]}{HARD}{value.year}"


def month(value: date) -> str:
    """As in « mars 2026 »."""
    return f"{_MONTHS[value.month - 1]}{HARD}{value.year}"


def plural(count: int, singular: str, several: str = "") -> str:
    """`1 mois`, `2 contrats`: French counts 0 and 1 as singular."""
    word = singular if abs(count) < 2 else several or f"{singular}s"
    return f"{number(count)}{HARD}{word}"


def typeset(text: str) -> str:
    """No-break spaces where French wants them (before : ; ? ! % €, inside « »), so that sentences can be written plainly."""
    for mark in ":;?!»%€":
        text = text.replace(f" {mark}", f"{HARD}{mark}")
    return text.replace("« ", f"«{HARD}")
