"""The pieces of a consultation's ZIP, unpacked in the child process, counted as they unpack."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from levier.tender_files.values import Fault

MOST_PIECES = 150
LARGEST_PIECE = 50_000_000
LARGEST_TOTAL = 250_000_000
_READ = (".pdf", ".docx", ".docm", ".dotx", ".odt", ".doc", ".rtf", ".html", ".htm", ".mht", ".zip")
_CHUNK = 1 << 20
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """`name` is for people; `path` was chosen by us. A piece that could not be unpacked has a fault."""

    name: str
    path: str = ""
    fault: Fault | None = None


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked, over an archive and those inside it."""

    pieces: int
    size: int


class _SpentError(Exception):
    """The archive unpacks to more than allowed."""


def unpack(path: str, folder: str) -> list[Piece]:
    """Never under a name from the archive; never more than allowed, whatever the archive says of itself."""
    return _unpack(Path(path), Path(folder), _Budget(MOST_PIECES, LARGEST_TOTAL), "", 0)


def _unpack(path: Path, folder: Path, budget: _Budget, inside: str, depth: int) -> list[Piece]:
    try:
        with ZipFile(path) as archive:
            wanted = [entry for entry in archive.infolist() if _is_wanted(entry)]
            found: list[Piece] = []
            for entry in wanted:
                found += _piece(archive, entry, folder, budget, inside, depth)
            return found
    except _SpentError:
        return [Piece(inside, fault=Fault.BOMB)]
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):
        return [Piece(inside, fault=Fault.BROKEN)]


def _is_wanted(entry: ZipInfo) -> bool:
    name = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
    return (
        not entry.is_dir()
        and not name.startswith((".", "~$"))
        and "__MACOSX" not in entry.filename
        and name.lower().endswith(_READ)
    )


def _piece(archive: ZipFile, entry: ZipInfo, folder: Path, budget: _Budget, inside: str, depth: int) -> list[Piece]:
    name = inside + "".join(character for character in entry.filename if character.isprintable())[-150:]
    if entry.flag_bits & 1:
        return [Piece(name, fault=Fault.PROTECTED)]
    budget.pieces -= 1
    if budget.pieces < 0:
        return [Piece(name, fault=Fault.TOO_MANY)]
    target = folder / f"{MOST_PIECES - budget.pieces}"
    with archive.open(entry) as source, target.open("wb") as written:
        size = 0
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            budget.size -= len(chunk)
            if budget.size < 0 or size > LARGEST_PIECE:
                raise _SpentError
            written.write(chunk)
    if name.lower().endswith(".zip"):
        if depth >= _DEEPEST:
            return [Piece(name, fault=Fault.ARCHIVE)]
        return _unpack(target, folder, budget, f"{name}/", depth + 1)
    return [Piece(name, str(target))]
