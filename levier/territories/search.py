"""Finding a commune from what a person types: a name with or without accents, a postcode, a district of Marseille."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache

from levier.territories.values import CommuneFacts, CommuneKind, Home, Search, SearchEnd

LONGEST_TEXT = 80
MOST_FOUND = 20
_ARTICLES = frozenset({"la", "le", "les", "l"})
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "stes": "saintes", "sts": "saints"}
_DISTRICT = re.compile(r"(?:marseille )?0?(\d{1,3})(?:e|er|ere|eme|nd)?(?: (?:arr|arrt|ardt|arrdt|arrondissement))?")
_DISTRICT_WORD = re.compile(r"marseille|arr|\d(?:e|er|eme)\b")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Words without accents, in lower case, saint written out: `St-Rémy de Pce` -> saint, remy, de, pce."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe")).casefold()
    plain = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in letters)
    return tuple(_SHORT_FORMS.get(word, word) for word in plain.split())


def find(text: str, communes: Sequence[CommuneFacts], home: Home) -> Search:
    """Communes that answer the text, the best first. A name written in full answers alone, whatever begins like it.

    The sentence is left to labels.py: this says only why nothing was found, and which names look alike.
    """
    text = " ".join(text[:LONGEST_TEXT].split())
    typed = [word for word in words(text) if word != "cedex"]
    postcode = next((word for word in typed if re.fullmatch(r"\d{5}", word)), None)
    named = [word for word in typed if word != postcode]
    if "cedex" in words(text):
        named = [word for word in named if not word.isdigit()]
    if len("".join(typed)) < 2:
        return Search((), SearchEnd.TOO_SHORT, text)
    if postcode:
        return _by_postcode(postcode, named, communes, text, home)
    if len(typed) == 1 and re.fullmatch(r"\d{2,4}", typed[0]):
        served = [c for c in communes if any(code.startswith(typed[0]) for code in c.postcodes)]
        return _answer(_without_city(served), SearchEnd.UNKNOWN_POSTCODE, text)
    district = _district(" ".join(named))
    if district is not None:
        found = [c for c in communes if c.kind is CommuneKind.ARRONDISSEMENT and c.code[-2:] == f"{district:02d}"]
        return _answer(found, SearchEnd.NO_SUCH_ARRONDISSEMENT, text)
    return _by_name(named, communes, text)


def _by_postcode(postcode: str, named: list[str], communes: Sequence[CommuneFacts], text: str, home: Home) -> Search:
    """Communes of a postcode, narrowed by a name when both were typed; a name saves a postcode of a large receiver (CEDEX)."""
    served = _without_city([c for c in communes if postcode in c.postcodes])
    if postcode == home.city_postcode:
        served = [c for c in communes if c.code == home.city]
    if named:
        both = _ranked(named, served)
        if both:
            return Search(tuple(both), SearchEnd.FOUND, text)
        if not served and (found := _by_name(named, communes, text)).communes:
            return found
    return _answer(
        served, SearchEnd.UNKNOWN_POSTCODE if postcode.startswith(home.code) else SearchEnd.OTHER_DEPARTEMENT, text
    )


def _by_name(named: list[str], communes: Sequence[CommuneFacts], text: str) -> Search:
    found = _ranked(named, communes)
    if found:
        return Search(tuple(found[:MOST_FOUND]), SearchEnd.FOUND, text)
    names = {"".join(words(c.name)): c.name for c in communes if not c.parent}
    names |= {"".join(_bare(words(c.name))): c.name for c in communes if not c.parent}
    alike = get_close_matches("".join(named), names, n=6, cutoff=0.74)
    return Search((), SearchEnd.UNKNOWN_NAME, text, tuple(dict.fromkeys(names[one] for one in alike))[:3])


def _ranked(named: list[str], communes: Sequence[CommuneFacts]) -> list[CommuneFacts]:
    """The name itself, else names that begin so, else names with words that begin so; the most peopled first."""
    ranks = [(rank, c) for c in communes if (rank := _rank(tuple(named), words(c.name))) is not None]
    best = min((rank for rank, _ in ranks), default=0)
    return sorted((c for rank, c in ranks if rank == best), key=lambda c: (c.parent or "", -c.population, c.code))


def _rank(typed: tuple[str, ...], name: tuple[str, ...]) -> int | None:
    if "".join(typed) in {"".join(name), "".join(_bare(name))} or _bare(typed) == _bare(name):
        return 0
    line = " ".join(typed)
    if " ".join(name).startswith(line) or " ".join(_bare(name)).startswith(" ".join(_bare(typed))):
        return 1
    place = 0
    for word in typed:
        place = next((at + 1 for at in range(place, len(name)) if name[at].startswith(word)), 0)
        if not place:
            return None
    return 2


def _bare(name: tuple[str, ...]) -> tuple[str, ...]:
    """A name without its first article: `La Ciotat` is also `Ciotat`."""
    return name[1:] if len(name) > 1 and name[0] in _ARTICLES else name


def _district(line: str) -> int | None:
    """The number in "marseille 3e", "marseille 03", "13e arrondissement"; None when the text does not speak of a district."""
    match = _DISTRICT.fullmatch(line)
    return int(match[1]) if match and _DISTRICT_WORD.search(line) else None


def _without_city(served: list[CommuneFacts]) -> list[CommuneFacts]:
    """A postcode of Marseille names its district rather than the whole city."""
    districts = [c for c in served if c.parent]
    return districts or served


def _answer(found: list[CommuneFacts], otherwise: SearchEnd, text: str) -> Search:
    ordered = sorted(found, key=lambda c: (-c.population, c.code))
    return Search(tuple(ordered[:MOST_FOUND]), SearchEnd.FOUND if found else otherwise, text)
