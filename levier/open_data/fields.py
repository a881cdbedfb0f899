"""Reading one published value: amount, date, duration, code. Each answers with the value and the mask of what is strange in it."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from levier.foundation.identifiers import siret_is_valid
from levier.open_data.values import BIT, AmountFlag, Doubt, Social

CENT = Decimal("0.01")
STORABLE = Decimal(10) ** 22
"""NUMERIC(24,2) holds less than this."""
UNIT_PRICE = Decimal(100)
"""Below this, in euros, what is published is a price per piece or per hour, never a contract."""
ENORMOUS = Decimal(10) ** 10
"""From this on, in euros, no contract in France has such an amount: a typing error."""
LONGEST = 1200
"""Months: a hundred years, the bound of the State's own validator."""
FIRST_YEAR = 1990

SOUND = AmountFlag.SOUND
type Amount = tuple[Decimal | None, AmountFlag, int]
_AMOUNT_DOUBTS = {
    AmountFlag.MISSING: Doubt.AMOUNT_MISSING,
    AmountFlag.UNREADABLE: Doubt.AMOUNT_UNREADABLE,
    AmountFlag.ZERO: Doubt.AMOUNT_ZERO,
    AmountFlag.ONE: Doubt.AMOUNT_ONE,
    AmountFlag.NEGATIVE: Doubt.AMOUNT_NEGATIVE,
    AmountFlag.UNIT_PRICE: Doubt.AMOUNT_UNIT_PRICE,
    AmountFlag.PLACEHOLDER: Doubt.AMOUNT_PLACEHOLDER,
    AmountFlag.ENORMOUS: Doubt.AMOUNT_ENORMOUS,
}
NATURES = [
    "Marché", "Accord-cadre", "Marché subséquent", "Marché de partenariat", "Marché de défense ou de sécurité",
    "Concession de travaux", "Concession de service", "Concession de service public", "Délégation de service public",
]  # fmt: skip
PROCEDURES = [
    "Procédure adaptée", "Appel d'offres ouvert", "Appel d'offres restreint", "Procédure avec négociation", "Dialogue compétitif",
    "Procédure concurrentielle avec négociation", "Procédure négociée avec mise en concurrence préalable",
    "Marché négocié sans publicité ni mise en concurrence préalable", "Marché passé sans publicité ni mise en concurrence préalable",
    "Marché public négocié sans publicité ni mise en concurrence préalable", "Procédure négociée ouverte",
    "Procédure non négociée ouverte", "Procédure négociée restreinte", "Procédure non négociée restreinte",
]  # fmt: skip
CCAGS = [
    "Travaux", "Maitrise d'œuvre", "Fournitures courantes et services", "Marchés industriels", "Prestations intellectuelles",
    "Techniques de l'information et de la communication", "Pas de CCAG",
]  # fmt: skip
PLACE_KINDS = {
    "code postal": "postcode", "code commune": "commune", "code arrondissement": "arrondissement", "code canton": "canton",
    "code département": "department", "code departement": "department", "code région": "region", "code region": "region",
    "code pays": "country",
}  # fmt: skip
SOCIALS = {
    "clause sociale": Social.CLAUSE, "critère social": Social.CRITERION, "marché réservé": Social.RESERVED,
    "concession réservée": Social.RESERVED, "pas de considération sociale": Social.NONE,
}  # fmt: skip


