"""Days and periods as people write them: `T3 2026`, `sept. 2027`, `1er semestre 2027`, `mars-26`, `15/09/2027`, serial numbers.

A start is kept as text: `2027-09-15` a day, `2027-09` a month, `2027-Q3` a quarter, `2027-H1` a half-year, `2027` a year.
"""

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from levier.spreadsheets.readings import Reading, is_blank, not_computed
from levier.spreadsheets.values import Cell, Hint
from levier.spreadsheets.words import plain

ACCEPTED = "Un jour (15/09/2027), un mois (septembre 2027), un trimestre (T3 2027) ou un semestre (S2 2027)."
ACCEPTED_DAY = "Un jour, par exemple 19/01/2001."
ACCEPTED_MONTH = "Un mois, par exemple 10/2026 ou octobre 2026."
_FIRST_YEAR, _LAST_YEAR = 1990, 2079
_EPOCH = date(1899, 12, 30)
_MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "january": 1, "fevrier": 2, "fevr": 2, "fev": 2, "feb": 2, "february": 2, "mars": 3, "mar": 3,
    "march": 3, "avril": 4, "avr": 4, "apr": 4, "april": 4, "mai": 5, "may": 5, "juin": 6, "jun": 6, "june": 6, "juillet": 7, "juil": 7,
    "jul": 7, "july": 7, "jui": 7, "aout": 8, "aou": 8, "aug": 8, "august": 8, "septembre": 9, "sept": 9, "sep": 9, "september": 9,
    "octobre": 10, "oct": 10, "october": 10, "novembre": 11, "nov": 11, "november": 11, "decembre": 12, "dec": 12, "december": 12,
}  # fmt: skip
_ORDINAL = r"(?P<n>[1-4])\s*(?:er|re|ere|e|eme|nd|nde|d|de|ieme)?"
_WORDS = {
    "premier": "1",
    "premiere": "1",
    "deuxieme": "2",
    "second": "2",
    "seconde": "2",
    "troisieme": "3",
    "quatrieme": "4",
}
_YEAR = r"(?P<y>(?:19|20)\d\d|\d\d)"
_QUARTER = (
    re.compile(rf"(?:t|q|trim|trimestre) ?{_ORDINAL} {_YEAR}"), re.compile(rf"{_ORDINAL} ?(?:t|q|trim|trimestre) {_YEAR}"),
    re.compile(rf"{_YEAR} ?(?:t|q|trim|trimestre) ?{_ORDINAL}"), re.compile(rf"{_YEAR} {_ORDINAL} ?(?:t|q|trim|trimestre)"),
)  # fmt: skip
_HALF = (
    re.compile(rf"(?:s|h|sem|semestre) ?{_ORDINAL} {_YEAR}"), re.compile(rf"{_ORDINAL} ?(?:s|h|sem|semestre) {_YEAR}"),
    re.compile(rf"{_YEAR} ?(?:s|h|sem|semestre) ?{_ORDINAL}"), re.compile(rf"{_YEAR} {_ORDINAL} ?(?:s|h|sem|semestre)"),
)  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[ t]\d{1,2}[:h].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ t].*)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\- ](\d{4})|(\d{4})[/.\- ](\d{1,2})")
_NOISE = re.compile(
    r"\b(?:debut|courant|vers|prevu|prevue|prevision|a partir|des|au|le|en|de|du|fin|mi|mois|lancement|notification|env|environ)\b"
)
_IMPRECISE = re.compile(r"\b(?:fin|mi|debut|courant|vers|environ|env|ete|hiver|printemps|automne|rentree)\b")


def read_start(cell: Cell) -> Reading[str]:
    """The period in which something starts, as precise as it was written."""
    failed = not_computed(cell, "start_unreadable", str)
    if failed:
        return failed
    if is_blank(cell):
        return Reading(code="start_missing", why="Il n’y a pas de date.", accepted=ACCEPTED)
    content = cell.content
    if isinstance(content, date):
        return Reading(content.isoformat()[:7] if cell.hint is Hint.MONTH else content.isoformat())
    if isinstance(content, Decimal):
        return _numbered(cell, content)
    text = _IMPRECISE.search(plain(cell.raw))
    found = period(cell.raw) if isinstance(content, str) else None
    if found is None:
        return Reading(
            code="start_unreadable",
            why=f"«\u00a0{cell.raw.strip()[:40]}\u00a0» ne se lit pas comme une date.",
            accepted=ACCEPTED,
        )
    if len(found) == 4:
        return Reading(found, "start_year_only", "Seule l’année est donnée.", ACCEPTED)
    if text:
        return Reading(
            found, "start_approximate", "La date est approximative ; elle est retenue telle quelle.", ACCEPTED
        )
    return Reading(found)


def _numbered(cell: Cell, number: Decimal) -> Reading[str]:
    """A year, or the serial number of a day in a column that lost its format."""
    if number == number.to_integral_value():
        if _FIRST_YEAR <= number <= _LAST_YEAR:
            return Reading(str(int(number)), "start_year_only", "Seule l’année est donnée.", ACCEPTED)
        day = serial(number)
        if day:
            return Reading(day.isoformat())
    return Reading(
        code="start_unreadable", why=f"«\u00a0{cell.raw}\u00a0» ne se lit pas comme une date.", accepted=ACCEPTED
    )


def serial(number: Decimal) -> date | None:
    """Days since the end of 1899, as spreadsheets count; None out of 1990 to 2079."""
    if not 32_874 <= number <= 65_745:
        return None
    return _EPOCH + timedelta(days=int(number))


