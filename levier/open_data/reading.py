"""Reading a file of essential data, JSON, XML or table: slices cut here, records read beside, in as many processes as the file deserves."""

import hashlib
import io
import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from levier.open_data.chunks import chunks_of, read_slice
from levier.open_data.corrections import Corrections
from levier.open_data.slicing import Document, Slice, Source
from levier.open_data.table_files import Table, is_table
from levier.open_data.values import Chunk, FileFault, FileRefused, Parsed, Reason
from levier.open_data.xml_files import XmlDocument
from levier.open_data.xml_pieces import XmlPieces

SMALL = 16 << 20
"""Bytes below which starting processes costs more than it saves."""
AHEAD = 2
"""Slices under way for each process: what bounds the memory."""
HEAD = 4096
"""Bytes by which the format is told; a table has the names of its columns there."""
_UNREAD = frozenset([Reason.NOT_JSON.value, Reason.NOT_UTF8.value])


@dataclass(slots=True)
class Reading:
    """One file being read. `digest`, `size` and `ignored` are known once `chunks` has come to its end."""

    path: Path
    today: date
    columns: bool = False
    """Whether the chunks carry lines for COPY."""
    processes: int = 2
    corrections: Corrections | None = None
    digest: str = ""
    size: int = 0
    ignored: tuple[str, ...] = ()

    @property
    def large(self) -> bool:
        """Whether the file deserves what costs time to set up; a file that cannot be asked is told by `chunks`."""
        try:
            return self.path.stat().st_size > SMALL
        except (OSError, ValueError):
            return False

    def chunks(self) -> Iterator[Chunk]:
        """Raise FileRefused when the file cannot be read to its end: the caller then keeps nothing of it."""
        with opened(self.path) as stream:
            head = stream.peek(HEAD)[:HEAD]
            start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
            if start.startswith(b"<") or head.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")):
                yield from self._xml(stream, head)
            elif start[:1] not in {b"{", b"["} and is_table(head):
                yield from self._table(stream)
            else:
                yield from self._json(stream)

    def _json(self, stream: BinaryIO) -> Iterator[Chunk]:
        source = Source(stream)
        document = Document(source)
        day, fault, parsed, wide = self.today.isoformat(), None, 0, False
        for chunk in self._slices_read(document, day):
            fault, wide = fault or chunk.fault, wide or chunk.wide
            parsed += len(chunk.ordinals) + sum(reason not in _UNREAD for _, reason, _ in chunk.rejected)
            yield chunk
        if fault and (not parsed or (fault.fault is FileFault.ENCODING and not wide)):
            # No record could be read, or none that is not plain ASCII: it is the file that is wrong, not its records.
            raise fault
        self.digest, self.size = source.digest.hexdigest(), source.offset + source.position
        self.ignored = tuple(document.ignored)

    def _slices_read(self, document: Document, day: str) -> Iterator[Chunk]:
        if self.large and self.processes > 1:
            yield from _shared(document.slices(), self, day)
        else:
            for piece in document.slices():
                yield read_slice(piece, day, columns=self.columns, corrections=self.corrections)

    def _xml(self, stream: BinaryIO, head: bytes) -> Iterator[Chunk]:
        hashed = Hashed(stream)
        document, pieces = XmlDocument(hashed, head), XmlPieces(self.path, head)
        yield from self._parsed(self._xml_records(document, pieces, hashed), pieces.refused, pieces.places)
        self.digest, self.size = hashed.told()
        self.ignored = tuple(dict.fromkeys(document.ignored))

    def _xml_records(self, document: XmlDocument, pieces: XmlPieces, hashed: "Hashed") -> Iterator[Parsed]:
        """Those of a file that is well formed; where it is not, the reading goes on record by record after the fault."""
        try:
            yield from document.records()
        except FileRefused as refusal:
            hashed.told()
            if refusal.fault is FileFault.XML_BROKEN and hashed.ends_inside_a_tag:
                raise FileRefused(FileFault.TRUNCATED, record=refusal.record, line=refusal.line) from None
            if refusal.fault is not FileFault.XML_BROKEN:
                raise
            yield from pieces.after(document.read, refusal)

    def _table(self, stream: BinaryIO) -> Iterator[Chunk]:
        hashed = Hashed(stream)
        table = Table(io.BufferedReader(hashed))
        yield from self._parsed(table.records(), table.refused, {})
        self.digest, self.size = hashed.told()

    def _parsed(
        self, items: Iterator[Parsed], refused: list[tuple[int, str, bytes]], places: dict[int, tuple[int, int, int]]
    ) -> Iterator[Chunk]:
        yield from chunks_of(
            items, refused, places, self.today.isoformat(), columns=self.columns, corrections=self.corrections
        )


class Hashed(io.RawIOBase):
    """A file read forward, with the digest and the size of all of it."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream, self._digest, self._size = stream, hashlib.sha256(), 0
        self.ends_inside_a_tag = False
        """The end was read, and the last thing before it is no end of a tag."""
        self._last = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._digest.update(block)
        self._size += len(block)
        self.ends_inside_a_tag = not block and not self._last.endswith((b">", b">\0"))
        self._last = block.rstrip()[-2:] or self._last
        return block

    def readinto(self, buffer: Any) -> int:
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def told(self) -> tuple[str, int]:
        while self.read(1 << 20):
            pass
        return self._digest.hexdigest(), self._size


class opened:  # noqa: N801 - used like open()
    """The file, or a FileRefused that says why there is none; what the disk refuses while it is read says so too."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> io.BufferedReader:
        try:
            if self._path.is_dir():
                raise FileRefused(FileFault.DIRECTORY)
            if not self._path.exists():
                raise FileRefused(FileFault.MISSING)
            if not self._path.is_file():
                raise FileRefused(FileFault.UNREADABLE)
            self._file = self._path.open("rb")
        except PermissionError:
            raise FileRefused(FileFault.FORBIDDEN) from None
        except (OSError, ValueError):
            raise FileRefused(FileFault.UNREADABLE) from None
        return self._file

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._file.close()
        if isinstance(error, OSError):
            raise FileRefused(FileFault.UNREADABLE) from error
        if isinstance(error, BrokenProcessPool):
            raise FileRefused(FileFault.INTERRUPTED) from error


def _shared(pieces: Iterator[Slice], reading: Reading, day: str) -> Iterator[Chunk]:
    """The slices read by other processes, handed back in the order of the file."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(reading.processes, mp_context=context) as pool:
        waiting: deque[Future[Chunk]] = deque()
        try:
            for piece in pieces:
                waiting.append(
                    pool.submit(read_slice, piece, day, columns=reading.columns, corrections=reading.corrections)
                )
                if len(waiting) >= reading.processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
