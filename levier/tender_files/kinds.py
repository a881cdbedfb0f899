"""What a file is, told from its bytes and never from its name."""

from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from levier.tender_files.values import Fault, Unreadable


class Format(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    DOC = "doc"
    RTF = "rtf"
    HTML = "html"
    MHTML = "mhtml"
    TEXT = "text"
    ZIP = "zip"


_FIRST_ROWS = 3
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_MARKS = (b"<!doctype html", b"<html", b"<meta", b"<body", b"<head", b"<div", b"<p>", b"<table")


def format_of(content: bytes) -> Format:
    """Raise Unreadable where it is nothing that can be read."""
    if not content.strip(b"\0 \r\n\t"):
        raise Unreadable(Fault.EMPTY)
    head = content[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if b"%PDF-" in content[:1024]:
        return Format.PDF
    if content.startswith(OLE):
        return Format.DOC
    if content.startswith(b"PK"):
        return _zipped(content)
    if head.startswith(b"{\\rtf"):
        return Format.RTF
    if head.lower().startswith(b"mime-version:"):
        return Format.MHTML
    if _is_markup(content):
        return Format.HTML
    if not content.startswith(_IMAGES) and _is_text(content):
        return Format.TEXT
    raise Unreadable(Fault.SCAN if content.startswith(_IMAGES) else Fault.UNKNOWN_KIND)


def _zipped(content: bytes) -> Format:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names or any(name.startswith("word/document") for name in names):
                return Format.DOCX
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype")
                if b"opendocument.text" in kind:
                    return Format.ODT
            if "[Content_Types].xml" in names or "mimetype" in names:
                raise Unreadable(Fault.UNKNOWN_KIND)
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        raise Unreadable(Fault.BROKEN) from error
    return Format.ZIP


def _is_markup(content: bytes) -> bool:
    start = content[:4096]
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        start = start.decode("utf-16", "ignore").encode()
    start = start.lower()
    return any(mark in start for mark in _MARKS)


def _is_text(content: bytes) -> bool:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    head = content[:65_536]
    rows = [row for row in head.split(b"\n")[:_FIRST_ROWS] if row.strip()]
    if all(b";" in row or b"\t" in row for row in rows) and not any(b". " in row for row in rows):
        return False  # a table of values states nothing
    return not any(byte < 32 and byte not in b"\t\r\n\f" for byte in head)
