"""Files read, each in a child process with limits on memory, processor, time and what it may write; then read together."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec

from levier.tender_files.archives import Piece
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
        return _consultation([_received(path, path.name) for path in paths], Path(folder), processes)


def read_uploads(uploads: Sequence[tuple[str, bytes]], *, processes: int = 2) -> Consultation:
    """The same from bytes, with the names people gave. They lie on the disk only while they are read."""
    with tempfile.TemporaryDirectory(prefix="levier-dce-") as folder:
        pieces: list[Piece] = []
        for number, (name, content) in enumerate(uploads):
            path = Path(folder) / f"{number}.upload"
            path.write_bytes(content)
            pieces.append(_received(path, name))
        return _consultation(pieces, Path(folder), processes)


def _received(path: Path, name: str) -> Piece:
    fault = _fault(path)
    return Piece(name, fault=fault) if fault else Piece(name, str(path))


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


def _consultation(pieces: Sequence[Piece], folder: Path, processes: int) -> Consultation:
    """Each piece in a child; what turns out to be an archive is unpacked by another child, and its pieces read in their turn."""
    with ThreadPoolExecutor(max_workers=max(1, processes)) as pool:
        found: list[Reading] = []
        for number, (piece, reading) in enumerate(zip(pieces, list(pool.map(_reading, pieces)), strict=True)):
            if reading.fault is Fault.ARCHIVE:
                found += pool.map(_reading, _unpacked(piece, folder / f"archive-{number}"))
            else:
                found.append(reading)
    return together(found)


def _unpacked(piece: Piece, folder: Path) -> list[Piece]:
    folder.mkdir()
    answer = _run("unpack", piece.path, str(folder))
    try:
        found = msgspec.json.decode(answer or b"", type=list[Piece])
    except msgspec.MsgspecError:
        return [Piece(piece.name, fault=Fault.TOO_COSTLY)]
    return [replace(one, name=one.name or piece.name) for one in found] or [Piece(piece.name, fault=Fault.NO_PIECE)]


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
