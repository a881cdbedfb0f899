"""What a received piece is, told from its first bytes and never from what the sender says of it."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from levier.foundation.objections import Objection, Refusal

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"

SUFFIXES = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", XLSX: ".xlsx", ODS: ".ods", CSV: ".csv"}
KINDS = {
    PDF: "PDF",
    PNG: "image PNG",
    JPEG: "image JPEG",
    XLSX: "classeur XLSX",
    ODS: "classeur ODS",
    CSV: "tableau CSV",
}


class FileRefusal(StrEnum):
    NO_FILE = "no_file"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    WITH_MACROS = "with_macros"


SENTENCES = {
    FileRefusal.NO_FILE: "Choisissez un fichier à joindre.",
    FileRefusal.EMPTY: "Le fichier « {name} » est vide. Vérifiez-le, puis joignez-le à nouveau.",
    FileRefusal.TOO_LARGE: "Le fichier « {name} » pèse {size} Mo : {largest} Mo au plus. Réduisez-le, ou joignez plusieurs fichiers.",
    FileRefusal.UNKNOWN_KIND: (
        "Le contenu de « {name} » n’est pas d’un format accepté. Joignez un PDF, une image PNG ou JPEG, un classeur XLSX ou ODS, "
        "ou un tableau CSV."
    ),
    FileRefusal.WITH_MACROS: "Le classeur « {name} » contient des macros. Enregistrez-le sans macros (.xlsx), puis joignez-le à nouveau.",
}


@dataclass(frozen=True, slots=True)
class Received:
    """A piece whose size and kind were checked. `name` is for people; it never becomes a path."""

    content: bytes
    media_type: str
    name: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


def refusal(code: FileRefusal, **facts: object) -> Refusal:
    sentence = SENTENCES[code].format(**facts)
    for mark in ":;»":
        sentence = sentence.replace(f" {mark}", f"\u00a0{mark}")
    return Refusal((Objection(code, "file", dict(facts)),), (sentence.replace("« ", "«\u00a0"),))


def read_piece(content: bytes, name: str, *, largest: int) -> Received:
    """Check size and kind; raise Refusal with what to do otherwise."""
    name = shown_name(name)
    if not content:
        raise refusal(FileRefusal.EMPTY, name=name)
    if len(content) > largest:
        size = f"{len(content) / 1_000_000:.1f}".replace(".", ",")
        raise refusal(FileRefusal.TOO_LARGE, name=name, size=size, largest=largest // 1_000_000)
    kind = media_type(content)
    if kind is None:
        raise refusal(FileRefusal.UNKNOWN_KIND, name=name)
    if kind in {XLSX, ODS} and (b"vbaProject.bin" in content or b"Basic/script-lb.xml" in content):
        raise refusal(FileRefusal.WITH_MACROS, name=name)
    return Received(content, kind, name)


def media_type(content: bytes) -> str | None:
    """The kind told by the first bytes; None when it is none of those accepted."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    return CSV if _is_table(content) else None


def _workbook(content: bytes) -> str | None:
    if content[30:38] == b"mimetype":
        return ODS if content[38 : 38 + len(ODS)] == ODS.encode() and content[38 + len(ODS) :][:2] == b"PK" else None
    return XLSX if b"[Content_Types].xml" in content and b"xl/workbook.xml" in content else None


def _is_table(content: bytes) -> bool:
    """Text with a separator on its first line, and nothing that a browser or a shell would run."""
    head = content[:65_536]
    if any(byte < 32 and byte not in b"\t\r\n" for byte in head):
        return False
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            text = head.decode("cp1252", errors="replace")
        else:
            text = head.decode("utf-8-sig", errors="ignore")
    text = text.lstrip()
    first = text.split("\n", 1)[0]
    return not text.startswith(("<", "#!", "{", "[")) and any(mark in first for mark in ";,\t")


def shown_name(name: str) -> str:
    """The file's name as people may read it: no folder, no control character, 200 characters at most."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(character for character in last if character.isprintable()).strip()
    return (plain or "piece")[-200:]