@lru_cache(maxsize=5_000)
def period(text: str) -> str | None:
    """`2027-09-15`, `2027-09`, `2027-Q3`, `2027-H1` or `2027`; None when the text is none of them."""
    text = text.strip().casefold()
    day = read_day_text(text)
    if day:
        return day.isoformat()
    if text.isdecimal() and len(text) == 5:
        day = serial(Decimal(text))
        return day.isoformat() if day else None
    compact = plain(text)
    for word, digit in _WORDS.items():
        compact = re.sub(rf"\b{word}\b", digit, compact)
    compact = " ".join(_NOISE.sub(" ", compact).split())
    compact = re.sub(
        r"^([tqsh]) ?([1-4]) ?((?:20)?\d\d)$|^([1-4]) ?([tqsh]) ?((?:20)?\d\d)$", r"\1\5\2\4 \3\6", compact
    )
    return _quarter_or_half(compact) or _month(text, compact) or _year(compact)


def _quarter_or_half(compact: str) -> str | None:
    for mark, patterns, most in (("Q", _QUARTER, 4), ("H", _HALF, 2)):
        for pattern in patterns:
            found = pattern.fullmatch(compact)
            if found and int(found["n"]) <= most:
                year = full_year(found["y"])
                return f"{year}-{mark}{found['n']}" if year else None
    return None


def _month(text: str, compact: str) -> str | None:
    found = _MONTH_YEAR.fullmatch(text.strip())
    if found:
        month, year = int(found[1] or found[4]), int(found[2] or found[3])
        return f"{year}-{month:02d}" if 1 <= month <= 12 and _FIRST_YEAR <= year <= _LAST_YEAR else None
    words = compact.split()
    if len(words) == 2:
        named = [(month_named(word), other) for word, other in (words, words[::-1])]
        for month_number, other in named:
            year_read = full_year(other) if month_number else None
            if month_number and year_read:
                return f"{year_read}-{month_number:02d}"
    return None


def _year(compact: str) -> str | None:
    return compact if len(compact) == 4 and compact.isdecimal() and _FIRST_YEAR <= int(compact) <= _LAST_YEAR else None


def month_named(word: str) -> int | None:
    known = _MONTHS.get(word)
    if known or len(word) < 5:
        return known
    return next(
        (
            number
            for name, number in _MONTHS.items()
            if len(name) >= 5
            and name[0] == word[0]
            and abs(len(name) - len(word)) <= 1
            and sorted(name) == sorted(word)
        ),
        None,
    )


def full_year(text: str) -> int | None:
    if not text.isdecimal():
        return None
    year = int(text)
    if len(text) == 2:
        return 2000 + year
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def read_day_text(text: str, *, earliest: int = _FIRST_YEAR, born: bool = False) -> date | None:
    """A civil day; for a birth (`born`), two digits of the year are of the past century when they are to come."""
    text = " ".join(text.strip().casefold().replace("\u00a0", " ").split())
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _civil(int(found[1]), int(found[2]), int(found[3]), earliest)
    found = _DAY_FIRST.fullmatch(text)
    if found:
        return _civil(_century(found[3], born=born), int(found[2]), int(found[1]), earliest)
    words = plain(text).split()
    if words and words[0] in {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "le"}:
        words = words[1:]
    if len(words) == 3 and words[0].removesuffix("er").isdecimal():
        month = month_named(words[1])
        if month and words[2].isdecimal() and len(words[2]) in {2, 4}:
            return _civil(_century(words[2], born=born), month, int(words[0].removesuffix("er")), earliest)
    return None


def _century(text: str, *, born: bool) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (1900 if born and int(text) > 15 else 2000)


def _civil(year: int, month: int, day: int, earliest: int) -> date | None:
    if not (earliest <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def read_birth_date(cell: Cell) -> Reading[date]:
    """A day in the past, from 1920 on."""
    code = "birth_date_unreadable"
    failed = not_computed(cell, code, date)
    if failed:
        return failed
    if is_blank(cell):
        return Reading(code="birth_date_missing", why="La date de naissance manque.", accepted=ACCEPTED_DAY)
    day: date | None = None
    if isinstance(cell.content, date):
        day = cell.content
    elif isinstance(cell.content, Decimal) and 7_000 <= cell.content <= 60_000:
        day = _EPOCH + timedelta(days=int(cell.content))
    elif isinstance(cell.content, str):
        day = read_day_text(cell.content, earliest=1920, born=True)
    if day is None:
        return Reading(
            code=code,
            why=f"«\u00a0{cell.raw.strip()[:40]}\u00a0» ne se lit pas comme une date de naissance.",
            accepted=ACCEPTED_DAY,
        )
    return Reading(day)


def read_month(cell: Cell) -> Reading[str]:
    """`2026-10`: the month of hours worked."""
    if is_blank(cell):
        return Reading(code="month_missing", why="Le mois manque.", accepted=ACCEPTED_MONTH)
    if isinstance(cell.content, date):
        return Reading(cell.content.isoformat()[:7])
    found = period(cell.raw) if isinstance(cell.content, str) else None
    if found is None and isinstance(cell.content, Decimal):
        day = serial(cell.content)
        found = day.isoformat() if day else None
    if found is None or not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", found):
        return Reading(
            code="month_unreadable",
            why=f"«\u00a0{cell.raw.strip()[:40]}\u00a0» ne se lit pas comme un mois.",
            accepted=ACCEPTED_MONTH,
        )
    return Reading(found[:7])


def first_day(start: str) -> date:
    """The first day of a period written as above."""
    year = int(start[:4])
    if len(start) == 10:
        return date.fromisoformat(start)
    if "Q" in start:
        return date(year, 3 * int(start[-1]) - 2, 1)
    if "H" in start:
        return date(year, 6 * int(start[-1]) - 5, 1)
    return date(year, int(start[5:7]) if len(start) == 7 else 1, 1)