def folded(text: str) -> str:
    """Without case or accent: consolidated files write « MARCHE SUBSEQUENT » for « Marché subséquent »."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe").lower())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


_WORDS = {
    name: {folded(word): word for word in words}
    for name, words in (("nature", NATURES), ("procedure", PROCEDURES), ("ccag", CCAGS))
}
_PLACE_KINDS = {folded(words): kind for words, kind in PLACE_KINDS.items()}
_SOCIALS = {folded(words): social for words, social in SOCIALS.items()}
_UNKNOWN = {
    "nature": BIT[Doubt.NATURE_UNKNOWN],
    "procedure": BIT[Doubt.PROCEDURE_UNKNOWN],
    "ccag": BIT[Doubt.CCAG_UNKNOWN],
}


@lru_cache(4096)
def listed(name: str, published: str) -> tuple[str, int]:
    """The official wording of a nature, a procedure or a CCAG; a word of no list is kept as published."""
    word = _WORDS[name].get(folded(published))
    return (word, 0) if word else (published[:200], _UNKNOWN[name])


def text_of(value: Any) -> str:
    """The text of a value where text is expected; numbers become their digits, anything else nothing."""
    if type(value) is str:
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return ""
    return str(value) if -STORABLE < value < STORABLE else ""


@lru_cache(65536)
def buyer_of(published: str) -> tuple[str, int]:
    """(SIRET or SIREN, doubts); the doubts are -1 where it is neither."""
    siret = "".join(published.split())
    if not (siret.isascii() and siret.isdigit() and len(siret) in {9, 14}):
        return siret, -1
    if len(siret) == 9:
        return siret, BIT[Doubt.BUYER_SIREN_ONLY]
    return siret, 0 if siret_is_valid(siret) else BIT[Doubt.BUYER_KEY]


def amount_of(value: Any) -> Amount:
    kind, mask = type(value), 0
    if kind is int and 99 < value < 999999:
        return Decimal(value), SOUND, 0
    if kind is int or kind is Decimal:
        number = Decimal(value)
    elif value is None or (kind is str and value in {"", "nan"}):
        return None, AmountFlag.MISSING, BIT[Doubt.AMOUNT_MISSING]
    else:
        written = _written_number(value) if kind is str else None
        mask = BIT[Doubt.TEXT_FOR_VALUE] if kind is str else 0
        if written is None:
            return None, AmountFlag.UNREADABLE, mask | BIT[Doubt.AMOUNT_UNREADABLE]
        number = written
    flag = amount_flag(number)
    if flag is not SOUND:
        mask |= BIT[_AMOUNT_DOUBTS[flag]]
        if number.copy_abs() >= STORABLE:
            return None, flag, mask
    return number.quantize(CENT), flag, mask


def amount_flag(number: Decimal) -> AmountFlag:
    """Why a published amount cannot be that of a contract, or SOUND."""
    if UNIT_PRICE <= number < ENORMOUS:
        return AmountFlag.PLACEHOLDER if number >= 999999 and is_placeholder(number) else SOUND
    if number >= ENORMOUS:
        return AmountFlag.ENORMOUS
    if number < 0:
        return AmountFlag.NEGATIVE
    return AmountFlag.ZERO if number == 0 else AmountFlag.ONE if number == 1 else AmountFlag.UNIT_PRICE


def is_placeholder(number: Decimal) -> bool:
    """Seven nines or more, or the digits in a row: what is typed to get past a compulsory field."""
    digits = str(number).split(".", maxsplit=1)[0]
    return (len(digits) >= 7 and not digits.strip("9")) or digits in {"1234567", "12345678", "123456789"}


_FRENCH_SPACES = re.compile(r"[\s€]")


def _written_number(text: str) -> Decimal | None:
    compact = _FRENCH_SPACES.sub("", text[:60]).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,12})?([eE][+-]?\d{1,3})?", compact, re.ASCII):
        return None
    try:
        return Decimal(compact)
    except InvalidOperation:  # pragma: no cover - the pattern excludes it
        return None


@lru_cache(16384)
def date_of(published: str) -> tuple[str, int]:
    """The day in ISO form, without the time zone that publishers glue to it (`2018-08-30+02:00`); empty where there is none."""
    if not published or published == "nan":
        return "", 0
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return "", BIT[Doubt.DATE_IMPOSSIBLE]
    return (day.isoformat(), 0) if day.year >= FIRST_YEAR else ("", BIT[Doubt.DATE_IMPOSSIBLE])


def duration_of(value: Any) -> tuple[int | None, int]:
    """Months. Zero and more than a hundred years are kept as published, with a doubt."""
    mask = 0
    if type(value) is int and 0 < value <= LONGEST:
        return value, 0
    if isinstance(value, str):
        mask, digits = BIT[Doubt.TEXT_FOR_VALUE], value.strip()
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
    if isinstance(value, Decimal) and value.copy_abs() < 10**8 and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        return None, mask | BIT[Doubt.DURATION_UNREADABLE]
    if value == 0:
        return 0, mask | BIT[Doubt.DURATION_ZERO]
    return value, mask | (BIT[Doubt.DURATION_ABSURD] if value > LONGEST else 0)


_CPV = re.compile(r"\d{8}(-\d)?", re.ASCII)
_CPV_WITHOUT_ZERO = re.compile(r"(3[1-4]|9[1-3])\d{5}(-\d)?", re.ASCII)
"""The only divisions that begin with zero are 03 (groups 031 to 034) and 09 (091 to 093)."""


@lru_cache(16384)
def cpv_of(published: str) -> tuple[str, int]:
    """Eight digits, without the check digit that is sometimes added, with the zero that spreadsheets take from agriculture and energy."""
    if _CPV.fullmatch(published):
        return published[:8], 0
    if _CPV_WITHOUT_ZERO.fullmatch(published):
        return "0" + published[:7], BIT[Doubt.CPV_ZERO_LOST]
    return published[:12], BIT[Doubt.CPV_INVALID]


@lru_cache(16384)
def place_of(code: str, published_kind: str) -> tuple[str, str, int]:
    """(kind, département, doubts) of the place of execution."""
    kind = _PLACE_KINDS.get(folded(published_kind), "")
    mask = 0 if kind else BIT[Doubt.PLACE_KIND_UNKNOWN]
    department = department_of(code, kind)
    if kind in {"postcode", "commune", "department"} and not department:
        mask |= BIT[Doubt.PLACE_CODE_INVALID]
        department = department_of(code, "department") or department_of(code, "postcode") or _told_department(code)
    return kind, department, mask


_TOLD = re.compile(r"\(?(\d\d|2[AB]|97\d)\)?(?:[ –-]+\D.*)?", re.ASCII)


def _told_department(text: str) -> str:
    """The département that a text in place of a code begins with: `(35) Ille-et-Vilaine`, `13 - Bouches-du-Rhône`."""
    found = _TOLD.fullmatch(text.upper())
    return found[1] if found else ""


def department_of(code: str, kind: str) -> str:
    """The département of a postcode, a commune or of its own code; empty where the code does not say (Corsican postcodes: 2A or 2B)."""
    code = code.upper()
    if kind == "department":
        return code if re.fullmatch(r"\d\d|2[AB]|97\d|98\d", code) else ""
    if kind not in {"postcode", "commune"} or not re.fullmatch(r"\d{5}|2[AB]\d{3}", code):
        return ""
    if code.startswith(("97", "98")):
        return code[:3]
    if code.startswith("20"):
        return "2A" if code.startswith(("200", "201")) else "2B"
    return code[:2]


@lru_cache(65536)
def buyer_department(siret: str) -> str:
    """The département in the SIREN of a local authority (21 commune, 22 département, 24 grouping, 26 and 28 establishments), else empty."""
    if siret[:2] not in {"21", "22", "24", "25", "26", "27", "28"}:
        return ""
    return siret[2:5] if siret[2:4] == "97" else siret[2:4]


def socials_of(value: Any) -> tuple[list[Social], int]:
    """Social considerations, whatever the nesting: `{"considerationSociale": [...]}`, a list, one word."""
    if isinstance(value, dict):
        value = value.get("considerationSociale")
    words = value if isinstance(value, list) else [value] if isinstance(value, str) and value else []
    found, mask = _socials(tuple(word if isinstance(word, str) else "?" for word in words[:20]))
    return list(found), mask


@lru_cache(1024)
def _socials(words: tuple[str, ...]) -> tuple[tuple[Social, ...], int]:
    found = [_SOCIALS.get(folded(word)) for word in words]
    known = sorted({word for word in found if word})
    mask = BIT[Doubt.SOCIAL_UNKNOWN] if None in found else 0
    if not known and not mask:
        mask = BIT[Doubt.SOCIAL_MISSING]
    if Social.NONE in known and len(known) > 1:
        mask |= BIT[Doubt.SOCIAL_CONTRADICTORY]
    return tuple(known), mask
