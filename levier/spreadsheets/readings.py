"""What was understood of one cell, or why it was not."""

from decimal import Decimal

import msgspec

from levier.spreadsheets.values import Cell, Hint


class Reading[T](msgspec.Struct, frozen=True, gc=False):
    """`code`: empty when all is well, else the problem; `why` and `accepted` in French; `suggestion`: what it may have meant.

    A problem with a value is a warning on it; without one, the value is asked for.
    """

    value: T | None = None
    code: str = ""
    why: str = ""
    accepted: str = ""
    suggestion: str = ""


BLANKS = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "/",
        "//",
        ".",
        "..",
        "...",
        "…",
        "_",
        "x",
        "néant",
        "neant",
        "ras",
        "n/a",
        "na",
        "so",
        "s/o",
        "sans objet",
        "vide",
        "(vide)",
    }
)


def is_blank(cell: Cell) -> bool:
    """Nothing, or a dash put where there is nothing."""
    return cell.content is None or (len(cell.raw) < 12 and cell.raw.strip().casefold() in BLANKS)


NOT_COMPUTED = "La cellule contient une formule dont le résultat n’est pas enregistré dans le fichier."
COMPUTE = "Ouvrez le fichier dans votre tableur, enregistrez-le, puis recommencez ; ou tapez la valeur."


def not_computed[T](cell: Cell, code: str, _kind: type[T] | None = None) -> Reading[T] | None:
    if cell.hint is Hint.NOT_COMPUTED and cell.content is None:
        return Reading(code=code, why=NOT_COMPUTED, accepted=COMPUTE)
    if (
        isinstance(cell.content, str)
        and cell.content.startswith("#")
        and cell.content.rstrip("!?").isupper()
        and len(cell.content) > 3
    ):
        return Reading(
            code=code,
            why=f"La formule de la cellule est en erreur ({cell.content[:12]}).",
            accepted="Corrigez la formule, ou tapez la valeur.",
        )
    return None


def number_of(text: str) -> Decimal | None:
    """A number as French and English programs write it: `1 250,50`, `33.000,00`, `1,250.50`, `1'250`, `1,45E+06`."""
    compact = (
        text.replace("\u00a0", "")
        .replace("\u202f", "")
        .replace("\u2009", "")
        .replace(" ", "")
        .replace("'", "")
        .replace("’", "")
    )
    sign = -1 if compact.startswith(("-", "−")) or (compact.startswith("(") and compact.endswith(")")) else 1
    compact = compact.strip("()").lstrip("+-−")
    mantissa, mark, exponent = compact.upper().partition("E")
    if mark and not exponent.lstrip("+-").isdecimal():
        return None
    digits = _decimal_point(mantissa)
    if digits is None or len(digits) > 30:
        return None
    number = Decimal(digits)
    if mark:
        if abs(int(exponent)) > 15:
            return None
        number = number.scaleb(int(exponent))
    return number * sign


def _decimal_point(text: str) -> str | None:
    """Digits with a point before the decimals; None when the text is no number."""
    if (
        not text
        or not text.isascii()
        or not all(letter.isdigit() or letter in ".," for letter in text)
        or not any(map(str.isdigit, text))
    ):
        return None
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    mark, other = text[last], "." if text[last] == "," else ","
    if text.count(mark) > 1:
        groups = text.replace(other, mark).split(mark)
        return "".join(groups) if 0 < len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]) else None
    whole, decimals = text[:last], text[last + 1 :]
    if other in whole:
        groups = whole.split(other)
        if not 0 < len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
            return None
        return "".join(groups) + "." + (decimals or "0")
    return f"{whole or '0'}.{decimals or '0'}"


def thousands_by_mark(text: str) -> str:
    """`33.000` and `120,000` for an amount: three digits after one mark are thousands, as money has two decimals."""
    compact = "".join(text.split())
    for mark in ".,":
        whole, found, rest = compact.partition(mark)
        if found and len(rest) == 3 and rest.isdecimal() and whole.isdecimal() and 0 < len(whole) <= 3 and whole != "0":
            return whole + rest
    return text
