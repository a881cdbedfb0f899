"""Character and paragraph formatting of a binary Word file, as far as it changes what is read: deleted, hidden, symbol, box, end of row.

Formatting lies in pages of 512 bytes, each with the offsets where runs begin ([MS-DOC] 2.9.34 ChpxFkp, 2.9.175 PapxFkp).
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator

_PAGE = 512
_DELETED, _HIDDEN, _SYMBOL, _PICTURE, _ROW_END, _IN_TABLE = 0x0800, 0x083C, 0x6A09, 0x6A03, 0x2417, 0x2416
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_TABLE_DEFINITION, _TABS = 0xD608, 0xC615
_CHECK_BOX, _UNTOUCHED = 1, 25
_FIELD_DATA = 0xFFFF_FFFF
_CHARACTERS, _PARAGRAPHS = 0x00FA, 0x0102
type Properties = dict[int, bytes]


def properties_of(packed: bytes) -> Properties:
    """The modifiers (sprm) of a run: code → operand."""
    found: Properties = {}
    place = 0
    while place + 2 <= len(packed):
        code = struct.unpack_from("<H", packed, place)[0]
        place += 2
        size = _SIZES.get(code >> 13)
        if size is None:
            if place >= len(packed):
                break
            size = packed[place] + 1
            if code == _TABLE_DEFINITION and place + 2 <= len(packed):
                size = struct.unpack_from("<H", packed, place)[0] + 1
            elif code == _TABS and packed[place] == 255:
                break
        found[code] = packed[place : place + size]
        place += size
    return found


class _Runs:
    """Runs of one sort, by offset in the stream."""

    def __init__(self, main: bytes, table: bytes, entry: int, *, paragraphs: bool) -> None:
        runs = sorted(_runs(main, table, entry, paragraphs=paragraphs), key=lambda run: run[0])
        self._starts = [start for start, _, _ in runs]
        self._runs = runs

    def at(self, offset: int) -> Properties:
        number = bisect_right(self._starts, offset) - 1
        if number < 0 or offset >= self._runs[number][1]:
            return {}
        return self._runs[number][2]


def _runs(main: bytes, table: bytes, entry: int, *, paragraphs: bool) -> Iterator[tuple[int, int, Properties]]:
    offset, size = struct.unpack_from("<II", main, entry)
    count = (size - 4) // 8
    if count <= 0 or offset + size > len(table):
        return
    numbers = struct.unpack_from(f"<{count}I", table, offset + 4 * (count + 1))
    for number in numbers:
        page = main[(number & 0x3F_FFFF) * _PAGE :][:_PAGE]
        if len(page) == _PAGE:
            yield from _page(page, paragraphs=paragraphs)


def _page(page: bytes, *, paragraphs: bool) -> Iterator[tuple[int, int, Properties]]:
    count = page[-1]
    width = 13 if paragraphs else 1
    if 4 * (count + 1) + width * count > _PAGE:
        return
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    for number in range(count):
        place = page[4 * (count + 1) + width * number] * 2
        packed = _packed(page, place, paragraphs=paragraphs) if place else b""
        yield bounds[number], bounds[number + 1], properties_of(packed)


def _packed(page: bytes, place: int, *, paragraphs: bool) -> bytes:
    size = page[place]
    if not paragraphs:
        return page[place + 1 : place + 1 + size]
    if size == 0:  # the size stands in the next byte, in words
        return page[place + 4 : place + 2 + 2 * page[place + 1]]
    return page[place + 3 : place + 2 * size]  # after two bytes of style


class Formatting:
    def __init__(self, main: bytes, table: bytes, data: bytes) -> None:
        self._characters = _Runs(main, table, _CHARACTERS, paragraphs=False)
        self._paragraphs = _Runs(main, table, _PARAGRAPHS, paragraphs=True)
        self._data = data

    def left_out(self, offset: int) -> bool:
        """Deleted with changes tracked, or hidden."""
        properties = self._characters.at(offset)
        return any(properties.get(code, b"\0")[:1] == b"\1" for code in (_DELETED, _HIDDEN))

    def ends_row(self, offset: int) -> bool:
        return self._paragraphs.at(offset).get(_ROW_END, b"\0")[:1] == b"\1"

    def in_table(self, offset: int) -> bool:
        return self._paragraphs.at(offset).get(_IN_TABLE, b"\0")[:1] == b"\1"

    def symbol(self, offset: int) -> tuple[int, str] | None:
        """The code of a character drawn by a font of symbols. Its font is a number: that it is one of symbols is known from the modifier."""
        operand = self._characters.at(offset).get(_SYMBOL, b"")
        return (struct.unpack_from("<H", operand, 2)[0], "wingdings") if len(operand) == 4 else None

    def ticked(self, offset: int) -> bool | None:
        """The state of a box to tick kept in the data stream; None where the picture is something else."""
        operand = self._characters.at(offset).get(_PICTURE, b"")
        if len(operand) != 4:
            return None
        place = struct.unpack("<I", operand)[0]
        try:
            size, header = struct.unpack_from("<iH", self._data, place)
            version, bits = struct.unpack_from("<IH", self._data, place + header)
            if version != _FIELD_DATA or header >= size or bits & 0b11 != _CHECK_BOX:
                return None
            state = bits >> 2 & 0b11111
            if state != _UNTOUCHED:
                return bool(state == 1)
            return self._default(place + header)
        except (struct.error, IndexError):
            return None

    def _default(self, place: int) -> bool:
        """FFData: version, bits, largest size, size of the box, name (counted, ended by zero), then the default."""
        length = struct.unpack_from("<H", self._data, place + 10)[0]
        return bool(struct.unpack_from("<H", self._data, place + 12 + 2 * (length + 1))[0] == 1)
