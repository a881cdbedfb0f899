"""Builders of documents through real libraries: python-docx, Typst, and the XML of an ODT."""

import io
import zipfile
from xml.sax.saxutils import escape

import docx
import typst

type Lines = tuple[str | tuple[str, ...], ...]
"""A string is a paragraph, one that starts with # a title, a tuple a row of a table."""


def as_docx(lines: Lines) -> bytes:
    document = docx.Document()
    table = None
    for line in lines:
        if isinstance(line, tuple):
            table = table or document.add_table(rows=0, cols=len(line))
            for cell, text in zip(table.add_row().cells, line, strict=True):
                cell.text = text
            continue
        table = None
        if line.startswith("# "):
            document.add_heading(line[2:], level=2)
        else:
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("form", "form"),
        ("draw", "drawing"),
    )
)


def odt(body: str, *, forms: str = "") -> bytes:
    """An ODT from the XML of its body."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.3">'
        f"<office:body><office:text>{forms}{body}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return out.getvalue()


def as_odt(lines: Lines) -> bytes:
    body = ""
    for line in lines:
        if isinstance(line, tuple):
            cells = "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in line)
            body += f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
        elif line.startswith("# "):
            body += f'<text:h text:outline-level="2">{escape(line[2:])}</text:h>'
        else:
            body += f"<text:p>{escape(line)}</text:p>"
    return odt(body)


def as_pdf(lines: Lines) -> bytes:
    """Set by Typst, so that lines wrap where a page makes them wrap."""
    source = '#set page(paper: "a5")\n#set text(size: 10pt)\n'
    for line in lines:
        if isinstance(line, tuple):
            cells = "".join(f"[#{_typed(cell)}]," for cell in line)
            source += f"#table(columns: {len(line)}, {cells})\n"
        elif line.startswith("# "):
            source += f"#par(strong({_typed(line[2:])}))\n\n"
        else:
            source += f"#par({_typed(line)})\n\n"
    return typst.compile(source.encode())


def _typed(text: str) -> str:
    """The fonts at hand have no boxes: they are typed."""
    text = text.replace("\x92", "’").replace("☒", "[X]").replace("☐", "[ ]")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


FORMATS = {"docx": as_docx, "odt": as_odt, "pdf": as_pdf}
