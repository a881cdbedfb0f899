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


def _lines(root: etree._Element) -> Iterator[Line]:
    collected: list[str] = []

    def flush(kind: LineKind) -> Iterator[Line]:
        text = plain_boxes("".join(collected))
        collected.clear()
        for part in re.sub(r"[^\S\x0b]+", " ", text).split(_BREAK):
            if part.strip():
                yield Line(part.strip(), kind=kind)

    def walk(element: etree._Element, kind: LineKind) -> Iterator[Line]:
        for event in _children(element):
            if isinstance(event, str):
                collected.append(event)
                continue
            tag = event.tag.lower() if isinstance(event.tag, str) else ""
            if tag in _SKIPPED or not tag or _hidden(event):
                continue
            if tag == "br":
                collected.append(_BREAK)
            elif tag == "input":
                collected.append(_box(event))
            elif tag == "tr" and not event.xpath(".//table"):
                yield from flush(kind)
                yield from _row(event)
            elif tag in _BLOCKS:
                inner = LineKind.HEADING if tag in _TITLES else LineKind.ITEM if tag == "li" else kind
                yield from flush(kind)
                yield from walk(event, inner)
                yield from flush(inner)
            else:
                yield from walk(event, kind)

    yield from walk(root, LineKind.PARAGRAPH)
    yield from flush(LineKind.PARAGRAPH)


def _children(element: etree._Element) -> Iterator[etree._Element | str]:
    yield element.text or ""
    for child in element:
        yield child
        yield child.tail or ""


def _row(row: etree._Element) -> Iterator[Line]:
    cells = []
    for cell in row:
        if isinstance(cell.tag, str) and cell.tag.lower() in {"td", "th"}:
            cells.append(" ".join(line.text for line in _lines(cell)))
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
    return "display:none" in style or "visibility:hidden" in style or "mso-hide:all" in style or element.get("hidden") is not None
