"""Award criteria with their weights, and the social one among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from levier.tender_files import vocabulary as words
from levier.tender_files.figures import figure
from levier.tender_files.sentences import Stated
from levier.tender_files.values import Criterion, LineKind

_WEIGHT = r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(%|points?|pts?|/ ?100|/ ?20)?"
_ROW = re.compile(
    r"^(?P<name>[^|]{3,200}?)\s*(?:\||/ (?:ponderation|weighting)\s*:?|- (?:ponderation|weighting)\s*:|:|\(|-|–|=|\.{2,}|\s)\s*(?:ponderation|coefficient|note(?: sur)?|sur)?\s*:?\s*"
    + _WEIGHT
    + r"\s*\)?\s*(?:des? (?:la note|points).*)?[.;,]?\s*$"
)
_CUE = re.compile(
    r"criteres? (?:d'attribution|de jugement|de choix|de notation|suivants|ponder|enonces|d'analyse|de selection des offres|de classement)|jugement des offres|criteres?[^.]{0,30}ponderation|award criteria|quality criterion|criteres? de qualite|choix de l'offre|offres? (?:sont|seront) (?:jugee|appreciee|notee|analysee|classee)"
)
_CUE_OFF = re.compile(
    r"selection des candidatures|documents? (?:a fournir|a produire)|delai|procedure|type de (?:marche|procedure)"
)
_SUB = re.compile(r"^(?:\W*sous[- ]critere|->|→|\d{1,2}\.\d{1,2}|[a-z]\)|dont\b|–>)|sous[- ]critere n")
_SOCIAL = re.compile(
    r"insertion|publics? (?:en difficulte|eloigne|prioritaire)|\bsocia(?:l|le|les|ux)\b|handicap|personnes eloignees|\bemploi de|apprenti|egalite (?:professionnelle|femmes)|\bsolidair"
)
_NOT_SOCIAL = re.compile(
    r"\brse\b|responsabilite socia|raison sociale|reseaux sociaux|capital social|siege social|insertion (?:paysag|architect|urbain|dans le site|dans l'environnement)"
)
_NAMED = re.compile(
    r"criteres? (?:n ?[°o] ?\d+ ?[:–-]? ?)?(?:[a-z']+ ){0,6}(?:d'|l'|« ?)?(?:social|insertion|performances?[^.;]{0,40}insertion)[^.;|]{0,80}"
)
_PARTS = re.compile(r"([^,:;()|]{4,90}?)\s*\(\s*(?:sur )?(\d{1,3}(?:,\d+)?)\s*(points?|pts?|%)\s*\)")
_HEAD = re.compile(
    r"^\W*(?:quality criterion - name\s*:\s*|critere (?:de qualite )?(?:n ?[°o] ?)?\s*\d*\s*[:–.-]?\s*(?:nom\s*:\s*)?|\d{1,2}\s*[.):–-]\s*(?:critere n ?[°o] ?\d+\s*[:–-]\s*|critere \d+\s*[:–-]\s*)?|-\s+)"
)


_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    weight: Decimal
    unit: str
    sub: bool
    stated: Stated
    place: int

    @property
    def written(self) -> str:
        value = f"{self.weight.normalize():f}".replace(".", ",")
        unit = {"%": "%", "": ""}.get(self.unit, " points")
        return f"{value}{unit}"


def criteria_of(sentences: Sequence[Stated]) -> list[Found]:
    """Criteria in the order of the text, sub-criteria marked; each name once in a list."""
    found: list[Found] = []
    cue = -100
    for number, stated in enumerate(sentences):
        folded = stated.folded
        if stated.kind in {LineKind.CONTENTS, LineKind.MARGIN, LineKind.NOTE} or stated.empty_box:
            continue
        if _CUE.search(folded) and "candidature" not in folded:
            cue = number
        elif stated.kind is LineKind.HEADING and _CUE_OFF.search(folded):
            cue = -100
        if number - cue <= 14 or _CUE.search(stated.above):
            told = _read(stated, number, found)
            found += told
            cue = number if told and cue >= 0 else cue
    return found


def _read(stated: Stated, number: int, before: list[Found]) -> list[Found]:
    rows = [(stated.text, stated.folded)]
    if stated.folded.count(" pts)") + stated.folded.count("%)") >= 2 and stated.kind is not LineKind.ROW:
        pairs = [(match[1], match[2], match[3]) for match in _PARTS.finditer(stated.folded)]
        if not re.search(r"sous[- ]critere", stated.folded):
            return [
                _made(name, name, weight, unit, stated, number, before)
                for name, weight, unit in pairs
                if _is_name(name)
            ]
    found = []
    for text, folded in rows:
        match = _ROW.match(folded)
        if match is None or not _is_name(match["name"]):
            continue
        weight, unit = match[2], match[3] or ""
        if not unit and not re.search(r"ponderation|weighting|coefficient", folded) and stated.kind is not LineKind.ROW:
            continue
        name = text[match.start("name") : match.end("name")]
        found.append(_made(name, match["name"], weight, unit, stated, number, before))
    return found


def _made(name: str, folded: str, weight: str, unit: str, stated: Stated, number: int, before: list[Found]) -> Found:
    clean = _HEAD.sub("", folded).strip(" :-–|.")
    shown = name[len(name) - len(_HEAD.sub("", folded)) :].strip(" :-–|.") if len(name) == len(folded) else name
    sub = bool(
        _SUB.match(folded.strip())
        or _SUB.match(clean)
        or "sous-critere" in folded
        or re.search(r"sous[- ]criteres?[^.]*:\s*$", stated.opening)
    )
    parent = next((one for one in reversed(before) if not one.sub), None)
    if parent is not None and number - parent.place < 12:
        inner = clean.startswith((_plain(parent.name) + " :", _plain(parent.name) + " -"))
        sub = sub or inner or _named_in(stated.opening, parent.name)
    unit = "%" if unit == "%" else "points" if unit.startswith("p") else ""
    return Found(shown or name, figure(weight.replace(".", ",")) or Decimal(0), unit, sub, stated, number)


def _plain(name: str) -> str:
    from levier.tender_files.wording import fold

    return fold(name)


def _named_in(opening: str, name: str) -> bool:
    """« La valeur technique a été analysée selon les critères suivants : » opens sub-criteria of that one."""
    return len(name) > 4 and opening.startswith(
        (_plain(name)[:16], "la " + _plain(name)[:16], "le " + _plain(name)[:16], "ce critere", "le critere")
    )


def _is_name(name: str) -> bool:
    letters = sum(character.isalpha() for character in name)
    return letters >= 3 and not re.search(
        r"\b(?:delai|tva|avance|retenue|garantie|mois|jours|penalit|telephone|fax|duree|code|lot n|tranche|montant|page|article|total|note totale|valeur : |date)\b",
        name,
    )


def main_list(found: Sequence[Found]) -> list[Found]:
    """The criteria themselves of the first list that has any, each once."""
    kept: list[Found] = []
    names: set[str] = set()
    for one in found:
        name = _plain(one.name)[:40]
        if one.sub:
            continue
        if kept and (one.place - kept[-1].place > 14 or name in names):
            if (len(kept) > 1 and name in names) or one.place - kept[-1].place > 14:
                break
            continue
        names.add(name)
        kept.append(one)
        if len(kept) > 1 and sum(other.weight for other in kept) == _WHOLE:
            break
    return kept


def as_criteria(found: Sequence[Found]) -> tuple[Criterion, ...]:
    return tuple(Criterion(one.name, one.written) for one in main_list(found))


def is_social(name: str) -> bool:
    """A name that speaks of insertion or of the people concerned; the firm's general policy (RSE) does not."""
    return bool(_SOCIAL.search(_NOT_SOCIAL.sub("", name)))


