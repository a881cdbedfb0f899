"""Official codes as spreadsheets damage them: CPV (label kept, check digit, lost zero) and SIRET (text, spaces, binary number)."""

import re
from decimal import Decimal

from levier.foundation.identifiers import siret_is_valid
from levier.spreadsheets.readings import Reading, is_blank, not_computed
from levier.spreadsheets.values import Cell

ACCEPTED_CPV = "Un code CPV de huit chiffres, par exemple 45261000 (ou 45261000-4)."
ACCEPTED_SIRET = "Un SIRET de quatorze chiffres."
DIVISIONS = frozenset(
    "03 09 14 15 16 18 19 22 24 30 31 32 33 34 35 37 38 39 41 42 43 44 45 48 50 51 55 60 63 64 65 66 70 71 72 73 75 76 77 79 80 85 90 92 98".split()
)
"""The divisions of the 2008 vocabulary (règlement (CE) n° 213/2008)."""
RENUMBERED = frozenset({"03", "09", "42", "72"})
"""Divisions whose codes kept the check digit of the number they had before 2008: it cannot be verified."""
_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7)
_EIGHT = re.compile(r"(?<!\d)(\d{8})(?!\d)\s*(?:[-–.]\s*(\d)(?!\d))?")
_SPACED = re.compile(r"(?<!\d)\d\d[ .]?\d\d[ .]?\d\d[ .]?\d\d(?:\s*[-–]\s*\d)?(?!\d)")
_SEVEN = re.compile(r"(?<!\d)\d{7}(?!\d)")


def check_digit(cpv: str) -> int:
    """The digit after the dash: weights 3, 7, 1 in turn, modulo 10 (docs/decisions/0042)."""
    return sum(int(digit) * weight for digit, weight in zip(cpv, _WEIGHTS, strict=True)) % 10


def read_cpv(cell: Cell) -> Reading[str]:
    failed = not_computed(cell, "cpv_unreadable", str)
    if failed:
        return failed
    if is_blank(cell):
        return Reading(code="cpv_missing", why="Il n’y a pas de code CPV.", accepted=ACCEPTED_CPV)
    if isinstance(cell.content, Decimal):
        return _numbered(cell.content)
    return _from_text(cell.raw) if isinstance(cell.content, str) else _unreadable(cell.raw)


def _numbered(number: Decimal) -> Reading[str]:
    """A cell of numbers: a seven-digit one whose code starts with 03 or 09 lost its zero."""
    text = f"{number:f}"
    if text.isdecimal() and len(text) == 8:
        return _known(text)
    if text.isdecimal() and len(text) == 7:
        restored = f"0{text}"
        if restored[:2] in DIVISIONS:
            return Reading(
                restored, "cpv_zero_restored", "Le tableur avait perdu le zéro du début ; il est remis.", ACCEPTED_CPV
            )
        return _seven(text)
    return _short(text) if text.isdecimal() else _unreadable(text)


def _from_text(raw: str) -> Reading[str]:
    text = raw.strip().replace("\u00a0", " ").removesuffix(".0")
    found = _EIGHT.findall(text)
    if not found:
        spaced = _SPACED.search(text)
        if spaced:
            digits = re.sub(r"\D", "", spaced[0])
            found = [(digits[:8], digits[8:])]
    if not found:
        seven = _SEVEN.search(text)
        if seven:
            return _seven(seven[0])
        return _short(text) if text.isdecimal() else _unreadable(raw)
    read = _known(found[0][0])
    if read.value and len({code for code, _ in found}) > 1:
        return Reading(
            read.value, "cpv_several", "Plusieurs codes CPV sont écrits : le premier est retenu.", ACCEPTED_CPV
        )
    if read.value and found[0][1] and not _checks(read.value, found[0][1]):
        why = f"Le chiffre de contrôle de {read.value}-{found[0][1]} n’est pas celui attendu ({check_digit(read.value)}) : relisez le code."
        return Reading(read.value, "cpv_check_digit", why, ACCEPTED_CPV)
    return read


def _checks(code: str, digit: str) -> bool:
    return code[:2] in RENUMBERED or int(digit) == check_digit(code)


def _known(code: str) -> Reading[str]:
    if code[:2] not in DIVISIONS:
        return Reading(
            code="cpv_unknown", why=f"{code} ne commence par aucune division du vocabulaire CPV.", accepted=ACCEPTED_CPV
        )
    return Reading(code)


def _seven(text: str) -> Reading[str]:
    why = f"{text} n’a que sept chiffres : il en manque un, au début ou ailleurs."
    return Reading(
        code="cpv_7_digits_ambiguous",
        why=why,
        accepted=ACCEPTED_CPV,
        suggestion=f"0{text}" if f"0{text[:1]}" in DIVISIONS else "",
    )


def _short(text: str) -> Reading[str]:
    """`45` or `4521`: a division or a group, written without its zeros."""
    if 2 <= len(text) <= 6 and text[:2] in DIVISIONS:
        full = text.ljust(8, "0")
        return Reading(full, "cpv_completed", f"Seul le début du code est donné : {full} est retenu.", ACCEPTED_CPV)
    return _unreadable(text)


def _unreadable(raw: str) -> Reading[str]:
    return Reading(
        code="cpv_unreadable", why=f"«\u00a0{raw.strip()[:40]}\u00a0» n’est pas un code CPV.", accepted=ACCEPTED_CPV
    )


def siret_of(text: str) -> str | None:
    """The first valid SIRET of a text, spaces and points inside allowed."""
    for found in re.finditer(r"(?<!\d)\d(?:[\s.\u00a0\u202f-]?\d){13}(?!\d)", text):
        digits = re.sub(r"\D", "", found[0])
        if siret_is_valid(digits):
            return digits
    return None


def read_siret(cell: Cell) -> Reading[str]:
    """Codes `employer_siret_missing` and `employer_siret_invalid`."""
    if is_blank(cell):
        return Reading(code="employer_siret_missing", why="Le SIRET de l’employeur manque.", accepted=ACCEPTED_SIRET)
    if isinstance(cell.content, Decimal):
        digits = f"{cell.content:f}"
        if digits.isdecimal() and len(digits) == 13:
            digits = f"0{digits}"
    else:
        digits = re.sub(r"[\s.\u00a0\u202f_-]", "", cell.raw).removesuffix("\u200b")
    if siret_is_valid(digits):
        return Reading(digits)
    reason = (
        "quatorze chiffres, mais la clé est fausse"
        if digits.isdecimal() and len(digits) == 14
        else "ce ne sont pas quatorze chiffres"
    )
    return Reading(
        code="employer_siret_invalid",
        why=f"«\u00a0{cell.raw.strip()[:30]}\u00a0» n’est pas un SIRET ({reason}).",
        accepted=ACCEPTED_SIRET,
    )
