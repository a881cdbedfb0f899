"""Cutting a JSON document of any size into slices of whole records, without loading it.

The layouts met in the wild are `{"marches": [...]}` (2019 format), `{"marches": {"marche": [...], "contrat-concession": [...]}}`
(2022 format), a bare list, a single record, and one record a line. A cut is guessed and then proved: a piece that starts at a
record and is a valid JSON list once put between brackets can only end at a record (levier/open_data is measured in
docs/donnees-essentielles.md). Where no guess holds, the brackets are counted one by one. A record that is broken costs only itself:
the reading goes on at the next one that is whole, and what was stepped over is told with its place.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from levier.open_data.values import FileFault, FileRefused

BLOCK = 4 << 20
"""Bytes of a slice, about 3,500 records."""
LARGEST_RECORD = 16 << 20
DEEPEST = 64
"""Levels of nesting; real records have seven."""
SECTIONS = frozenset(
    ["marches", "marche", "contrat-concession", "contrats-concession", "contrats-concessions", "concessions"]
)
"""Keys under which publishers put records."""

RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
RAW = msgspec.json.Decoder(msgspec.Raw)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{}\[\]]', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb"[^\s,\]\}\[\{\":]++")
_OPENING = {ord("}"): ord("{"), ord("]"): ord("[")}
_GUESSES = 6


@dataclass(slots=True)
class Slice:
    """Whole records, as published. `bounds`: start and end of each in `data`, where they are already known."""

    data: bytes
    first: int
    """Number of the first record in the file, from 1."""
    offset: int
    line: int
    section: str
    layout: str
    """`list` (separated by commas), `lines`, or `lost`: one record that is broken, up to the next that is whole."""
    bounds: list[int] | None = None
    fault: FileRefused | None = None
    """Where a lost record is broken."""

    def records(self) -> list[bytes]:
        if self.bounds is not None:
            pairs = zip(self.bounds[::2], self.bounds[1::2], strict=True)
            return [self.data[start:end] for start, end in pairs]
        if self.layout == "lines":
            return [bytes(raw) for raw in RAW.decode_lines(self.data)]
        return [bytes(raw) for raw in RAW_LIST.decode(b"[" + self.data + b"]")]


class Source:
    """A window that slides over the file, forward only."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.buffer = b""
        self.position = 0
        self.offset = 0
        self.line = 1
        self.ended = False
        self.kept: int | None = None
        """Start of text that must stay in the window (an object that may turn out to be a record)."""
        self.digest = hashlib.sha256()

    def more(self) -> bool:
        """Read a further block; False at the end of the file."""
        if self.ended:
            return False
        block = self._stream.read(BLOCK)
        if not block:
            self.ended = True
            return False
        self.digest.update(block)
        drop = self.position if self.kept is None else self.kept
        self.line += self.buffer.count(b"\n", 0, drop)
        self.offset += drop
        self.buffer = self.buffer[drop:] + block
        self.position -= drop
        if self.kept is not None:
            self.kept = 0
        if len(self.buffer) - (self.kept if self.kept is not None else self.position) > LARGEST_RECORD + 2 * BLOCK:
            raise self.refusal(FileFault.TOO_LARGE)
        return True

    def refusal(self, fault: FileFault, *, at: int | None = None, record: int = 0) -> FileRefused:
        place = self.position if at is None else at
        line = self.line + self.buffer.count(b"\n", 0, place)
        return FileRefused(fault, record=record, line=line, offset=self.offset + place)

    def peek(self) -> int:
        """The next byte that is not white space, or -1 at the end of the file."""
        while True:
            self.position = _SPACE.match(self.buffer, self.position).end()  # type: ignore[union-attr]  # it matches nothing too
            if self.position < len(self.buffer):
                return self.buffer[self.position]
            if not self.more():
                return -1

    def at(self, characters: bytes) -> bool:
        """Whether the next byte that is not white space is one of these."""
        byte = self.peek()
        return byte != -1 and byte in characters

    def expect(self, byte: str, record: int = 0) -> None:
        found = self.peek()
        if found == -1:
            raise self.refusal(FileFault.TRUNCATED, record=record)
        if found != ord(byte):
            raise self.refusal(FileFault.BROKEN, record=record)
        self.position += 1

    def value_end(self, start: int, record: int = 0) -> int:
        """Where the value that begins at `start` ends, by counting brackets; -1 where the window ends before it does."""
        first = self.buffer[start]
        if first not in b'{["':
            scalar = _SCALAR.match(self.buffer, start)
            if not scalar:
                raise self.refusal(FileFault.BROKEN, at=start, record=record)
            return -1 if scalar.end() == len(self.buffer) and not self.ended else scalar.end()
        stack = bytearray()
        for token in _TOKEN.finditer(self.buffer, start):
            byte, end = self.buffer[token.start()], token.end()
            if byte == 0x22:
                if end - token.start() < 2 or self.buffer[end - 1] != 0x22:
                    return -1
            elif byte in b"{[":
                stack.append(byte)
                if len(stack) > DEEPEST:
                    raise self.refusal(FileFault.TOO_DEEP, at=token.start(), record=record)
            elif not stack or stack.pop() != _OPENING[byte]:
                raise self.refusal(FileFault.BROKEN, at=token.start(), record=record)
            if not stack:
                return end
        return -1

    def skip_value(self, record: int = 0) -> tuple[int, int]:
        """Step over a value, reading as needed; where it starts and ends in the window."""
        if self.peek() == -1:
            raise self.refusal(FileFault.TRUNCATED, record=record)
        while (end := self.value_end(self.position, record)) == -1:
            if len(self.buffer) - self.position > LARGEST_RECORD:
                raise self.refusal(FileFault.TOO_LARGE, record=record)
            if not self.more():
                raise self.refusal(FileFault.TRUNCATED, record=record)
        start, self.position = self.position, end
        return start, end


