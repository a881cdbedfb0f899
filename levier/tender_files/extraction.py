"""From bytes to text, whatever the format. Runs in a child process (sandbox.py), never where a person waits."""

from collections.abc import Callable

from levier.tender_files import hypertext, open_document, portable, rich_text, word_binary, word_xml
from levier.tender_files.kinds import Format, format_of
from levier.tender_files.values import Fault, Line, Text, Unreadable
from levier.tender_files.wording import plain

LARGEST_TEXT = 6_000_000
"""Characters read of one file."""


def _read_text(content: bytes) -> Text:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
    return Text(tuple(Line(row) for row in text.splitlines() if row.strip()))


_READERS: dict[Format, Callable[[bytes], Text]] = {
    Format.PDF: portable.read,
    Format.DOCX: word_xml.read,
    Format.ODT: open_document.read,
    Format.DOC: word_binary.read,
    Format.RTF: rich_text.read,
    Format.HTML: hypertext.read,
    Format.MHTML: hypertext.read_mhtml,
    Format.TEXT: _read_text,
}


def text_of(content: bytes) -> Text:
    """Raise Unreadable where there is no text to trust."""
    kind = format_of(content)
    if kind is Format.ZIP:
        raise Unreadable(Fault.ARCHIVE)
    found = _READERS[kind](content)
    if sum(len(line.text) for line in found.lines) > LARGEST_TEXT:
        raise Unreadable(Fault.BOMB)
    lines = tuple(
        Line(text, line.page, line.kind, tuple(plain(cell) for cell in line.cells))
        for line in found.lines
        if (text := plain(line.text))
    )
    if not any(character.isalpha() for line in lines for character in line.text):
        raise Unreadable(Fault.NO_TEXT)
    return Text(lines, found.pages, found.blind_pages)
