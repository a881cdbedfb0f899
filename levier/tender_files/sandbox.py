"""Files read, each in a child process with limits on memory, processor, time and what it may write; then read together."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from levier.tender_files.archives import MOST_PIECES, Piece
from levier.tender_files.consistency import together
from levier.tender_files.values import Consultation, Fault, Reading

LARGEST = 60_000_000
"""Bytes of one file."""
PATIENCE = 60
"""Seconds one file may take."""
_PACKAGE = Path(__file__).resolve().parent.parent.parent


def read_files(paths: Iterable[Path], *, processes: int = 2) -> Consultation:
    """The files of one consultation; a ZIP counts for what it holds. Nothing is raised for a bad file: it has a fault."""
    with tempfile.TemporaryDirectory(prefix="levier-dce-") as folder:
        pieces = [piece for number, path in enumerate(paths) for piece in _pieces(path, Path(folder) / str(number))]
        return together(_read(pieces, processes))


def read_uploads(uploads: Sequence[tuple[str, bytes]], *, processes: int = 2) -> Consultation:
    """The same from bytes, with the names people gave. They lie on the disk only while they are read."""
    with tempfile.TemporaryDirectory(prefix="levier-dce-") as folder:
        pieces: list[Piece] = []
        for number, (name, content) in enumerate(uploads):
            path = Path(folder) / f"{number}.upload"
            path.write_bytes(content)
            pieces += _pieces(path, Path(folder) / str(number), name)
        return together(_read(pieces, processes))


def _pieces(path: Path, folder: Path, name: str = "") -> list[Piece]:
    name = name or path.name
    fault = _fault(path)
    if fault is not None:
        return [Piece(name, fault=fault)]
    with path.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    if not is_zip or not _is_archive(path):
        return [Piece(name, str(path))]
    folder.mkdir()
    answer = _run("unpack", str(path), str(folder))
    try:
        found = msgspec.json.decode(answer or b"", type=list[Piece])
    except msgspec.MsgspecError:
        return [Piece(name, fault=Fault.TOO_COSTLY)]
    return found or [Piece(name, fault=Fault.NO_TEXT)]


def _is_archive(path: Path) -> bool:
    """A ZIP that is no document of its own. Only its list of names is read here, and not more than a little of it."""
    with path.open("rb") as file:
        head = file.read(4_000)
        file.seek(max(0, path.stat().st_size - 200_000))
        tail = file.read()
    return not any(mark in head or mark in tail for mark in (b"[Content_Types].xml", b"mimetypeapplication/vnd"))


def _fault(path: Path) -> Fault | None:
    try:
        size = path.stat().st_size
        if not path.is_file():
            return Fault.UNKNOWN_KIND
        with path.open("rb") as file:
            file.read(1)
    except PermissionError:
        return Fault.DENIED
    except (OSError, ValueError):
        return Fault.MISSING
    if size == 0:
        return Fault.EMPTY
    return Fault.TOO_LARGE if size > LARGEST else None


def _read(pieces: Sequence[Piece], processes: int) -> tuple[Reading, ...]:
    with ThreadPoolExecutor(max_workers=max(1, processes)) as pool:
        found = tuple(pool.map(_reading, pieces[:MOST_PIECES]))
    return found + tuple(Reading(piece.name, fault=Fault.TOO_MANY) for piece in pieces[MOST_PIECES:])


def _reading(piece: Piece) -> Reading:
    if piece.fault is not None:
        return Reading(piece.name, fault=piece.fault)
    answer = _run("read", piece.path, piece.name)
    if answer is None:
        return Reading(piece.name, fault=Fault.TOO_COSTLY)
    try:
        return msgspec.json.decode(answer, type=Reading)
    except msgspec.MsgspecError:
        fault = Fault.TOO_COSTLY if Fault.TOO_COSTLY.value.encode() in answer else Fault.BROKEN
        return Reading(piece.name, fault=fault)


def _run(*arguments: str) -> bytes | None:
    """What the child printed; None when it was stopped by a limit. It inherits no secret of ours."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own words; the path is ours, the name is only printed back
            [sys.executable, "-P", "-m", "levier.tender_files.child", *(one.replace("\0", "") for one in arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False,
            env=environment | {"PYTHONPATH": str(_PACKAGE)},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None
