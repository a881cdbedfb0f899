"""Text made comparable: one apostrophe, one space, lost characters restored; and the folded form that patterns are written for."""

import re
import unicodedata

_SAME = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "\u0092": "'", "\u0091": "'", "\u0096": "–", "\u0097": "—",
     "\u0085": "…", "\u0080": "€", "\u009c": "œ", "\u008c": "Œ", "\u0093": "“", "\u0094": "”",
     "\u2010": "-", "\u2011": "-", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u2060": "",
     "\ufb01": "fi", "\ufb02": "fl", "\ufb00": "ff", "\ufb03": "ffi", "\ufb04": "ffl", "\0": ""}
)  # fmt: skip
_SPACES = re.compile(r"\s+")
_SPACED = re.compile(r"^(?:\w ){6,}\w$")
_FOLDED: dict[str, str] = {}


def plain(text: str) -> str:
    """Characters of one form; every space, also the no-break ones, a plain one. The apostrophe is the typed one."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_SAME)).strip()
    return text.replace(" ", "") if _SPACED.match(text) else text


def fold(text: str) -> str:
    """Small letters without accents, character for character: a place in the folded text is the same place in the text."""
    return "".join(_FOLDED.get(character) or _folded(character) for character in text)


def _folded(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    base = base[0] if base else character
    if len(_FOLDED) < 5_000:
        _FOLDED[character] = base
    return base