@dataclass(slots=True)
class Document:
    """The records of one file, slice by slice. Raises FileRefused as soon as the file shows to be broken."""

    source: Source
    read: int = 0
    bare: bool = False
    """The document begins with a record, not with a wrapper: others may follow, one a line."""
    ignored: list[str] = field(default_factory=list)

    def slices(self) -> Iterator[Slice]:
        source = self.source
        source.more()
        self._opening()
        if source.peek() == ord("["):
            yield from self._list("")
        elif self._broken_first_line():
            yield from self._lines()
        else:
            yield from self._object("")
            if self.bare and source.peek() != -1:
                yield from self._lines()
        if source.peek() != -1:
            raise source.refusal(FileFault.BROKEN, record=self.read)

    def _opening(self) -> None:
        """Say what the file is when it is not JSON in UTF-8."""
        source = self.source
        head = source.buffer[:4]
        for signs, fault in (
            ((b"\xff\xfe", b"\xfe\xff"), FileFault.UTF16),
            ((b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zX", b"\x28\xb5\x2f\xfd"), FileFault.COMPRESSED),
        ):
            if head.startswith(signs):
                raise FileRefused(fault)
        if head.startswith(b"\xef\xbb\xbf"):
            source.position = 3
        first = source.peek()
        if first == -1:
            raise FileRefused(FileFault.EMPTY)
        if head[:2] in {b"{\x00", b"\x00{", b"[\x00", b"\x00["}:
            raise FileRefused(FileFault.UTF16)
        if first not in b"{[":
            raise source.refusal(FileFault.NOT_JSON)

    def _broken_first_line(self) -> bool:
        """One record a line, the first of them broken: the second line is a whole record."""
        source = self.source
        lines = source.buffer[source.position : source.position + BLOCK].split(b"\n", 2)
        if len(lines) < 2 or _readable(lines[0].strip()):
            return False
        return (
            lines[1].lstrip().startswith(b"{")
            and any(mark in lines[1] for mark in _MARKS)
            and _readable(lines[1].strip())
        )

    def _object(self, section: str) -> Iterator[Slice]:
        """An object that holds lists of records, or is a record itself."""
        source = self.source
        wrapper, ignored = False, list[str]()
        source.peek()
        source.kept = source.position
        source.expect("{")
        while (byte := source.peek()) != ord("}"):
            if byte != ord('"'):
                raise source.refusal(FileFault.TRUNCATED if byte == -1 else FileFault.BROKEN, record=self.read)
            start, end = source.skip_value()
            key = source.buffer[start + 1 : end - 1].decode(errors="replace")
            source.expect(":")
            if key in SECTIONS and source.at(b"[{"):
                wrapper, source.kept = True, None
                yield from self._list(key) if source.at(b"[") else self._object(key)
            else:
                source.skip_value()
                ignored.append(key[:60])
            if source.peek() != ord("}"):
                source.expect(",")
                if source.peek() == ord("}"):
                    raise source.refusal(FileFault.BROKEN)
        source.position += 1
        kept, source.kept = source.kept, None
        if wrapper:
            self.ignored += ignored
        elif ignored and kept is not None:
            self.bare = not section
            yield self._single(kept, section)

    def _single(self, start: int, section: str) -> Slice:
        source = self.source
        self.read += 1
        data = source.buffer[start : source.position]
        line = source.line + source.buffer.count(b"\n", 0, start)
        return Slice(data, self.read, source.offset + start, line, section, "list", [0, len(data)])

    def _list(self, section: str) -> Iterator[Slice]:
        source = self.source
        source.expect("[")
        if source.peek() == ord("]"):
            source.position += 1
            return
        glue = self._glue()
        first_key = _FIRST_KEY.match(source.buffer, source.position)
        while True:
            while len(source.buffer) - source.position < BLOCK and source.more():
                pass
            try:
                piece = self._guessed(glue, section) if glue and not source.ended else None
                piece = piece or self._counted(section)
            except FileRefused as fault:
                piece = self._lost(fault, first_key, section)
            self.read += len(piece.bounds) // 2 if piece.bounds is not None else 0
            yield piece
            if source.peek() == ord("]"):
                source.position += 1
                return
            self._comma()

    def _comma(self) -> None:
        """Step over what stands between two records. Anything else than a comma is left: the next piece begins with it, and is lost."""
        source = self.source
        if source.peek() == ord("{") and _looks_like_a_record(source):
            self.ignored.append(f"virgule absente, octet {source.offset + source.position}")
        elif source.at(b","):
            source.position += 1
            if source.peek() == ord("]"):
                raise source.refusal(FileFault.BROKEN, record=self.read + 1)
        elif source.peek() == -1:
            raise source.refusal(FileFault.TRUNCATED, record=self.read + 1)
        elif source.at(b"{"):
            raise source.refusal(FileFault.BROKEN, record=self.read + 1)

    def _glue(self) -> bytes:
        """The bytes between the first two records, with the first key of the second: what a cut is recognised by."""
        source = self.source
        end = source.value_end(source.position) if source.peek() == ord("{") else -1
        if end == -1:
            return b""
        found = re.compile(rb'[ \t\r\n]*+,[ \t\r\n]*+\{[ \t\r\n]*+"[^"\\]{1,40}"').match(source.buffer, end)
        return source.buffer[end - 1 : found.end()] if found else b""

    def _guessed(self, glue: bytes, section: str) -> Slice | None:
        source = self.source
        start, limit = source.position, source.position + BLOCK
        for _ in range(_GUESSES):
            cut = source.buffer.rfind(glue, start, limit)
            if cut == -1:
                return None
            data = source.buffer[start : cut + 1]
            try:
                count = len(RAW_LIST.decode(b"[" + data + b"]"))
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                limit = cut + len(glue) - 1
                continue
            line = source.line + source.buffer.count(b"\n", 0, start)
            piece = Slice(data, self.read + 1, source.offset + start, line, section, "list")
            self.read += count
            source.position = cut + 1
            return piece
        return None

    def _counted(self, section: str, *, layout: str = "list") -> Slice:
        """The whole records of the window, brackets counted."""
        source, following = self.source, _NEXT[layout]
        first = self.read + 1
        base = source.position
        base, end = source.skip_value(first)
        if layout == "list" and not _readable(source.buffer[base:end]):
            source.position = base
            raise source.refusal(FileFault.BROKEN, at=base + fault_place(source.buffer[base:end]), record=first)
        bounds = [0, end - base]
        while end - base < BLOCK and (after := following.match(source.buffer, end)):
            start = after.end()
            try:
                end = source.value_end(start, first + len(bounds) // 2)
            except FileRefused:
                break  # the next piece begins with it
            if end == -1 or (layout == "list" and not _readable(source.buffer[start:end])):
                break
            bounds += (start - base, end - base)
        line = source.line + source.buffer.count(b"\n", 0, base)
        source.position = base + bounds[-1]
        data = source.buffer[base : source.position]
        return Slice(data, first, source.offset + base, line, section, layout, bounds)

    def _lost(self, fault: FileRefused, first_key: re.Match[bytes] | None, section: str) -> Slice:
        """A record that is broken, from where it begins to the next one that is whole. Raise its fault where none follows: the file is
        then cut, or no list of records at all.
        """
        source = self.source
        if source.peek() == -1 or fault.fault is FileFault.TOO_DEEP:
            raise fault
        end = self._alone(source.position)
        if end == -1:
            end = self._next_whole(fault, first_key)
        start, source.position = source.position, end
        data = source.buffer[start:end]
        line = source.line + source.buffer.count(b"\n", 0, start)
        return Slice(data, self.read + 1, source.offset + start, line, section, "lost", [0, len(data)], fault)

    def _alone(self, start: int) -> int:
        """Where a broken record ends whose brackets are right, and that holds no other; -1 where that cannot be told."""
        buffer = self.source.buffer
        try:
            end = self.source.value_end(start)
        except FileRefused:
            return -1
        after = _SPACE.match(buffer, end).end() if end != -1 else 0  # type: ignore[union-attr]  # it matches nothing too
        if end == -1 or buffer[after : after + 1] not in {b",", b"]"}:
            return -1
        return end if sum(buffer.count(mark, start, end) for mark in _MARKS) <= 1 else -1

    def _next_whole(self, fault: FileRefused, first_key: re.Match[bytes] | None) -> int:
        """Where the text before the next whole record ends; the comma between them is left to be read."""
        source = self.source
        if first_key is None:
            raise fault
        opening = re.compile(rb"\{[ \t\r\n]*+" + re.escape(first_key[1]))
        at = 1
        while True:
            found = opening.search(source.buffer, source.position + at)
            if found and _looks_like_a_record(source, found.start()):
                comma = source.buffer.rfind(b",", source.position, found.start())
                return (
                    comma if source.buffer[comma + 1 : found.start()].strip() == b"" and comma != -1 else found.start()
                )
            if found and (found.end() < len(source.buffer) - LARGEST_RECORD or source.ended):
                at = found.start() - source.position + 1
                continue
            with contextlib.suppress(FileRefused):  # no more can be read: what is known so far decides below
                if source.more():
                    continue
            if not found:
                raise fault
            at = found.start() - source.position + 1

    def _lines(self) -> Iterator[Slice]:
        """One record a line, after the first."""
        source = self.source
        while source.peek() != -1:
            while len(source.buffer) - source.position < BLOCK and source.more():
                pass
            start = source.position
            cut = len(source.buffer) if source.ended else source.buffer.rfind(b"\n", start, start + BLOCK) + 1
            data = source.buffer[start:cut]
            bounds = None
            try:
                count = len(RAW.decode_lines(data))
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                bounds = _one_a_line(data)
                count = len(bounds) // 2
            if count:
                line = source.line + source.buffer.count(b"\n", 0, start)
                piece = Slice(data, self.read + 1, source.offset + start, line, "", "lines", bounds)
                source.position = cut
            else:
                piece = self._counted("", layout="lines")
            self.read += count or len(piece.bounds or ()) // 2
            yield piece


_FIRST_KEY = re.compile(rb'[ \t\r\n]*+\{[ \t\r\n]*+("[^"\\]{1,40}")')
_MARKS = (b'"acheteur', b'"autoriteConcedante')
"""What every record says, and no part of one does."""


def _readable(raw: bytes) -> bool:
    """Whether a tolerant reader makes something of it; bytes that are not in UTF-8 are judged later, record by record."""
    try:
        RAW.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return fault_place(raw) == -1
    return True


def fault_place(raw: bytes) -> int:
    """Byte at which a tolerant reader stumbles; -1 when it does not."""
    text = raw.decode(errors="replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return len(text[: error.pos].encode())
    except (RecursionError, ValueError):
        return 0
    return -1


def _looks_like_a_record(source: Source, start: int = -1) -> bool:
    """Whether a whole object that names its buyer begins there."""
    start = source.position if start == -1 else start
    try:
        end = source.value_end(start)
    except FileRefused:
        return False
    raw = source.buffer[start:end] if end != -1 else b""
    return any(mark in raw for mark in _MARKS) and _readable(raw)


_LINE = re.compile(rb"[ \t\r]*+\{[^\n]*+")


def _one_a_line(data: bytes) -> list[int]:
    """Where each line starts and ends, if each begins a record: one that is broken then costs nothing but itself."""
    bounds: list[int] = []
    start = 0
    for line in data.split(b"\n"):
        if line.strip():
            if not _LINE.fullmatch(line):
                return []
            bounds += (start, start + len(line.rstrip()))
        start += len(line) + 1
    return bounds


_NEXT = {
    "list": re.compile(rb"[ \t\r\n]*+,[ \t\r\n]*+(?=[^\s,\]])"),
    "lines": re.compile(rb"[ \t\r\n]*+(?=\S)"),
}
