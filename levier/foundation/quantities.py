"""Hours and money as decimals with two places, and the one place where they are rounded."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction

HUNDREDTH = Decimal("0.01")
WHOLE = Decimal(1)
LARGEST = Decimal("9999999999.99")
"""Largest quantity the database keeps: NUMERIC(12,2)."""

_LONGEST = Context(prec=60, rounding=ROUND_HALF_UP)
_PLACES = tuple(Decimal(1).scaleb(-places) for places in range(5))

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")


class NotAQuantity(ValueError):  # noqa: N818 - read aloud: "not a quantity"
    """The text cannot be read as a decimal number; the message, in French, says what to write instead."""


def hundredths(value: Decimal) -> Decimal:
    """Round half up to two places: hours are paid in hundredths, euros have cents."""
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def whole(value: Decimal) -> Decimal:
    """Round half up to the unit: the contractual figure of hours (833,33 h -> 833 h, domain.md section 2.1)."""
    return value.quantize(WHOLE, rounding=ROUND_HALF_UP)


def half_up(exact: Fraction | Decimal | int, places: int) -> Decimal:
    """Round an exact number once, half away from zero: 1/7 with 4 places is 0.1429. Exact whatever the size of its terms."""
    if isinstance(exact, Decimal) and exact.is_finite() and exact.adjusted() + places < _LONGEST.prec - 2:
        rounded = exact.quantize(
            _PLACES[places] if places < len(_PLACES) else Decimal(1).scaleb(-places), context=_LONGEST
        )
        return rounded or rounded.copy_abs()
    numerator, denominator = exact.as_integer_ratio()
    magnitude = (abs(numerator) * 10**places * 2 + denominator) // (2 * denominator)
    digits = str(magnitude).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return Decimal(f"-{text}" if numerator < 0 and magnitude else text)


def parse_decimal(text: str) -> Decimal:
    """Read a number as French people type it: `1 250,50`, `151.67`, `1'200`. Raise NotAQuantity otherwise."""
    compact = _SPACES.sub("", text).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,12})?", compact):
        raise NotAQuantity(f"« {text[:40]} » n’est pas un nombre. Écrivez par exemple 151,67.")
    try:
        return Decimal(compact)
    except InvalidOperation as error:  # pragma: no cover - the pattern above excludes it
        raise NotAQuantity(f"« {text[:40]} » n’est pas un nombre.") from error


def parse_hours(text: str) -> Decimal:
    """Read hours with at most two decimals, `151,67` or `151:40` (hours and minutes). Raise NotAQuantity otherwise."""
    compact = _SPACES.sub("", text).lower().removesuffix("h")
    if clock := re.fullmatch(r"(\d{1,5})[:h](\d{2})", compact):
        hours, minutes = int(clock[1]), int(clock[2])
        if minutes >= 60:
            raise NotAQuantity(f"« {text[:40]} » : les minutes vont de 00 à 59.")
        return hundredths(Decimal(hours) + Decimal(minutes) / 60)
    value = parse_decimal(compact)
    if value != hundredths(value):
        raise NotAQuantity(f"« {text[:40]} » : deux décimales au plus, par exemple 151,67.")
    return hundredths(value)
