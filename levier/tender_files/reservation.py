"""Is the contract or a lot reserved to firms that employ disabled or disadvantaged people, or of the social economy?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from levier.tender_files import vocabulary as words
from levier.tender_files.articles import cited
from levier.tender_files.figures import lot_of
from levier.tender_files.sentences import Stated
from levier.tender_files.values import LineKind, Reservation, Status

_BENEFICIARIES = (
    ("entreprises adaptées et ESAT", r"entreprises? adaptees?|\besats?\b|etablissements? (?:et services? )?(?:d'aide|d'accompagnement) par le travail|\bea\b|ateliers? proteges?|travailleurs? handicapes?|personnes? handicapees?|emplois? proteges?|l\.? ?2113-12\b"),
    ("structures d’insertion par l’activité économique", r"insertion par l'activite|structures? d'insertion|\bsiae\b|entreprises? d'insertion|chantiers? d'insertion|travailleurs? defavorises|associations? intermediaires?|integration sociale|l\.? ?2113-13\b(?!-)"),
    ("production en établissement pénitentiaire", r"penitentiaire|detenus|l\.? ?2113-13-1"),
    ("entreprises de l’économie sociale et solidaire", r"economie sociale et solidaire|\bess\b|entreprises? solidaires?|l\.? ?2113-15"),
)  # fmt: skip
_ANY = re.compile("|".join(pattern for _, pattern in _BENEFICIARIES))
_SUBJECT = r"(?:marches?|lots?|accord-cadre|accords-cadres|consultation|prestations?|procedure|concession|participation|appel d'offres|operation)"
_SHARE = re.compile(r"\b(?:50|cinquante)\s*(?:\(50\)\s*)?%|au moins la moitie|minimum de 50|proportion minimale")
_LABEL = re.compile(
    r"(?:marches?|lots?) reserves?\s*[:|?–-]*\s*(?<![a-z])(?:☒\s*)?(oui|non|sans objet|neant|aucun\w*|a completer|s\.?o\.?)\b"
)
_NOT = re.compile(
    rf"{_SUBJECT}[^.;]{{0,60}}(?:n'est|ne sont|n'a ete|n'ont ete|ne sera|ne fait|ne font)[^.;]{{0,40}}(?:pas|aucun\w*|point)[^.;]{{0,30}}reserv"
    r"|aucun (?:des )?(?:lots?|marches?)[^.;]{0,40}reserv|(?:pas|sans|aucune?) (?:de )?(?:marche |lot )?reserv(?:e|ation)|non reserve|il n'est pas (?:fait application|prevu)[^.;]{0,60}(?:reserv|2113-1)"
)
_IS = re.compile(
    rf"{_SUBJECT}[^.;]{{0,80}}\b(?:est|sont|sera|seront|etant|a ete|ont ete)\s+(?:[a-z]+ment )?reserves?e?s?\b|\breservation du (?:marche|lot)|\({_SUBJECT} reserves?\)|{_SUBJECT} reserves?\b"
    rf"|{_SUBJECT}[^.;]{{0,60}}(?:dont|a) (?:l'acces|la participation|l'execution|l'attribution)[^.;]{{0,30}}reserve|(?:reserve|reserver)\b[^.;]{{0,30}}\b(?:ce|le|les|cette|la) (?:present )?{_SUBJECT}"
    rf"|(?:acces|participation|droit de participer)[^.;]{{0,40}}(?:est|sont) (?:exclusivement )?reservee?s?|seules? (?:les |peuvent )[^.;]{{0,60}}(?:peuvent|candidater|soumissionner)|execute[^.;]{{0,20}}dans le cadre de programmes d'emplois"
)
_TO = re.compile(r"reservee?s?\s*(?:exclusivement |uniquement )?(?:a|aux|au)\b")
_PROFESSION = re.compile(
    r"reservee?s? (?:a|aux) (?:une |des |les |la )?(?:professions?|entreprises?|personnes?|societes|operateurs|candidats|bureaux|architectes|avocats|laboratoires|prestataires|titulaires)"
)
_OPEN_TITLE = re.compile(r"informations? sur les marches reserves")
_MAY = re.compile(r"\b(?:pourra\w*|peut|peuvent|le cas echeant|eventuellement|susceptible|envisage)\b")


@dataclass(slots=True)
class _Signs:
    asked: set[tuple[str, str]]
    """Lists of boxes among which one speaks of a reservation."""
    yes: list[Stated] = field(default_factory=list)
    no: list[Stated] = field(default_factory=list)
    maybe: list[Stated] = field(default_factory=list)
    unticked: list[Stated] = field(default_factory=list)
    ticked: bool = False
    profession: list[Stated] = field(default_factory=list)


def reservation_of(sentences: Sequence[Stated]) -> tuple[Reservation | None, list[Stated]]:
    """None where the file does not speak of it."""
    signs = _Signs(
        asked={(one.opening, one.title) for one in sentences if one.empty_box and "reserv" in one.above + one.folded}
    )
    for number, stated in enumerate(sentences):
        if stated.kind is not LineKind.CONTENTS:
            following = sentences[number + 1 : number + 6]
            _sort(stated, following, signs)
    support = signs.yes + signs.no + signs.maybe + signs.unticked
    articles = _articles(sentences)
    if (signs.yes and signs.no) or (signs.maybe and not signs.yes and not signs.no):
        if _by_lot(signs):
            return _reserved(signs, articles, sentences), support
        return Reservation(Status.UNDETERMINED, articles, _beneficiaries(support)), support
    if signs.yes:
        return _reserved(signs, articles, sentences), support
    if signs.no:
        return Reservation(Status.NO, articles), support
    if signs.unticked:
        return Reservation(
            Status.NO if signs.ticked else Status.UNDETERMINED, articles, _beneficiaries(signs.unticked)
        ), signs.unticked
    if signs.profession:
        return Reservation(Status.NO), signs.profession[:1]
    return None, []


def _reserved(signs: _Signs, articles: tuple[str, ...], sentences: Sequence[Stated]) -> Reservation:
    lots = [lot for stated in signs.yes if (lot := _lot(stated))]
    share = any(
        _SHARE.search(stated.folded) and re.search(r"travailleurs|handicap|defavoris|effectif|salaries", stated.folded)
        for stated in sentences
    )
    told = list(signs.yes)
    return Reservation(Status.YES, articles, _beneficiaries(told), ", ".join(dict.fromkeys(lots)) or None, share)


def _lot(stated: Stated) -> str | None:
    """The lot a sentence or a row is about."""
    if (
        stated.kind is LineKind.ROW
        and stated.cells
        and (numbered := re.match(r"^\D{0,8}(\d{1,2})\s*$", stated.cells[0]))
    ):
        return numbered[1]
    if leading := re.match(r"^(\d{1,2}) [A-Z]", stated.text):
        return leading[1]
    return lot_of(stated.folded, len(stated.folded))


def _by_lot(signs: _Signs) -> bool:
    """One lot is reserved, another is not: no contradiction."""
    return bool(signs.yes) and all(_lot(stated) for stated in signs.yes + signs.no)


def _sort(stated: Stated, following: Sequence[Stated], signs: _Signs) -> None:
    folded = stated.folded
    label = _LABEL.search(folded)
    if label is not None:
        (signs.yes if label[1] == "oui" else signs.maybe if label[1] == "a completer" else signs.no).append(stated)
    elif _OPEN_TITLE.search(folded) and not _TO.search(folded):
        return
    elif stated.empty_box:
        if _IS.search(folded) or _NOT.search(folded) or (_ANY.search(folded) and "reserv" in stated.above + folded):
            signs.unticked.append(stated)
    elif _NOT.search(folded):
        signs.ticked = signs.ticked or stated.ticked_box
        signs.no.append(stated)
    elif _is_reserved(stated, following):
        signs.ticked = signs.ticked or stated.ticked_box
        (signs.maybe if _MAY.search(folded) else signs.yes).append(stated)
    elif (_PROFESSION.search(folded) or "reservee a une profession" in folded) and re.search(
        r"(?:prestation|marche|consultation|participation)", folded
    ):
        signs.profession.append(stated)
    elif stated.ticked_box and (stated.opening, stated.title) in signs.asked:
        signs.ticked = True


def _is_reserved(stated: Stated, following: Sequence[Stated]) -> bool:
    folded = stated.folded
    if stated.kind is LineKind.HEADING or (
        re.search(r"se reserve|reserves? (?:ci-apres|emises)|sous reserve", folded) and not _TO.search(folded)
    ):
        return bool(re.search(r"\((?:marche|lot) reserve\)", folded)) or (
            stated.kind is LineKind.HEADING and bool(_TO.search(folded) and _ANY.search(folded))
        )
    if stated.ticked_box and "reserv" in stated.above and _ANY.search(folded):
        return True
    if not _IS.search(folded):
        return False
    if _ANY.search(folded) or re.search(r"\((?:marche|lot) reserve\)", folded):
        return not _persons_only(folded)
    items = [one for one in following if not one.empty_box]
    return (
        folded.rstrip().endswith(":")
        and any(_ANY.search(one.folded) for one in items[:4])
        and not any(one.empty_box for one in following[:4])
    )


def _persons_only(folded: str) -> bool:
    """Hours or posts kept for people, not a contract kept for firms."""
    return bool(re.search(r"(?:heures?|postes?|temps|embauches?|part)\b[^.;]{0,40}reserve", folded)) and not re.search(
        r"(?:lot|marche)s?[^.;]{0,20}reserve", folded
    )


def _beneficiaries(support: Sequence[Stated]) -> tuple[str, ...]:
    told = " ".join(f"{stated.folded} {stated.opening}" for stated in support)
    return tuple(name for name, pattern in _BENEFICIARIES if re.search(pattern, told))


def _articles(sentences: Sequence[Stated]) -> tuple[str, ...]:
    found: list[str] = []
    for stated in sentences:
        if words.is_candidates(stated):
            continue
        found += [article for article in cited(stated.folded) if re.match(r"^(?:L2113-1[2-6]|R2113-[78])", article)]
    return tuple(dict.fromkeys(found))
