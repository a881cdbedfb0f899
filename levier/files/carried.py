"""What a received piece carries besides what it shows: a program, an action, another file. Runs in a confined child alone.

It does not say that a piece is safe, which is the antivirus's business: it says that its original acts on the computer that opens it.
"""

import io
import re
import zipfile
import zlib

MOST_OPENED = 30_000_000
"""Bytes of compressed objects of a PDF that are read; one that has more is not judged, so it is not handed out."""
NAME = re.compile(rb"/[^\s/<>\[\](){}%\0]+")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")
ACTING = {
    b"/JavaScript": "script", b"/XFA": "script", b"/Launch": "program", b"/RichMedia": "program", b"/Rendition": "program",
    b"/EmbeddedFile": "file", b"/EmbeddedFiles": "file", b"/GoToE": "file", b"/GoToR": "elsewhere", b"/SubmitForm": "elsewhere",
    b"/ImportData": "elsewhere", b"/Encrypt": "hidden",
}  # fmt: skip
"""Names of a PDF (ISO 32000) that make it do something, hold another file, or hide what it holds."""
BY_ITSELF = {b"/OpenAction", b"/AA"}
"""With one of these, an address is followed without a click; a plain link is not withheld."""
OF_WORKBOOKS = {
    "vbaproject": "script", "macrosheets": "script", "activex": "program", "basic/": "script", "scripts/": "script", "embeddings/": "file",
    "oleobject": "file", "externallinks/": "elsewhere", "connections.xml": "elsewhere", "querytables": "elsewhere",
}  # fmt: skip
"""In the names of the parts of a workbook."""


def answer(payload: bytes) -> bytes:
    """The media type on one line, then the bytes; what it carries as a word, nothing where it carries nothing."""
    kind, _, content = payload.partition(b"\n")
    return carried(content, kind.decode()).encode()


def carried(content: bytes, kind: str) -> str:
    match kind:
        case "application/pdf":
            return _of_pdf(content)
        case "image/png":
            return "file" if content[_end_of_png(content) :].strip(b"\0\r\n ") else ""
        case "text/csv" | "image/jpeg":
            return ""
    return _of_workbook(content)


def _of_pdf(content: bytes) -> str:
    if b"%%EOF" not in content:
        return "hidden"
    if content.rpartition(b"%%EOF")[2].strip(b"\0\r\n ") or b"PK\x03\x04" in content:
        return "file"
    names = _names(content)
    if b"/ObjStm" in names:
        opened = _opened(content)
        if opened is None:
            return "hidden"
        names |= _names(opened)
    found = sorted({ACTING[name] for name in names & ACTING.keys()})
    if found:
        return found[-1]
    return "elsewhere" if b"/URI" in names and names & BY_ITSELF else ""


def _opened(content: bytes) -> bytes | None:
    """The compressed parts of a PDF one after the other, where it keeps objects in them; None where one cannot be read whole."""
    parts = bytearray()
    for start in STREAM.finditer(content):
        inner = zlib.decompressobj()
        try:
            parts += inner.decompress(content[start.end() : content.find(b"endstream", start.end())], MOST_OPENED)
        except zlib.error:
            continue  # not compressed this way: its bytes were read as they stand
        if not inner.eof or len(parts) > MOST_OPENED:
            return None
    return bytes(parts)


def _names(content: bytes) -> set[bytes]:
    """Names, with their escapes (`/J#53` is `/JS`) read as a reader does."""
    return {
        ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), name) if b"#" in name else name
        for name in NAME.findall(content)
    }


def _end_of_png(content: bytes) -> int:
    place = 8
    while place + 12 <= len(content):
        length, name = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        place += 12 + length
        if name == b"IEND":
            return place
    return len(content)


def _of_workbook(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bag:
            names = [one.lower() for one in bag.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "hidden"  # cannot be judged, so it is not handed out
    for name in names:
        for mark, what in OF_WORKBOOKS.items():
            if mark in name:
                return what
    return ""
