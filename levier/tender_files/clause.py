"""Is there an insertion clause? Present, absent, or cannot be decided from this file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from levier.tender_files import vocabulary as words
from levier.tender_files.sentences import Stated
from levier.tender_files.values import LineKind, Scope

_LOT_ONLY = re.compile(r"\blots? (?:n ?° ?s? ?)?\d")
_BELOW = re.compile(r"en deca|au-dessous|inferieur|tant que|avant (?:ce|le) seuil")
_SHORT_ANSWER = re.compile(r"^\s+(oui|non)\s*\.?$")
"""A cell beside its label, in a format that lost the border between them."""
_NEAR_START = 30
_GUIDE = re.compile(
    r"\bguides? (?:pratique|de l|a destination|des? |d')|^guide\b|fiche (?:pratique|technique|outil)|foire aux questions|\bvade-?mecum|support de formation|^plaquette"
)
_CONTAINS = re.compile(r"\b(?:comport|compren|prevoi|soumi|assorti|impos|fait l'objet|contien|inclu)")
_BINDS = re.compile(r"\b(?:titulaire|attributaire|soumissionnaire)s?\b")
_REFERS = re.compile(r"\b(?:ccap|ccp|ccatp|cahier des (?:clauses|charges)|acte d'engagement|annexe)")


@dataclass(slots=True)
class Signs:
    """What the sentences say, sorted."""

    states: list[Stated] = field(default_factory=list)
    weak: list[Stated] = field(default_factory=list)
    """What binds the holder in an article about the clause, without naming it."""
    denies: list[Stated] = field(default_factory=list)
    lot_denies: list[Stated] = field(default_factory=list)
    conditional: list[Stated] = field(default_factory=list)
    undecided: list[Stated] = field(default_factory=list)
    social: list[Stated] = field(default_factory=list)
    criterion: list[Stated] = field(default_factory=list)
    objects: list[Stated] = field(default_factory=list)


def signs_of(sentences: Sequence[Stated]) -> Signs:
    signs = Signs()
    signs.objects = [
        stated for stated in sentences if words.OBJECT.search(stated.folded) and not words.CLAUSE.search(stated.folded)
    ]
    guide = _is_guide(sentences)
    boxes = _boxes(sentences)
    for number, stated in enumerate(sentences):
        if stated.kind is LineKind.CONTENTS:
            continue
        if stated.empty_box:
            if _of_clause(stated) and not boxes.get(stated.opening + "/" + stated.title, False):
                signs.undecided.append(stated)
            continue
        following = sentences[number + 1] if number + 1 < len(sentences) else None
        _sort(stated, following, signs, guide=guide)
    return signs


def _boxes(sentences: Sequence[Stated]) -> dict[str, bool]:
    """For each question, whether one of its boxes is ticked."""
    found: dict[str, bool] = {}
    for stated in sentences:
        if stated.empty_box or stated.ticked_box:
            key = stated.opening + "/" + stated.title
            found[key] = found.get(key, False) or stated.ticked_box
    return found


def _of_clause(stated: Stated) -> bool:
    return bool(words.CLAUSE.search(stated.folded) or words.ACTION.search(stated.folded))


def _sort(stated: Stated, following: Stated | None, signs: Signs, *, guide: bool) -> None:
    folded = stated.folded
    if words.is_candidates(stated) and not words.CLAUSE.search(folded):
        return
    if words.is_award(stated):
        if words.NEGATED.search(folded):
            pass
        elif words.about_insertion(folded) or re.search(r"critere[^.]{0,60}(?:social|insertion)", folded):
            signs.criterion.append(stated)
        if not (words.CLAUSE.search(folded) and _CONTAINS.search(folded)):
            return
    topic = words.CLAUSE.search(folded) or words.ACTION.search(folded)
    if topic is None and (words.PEOPLE.search(folded) and not (signs.objects and not words.within_clause(stated))):
        topic = words.PEOPLE.search(folded) if _gives_work(folded) else None
    if topic is not None and not _object_only(stated, signs):
        _sort_topic(stated, following, topic, signs, guide=guide)
    elif topic is None and not guide and _binds_under_title(stated):
        signs.weak.append(stated)
    elif social := words.SOCIAL.search(folded):
        _sort_social(stated, following, social, signs, guide=guide)


def _gives_work(folded: str) -> bool:
    """Hours, posts or work kept for people: an insertion clause that does not use the word."""
    return bool(
        re.search(
            r"\b(?:heures?|embauch\w+|recrut\w+|emploi de|temps de travail|main-d'oeuvre|postes?|effectif\w*|part des? (?:travaux|heures|prestations))\b",
            folded,
        )
        and re.search(
            r"reserv|doit|devra|engag|embauch|recrut|confi|consacr|promouvoir|obligat|tenu|minimum|affect|realis",
            folded,
        )
    )


def _binds_under_title(stated: Stated) -> bool:
    titled = any(words.CLAUSE.search(title) or words.ACTION.search(title) for title in stated.titles)
    bound = _BINDS.search(stated.folded) and words.STATES.search(stated.folded)
    return (
        titled
        and bool(bound)
        and not words.CONDITIONAL.search(stated.folded)
        and not words.NEGATED.search(stated.folded)
    )


def _object_only(stated: Stated, signs: Signs) -> bool:
    """Where insertion is what is bought, only a clause that is named counts."""
    return stated in signs.objects or (
        bool(signs.objects) and not words.CLAUSE.search(stated.folded) and not words.within_clause(stated)
    )


def _sort_topic(stated: Stated, following: Stated | None, topic: re.Match[str], signs: Signs, *, guide: bool) -> None:
    folded = stated.folded
    rest = folded[topic.end() :]
    answer = _SHORT_ANSWER.match(rest) if topic.start() < _NEAR_START else None
    if words.ANSWERED_NO.match(rest) or _answered_below(stated, following) or (answer and answer[1] == "non"):
        signs.denies.append(stated)
    elif words.ANSWERED_YES.match(rest) or answer:
        signs.states.append(stated)
    elif words.ANSWERED_OPEN.match(rest) and stated.kind is not LineKind.HEADING:
        signs.undecided.append(stated)
    elif _denied(folded, topic):
        if not _BELOW.search(folded):
            (signs.lot_denies if _LOT_ONLY.search(folded) else signs.denies).append(stated)
    elif stated.kind is LineKind.HEADING or guide:
        if following is not None and _REFERS.search(following.folded) and stated.kind is LineKind.HEADING and not guide:
            signs.states.append(stated)
    elif words.near(
        words.CONDITIONAL, folded, topic.start(), topic.end(), before=70, after=45
    ) and not words.PENAL.search(folded):
        signs.conditional.append(stated)
    elif _binds(stated, topic):
        signs.states.append(stated)


def _answered_below(stated: Stated, following: Stated | None) -> bool:
    """A title or a label whose only content is « sans objet »."""
    if following is None or (stated.kind is not LineKind.HEADING and not stated.folded.rstrip().endswith(":")):
        return False
    return bool(
        re.match(
            r"^(?:☒\s*)?(?:sans objet|neant|non\b(?:$|\.| (?:applicable|concerne|prevu))|aucune?\.?$)",
            following.folded.strip(),
        )
    )


def _denied(folded: str, topic: re.Match[str]) -> bool:
    """A negation that bears on the clause: before it in the sentence, or right after it."""
    for found in words.NEGATED.finditer(folded):
        if found.start() <= topic.end() + 45 and topic.start() - found.end() < 70:
            between = folded[found.end() : topic.start()]
            if not re.search(r"[;:]|\bmais\b|\bpar ailleurs\b", between):
                return True
    return False


def _binds(stated: Stated, topic: re.Match[str]) -> bool:
    folded = stated.folded
    if words.DESCRIBES.search(folded) and not _BINDS.search(folded):
        return False
    if words.PENAL.search(folded + stated.above) and re.search(
        r"non|inexecution|manquement|defaut|retard|penalit", folded
    ):
        return True
    if words.STATES.search(folded) and (words.PARTIES.search(folded) or words.within_clause(stated)):
        return True
    return (
        stated.kind is LineKind.ROW
        or _gives_work(folded)
        or bool(re.search(r"^clauses?\b|\(lots?\b", folded[topic.start() : topic.end() + 8]))
    )


def _sort_social(stated: Stated, following: Stated | None, topic: re.Match[str], signs: Signs, *, guide: bool) -> None:
    folded = stated.folded
    rest = folded[topic.end() :]
    answer = _SHORT_ANSWER.match(rest) if topic.start() < _NEAR_START else None
    if (
        words.ANSWERED_NO.match(rest)
        or _denied(folded, topic)
        or _answered_below(stated, following)
        or (answer and answer[1] == "non")
    ):
        if not _LOT_ONLY.search(folded):
            signs.denies.append(stated)
    elif words.ANSWERED_OPEN.match(rest) and stated.kind is not LineKind.HEADING:
        signs.undecided.append(stated)
    elif stated.kind is LineKind.HEADING and (
        following is None or following.kind is LineKind.HEADING or following.boxed
    ):
        return
    elif not guide and not (words.DESCRIBES.search(folded) and not words.PARTIES.search(folded)):
        signs.social.append(stated)


def _is_guide(sentences: Sequence[Stated]) -> bool:
    """A guide for buyers: it explains clauses and binds nobody."""
    head = [stated.folded for stated in sentences[:15]]
    bound = sum(1 for stated in sentences if _BINDS.search(stated.folded))
    return any(_GUIDE.search(line) for line in head) and bound * 12 <= len(sentences)


@dataclass(frozen=True, slots=True)
class Verdict:
    scope: Scope
    support: tuple[Stated, ...] = ()
    answer: bool | None = None
    social: bool | None = None
    opposed: bool = False
    """The file states the clause and denies it."""


def decide(signs: Signs, kind: str | None, hours: tuple[Stated, ...]) -> Verdict:
    """`hours`: the sentences that count insertion hours. The order is that of the evidence: what is stated, denied, left open, only generic, only judged."""
    asks_hours = bool(hours)
    if signs.states and signs.denies:
        return Verdict(Scope.UNDECIDED, (*signs.states[:2], *signs.denies[:2]), opposed=True)
    if signs.weak and not signs.denies:
        signs.states += signs.weak
    if signs.states:
        return Verdict(_scope(signs, kind, asks_hours=asks_hours), _best(signs.states), answer=True, social=True)
    if signs.denies:
        return Verdict(Scope.NONE, tuple(signs.denies[:3]), answer=False, social=False)
    left_open = (
        (Scope.CONDITIONAL, signs.conditional, None), (Scope.UNDECIDED, signs.undecided, None), (Scope.GENERIC, signs.social, True),
        (Scope.CRITERION, signs.criterion, None),
    )  # fmt: skip
    for scope, found, social in left_open:
        if found:
            return Verdict(scope, tuple(found[:3]), social=social)
    if asks_hours and not signs.objects:
        return Verdict(Scope.ANNOUNCED if kind in {"notice", "RC"} else Scope.FULL, hours, answer=True, social=True)
    if signs.objects:
        return Verdict(Scope.OBJECT, tuple(signs.objects[:2]), answer=False)
    return Verdict(Scope.NONE, answer=False, social=False)


def _best(states: Sequence[Stated]) -> tuple[Stated, ...]:
    """Those that say the contract contains a clause first, then those that name one; penalties last. Three are enough."""

    def rank(stated: Stated) -> tuple[bool, bool, bool]:
        folded = stated.folded
        named = bool(words.CLAUSE.search(folded) or words.ACTION.search(folded))
        return (bool(words.PENAL.search(folded)), not (named and _CONTAINS.search(folded)), not named)

    return tuple(sorted(states, key=rank)[:3])


def _scope(signs: Signs, kind: str | None, *, asks_hours: bool) -> Scope:
    if kind == "AE":
        return Scope.COMMITMENT
    binding = any(_BINDS.search(stated.folded) for stated in signs.states)
    return Scope.FULL if asks_hours or (binding and kind not in {"notice", "RC"}) else Scope.ANNOUNCED
