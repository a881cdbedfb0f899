"""How many hours, of which lot: written out, in a table, as a ratio, as a share, or left blank."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from levier.tender_files import vocabulary as words
from levier.tender_files.figures import figure, lot_of, spoken
from levier.tender_files.sentences import Stated
from levier.tender_files.values import Hours, LineKind

_NUMBER = r"\d{1,3}(?:[ .]\d{3})+|\d+"
_COUNT = re.compile(
    rf"(?<![\d,./-])({_NUMBER})(?:,\d+)?\s*(?:\((?:[a-z -]+)\)\s*)?(?:heures?|h)\b(?!\s*(?:\d|\.?\d\d))"
)
_WORDS = re.compile(r"((?:[a-z]+[ -]){0,8}[a-z]+)\s*(?:\((" + _NUMBER + r")\)\s*)?heures?\b")
_RATIO = re.compile(
    rf"({_NUMBER}|une?)\s*(?:h|heures?)\b[^.;]{{0,70}}?\b(?:par|pour|pour chaque|a chaque|toutes? les)\s+(?:tranche|fraction)?s?\s*(?:entamees? )?(?:complete )?(?:de |d')?({_NUMBER})\s*(k|m|mille)?\s*(?:€|euros?)"
)
_THRESHOLD = re.compile(
    rf"(?:seuil|au[- ]dela|a partir|a compter|franchise)[^.;]{{0,50}}?({_NUMBER})(?:,\d+)?\s*(k|m)?\s*(?:€|euros?)"
)
_SHARE = re.compile(
    r"(\d{1,2}(?:,\d+)?)\s*%\s*(?:au (?:moins|minimum) |minimum )?(?:du |des |de la |de l'|de |d'|sur )(?:[a-z']+ ){0,5}?(?:l'|d'|de )?"
    r"(heures?|temps|volume|main[- ]d'oeuvre|effectifs?|montant)\b[^.;|]{0,60}"
)
_BLANK = re.compile(
    r"(?:\.{3,}|…+|_{2,}|\[[^\]|]{0,40}\]|<[^>]{0,40}>|\bx{2,}|☐)[\s.…_]*(?:heures?|h)\b|nombre d'heures[^.:|]{0,60}[:|]\s*(?:\.{3,}|…|_{2,}|$|\[|a completer)"
)
_OTHER = re.compile(
    r"(?:moins|plus) de$|delai (?:de|maximum de|d')$|\b(?:sous|avant|apres|vers|dans les|dans un delai de|toutes les|sur) *$|a (?:partir de )?$|\bentre$|\bet$|\bjusqu'a$"
)
_OTHER_AFTER = re.compile(
    r"^\s*(?:hebdomadaires?|par semaine|par jour|ouvre|/ ?(?:jour|semaine)|travaillees? (?:au cours|dans|durant|sur)|precises|d'absence|de delai|apres|avant|suivant|par mois et par)"
)
_TOTAL = re.compile(r"\btotal|\bglobal|ensemble d(?:u|es)|tous (?:les )?lots|toutes? tranches")
_YEARLY = re.compile(r"par an\b|annuel|chaque annee|/ ?an\b|par annee|par periode")
_NAMED_LOT = re.compile(r"\blots?\s*(?:n ?[°o] ?)?(\d{1,2})\b(?!\s*lots)")
_LABELLED = re.compile(rf"(?:nombre|volume|total)[^:|.;]{{0,70}}heures?[^:|.;]{{0,70}}[:|]\s*({_NUMBER})\s*(?:\.|;|$)")
_ANY_LOT = re.compile(r"\blots? (?:n ?[°o] ?)?\d")


def hours_of(sentences: Sequence[Stated], *, objects: bool) -> list[tuple[Hours, Stated]]:
    """Each count once, with the sentence that says it."""
    several = any(_ANY_LOT.search(stated.folded) for stated in sentences)
    found: list[tuple[Hours, Stated]] = []
    column: _Table | None = None
    for stated in sentences:
        if stated.kind is LineKind.CONTENTS or stated.empty_box:
            continue
        header = _header(stated)
        if header is not None:
            column = header
        elif column is not None and (row := column.row(stated)) is not None:
            found += [(one, stated) for one in row]
            continue
        elif column is not None and stated.kind is not LineKind.ROW and not column.loose:
            column = None
        if _concerns(stated, objects=objects):
            found += [(one, stated) for one in _told(stated, several=several)]
    return _once(found)


def _concerns(stated: Stated, *, objects: bool) -> bool:
    folded = stated.folded
    if words.is_award(stated) or words.is_candidates(stated) or words.OBJECT.search(folded):
        return False
    if words.PENAL.search(folded) and not re.search(r"volume|minimum de|s'engage", folded):
        return False
    own = words.CLAUSE.search(folded) or words.ACTION.search(folded) or (words.PEOPLE.search(folded) and not objects)
    return bool(own) or (words.within_clause(stated) and not words.GREEN.search(folded))


def _told(stated: Stated, *, several: bool) -> Iterator[Hours]:
    folded = stated.folded
    if words.DESCRIBES.search(folded) and not words.PARTIES.search(folded):
        return
    ratio = _RATIO.search(folded)
    if ratio:
        threshold = _THRESHOLD.search(folded, ratio.end())
        formula = f"{stated.text[ratio.start() : ratio.end()]}"
        if threshold:
            formula = stated.text[ratio.start() : threshold.end()]
        yield Hours(lot_of(folded, ratio.start()) or _single(folded + stated.above, several=several), None, formula)
        return
    counted = list(_COUNT.finditer(folded))
    after = (
        bool(counted)
        and lot_of(folded, counted[0].start()) is not None
        and _ANY_LOT.search(folded, 0, counted[0].start()) is None
    )
    for number, match in enumerate(counted):
        value = figure(match[1])
        before = folded[max(0, match.start() - 40) : match.start()].rstrip()
        if value is None or _OTHER.search(before) or _OTHER_AFTER.match(folded[match.end() :]):
            continue
        since = counted[number - 1].end() if number else 0
        until = counted[number + 1].start() if number + 1 < len(counted) else len(folded)
        yield _counted(stated, match, value, (since, until), after=after, several=several)
    if not counted:
        yield from _uncounted(stated, several=several)


def _counted(
    stated: Stated, match: re.Match[str], value: Decimal, bounds: tuple[int, int], *, after: bool, several: bool
) -> Hours:
    """`bounds`: the counts before and after in the sentence. `after`: its lots are named behind their hours."""
    folded = stated.folded
    since, until = bounds
    around = folded[since : match.end() + 60]
    lot = lot_of(folded[:until], match.end(), match.end()) if after else lot_of(folded, match.start(), since)
    yearly = _YEARLY.search(folded[match.start() : match.end() + 40]) or _YEARLY.search(
        folded[max(since, match.start() - 30) : match.start()]
    )
    formula = "par an" if yearly else None
    if lot is None and not _TOTAL.search(around):
        lot = _lot_near(stated)
    if lot is None and re.search(r"tous (?:les )?lots|ensemble des lots", around):
        return Hours("tous", value, formula)
    if lot is None:
        total = bool(_TOTAL.search(folded[max(since, match.start() - 90) : match.end() + 30]))
        if total and several:
            return Hours("total annoncé", value, formula, announced_total=True)
        return Hours(_single(folded + stated.above, several=several), value, formula)
    return Hours(lot, value, formula)


def _uncounted(stated: Stated, *, several: bool) -> Iterator[Hours]:
    folded = stated.folded
    lot = lot_of(folded, len(folded)) or _lot_near(stated) or _single(folded + stated.above, several=several)
    labelled = _LABELLED.search(folded)
    if labelled and (value := figure(labelled[1])) is not None:
        yield Hours(lot, value)
        return
    share = _SHARE.search(folded)
    if share and not re.search(r"avance|retenue|garantie|tva|penalit|handicap", folded):
        yield Hours(lot, None, stated.text[share.start() : share.end()].strip())
    elif _BLANK.search(folded):
        yield Hours(lot_of(folded, len(folded)), None, "nombre d’heures laissé en blanc")
    else:
        for match in _WORDS.finditer(folded):
            value = figure(match[2]) if match[2] else spoken(match[1])
            if value is not None and value > 1 and not _OTHER_AFTER.match(folded[match.end() :]):
                yield Hours(lot, value, "par an" if _YEARLY.search(folded[match.end() : match.end() + 30]) else None)


def _lot_near(stated: Stated) -> str | None:
    """The only lot that the sentence names, else the one of the titles above it, the nearest first."""
    named = {match[1] for match in _NAMED_LOT.finditer(stated.folded)}
    if len(named) == 1:
        return named.pop()
    if named:
        return None
    return next((found for title in reversed(stated.titles) if (found := lot_of(title, len(title)))), None)


def _single(around: str, *, several: bool) -> str | None:
    return "unique" if "lot unique" in around or not several else None


class _Table:
    """A table of hours by lot: which column holds the lot, which the hours. `loose`: a table whose columns the format lost (PDF)."""

    def __init__(self, lot: int, hours: int, *, loose: bool) -> None:
        self._lot, self._hours, self.loose = lot, hours, loose
        self._misses = 0

    def row(self, stated: Stated) -> list[Hours] | None:
        if self.loose:
            return self._line(stated)
        if stated.kind is not LineKind.ROW or len(stated.cells) <= max(self._lot, self._hours):
            return None
        label, told = stated.cells[self._lot], stated.cells[self._hours]
        return self._hours_of(label, told)

    def _hours_of(self, label: str, told: str) -> list[Hours] | None:
        from levier.tender_files.wording import fold

        label, told = fold(label), fold(told)
        numbered = re.match(r"^(?:lots? ?)?(?:n ?[°o] ?)?(\d{1,2}|unique)\b", label)
        value = figure(re.sub(r"\s*(?:heures?|h)\b.*$", "", told).strip())
        if re.match(r"^(?:total|ensemble)", label):
            return [Hours("total annoncé", value, None, announced_total=True)] if value is not None else []
        lot = numbered[1] if numbered else label.strip()[:80] or None
        if value is not None:
            return [Hours(lot, value)]
        if re.match(r"^\d{1,2}(?:,\d+)?\s*%", told):
            return [Hours(lot, None, f"{told} des heures")]
        if re.match(r"^(?:sans objet|neant|aucune?|non\b|so\b|-|–|—|0)", told):
            return [Hours(lot, Decimal(0), "sans objet")]
        return []

    def _line(self, stated: Stated) -> list[Hours] | None:
        match = re.match(
            rf"^(?:lot ?)?(?:n ?[°o] ?)?(\d{{1,2}}|total)\b[^\d]*?(\d{{1,2}}(?:,\d+)?\s*%|{_NUMBER}|sans objet|neant)\s*(?:heures?|h)?\s*$",
            stated.folded,
        )
        if match is None:
            self._misses += 1
            return None
        return self._hours_of(match[1], match[2])


def _header(stated: Stated) -> _Table | None:
    folded = stated.folded
    if not re.search(r"\blots?\b", folded) or not re.search(r"\bheures?\b", folded):
        return None
    if stated.kind is LineKind.ROW:
        from levier.tender_files.wording import fold

        cells = [fold(cell) for cell in stated.cells]
        lots = [number for number, cell in enumerate(cells) if re.search(r"\blots?\b", cell)]
        hours = [number for number, cell in enumerate(cells) if re.search(r"\bheures?\b", cell)]
        concerned = words.names_clause(folded) or words.within_clause(stated)
        if lots and hours and lots[0] != hours[-1] and concerned and not any(_COUNT.search(cell) for cell in cells):
            return _Table(lots[0], hours[-1], loose=False)
        return None
    short = len(folded) < 90 and not re.search(r"\d", folded) and not folded.rstrip().endswith((".", ":"))
    return _Table(0, 0, loose=True) if short and (words.names_clause(folded) or words.within_clause(stated)) else None


def _once(found: list[tuple[Hours, Stated]]) -> list[tuple[Hours, Stated]]:
    kept: list[tuple[Hours, Stated]] = []
    seen: set[tuple[object, object]] = set()
    for one, stated in found:
        key = (one.lot, one.hours if one.hours is not None else "".join((one.formula or "").split())[:24])
        if key not in seen:
            seen.add(key)
            kept.append((one, stated))
    return _with_totals(_without_echoes(kept))


def _with_totals(found: list[tuple[Hours, Stated]]) -> list[tuple[Hours, Stated]]:
    """Beside hours by lot, a count that is said to be the whole is a total that was announced."""
    lots = sum(1 for one, _ in found if one.lot and one.lot[0].isdigit())
    if lots < 2:
        return found
    return [
        (replace(one, lot="total annoncé", announced_total=True), stated)
        if one.lot in {None, "unique", "tous"} and one.hours is not None and _TOTAL.search(stated.folded)
        else (one, stated)
        for one, stated in found
    ]


def _without_echoes(found: list[tuple[Hours, Stated]]) -> list[tuple[Hours, Stated]]:
    """A count without a lot that repeats one that has a lot, and blanks where a number is given, add nothing."""
    named = {one.hours for one, _ in found if one.lot not in {None, "unique"} and one.hours is not None}
    numbers = any(one.hours is not None for one, _ in found)
    return [
        (one, stated)
        for one, stated in found
        if not (one.lot in {None, "unique"} and one.hours in named)
        and not (numbers and one.hours is None and (one.formula or "").startswith("nombre"))
    ]
