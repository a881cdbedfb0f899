"""What a workbook is and whether it may be opened, told from its bytes and from the directory of its ZIP, before any parser sees it."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field

from levier.spreadsheets.limits import LARGEST_OPENED, MEBI, MOST_PARTS, STEEP_FROM, STEEPEST
from levier.spreadsheets.values import TableRefusal

ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATION = re.compile(rb"<[^>]*\bRelationship\b[^>]*>")
_FAR = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{3,}\d+|[A-Z]{1,3}\d{7,})"[^>]*?(?<!/)>\s*<(?!/)')


class Refused(Exception):  # noqa: N818 - read aloud: "refused"
    """The file is not opened; the code and its facts become a sentence in the parent process."""

    def __init__(self, code: TableRefusal, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(slots=True)
class Workbook:
    """`parts`: the XML that the format hints are read from. `far`: cell by part name, for sheets with a value out of reach."""

    format: str
    parts: dict[str, bytes] = field(default_factory=dict)
    far: dict[str, str] = field(default_factory=dict)


def inspect(content: bytes) -> Workbook:
    """The kind of file, its XML parts read within limits. Raise Refused when it must not be opened."""
    if not content.strip(b"\x00\r\n\t "):
        raise Refused(TableRefusal.EMPTY)
    if content.startswith(b"PK"):
        return _zipped(content)
    if content.startswith(_OLE):
        return _binary(content)
    if content.startswith(b"%PDF-"):
        raise Refused(TableRefusal.PDF)
    if content.startswith(_IMAGES) or content[8:12] == b"WEBP":
        raise Refused(TableRefusal.IMAGE)
    if content.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith((b"<", b"{\\rtf")):
        raise Refused(TableRefusal.WEB_PAGE)
    return Workbook("csv")


def _zipped(content: bytes) -> Workbook:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, UnicodeDecodeError) as error:
        raise Refused(TableRefusal.DAMAGED) from error
    names = [entry.filename for entry in entries]
    kind = _kind(archive, set(names))
    _check_directory(entries, names)
    book = Workbook(kind)
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            book.parts[entry.filename] = _part(archive, entry)
    for name, part in book.parts.items():
        _check_part(name, part)
        far = _FAR.search(part) if kind == "xlsx" and "/worksheets/" in name else None
        if far:
            book.far[name] = far[1].decode()
    return book


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        raise Refused(TableRefusal.OLD_BINARY)
    if "[Content_Types].xml" in names and any(
        name.startswith("xl/") and name.endswith("workbook.xml") for name in names
    ):
        return "xlsx"
    if "mimetype" in names:
        entry = archive.getinfo("mimetype")
        mimetype = _part(archive, entry) if entry.file_size < 200 else b""
        if mimetype.startswith(ODS_TYPE):
            return "ods"
    raise Refused(TableRefusal.OTHER_OFFICE)


def _check_directory(entries: list[zipfile.ZipInfo], names: list[str]) -> None:
    if len(entries) > MOST_PARTS or len(set(names)) != len(names):
        raise Refused(TableRefusal.HOSTILE, what="archive anormale")
    total = sum(entry.file_size for entry in entries)
    steep = [
        one for one in entries if one.file_size > STEEP_FROM and one.file_size > STEEPEST * max(1, one.compress_size)
    ]
    if total > LARGEST_OPENED or steep:
        raise Refused(TableRefusal.BOMB, size=str(total // MEBI))
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if ".." in name.split("/") or name.startswith("/") or ":" in name:
            raise Refused(TableRefusal.HOSTILE, what="chemin hors de l’archive")
        if entry.flag_bits & 1:
            raise Refused(TableRefusal.ENCRYPTED)
        if name.lower().endswith("vbaproject.bin") or "Basic/" in name or name.startswith("Scripts/"):
            raise Refused(TableRefusal.MACROS)


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One part, never more than it declares."""
    try:
        with archive.open(entry) as stream:
            part = stream.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Refused(TableRefusal.DAMAGED) from error
    if len(part) > entry.file_size:
        raise Refused(TableRefusal.BOMB, size=str(len(part) // MEBI))
    return part


def _check_part(name: str, part: bytes) -> None:
    text = part
    if part[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = part.decode("utf-16", "replace").encode()
    if _DTD.search(text):
        raise Refused(TableRefusal.HOSTILE, what="entité XML")
    if name.endswith(".rels"):
        for relation in _RELATION.findall(text):
            if b'TargetMode="External"' in relation and b"/hyperlink" not in relation:
                raise Refused(TableRefusal.LINKED, what="liaison externe")
    if name == "META-INF/manifest.xml" and b"encryption-data" in text:
        raise Refused(TableRefusal.ENCRYPTED)


def _binary(content: bytes) -> Workbook:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            streams = {"/".join(path) for path in container.listdir(streams=True, storages=True)}
    except Exception as error:  # olefile raises many kinds on altered files
        raise Refused(TableRefusal.DAMAGED) from error
    if "EncryptedPackage" in streams:
        raise Refused(TableRefusal.ENCRYPTED)
    if any("VBA" in stream.upper() for stream in streams):
        raise Refused(TableRefusal.MACROS)
    if not streams & {"Workbook", "Book"}:
        raise Refused(TableRefusal.OTHER_OFFICE)
    return Workbook("xls")
