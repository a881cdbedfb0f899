"""Lines cut into sentences, each with its place: the titles above it and the phrase that opens its list."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from levier.tender_files.boxes import EMPTY, TICKED
from levier.tender_files.values import Line, LineKind, Text
from levier.tender_files.wording import fold

_CONTENTS = re.compile(r"[.…_]{4,}\s*(?:p\.?\s*)?\d{1,3}\s*$|\.{8,}\s*\d*\s*$")
_NUMBERED = re.compile(
    r"^(?:(?:article|art\.|chapitre|titre|section|annexe|paragraphe|partie)\s*(?:n\s*°\s*)?[\divxl…«._-]"
    r"|[ivx]{1,5}(?:\.\d+)*\s*[.)/–-]\s*\w|[a-z]\s*[.)]\s+\w)",
    re.IGNORECASE,
)
_FIGURED = re.compile(r"^\d{1,2}(?:[.-]\d{1,2}){0,4}\s*[.)/–—-]?\s*[A-ZÀ-ÖŒ«(]")
_DEPTH = re.compile(r"^(?:article|art\.)?\s*(\d{1,2}(?:[.-]\d{1,2}){0,4})")
# A full stop ends a sentence, also where the space after it was lost (« facultative.L'exécution »), not after an abbreviation.
_CUT = re.compile(
    r"(?<=[.!?;])\s+(?=[A-ZÀ-ÖŒ«“\"(•☒☐0-9*–—-])|(?<=[a-zà-ö0-9)][.;])(?=[A-ZÀ-Ö](?:'|[a-zà-ö]+|\s))|(?<=\w\))\.(?=[A-Z])|\s+(?=[☒☐•])"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:art|al|cf|ex|env|min|max|tél|réf|n|mme|mlle|dr|bd|av|st|ste|etc|p|pp|par)|\b[a-z])\.$|°\.?$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"(?P<label>[^☒☐]{0,400}?)(?:(?P<b1>[☒☐])\s*(?P<w1>oui|non)\b[^☒☐]{0,12}(?P<b2>[☒☐])\s*(?P<w2>oui|non)\b"
    r"|\b(?P<w3>oui|non)\s*(?P<b3>[☒☐])[^☒☐]{0,4}?\b(?P<w4>oui|non)\s*(?P<b4>[☒☐]))",
    re.IGNORECASE,
)
LONG_CELL, _SHORT, LONGEST, _LONGEST_QUESTION = 160, 110, 1500, 4000


@dataclass(frozen=True, slots=True)
class Stated:
    """One sentence. `folded` has small letters without accents, place for place. `titles`: the nearest last."""

    text: str
    folded: str
    page: int | None
    kind: LineKind
    titles: tuple[str, ...] = ()
    opening: str = ""
    cells: tuple[str, ...] = ()
    paragraph: int = 0

    @property
    def title(self) -> str:
        return self.titles[-1] if self.titles else ""

    @property
    def above(self) -> str:
        """Titles and opening phrase, folded."""
        return " / ".join((*self.titles, self.opening))

    @property
    def empty_box(self) -> bool:
        return self.text.startswith(EMPTY)

    @property
    def boxed(self) -> bool:
        return EMPTY in self.text or TICKED in self.text

    @property
    def ticked_box(self) -> bool:
        return self.text.startswith(TICKED)


def sentences_of(text: Text) -> tuple[Stated, ...]:
    return tuple(_sentences(text.lines))


def _sentences(lines: Sequence[Line]) -> Iterator[Stated]:
    titles: list[tuple[int, str]] = []
    opening = ""
    for number, line in enumerate(lines):
        if line.kind is LineKind.CONTENTS or _CONTENTS.search(line.text):
            continue
        folded = fold(line.text)
        if line.kind not in {LineKind.MARGIN, LineKind.NOTE, LineKind.ROW} and _is_title(line, folded):
            depth = _depth(folded)
            titles = [one for one in titles if one[0] < depth][-3:]
            titles.append((depth, folded))
            opening = ""
            above = tuple(title for _, title in titles[:-1])
            yield Stated(line.text, folded, line.page, LineKind.HEADING, above, "", (), number)
            continue
        above = tuple(title for _, title in titles)
        asked = opening or (f"{above[-1]} :" if above else "")
        answers = _answers(line.text, asked)
        for part, told in answers or [(piece, fold(piece)) for whole in _parts(line) for piece in _pieces(whole)]:
            yield Stated(part, told, line.page, line.kind, above, opening, line.cells, number)
        if line.kind not in {LineKind.ITEM, LineKind.ROW, LineKind.MARGIN, LineKind.NOTE}:
            last = fold(part) if (part := _last(line.text)).rstrip().endswith(":") else ""
            opening = last or (opening if _goes_on(line.text) else "")


def _answers(text: str, asked: str) -> list[tuple[str, str]]:
    """Questions answered by boxes, « … : ☐ Oui ☒ Non »: each with what it comes to, folded (« … : non », « … : a completer »)."""
    if EMPTY not in text and TICKED not in text:
        return []
    found = []
    for match in _YES_NO.finditer(text[:_LONGEST_QUESTION]):
        label = fold(match["label"]).strip(" :|?/") or asked.rstrip(" :")
        boxes = {
            fold(word): mark
            for word, mark in zip(match.group("w1", "w2"), match.group("b1", "b2"), strict=True)
            if word
        }
        if not match["w1"]:
            boxes = {
                fold(word): mark for word, mark in zip(match.group("w3", "w4"), match.group("b3", "b4"), strict=True)
            }
        ticked = [word for word, mark in boxes.items() if mark == TICKED]
        found.append((match.group().strip(" |"), f"{label} : {ticked[0] if len(ticked) == 1 else 'a completer'}"))
    return found


def _last(text: str) -> str:
    return _cut(text)[-1]


def _goes_on(text: str) -> bool:
    """An item of a list without its mark: it starts small, or ends with a semicolon."""
    return (
        text[:1].islower()
        or (len(text) < _SHORT and not text.rstrip().endswith("."))
        or text.rstrip()[-1:] in ";,"
        or text[:1] in "•-–☒☐0123456789"
    )


def _parts(line: Line) -> list[str]:
    if line.kind is LineKind.ROW and any(len(cell) > LONG_CELL for cell in line.cells):
        return [part for cell in line.cells if cell.strip() for part in _cut(cell)]
    return [line.text] if line.kind is LineKind.ROW else _cut(line.text)


def _pieces(part: str) -> list[str]:
    """No sentence is that long: text without full stops is cut at spaces, so that no pattern runs over pages of it."""
    return [part] if len(part) <= LONGEST else textwrap.wrap(part, LONGEST)


def _cut(text: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for found in _CUT.finditer(text):
        if _ABBREVIATED.search(text[max(0, found.start() - 12) : found.start()]):
            continue
        piece = text[start : found.start()].strip(" •")
        if piece:
            parts.append(piece)
        start = found.start() if text[found.start() : found.start() + 1] != "." else found.end()
        start = found.end() if found.group().isspace() else start
    rest = text[start:].strip(" •")
    return [*parts, rest] if rest or not parts else parts


def _is_title(line: Line, folded: str) -> bool:
    text = line.text
    if line.kind is LineKind.HEADING:
        return len(text) < 200 and not text.rstrip().endswith((".", ";"))
    if len(text) > 140 or text.rstrip().endswith((".", ";", ",")):
        return False
    if (_NUMBERED.match(text) or _FIGURED.match(text)) and line.kind is not LineKind.ITEM:
        return ":" not in text.rstrip(" :") or folded.startswith(("article", "annexe", "chapitre", "titre", "section"))
    letters = [character for character in text if character.isalpha()]
    return len(letters) > 5 and all(character.isupper() for character in letters) and len(text) < 110


def _depth(folded: str) -> int:
    if folded.startswith(("annexe", "chapitre", "titre", "section", "partie")):
        return 0
    numbered = _DEPTH.match(folded)
    if numbered:
        return 1 + len(re.findall(r"\d+", numbered[1]))
    return 1 if folded.isupper() else 6
