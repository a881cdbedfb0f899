"""Articles of law cited for the clause, the reservation or the criterion; those of texts that are no longer in force."""

import re
from collections.abc import Iterator, Sequence

from levier.tender_files import vocabulary as words
from levier.tender_files.sentences import Stated
from levier.tender_files.values import LineKind

_NUMBER = r"[lrd]\s?\.?\s?\*?\s?\d{1,4}(?:[-‑–]\d{1,3}){0,3}(?:[-‑–]\d)?"
_CODED = re.compile(
    rf"\b({_NUMBER})((?:\s*(?:,|et|ou|a|au|;)\s*(?:l'article |articles? )?(?:{_NUMBER}|(?<=\d )[-‑–]\d+))*)"
)
_ONE = re.compile(_NUMBER)
_CODES = (
    ("code du travail", "code du travail"), ("code de l'education", "code de l’éducation"), ("action sociale", "CASF"),
    ("code de la commande publique", "CCP"), ("code des marches publics", "CMP 2006"), ("ccp", "CCP"), ("code penal", "code pénal"),
    ("code general des collectivites", "CGCT"), ("code de la securite sociale", "code de la sécurité sociale"),
    ("code de l'environnement", "code de l’environnement"),
)  # fmt: skip
_OLD = re.compile(
    r"\barticles? (\d{1,3}(?:-[ivx\d]+)?(?:\s*(?:,|et|ou)\s*\d{1,3})*)(?:[ ,][^.;]{0,30}?)?\s*(?:du|de la|de l'|d'un|de)?\s*"
    r"(code des marches publics|cmp\b|decret[^.;]{0,20}2016-360|decret[^.;]{0,20}2016-361|decret[^.;]{0,20}2006-975|ordonnance[^.;]{0,20}2015-899)"
)
_OLD_TEXT = re.compile(
    r"(?:ordonnance|decret)[^.;]{0,20}?(2015-899|2016-360|2016-361|2006-975)|(code des marches publics)"
)
_CCAG = re.compile(
    r"\barticles? (\d{1,2}(?:\.\d{1,2}){0,3})(?:\s*(?:,|et)\s*\d{1,2}(?:\.\d{1,2}){0,3})* (?:du |de )?(?:ccag|cahier des clauses administratives generales)[ -]*(?:applicable aux marches )?(?:publics )?(?:de |d')?"
    r"(travaux|fcs|pi|tic|mi|moe|fournitures courantes|prestations intellectuelles|techniques de l'information|maitrise d'oeuvre|marches industriels)?"
)
_CCAGS = {
    "travaux": "CCAG-Travaux", "fcs": "CCAG-FCS", "pi": "CCAG-PI", "tic": "CCAG-TIC", "mi": "CCAG-MI", "moe": "CCAG-MOE",
    "fournitures courantes": "CCAG-FCS", "prestations intellectuelles": "CCAG-PI", "techniques de l'information": "CCAG-TIC",
    "maitrise d'oeuvre": "CCAG-MOE", "marches industriels": "CCAG-MI", "": "CCAG",
}  # fmt: skip
_ALWAYS = re.compile(r"^(?:L2112-2(?:-1)?|L2113-1[2-6](?:-1)?|R2113-[78]) CCP$")
_REPEALED_TEXTS = {
    "2015-899": "ordonnance n° 2015-899",
    "2016-360": "décret n° 2016-360",
    "2016-361": "décret n° 2016-361",
    "2006-975": "décret n° 2006-975",
}


def articles_of(sentences: Sequence[Stated]) -> list[tuple[str, Stated]]:
    """Each article once, in the order of the text: always those of the clause and of reservations, the others where the sentence is about them."""
    found: list[tuple[str, Stated]] = []
    seen: set[str] = set()
    for number, stated in enumerate(sentences):
        if stated.kind == LineKind.CONTENTS:
            continue
        following = sentences[number + 1].folded if number + 1 < len(sentences) else ""
        concerned = _concerned(stated, judged=_recent(sentences, number))
        for article in cited(stated.folded, following):
            if article not in seen and (concerned or (_ALWAYS.match(article) and not words.is_candidates(stated))):
                seen.add(article)
                found.append((article, stated))
    return found


def _recent(sentences: Sequence[Stated], number: int) -> bool:
    return any(is_social_judgement(stated) for stated in sentences[max(0, number - 3) : number])


def is_social_judgement(stated: Stated) -> bool:
    return words.is_award(stated) and bool(
        re.search(r"insertion|publics? en difficulte|critere[^.]{0,30}social", stated.folded)
    )


def _concerned(stated: Stated, *, judged: bool) -> bool:
    folded = stated.folded
    if words.is_candidates(stated) and not words.within_clause(stated):
        return False
    if (
        judged and re.search(r"\b(?:ce|ces|cette) (?:sous-)?(?:critere|ponderation)s?\b", folded)
    ) or is_social_judgement(stated):
        return True
    if words.about_insertion(folded) or words.SOCIAL.search(folded):
        return not words.OBJECT.search(folded)
    return words.within_clause(stated)


def cited(folded: str, following: str = "") -> Iterator[str]:
    """Every article a sentence cites, named one way: « L2112-2 CCP », « 20.1 CCAG-Travaux », « art. 30 CMP 2006 »."""
    for match in _CODED.finditer(folded):
        code = _code(
            folded[match.end() : match.end() + 160],
            folded[: match.start()],
            following if match.end() > len(folded) - 30 else "",
        )
        for one in _ONE.finditer(match.group()):
            name = re.sub(r"[\s.*]", "", one.group()).upper().replace("‑", "-").replace("–", "-")
            if "-" in name and (code or _guess(name)):
                yield f"{name} {code or _guess(name)}"
    for match in _CCAG.finditer(folded):
        yield f"{match[1]} {_CCAGS[match[2] or '']}"
    for match in _OLD.finditer(folded):
        text = _old_text(match[2])
        for number in re.findall(r"\d{1,3}", match[1]):
            yield f"art. {number} {text}"


def _old_text(folded: str) -> str:
    for number, name in _REPEALED_TEXTS.items():
        if number in folded:
            return name
    return "CMP 2006"


def _code(after: str, before: str, following: str) -> str:
    after = re.split(r"[;.] ", after, maxsplit=1)[0]
    places = [(after.find(words_), name) for words_, name in _CODES if words_ in after]
    if places:
        return min(places)[1]
    tail = [(before.rfind(words_), name) for words_, name in _CODES if words_ in before[-80:]]
    if tail:
        return max(tail)[1]
    return next((name for words_, name in _CODES if following.startswith((words_, f"de la {words_[8:]}"))), "")


def _guess(name: str) -> str:
    """Books of the code that only the CCP has: L2111 to L2197; L5132 and L5212 are the labour code's."""
    if re.match(r"^[LRD]2[1-3]\d\d-", name) or re.match(r"^[LRD]3[0-2]\d\d-", name):
        return "CCP"
    return "code du travail" if re.match(r"^[LRD](?:5132|5212|5213|5131|6325)-", name) else ""


def repealed_in(stated: Stated) -> list[str]:
    """Texts replaced on 1 April 2019 by the code de la commande publique, or before."""
    found = []
    for match in _OLD_TEXT.finditer(stated.folded):
        name = _REPEALED_TEXTS.get(match[1] or "", "code des marchés publics")
        if name not in found:
            found.append(name)
    return found
