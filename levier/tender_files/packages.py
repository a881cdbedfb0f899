"""Zipped XML (DOCX, ODT) opened without entities, without a network, and never larger than allowed."""

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from levier.tender_files.values import Fault, Unreadable

LARGEST_PART = 60_000_000
"""Bytes of one unpacked part: some two thousand pages of text."""
_CHUNK = 1 << 20


class Package:
    def __init__(self, content: bytes) -> None:
        try:
            self._archive = ZipFile(BytesIO(content))
        except (BadZipFile, ValueError, OSError) as error:
            raise Unreadable(Fault.BROKEN) from error

    @property
    def names(self) -> list[str]:
        return self._archive.namelist()

    def read(self, name: str) -> bytes:
        """The part's bytes, counted as they unpack: what the archive says of its size is not believed."""
        try:
            with self._archive.open(name) as part:
                found = bytearray()
                while piece := part.read(_CHUNK):
                    found += piece
                    if len(found) > LARGEST_PART:
                        raise Unreadable(Fault.BOMB)
                return bytes(found)
        except (BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
            raise Unreadable(Fault.BROKEN) from error

    def tree(self, name: str) -> etree._Element:
        return tree(self.read(name))


def tree(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        found = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(Fault.BROKEN) from error
    return found
