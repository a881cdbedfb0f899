"""Text of a DOC, the binary format of Word 97 to 2003 ([MS-DOC]): the pieces of text in order, without what was deleted or hidden.

Word 6 and 95 are read too, where the text lies in one run.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import olefile

from levier.tender_files.boxes import box, plain_boxes, symbol
from levier.tender_files.values import Fault, Line, LineKind, Text, Unreadable
from levier.tender_files.word_formatting import Formatting

_WORD, _ENCRYPTED, _SECOND_TABLE, _COMPLEX = 0xA5EC, 0x0100, 0x0200, 0x0004
_WORD_97 = 0x00C1
_LARGEST = 8_000_000
"""Characters: more than any tender file has."""
_BEGIN, _SEPARATE, _END = "\x13", "\x14", "\x15"
_CELL, _ROW, _PARAGRAPH, _PICTURE, _SYMBOL = "\x07", "\x06", "\r", "\x01", "("
_BREAKS = {
    "\x0b": "\n",
    "\x0c": "\r",
    "\x0e": "\r",
    "\x1e": "-",
    "\x1f": "",
    "\xa0": " ",
    "\t": " ",
    "\r": "\r",
    "\x07": "\x07",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: how many, where in the stream, one or two bytes each."""

    count: int
    offset: int
    wide: bool


def read(content: bytes) -> Text:
    try:
        with olefile.OleFileIO(BytesIO(content)) as ole:
            return _read(ole)
    except Unreadable:
        raise
    except (OSError, struct.error, ValueError, IndexError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise Unreadable(Fault.BROKEN) from error


def _read(ole: olefile.OleFileIO) -> Text:
    if ole.exists("EncryptedPackage"):
        raise Unreadable(Fault.PROTECTED)
    if not ole.exists("WordDocument"):
        raise Unreadable(Fault.UNKNOWN_KIND)
    main = ole.openstream("WordDocument").read()
    mark, version = struct.unpack_from("<HH", main)
    flags = struct.unpack_from("<H", main, 0x0A)[0]
    if mark != _WORD and version >= _WORD_97:
        raise Unreadable(Fault.BROKEN)
    if flags & _ENCRYPTED:
        raise Unreadable(Fault.PROTECTED)
    if version < _WORD_97:
        return Text(tuple(_lines(_old(main), LineKind.PARAGRAPH)))
    table = ole.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
    data = ole.openstream("Data").read() if ole.exists("Data") else b""
    pieces = _pieces(table, *struct.unpack_from("<II", main, 0x01A2))
    formatting = Formatting(main, table, data)
    return Text(tuple(_document(main, pieces, formatting)))


def _old(main: bytes) -> str:
    """Word 6 and 95: one run between two offsets."""
    first, last = struct.unpack_from("<II", main, 0x18)
    if struct.unpack_from("<H", main, 0x0A)[0] & _COMPLEX or not first < last <= len(main):
        raise Unreadable(Fault.UNKNOWN_KIND)
    return "".join(_BREAKS.get(c, c) for c in main[first:last].decode("cp1252", "replace"))


def _pieces(table: bytes, offset: int, size: int) -> list[Piece]:
    """The piece table (Clx): property blocks are passed over, then one table of positions and places."""
    end = offset + size
    if size == 0 or end > len(table):
        raise Unreadable(Fault.BROKEN)
    while offset < end and table[offset] == 1:
        offset += 3 + struct.unpack_from("<H", table, offset + 1)[0]
    if offset >= end or table[offset] != 2:
        raise Unreadable(Fault.BROKEN)
    length = struct.unpack_from("<I", table, offset + 1)[0]
    offset += 5
    count = (length - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", table, offset)
    found = []
    for number in range(count):
        place = struct.unpack_from("<I", table, offset + 4 * (count + 1) + 8 * number + 2)[0]
        narrow, place = bool(place & 0x4000_0000), place & 0x3FFF_FFFF
        length = positions[number + 1] - positions[number]
        if length < 0:
            raise Unreadable(Fault.BROKEN)
        found.append(Piece(length, place // 2 if narrow else place, wide=not narrow))
    if sum(piece.count for piece in found) > _LARGEST:
        raise Unreadable(Fault.BOMB)
    return found


def _document(main: bytes, pieces: list[Piece], formatting: Formatting) -> Iterator[Line]:
    """Body, then notes, headers and text boxes, each as long as the header of the file says."""
    characters = _characters(main, pieces)
    # ccpText, ccpFtn, ccpHdd, (macros), ccpAtn: comments are not the contract's, ccpEdn, ccpTxbx
    sizes = struct.unpack_from("<7I", main, 0x4C)
    kinds = (LineKind.PARAGRAPH, LineKind.NOTE, LineKind.MARGIN, None, None, LineKind.NOTE, LineKind.PARAGRAPH)
    start = 0
    for size, kind in zip(sizes, kinds, strict=True):
        part = characters[start : start + size]
        start += size
        if kind is not None and part:
            yield from _lines(_visible(part, formatting), kind)


def _characters(main: bytes, pieces: list[Piece]) -> list[tuple[str, int]]:
    """Each character with its offset in the stream, by which its formatting is found."""
    found: list[tuple[str, int]] = []
    for piece in pieces:
        width = 2 if piece.wide else 1
        raw = main[piece.offset : piece.offset + piece.count * width]
        if piece.wide:
            units = struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
            found += [(chr(unit), piece.offset + 2 * place) for place, unit in enumerate(units)]
        else:
            text = raw.decode("cp1252", "replace")
            found += [(character, piece.offset + place) for place, character in enumerate(text)]
    return found


def _visible(characters: list[tuple[str, int]], formatting: Formatting) -> str:
    """The text as a reader sees it. Inside a table, a paragraph is a line of its cell, and the end of a row has its own mark."""
    out: list[str] = []
    fields: list[bool] = []  # one for each open field: whether its instruction is being passed over
    for character, offset in characters:
        if character == _BEGIN:
            fields.append(True)
        elif character == _SEPARATE and fields:
            fields[-1] = False
        elif character == _END and fields:
            fields.pop()
        elif character == _PICTURE:
            ticked = formatting.ticked(offset)
            out.append("" if ticked is None else f"{box(ticked=ticked)} ")
        elif not any(fields) and not formatting.left_out(offset):
            out.append(_shown(character, offset, formatting))
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _shown(character: str, offset: int, formatting: Formatting) -> str:
    if character == _CELL:
        return _ROW if formatting.ends_row(offset) else _CELL
    if character == _PARAGRAPH and formatting.in_table(offset):
        return "\n"
    if character == _SYMBOL and (drawn := formatting.symbol(offset)):
        return symbol(*drawn)
    return _BREAKS.get(character, character if character >= " " else "")


def _lines(text: str, kind: LineKind) -> Iterator[Line]:
    """Cut at paragraph marks and at ends of rows; the cells of a row lie between marks of their own."""
    for chunk in re.split(f"({_PARAGRAPH}|{_ROW})", plain_boxes(text)):
        cells = tuple(cell.strip() for cell in chunk.split(_CELL))
        if len(cells) > 1 and any(cells):
            row = LineKind.ROW if kind is LineKind.PARAGRAPH else kind
            yield Line(
                " | ".join(cells[:-1] if not cells[-1] else cells).replace("\n", " "), kind=row, cells=cells[:-1]
            )
        else:
            yield from (Line(part, kind=kind) for part in chunk.split("\n") if part.strip(" \r\x06\x07"))
