"""Text of an RTF (also under the name .doc): control words followed only as far as text depends on them."""

import re
from dataclasses import dataclass, replace

from levier.tender_files.boxes import plain_boxes
from levier.tender_files.values import Fault, Line, LineKind, Text, Unreadable

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata datastore colorschememapping latentstyles listtable "
    b"listoverridetable rsidtbl generator fldinst xmlnstbl mmathPr annotation atnid atnauthor".split()
)
_MARGINS = frozenset((b"header", b"headerl", b"headerr", b"headerf", b"footer", b"footerl", b"footerr", b"footerf"))
_BREAKS = {b"par": "\r", b"sect": "\r", b"page": "\r", b"line": "\n", b"tab": " ", b"cell": "\x07", b"nestcell": "\x07", b"row": "\x06",
           b"nestrow": "\x06", b"emdash": "—", b"endash": "–", b"lquote": "’", b"rquote": "’", b"ldblquote": "“",
           b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " "}  # fmt: skip
_DEEPEST = 500


@dataclass(frozen=True, slots=True)
class _State:
    skipped: bool = False
    hidden: bool = False
    margin: bool = False
    in_table: bool = False
    fallback: int = 1
    """How many characters after \\u stand for those who cannot read it."""


class _Reader:
    def __init__(self) -> None:
        self._state = _State()
        self._stack: list[_State] = []
        self._encoding = "cp1252"
        self._pass_over = 0
        self.body: list[str] = []
        self.margins: list[str] = []

    def read(self, content: bytes) -> None:
        starts = False
        for token in _TOKEN.finditer(content):
            word, number, hexadecimal, mark, brace, text = token.groups()
            if brace == b"{":
                if len(self._stack) > _DEEPEST:
                    raise Unreadable(Fault.BOMB)
                self._stack.append(self._state)
                starts = True
                continue
            if brace == b"}":
                self._state = self._stack.pop() if self._stack else _State()
                self._pass_over = 0
            elif mark == b"*" and starts:
                self._state = replace(self._state, skipped=True)
            elif word is not None:
                self._word(word, int(number) if number else None)
            elif hexadecimal is not None:
                self._say(bytes.fromhex(hexadecimal.decode()).decode(self._encoding, "replace"))
            elif mark is not None:
                self._say({b"~": " ", b"_": "-", b"-": ""}.get(mark, mark.decode("latin-1")))
            elif text is not None:
                self._say(text.decode(self._encoding, "replace"))
            starts = False

    def _word(self, word: bytes, number: int | None) -> None:
        state = self._state
        if word in _SKIPPED:
            self._state = replace(state, skipped=True)
        elif word in _MARGINS:
            self._state = replace(state, margin=True)
        elif word in {b"v", b"deleted"}:
            self._state = replace(state, hidden=number != 0)
        elif word == b"plain":
            self._state = replace(state, hidden=False)
        elif word == b"uc":
            self._state = replace(state, fallback=max(0, number or 0))
        elif word == b"u" and number is not None:
            self._say(chr(number % 65_536))
            self._pass_over = state.fallback
        elif word == b"ansicpg" and number:
            self._encoding = f"cp{number}" if number in {1250, 1252, 850, 437, 1251} else "cp1252"
        elif word in {b"intbl", b"pard"}:
            self._state = replace(state, in_table=word == b"intbl")
        elif word in _BREAKS:
            self._say("\n" if word == b"par" and state.in_table else _BREAKS[word])

    def _say(self, text: str) -> None:
        if self._pass_over and text[:1] not in {"\r", "\x07", "\x06"}:
            passed = min(self._pass_over, len(text))
            self._pass_over -= passed
            text = text[passed:]
        if not self._state.skipped and not self._state.hidden:
            (self.margins if self._state.margin else self.body).append(text)


def read(content: bytes) -> Text:
    reader = _Reader()
    reader.read(content)
    return Text((*_lines("".join(reader.body), LineKind.PARAGRAPH), *_lines("".join(reader.margins), LineKind.MARGIN)))


def _lines(text: str, kind: LineKind) -> list[Line]:
    text = plain_boxes(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    found = []
    for chunk in re.split(r"[\r\x06]", text):
        cells = chunk.split("\x07")
        if len(cells) > 1:
            cells = [cell.strip() for cell in cells[:-1]]
            found.append(Line(" | ".join(cells).replace("\n", " "), kind=LineKind.ROW, cells=tuple(cells)))
        else:
            found += [Line(part, kind=kind) for part in chunk.split("\n")]
    return [line for line in found if line.text.strip()]
