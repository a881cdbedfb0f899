"""ZIP archives, which Word and Excel files are too: looked at before anything reads them, and written the same way every time."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the content alone makes the bytes."""


class NotAnArchive(ValueError):  # noqa: N818 - read aloud: "not an archive"
    """The bytes are no ZIP archive that can be opened without harm; the message, in French, says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Entries, bytes once unpacked, and how many times bigger than packed."""

    entries: int = 2_000
    unpacked: int = 60_000_000
    ratio: int = 200


def names_in(content: bytes, limits: Limits = Limits()) -> tuple[str, ...]:
    """Names of the entries. Raise NotAnArchive for an archive that is broken, encrypted, too big once unpacked, or that climbs out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise NotAnArchive("le fichier est abîmé") from None
    if len(entries) > limits.entries:
        raise NotAnArchive("le fichier contient trop de parties")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise NotAnArchive("le fichier est protégé par un mot de passe")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked or unpacked > limits.ratio * max(len(content), 10_000):
        raise NotAnArchive("le fichier se déplie en un volume démesuré")
    names = tuple(entry.filename for entry in entries)
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise NotAnArchive("le fichier désigne des dossiers hors de lui-même")
    return names


def steady_zip(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive whose bytes depend on nothing but names, contents and their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def steadied(content: bytes) -> bytes:
    """The same archive with every date removed, its entries in their own order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return steady_zip((entry.filename, archive.read(entry)) for entry in archive.infolist())
