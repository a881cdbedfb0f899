"""Text of a page of HTML (notices saved as .doc or .html, and MHTML): blocks, rows and boxes; scripts and what is hidden left out."""

import email
import email.policy
import re
from collections.abc import Iterator

from lxml import etree, html

from levier.tender_files.boxes import box, plain_boxes
from levier.tender_files.values import Fault, Line, LineKind, Text, Unreadable

_SKIPPED = {"script", "style", "head", "title", "noscript", "template", "del", "s", "strike", "svg", "iframe", "object"}
_TITLES = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _TITLES | set(
    "p div li ul ol dl dt dd section article header footer main form fieldset legend pre blockquote center address "
    "tbody thead tfoot table tr td th caption body html".split()
)
_BREAK = "\x0b"


def read(content: bytes) -> Text:
    parser = html.HTMLParser(no_network=True, encoding=_encoding(content), huge_tree=False)
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(Fault.BROKEN) from error
    return Text(tuple(_lines(root)))


def read_mhtml(content: bytes) -> Text:
    """The first page of HTML in a web archive."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return read(payload)
    raise Unreadable(Fault.BROKEN)


def _encoding(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,20})", content[:4096], re.IGNORECASE)
    name = declared[1].decode().lower() if declared else ""
    if name in {"windows-1252", "iso-8859-1", "iso-8859-15", "latin-1"}:
        return "windows-1252"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


class _Reader:
    """Blocks in reading order; text between them is gathered until one begins or ends."""

    def __init__(self) -> None:
        self._collected: list[str] = []

    def lines(self, element: etree._Element, kind: LineKind) -> Iterator[Line]:
        for part in _children(element):
            if isinstance(part, str):
                self._collected.append(part)
            elif isinstance(part.tag, str) and part.tag.lower() not in _SKIPPED and not _hidden(part):
                yield from self._element(part, part.tag.lower(), kind)

    def _element(self, element: etree._Element, tag: str, kind: LineKind) -> Iterator[Line]:
        if tag == "br":
            self._collected.append(_BREAK)
        elif tag == "input":
            self._collected.append(_box(element))
        elif tag == "tr" and element.find(".//table") is None:
            yield from self.flush(kind)
            yield from _row(element)
        elif tag in _BLOCKS:
            inner = LineKind.HEADING if tag in _TITLES else LineKind.ITEM if tag == "li" else kind
            yield from self.flush(kind)
            yield from self.lines(element, inner)
            yield from self.flush(inner)
        else:
            yield from self.lines(element, kind)

    def flush(self, kind: LineKind) -> Iterator[Line]:
        text = plain_boxes("".join(self._collected))
        self._collected.clear()
        for part in re.sub(r"[^\S\x0b]+", " ", text).split(_BREAK):
            if part.strip():
                yield Line(part.strip(), kind=kind)


def _lines(root: etree._Element) -> Iterator[Line]:
    reader = _Reader()
    yield from reader.lines(root, LineKind.PARAGRAPH)
    yield from reader.flush(LineKind.PARAGRAPH)


def _children(element: etree._Element) -> Iterator[etree._Element | str]:
    yield element.text or ""
    for child in element:
        yield child
        yield child.tail or ""


def _row(row: etree._Element) -> Iterator[Line]:
    cells = [
        " ".join(line.text for line in _lines(cell))
        for cell in row
        if isinstance(cell.tag, str) and cell.tag.lower() in {"td", "th"}
    ]
    found = [cell for cell in cells if cell.strip()]
    if len(found) == 1:
        yield Line(found[0])
    elif found:
        yield Line(" | ".join(cells), kind=LineKind.ROW, cells=tuple(cells))


def _box(control: etree._Element) -> str:
    if (control.get("type") or "").lower() in {"checkbox", "radio"}:
        return box(ticked=control.get("checked") is not None) + " "
    return ""


def _hidden(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        "display:none" in style
        or "visibility:hidden" in style
        or "mso-hide:all" in style
        or element.get("hidden") is not None
    )
