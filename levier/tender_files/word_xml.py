"""Text of a DOCX: paragraphs, tables, headers, notes; tracked changes accepted; boxes to tick with their state."""

from collections.abc import Iterator

from lxml import etree

from levier.tender_files.boxes import box, symbol
from levier.tender_files.packages import Package, tree
from levier.tender_files.values import Fault, Line, LineKind, Text, Unreadable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DROPPED = {
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "sectPr", "tblPr", "trPr", "tcPr")
}
_DROPPED.add(_FALLBACK)
_MARKS = {
    f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "",
}  # fmt: skip
_OFF = {"0", "false", "off", "none"}


def read(content: bytes) -> Text:
    package = Package(content)
    main = _main(package)
    styles = _styles(package)
    lines = list(_lines(_root(package, main), styles))
    for name in package.names:
        kind = _kind_of_part(name)
        if kind is not None:
            lines += [Line(line.text, kind=kind, cells=line.cells) for line in _lines(_root(package, name), styles)]
    return Text(tuple(lines))


def _root(package: Package, name: str) -> etree._Element:
    content = package.read(name)
    if _STRICT.encode() in content:
        content = content.replace(_STRICT.encode(), W[1:-1].encode())
    return tree(content)


def _main(package: Package) -> str:
    found = [name for name in package.names if name.startswith("word/document") and name.endswith(".xml")]
    if not found:
        raise Unreadable(Fault.BROKEN)
    return "word/document.xml" if "word/document.xml" in found else found[0]


def _kind_of_part(name: str) -> LineKind | None:
    if not name.startswith("word/") or not name.endswith(".xml") or name.count("/") != 1:
        return None
    if name.startswith(("word/header", "word/footer")):
        return LineKind.MARGIN
    return LineKind.NOTE if name in {"word/footnotes.xml", "word/endnotes.xml"} else None


def _styles(package: Package) -> dict[str, LineKind]:
    """Which styles are titles, and which make a table of contents; by identifier."""
    if "word/styles.xml" not in package.names:
        return {}
    found = {}
    for style in _root(package, "word/styles.xml").iter(f"{W}style"):
        name = style.find(f"{W}name")
        words = (name.get(f"{W}val", "") if name is not None else "").lower()
        identifier = style.get(f"{W}styleId", "")
        if words.startswith(("toc ", "table of contents")):
            found[identifier] = LineKind.CONTENTS
        elif words.startswith(("heading", "titre", "title")) or style.find(f"{W}pPr/{W}outlineLvl") is not None:
            found[identifier] = LineKind.HEADING
    return found


def _lines(element: etree._Element, styles: dict[str, LineKind]) -> Iterator[Line]:
    """Paragraphs and rows in reading order, whatever wraps them (content controls, text boxes, custom markup)."""
    for child in element:
        if child.tag in _DROPPED or not isinstance(child.tag, str):
            continue
        if child.tag == f"{W}p":
            yield from _paragraph(child, styles)
        elif child.tag == f"{W}tbl":
            yield from _table(child, styles)
        elif child.tag not in {f"{W}r", f"{W}t"}:
            yield from _lines(child, styles)


def _paragraph(paragraph: etree._Element, styles: dict[str, LineKind]) -> Iterator[Line]:
    kind = LineKind.PARAGRAPH
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    if style is not None:
        kind = styles.get(style.get(f"{W}val", ""), kind)
    if kind is LineKind.PARAGRAPH and paragraph.find(f"{W}pPr/{W}outlineLvl") is not None:
        kind = LineKind.HEADING
    if kind is LineKind.PARAGRAPH and paragraph.find(f"{W}pPr/{W}numPr") is not None:
        kind = LineKind.ITEM
    text = "".join(_runs(paragraph))
    for part in text.split("\n"):
        if part.strip():
            yield Line(part, kind=kind)
    for drawn in paragraph.iter(f"{W}txbxContent"):
        if not any(ancestor.tag == _FALLBACK for ancestor in drawn.iterancestors()):
            yield from _lines(drawn, styles)


def _table(table: etree._Element, styles: dict[str, LineKind]) -> Iterator[Line]:
    for row in _through(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells = ["\n".join(line.text for line in _lines(cell, styles)) for cell in _through(row, f"{W}tc")]
        if any(cell.strip() for cell in cells):
            yield Line(" | ".join(cell.replace("\n", " ") for cell in cells), kind=LineKind.ROW, cells=tuple(cells))


def _through(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Children of that name, also inside content controls and custom markup."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}smartTag"}:
            yield from _through(child, tag)


def _runs(element: etree._Element) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _DROPPED or tag == f"{W}txbxContent" or not isinstance(tag, str):
            continue
        if tag == f"{W}t":
            yield child.text or ""
        elif tag in _MARKS:
            yield _MARKS[tag]
        elif (drawn := _drawn(child)) is not None:
            yield drawn
        elif tag != f"{W}sdtPr" and not (tag == f"{W}r" and _hidden(child)):
            yield from _runs(child)


def _drawn(element: etree._Element) -> str | None:
    """A symbol or a box to tick, old (form field) or new (content control); None for anything else."""
    if element.tag == f"{W}sym":
        return symbol(_hexadecimal(element.get(f"{W}char", "")), element.get(f"{W}font", ""))
    if element.tag == f"{W}checkBox":
        return f"{box(ticked=_legacy_ticked(element))} "
    if element.tag == f"{W}sdt" and (control := element.find(f"{W}sdtPr/{_W14}checkbox")) is not None:
        state = control.find(f"{_W14}checked")
        return f"{box(ticked=state is not None and state.get(f'{_W14}val', '1') not in _OFF)} "
    return None


def _hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val", "1") not in _OFF


def _legacy_ticked(control: etree._Element) -> bool:
    """A form field of old: `checked` if it was touched, else `default`."""
    for name in ("checked", "default"):
        state = control.find(f"{W}{name}")
        if state is not None:
            return state.get(f"{W}val", "1") not in _OFF
    return False


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 32
