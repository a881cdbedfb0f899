"""Numbers as tender files write them: 1 200, 1.200, cent vingt; and the lot a place in a sentence is about."""

import re
from decimal import Decimal

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
    )
} | {"une": 1, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_LOT = re.compile(
    r"\blots?\s*(?:n ?[°o] ?s? ?|num\w* ?)?(\d{1,2}(?:\s*(?:,|et|a|-)\s*\d{1,2})*|unique)\b(?!\s*(?:%|€|heures?|h\b|lots))"
)


def figure(text: str) -> Decimal | None:
    """1 200 or 1.200 as 1200; one decimal comma allowed."""
    plain = text.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    return Decimal(plain) if re.fullmatch(r"\d{1,9}(?:\.\d{1,4})?", plain) else None


def spoken(text: str) -> Decimal | None:
    """The number that ends a run of words (« un minimum de cent vingt »); None where the last word is none."""
    total = current = 0
    taken = False
    for word in _last_numerals(re.findall(r"[a-z]+", text)):
        taken = True
        if word in {"cent", "cents"}:
            current = max(current, 1) * 100
        elif word in {"mille", "milles"}:
            total, current = total + max(current, 1) * 1000, 0
        elif word in {"vingt", "vingts"} and current % 100 == 4:
            current += 76
        elif word != "et":
            current += _UNITS[word]
    return Decimal(total + current) if taken else None


def _last_numerals(found: list[str]) -> list[str]:
    kept: list[str] = []
    for word in reversed(found):
        if word not in _UNITS and word not in {"cent", "cents", "mille", "milles", "et"}:
            break
        kept.append(word)
    kept.reverse()
    while kept and kept[0] == "et":
        kept.pop(0)
    return kept


def lot_of(folded: str, place: int, since: int = 0) -> str | None:
    """The lot named last before that place, else first after it in the same clause of the sentence."""
    before = list(_LOT.finditer(folded, since, place))
    if before:
        return _name(before[-1][1])
    after = _LOT.search(folded[: place + 70], place)
    if after is not None and not re.search(r"[;.]|\d+\s*h", folded[place + 12 : after.start()]):
        return _name(after[1])
    return None


def _name(found: str) -> str:
    return re.sub(r"\s+", " ", found).strip()
