"""The records of an XML file that is broken somewhere: cut by their tags and read one by one, so that the broken one costs only itself."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from levier.open_data.values import FileFault, FileRefused, Parsed, Reason
from levier.open_data.xml_files import RECORDS, parsed_record

BLOCK = 4 << 20
LARGEST_RECORD = 16 << 20
_NAMES = "|".join(sorted(RECORDS, key=len, reverse=True)).encode()
_START = re.compile(rb"<(" + _NAMES + rb")(?=[\s>])")
_END = re.compile(rb"</(?:" + _NAMES + rb")\s*>")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")


class XmlPieces:
    """`refused` and `places` fill while the records are drawn: (number, reason, text), and line, byte and size by number."""

    def __init__(self, path: Path, head: bytes) -> None:
        self._path = path
        told = _ENCODING.search(head)
        self._encoding = told[1].decode() if told else "utf-8"
        self.refused: list[tuple[int, str, bytes]] = []
        self.places: dict[int, tuple[int, int, int]] = {}

    def after(self, read: int, fault: FileRefused) -> Iterator[Parsed]:
        """The records after the first `read`, which were whole. Raise the fault where none is, or where the file ends inside of one."""
        number, whole, line, seen = 0, read > 0, 1, 0
        for piece, offset, gap in self._pieces(fault):
            line, seen = line + gap, seen + 1
            if seen <= read:
                line += piece.count(b"\n")
                continue
            number = seen
            try:
                element = etree.fromstring(self._in_utf8(piece), _parser())
            except (etree.XMLSyntaxError, ValueError, LookupError) as error:
                inside = getattr(error, "lineno", None) or 1
                self.refused.append((number, Reason.NOT_XML.value, piece))
                self.places[number] = (line + inside - 1, offset, len(piece))
            else:
                whole = True
                parsed = parsed_record(element)
                parsed.number, parsed.line = number, line
                yield parsed
            line += piece.count(b"\n")
        if not whole:
            raise fault

    def _in_utf8(self, piece: bytes) -> bytes:
        return piece if self._encoding.lower() in {"utf-8", "us-ascii"} else piece.decode(self._encoding).encode()

    def _pieces(self, fault: FileRefused) -> Iterator[tuple[bytes, int, int]]:
        """(text of a record, its byte, the line ends since the one before); a record without an end stops where the next begins."""
        with self._path.open("rb") as stream:
            buffer, base, last = b"", 0, 0
            ended = False
            while True:
                start = _START.search(buffer, last)
                end = _END.search(buffer, start.end()) if start else None
                following = _START.search(buffer, start.end()) if start else None
                stop = min(
                    (one for one in (end.end() if end else None, following.start() if following else None) if one),
                    default=None,
                )
                if start and stop is not None:
                    yield buffer[start.start() : stop], base + start.start(), buffer.count(b"\n", last, start.start())
                    last = stop
                    continue
                if ended:
                    if start:
                        raise FileRefused(FileFault.TRUNCATED, record=fault.record, line=fault.line)
                    return
                block = stream.read(BLOCK)
                ended = not block
                if len(buffer) - last > LARGEST_RECORD:
                    raise fault
                buffer, base, last = buffer[last:] + block, base + last, 0


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