def social_of(found: Sequence[Found], sentences: Sequence[Stated]) -> tuple[Criterion | None, list[Stated]]:
    """The social criterion: first among those with a weight, else one that a sentence names."""
    for one in sorted(found, key=lambda one: one.sub):
        if is_social(_plain(one.name)):
            parts = _subcriteria(one.place, found, sentences)
            return Criterion(one.name, one.written, parts), [one.stated, *_explaining(one.place, sentences)]
    for number, stated in enumerate(sentences):
        if stated.kind is LineKind.CONTENTS or stated.empty_box or not words.is_award(stated):
            continue
        match = _NAMED.search(stated.folded)
        if (
            match
            and not words.NEGATED.search(stated.folded)
            and is_social(match.group())
            and not words.CONDITIONAL.search(stated.folded)
        ):
            weight = re.search(r"(\d{1,2}(?:,\d)?)\s*(%|points?)", stated.folded[match.start() :])
            name = stated.text[match.start() : match.end()].strip()
            written = f"{weight[1]}{'%' if weight[2] == '%' else ' points'}" if weight else None
            return Criterion(name, written, _subcriteria(number, found, sentences)), [stated]
    return None, []


def _explaining(place: int, sentences: Sequence[Stated]) -> list[Stated]:
    return [
        stated
        for stated in sentences[place + 1 : place + 9]
        if re.search(r"sous[- ]critere", stated.folded) and _PARTS.search(stated.folded)
    ]


def _subcriteria(place: int, found: Sequence[Found], sentences: Sequence[Stated]) -> tuple[str, ...]:
    """Those listed right after it, or told in one sentence « (6 points), … (5 points) »."""
    after: list[str] = []
    for one in found:
        if one.place > place:
            if not one.sub or one.place - place > 10:
                break
            after.append(f"{one.name} {one.written}")
    if after:
        return tuple(after)
    for stated in sentences[place : place + 9]:
        if re.search(r"sous[- ]critere|note|apprecie|evalue|juge", stated.folded) and not re.search(
            r"valeur technique|\bprix\b", stated.folded
        ):
            parts = list(_PARTS.finditer(stated.text))
            if len(parts) >= 2:
                return tuple(f"{match[1].strip()} {match[2]}" for match in parts)
    return ()


def weights_total(found: Sequence[Found]) -> Decimal | None:
    """The sum of a list of at least two criteria of one unit; None where it cannot be added up."""
    kept = main_list(found)
    if len(kept) < 2 or len({one.unit for one in kept}) != 1:
        return None
    return sum((one.weight for one in kept), Decimal(0))
