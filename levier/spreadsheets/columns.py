"""Which column holds what, told from its heading and from what it contains. Each match has a score between 0 and 1.

A heading counts by its words (accents, case, order, small words and slips forgiven); the content of the column then speaks for or against.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from levier.spreadsheets.readings import is_blank
from levier.spreadsheets.values import Cell
from levier.spreadsheets.words import alike, plain, tokens

ENOUGH = 0.6
"""Score from which a column is taken for a field."""
_LONGEST_HEADING = 90


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a table may hold. `label` and `hint` are French.

    `names`: headings that mean it, best first. `against`: words that make it another one. `fits`: whether a filled cell looks like one,
    None when any text does. `must_fit`: the column is refused when hardly any of its cells fits. `weight`: how much finding it says that
    a row is the header.
    """

    name: str
    label: str
    names: tuple[str, ...]
    against: tuple[str, ...] = ()
    fits: Callable[[Cell], bool] | None = None
    must_fit: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    field: str
    column: int
    heading: str
    score: float


def heading_score(heading: str, known: Field) -> float:
    """How well a heading names the field, from 0 to 1."""
    if not heading or len(heading) > _LONGEST_HEADING:
        return 0.0
    return _score(heading, known.name, known.names, known.against)


@lru_cache(maxsize=50_000)
def _score(heading: str, _field: str, names: tuple[str, ...], against: tuple[str, ...]) -> float:
    words = tokens(heading)
    if not words or not any(letter.isalpha() for letter in heading.replace("°", "n")):
        return 0.0
    best = max(
        (_closeness(words, plain(heading), name) - 0.0005 * place for place, name in enumerate(names)), default=0.0
    )
    opposed = sum(1 for word in against if word in words)
    return max(0.0, best - 0.6 * opposed)


def _closeness(words: tuple[str, ...], heading: str, name: str) -> float:
    if heading == plain(name):
        return 1.0
    wanted = tokens(name)
    if set(words) == set(wanted):
        return 0.97
    exact = sum(1 for word in wanted if word in words)
    close = sum(1 for word in wanted if word not in words and any(alike(word, other) for other in words))
    if exact + close < len(wanted):
        return 0.0
    spare = len(words) - len(wanted)
    return max(0.0, 0.95 - 0.05 * close - 0.06 * max(0, spare))


def content_score(known: Field, cells: Sequence[Cell]) -> float:
    """From -0.5 (nothing fits) to 0.2 (all fits); 0 when the column is empty or anything fits."""
    filled = [cell for cell in cells if not is_blank(cell)]
    if known.fits is None or not filled:
        return 0.0
    share = sum(1 for cell in filled if known.fits(cell)) / len(filled)
    if known.must_fit and share < 0.2:
        return -1.0
    return 0.7 * share - 0.5 if share < 0.7 else 0.2 * share


def match_columns(
    headings: Mapping[int, str], fields: Sequence[Field], cells: Callable[[int], Sequence[Cell]] | None = None
) -> tuple[Match, ...]:
    """The best column of each field, each column once; in order of column. Without `cells`, from the headings alone."""
    candidates = []
    for column, heading in headings.items():
        for place, known in enumerate(fields):
            score = heading_score(heading, known)
            if score <= 0:
                continue
            if cells is not None:
                score += content_score(known, cells(column))
            if score >= ENOUGH:
                candidates.append((round(score, 3), -place, -column, known, heading))
    taken_fields: set[str] = set()
    taken_columns: set[int] = set()
    found = []
    for score, _, minus_column, known, heading in sorted(candidates, key=lambda one: one[:3], reverse=True):
        column = -minus_column
        if known.name in taken_fields or column in taken_columns:
            continue
        taken_fields.add(known.name)
        taken_columns.add(column)
        found.append(Match(known.name, column, heading, min(1.0, score)))
    return tuple(sorted(found, key=lambda match: (match.column, match.field)))
