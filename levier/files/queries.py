"""Reading the bytes of stored files. Who may is said by the room that the file belongs to."""

import hashlib
from pathlib import Path

from django.conf import settings

from levier.files.models import StoredFile


class FileDamaged(OSError):  # noqa: N818 - read aloud: "file damaged"
    """The bytes are missing, or are not those that were received."""


def content_of(file: StoredFile) -> bytes:
    """The bytes as received. Raise FileDamaged when their size or digest no longer agree with the row."""
    try:
        content = (Path(settings.MEDIA_ROOT) / file.location).read_bytes()
    except OSError as error:
        raise FileDamaged(file.public_id) from error
    if len(content) != file.size or hashlib.sha256(content).digest() != bytes(file.sha256):
        raise FileDamaged(file.public_id)
    return content
