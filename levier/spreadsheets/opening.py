"""Open a received table. The parsing happens in a child process (child.py); whatever becomes of it, this one goes on."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from levier.spreadsheets.labels import refusal
from levier.spreadsheets.limits import LARGEST_ANSWER, LARGEST_FILE, MEBI, MOST_COLUMNS, WALL_SECONDS
from levier.spreadsheets.values import Area, Book, Hint, Sheet, TableRefusal


class _SentSheet(msgspec.Struct):
    name: str
    visible: bool
    rows: list[list[bool | int | float | str | tuple[str, str] | None]]
    merged: list[tuple[int, int, int, int]]
    hints: list[tuple[int, int, Hint]]
    columns_left_out: int


class _SentBook(msgspec.Struct):
    format: str
    sheets: list[_SentSheet]
    unread: list[tuple[str, str]]
    encoding: str = ""
    delimiter: str = ""
    mended: bool = False


class _Answer(msgspec.Struct):
    """What the child may say, and nothing else."""

    book: _SentBook | None = None
    refusal: TableRefusal | None = None
    facts: dict[str, str] = {}


_COMMAND = (sys.executable, "-I", "-m", "levier.spreadsheets.child")


def open_file(path: Path) -> Book:
    """The table of a file on this machine. Raise Refusal, or OSError when it cannot be read."""
    if path.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(path))
    if path.stat().st_size > LARGEST_FILE:
        raise _too_large(path.name, path.stat().st_size)
    return open_table(path.read_bytes(), path.name)


def open_table(content: bytes, name: str) -> Book:
    """The sheets of a received file. Raise Refusal with a French sentence when it is not, or must not be, opened."""
    if len(content) > LARGEST_FILE:
        raise _too_large(name, len(content))
    if not content:
        raise refusal(TableRefusal.EMPTY, name=name)
    answer = _ask_child(content, name)
    if answer.book is None:
        raise refusal(answer.refusal or TableRefusal.DAMAGED, name=name, **answer.facts)
    book = _book(answer.book)
    if not any(sheet.rows for sheet in book.sheets):
        raise refusal(TableRefusal.NO_SHEET, name=name)
    return book


def _too_large(name: str, size: int) -> Exception:
    megabytes = f"{size / MEBI:.1f}".replace(".", ",")
    return refusal(TableRefusal.TOO_LARGE, name=name, size=megabytes, largest=LARGEST_FILE // MEBI)


def _ask_child(content: bytes, name: str) -> _Answer:
    """Files, not pipes: nobody waits for anybody, and the limit on the size of a file also bounds the answer."""
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        question.write(content)
        question.seek(0)
        environment = {"PYTHONUTF8": "1", "PATH": os.defpath}
        try:
            ended = subprocess.run(  # noqa: S603 - our own interpreter and module
                _COMMAND,
                stdin=question,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise refusal(TableRefusal.TOO_HEAVY, name=name) from None
        answer.seek(0)
        text = answer.read(LARGEST_ANSWER) if ended.returncode == 0 else b""
    if not text:
        raise refusal(TableRefusal.TOO_HEAVY, name=name)
    try:
        return msgspec.msgpack.decode(text, type=_Answer)
    except msgspec.DecodeError:
        raise refusal(TableRefusal.DAMAGED, name=name) from None


def _book(sent: _SentBook) -> Book:
    return Book(
        format=sent.format,
        sheets=tuple(_sheet(one) for one in sent.sheets),
        encoding=sent.encoding,
        delimiter=sent.delimiter,
        unread=tuple((name, f"valeur isolée très loin du tableau (cellule {cell})") for name, cell in sent.unread),
        mended=sent.mended,
    )


def _sheet(sent: _SentSheet) -> Sheet:
    return Sheet(
        name=sent.name,
        rows=sent.rows,
        visible=sent.visible,
        merged=tuple(Area(*sides) for sides in sent.merged if sides[1] <= MOST_COLUMNS),
        hints={(row, column): hint for row, column, hint in sent.hints},
        columns_left_out=sent.columns_left_out,
    )
