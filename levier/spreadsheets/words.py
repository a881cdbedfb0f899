"""Words compared as people type them: without accents, case, punctuation, and with a slip of the finger forgiven."""

import re
import unicodedata
from functools import lru_cache

_SMALL = frozenset("de du des d la le les l en et ou a au aux un une pour par sur n no nr num".split())
_MARKS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """`Né(e) le` is `ne e le`; `N° de marché` is `n de marche`; `œuvre` is `oeuvre`."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("°", " ").replace("€", " eur ")
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
    return _MARKS.sub(" ", bare).strip()


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """The words that carry meaning; all of them when none would be left."""
    every = plain(text).split()
    return tuple(word for word in every if word not in _SMALL) or tuple(every)


def alike(one: str, other: str) -> bool:
    """The same word but for one slip (a letter more, less, wrong, or two swapped), two in a long word."""
    if one == other:
        return True
    shortest = min(len(one), len(other))
    if shortest < 4 or abs(len(one) - len(other)) > 2:
        return False
    return distance(one, other) <= (1 if shortest < 8 else 2)


def distance(one: str, other: str) -> int:
    """Edits between two words, a swap of neighbours counting once (Damerau-Levenshtein, restricted)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, facing in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
