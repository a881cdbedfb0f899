"""Text of an ODT: paragraphs, titles, tables, notes, headers; deletions left out; boxes to tick with their state."""

from collections.abc import Iterator

from lxml import etree

from levier.tender_files.boxes import box
from levier.tender_files.packages import Package
from levier.tender_files.values import Fault, Line, LineKind, Text, Unreadable

_OF = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, OFFICE, FORM, DRAW, STYLE, MANIFEST = (
    f"{{{_OF}{name}:1.0}}" for name in ("text", "table", "office", "form", "drawing", "style", "manifest")
)
_PARAGRAPHS = {f"{TEXT}p", f"{TEXT}h"}
_ROWS = f"{TABLE}table-row"
_CELLS = {f"{TABLE}table-cell"}
_SKIPPED = {
    f"{TEXT}tracked-changes",
    f"{OFFICE}annotation",
    f"{OFFICE}forms",
    f"{TEXT}sequence-decls",
    f"{TEXT}note-citation",
}
_CONTENTS = {f"{TEXT}table-of-content", f"{TEXT}alphabetical-index", f"{TEXT}illustration-index"}


def read(content: bytes) -> Text:
    package = Package(content)
    names = set(package.names)
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable(Fault.PROTECTED)
    if "content.xml" not in names:
        raise Unreadable(Fault.BROKEN)
    root = package.tree("content.xml")
    body = root.find(f"{OFFICE}body")
    if body is None:
        raise Unreadable(Fault.BROKEN)
    reader = _Reader(root)
    lines = list(reader.lines(body, LineKind.PARAGRAPH))
    if "styles.xml" in names:
        margins = package.tree("styles.xml").find(f"{OFFICE}master-styles")
        if margins is not None:
            lines += reader.lines(margins, LineKind.MARGIN)
    return Text(tuple(lines))


class _Reader:
    def __init__(self, root: etree._Element) -> None:
        self._boxes = {
            control.get(f"{FORM}id") or control.get("{http://www.w3.org/XML/1998/namespace}id") or "": (
                control.get(f"{FORM}current-state") or control.get(f"{FORM}state", "unchecked")
            )
            == "checked"
            for name in ("checkbox", "radio")
            for control in root.iter(f"{FORM}{name}")
        }
        self._hidden = {
            style.get(f"{STYLE}name")
            for style in root.iter(f"{STYLE}style")
            for properties in style.iter(f"{STYLE}text-properties")
            if properties.get(f"{TEXT}display") == "none"
        }

    def lines(self, element: etree._Element, kind: LineKind) -> Iterator[Line]:
        for child in element:
            tag = child.tag
            if tag in _SKIPPED or not isinstance(tag, str):
                continue
            if tag in _PARAGRAPHS:
                yield from self._paragraph(child, kind)
            elif tag == _ROWS:
                yield from self._row(child, kind)
            elif tag in _CONTENTS:
                yield from self.lines(child, LineKind.CONTENTS)
            elif tag == f"{TEXT}list-item":
                yield from self.lines(child, LineKind.ITEM if kind is LineKind.PARAGRAPH else kind)
            else:
                yield from self.lines(child, kind)

    def _paragraph(self, paragraph: etree._Element, kind: LineKind) -> Iterator[Line]:
        if kind in {LineKind.PARAGRAPH, LineKind.ITEM} and paragraph.tag == f"{TEXT}h":
            kind = LineKind.HEADING
        for part in "".join(self._inline(paragraph)).split("\n"):
            if part.strip():
                yield Line(part, kind=kind)
        for note in paragraph.iter(f"{TEXT}note-body"):
            yield from self.lines(note, LineKind.NOTE)
        for frame in paragraph.iter(f"{DRAW}text-box"):
            yield from self.lines(frame, kind)

    def _row(self, row: etree._Element, kind: LineKind) -> Iterator[Line]:
        cells = [
            "\n".join(line.text for line in self.lines(cell, LineKind.PARAGRAPH)) for cell in row if cell.tag in _CELLS
        ]
        if any(cell.strip() for cell in cells):
            kind = kind if kind in {LineKind.MARGIN, LineKind.CONTENTS} else LineKind.ROW
            yield Line(" | ".join(cell.replace("\n", " ") for cell in cells), kind=kind, cells=tuple(cells))

    def _inline(self, element: etree._Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            tag = child.tag
            if tag == f"{TEXT}s":
                yield " " * min(_count(child.get(f"{TEXT}c", "1")), 200)
            elif tag == f"{TEXT}tab":
                yield " "
            elif tag in {f"{TEXT}line-break", f"{TEXT}soft-page-break"}:
                yield "\n" if tag == f"{TEXT}line-break" else ""
            elif tag == f"{DRAW}control":
                identifier = child.get(f"{DRAW}control", "")
                if identifier in self._boxes:
                    yield box(ticked=self._boxes[identifier]) + " "
            elif tag == f"{TEXT}span" and child.get(f"{TEXT}style-name") in self._hidden:
                pass
            elif tag not in _SKIPPED | {f"{TEXT}note", f"{DRAW}text-box"} and isinstance(tag, str):
                yield from self._inline(child)
            yield child.tail or ""


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else 1
