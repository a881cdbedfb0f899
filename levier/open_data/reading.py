"""Reading a file of essential data: slices cut here, records read beside, in as many processes as the file deserves."""

import json
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from levier.open_data.copying import amendment_row, row
from levier.open_data.fields import buyer_department
from levier.open_data.records import NotJson, RecordRefused, read_record
from levier.open_data.slicing import Document, Slice, Source
from levier.open_data.values import Chunk, FileFault, FileRefused

SMALL = 16 << 20
"""Bytes below which starting processes costs more than it saves."""
AHEAD = 2
"""Slices under way for each process: what bounds the memory."""


@dataclass(slots=True)
class Reading:
    """One file being read. `digest`, `size` and `ignored` are known once `chunks` has come to its end."""

    path: Path
    today: date
    columns: bool = False
    """Whether the chunks carry lines for COPY."""
    processes: int = 2
    digest: str = ""
    size: int = 0
    ignored: tuple[str, ...] = ()

    def chunks(self) -> Iterator[Chunk]:
        """Raise FileRefused when the file cannot be read to its end: the caller then keeps nothing of it."""
        with opened(self.path) as stream:
            source = Source(stream)
            document = Document(source)
            day = self.today.isoformat()
            large = os.fstat(stream.fileno()).st_size > SMALL
            if large and self.processes > 1:
                yield from _shared(document.slices(), day, columns=self.columns, processes=self.processes)
            else:
                for piece in document.slices():
                    yield read_slice(piece, day, columns=self.columns)
            self.digest, self.size = source.digest.hexdigest(), source.offset + source.position
            self.ignored = tuple(document.ignored)


class opened:  # noqa: N801 - used like open()
    """The file, or a FileRefused that says why there is none; what the disk refuses while it is read says so too."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> BinaryIO:
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


def _shared(pieces: Iterator[Slice], day: str, *, columns: bool, processes: int) -> Iterator[Chunk]:
    """The slices read by other processes, handed back in the order of the file."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting: deque[Future[Chunk]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(read_slice, piece, day, columns=columns))
                if len(waiting) >= processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def read_slice(piece: Slice, day: str, *, columns: bool) -> Chunk:
    """Read the records of a slice. Raise FileRefused, with the place, at the first one that is no JSON."""
    chunk = Chunk()
    for place, raw in enumerate(piece.records()):
        number = piece.first + place
        try:
            contract = read_record(raw, piece.section, day)
        except RecordRefused as refusal:
            chunk.rejected.append((number, refusal.reason.value, raw))
            continue
        except NotJson as fault:
            raise _placed(piece, place, utf8=fault.utf8) from None
        chunk.ordinals.append(number)
        chunk.contents.append(contract.content)
        chunk.identities.append(contract.identity)
        chunk.amounts.append(crc32(str(contract.initial[0]).encode()))
        chunk.masks.append(contract.mask)
        if columns:
            chunk.rows.append(row(contract, buyer_department(contract.buyer), raw))
            chunk.amendments.append(tuple(amendment_row(at, item) for at, item in enumerate(contract.amendments, 1)))
    chunk.read = len(chunk.ordinals) + len(chunk.rejected)
    return chunk


def _placed(piece: Slice, place: int, *, utf8: bool) -> FileRefused:
    """Where in the file the broken record of that place is: the byte and line of its fault where they can be told."""
    fault = FileFault.BROKEN if utf8 else FileFault.ENCODING
    start, raw = 0, b""
    for at, record in enumerate(piece.records()):
        raw = record
        start = piece.bounds[2 * at] if piece.bounds is not None else piece.data.index(raw, start)
        if at == place:
            break
        start += 0 if piece.bounds is not None else len(raw)
    inside = start + (_fault_offset(raw) if utf8 else _first_foreign_byte(raw))
    line = piece.line + piece.data.count(b"\n", 0, inside)
    return FileRefused(fault, record=piece.first + place, line=line, offset=piece.offset + inside)


def _fault_offset(raw: bytes) -> int:
    """Byte at which a tolerant JSON reader stumbles."""
    text = raw.decode()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return len(text[: error.pos].encode())
    except (RecursionError, ValueError):
        return 0
    return 0


def _first_foreign_byte(raw: bytes) -> int:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0
