"""Files for R25: honest ones of every kind, the same ones damaged by dice, bombs, and pieces that carry something hostile.

All are made here, byte by byte or by the libraries the project has; none comes from elsewhere.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

import xlsxwriter

KINDS = ("xlsx", "ods", "csv", "pdf", "png", "docx", "odt", "jpg", "zip")
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODT = "application/vnd.oasis.opendocument.text"
_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"'
)


def archive(*members: tuple[str, bytes | str]) -> bytes:
    """A ZIP whose member `mimetype`, when there is one, is stored as OpenDocument asks."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, content in members:
            bag.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return target.getvalue()


def _rows(dice: random.Random) -> list[tuple[str, ...]]:
    heading = ("Objet du marché", "Montant HT", "Nature", "Date de consultation")
    objects = ("Réfection du collège", "Nettoyage des locaux", "Espaces verts du parc", "Peinture du gymnase")
    return [heading] + [
        (f"{dice.choice(objects)} n° {dice.randrange(1000)}", f"{dice.randrange(20, 900)} 000 €", dice.choice(("Travaux", "Services")), f"T{dice.randrange(1, 5)} 2027")
        for _ in range(dice.randrange(3, 12))
    ]  # fmt: skip


def honest(kind: str, dice: random.Random) -> bytes:
    """A file that a person could send: a small plan, a letter of clauses, a page, a picture."""
    rows = _rows(dice)
    text = "Article 1. Clause d’insertion : le titulaire réserve 350 heures d’insertion. Pénalité : 40 € par heure non réalisée."
    match kind:
        case "xlsx" | "csv" | "ods":
            return _table(kind, rows, dice)
        case "odt":
            return _open_document(_ODT, f"<office:text><text:p>{text}</text:p></office:text>")
        case "docx":
            import docx

            letter = docx.Document()
            letter.add_paragraph(f"{text} {dice.randrange(1000)}")
            target = io.BytesIO()
            letter.save(target)
            return target.getvalue()
        case "pdf":
            return pdf(f"Feuille {dice.randrange(1000)}")
        case "png":
            return png(dice.randrange(8, 60), dice.randrange(8, 60))
        case "jpg":
            return jpeg(dice.randrange(8, 60), dice.randrange(8, 60))
        case "zip":
            return archive(("reglement.pdf", pdf(text)), ("ccap.docx", honest("docx", dice)))
    raise ValueError(kind)


HOURS = ("Nom", "Prénom", "Mois", "Heures")


def hours_table(kind: str, dice: random.Random) -> bytes:
    """What a company types in its own table."""
    rows = [HOURS] + [
        (dice.choice(("Martin", "Bernard", "Saïdi", "Lopez", "N’Diaye")), dice.choice(("Ana", "Luc")), "11/2026", str(dice.randrange(1, 151))) for _ in range(dice.randrange(3, 12))
    ]  # fmt: skip
    return _table(kind, rows, dice)


def _table(kind: str, rows: list[tuple[str, ...]], dice: random.Random) -> bytes:
    match kind:
        case "xlsx":
            target = io.BytesIO()
            with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
                sheet = book.add_worksheet("Plan")
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
            return target.getvalue()
        case "csv":
            return "\r\n".join(";".join(row) for row in rows).encode(dice.choice(("utf-8-sig", "cp1252")))
    lines = "".join("<table:table-row>" + "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row) + "</table:table-row>" for row in rows)  # fmt: skip
    return _open_document(
        _ODS, f'<office:spreadsheet><table:table table:name="Plan">{lines}</table:table></office:spreadsheet>'
    )


def _open_document(media: str, body: str) -> bytes:
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}><office:body>{body}</office:body></office:document-content>'
    manifest = f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/></manifest:manifest>'
    return archive(("mimetype", media), ("content.xml", content), ("META-INF/manifest.xml", manifest))


def png(width: int, height: int, *, claimed: tuple[int, int] | None = None) -> bytes:
    """A grey picture; `claimed`: the size its header tells, when it lies."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", *(claimed or (width, height)), 8, 0, 0, 0, 0)
    lines = b"".join(b"\x00" + b"\x80" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """A grey photo with a camera's note that asks for a quarter turn: each block of 8 × 8 is two codes of one bit, both zero."""

    def part(mark: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, mark, len(data) + 2) + data

    def code(table: int) -> bytes:  # one code, "0", for the symbol 0
        return part(0xC4, bytes([table, 1, *[0] * 15, 0]))

    note = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    bits = 2 * ((width + 7) // 8) * ((height + 7) // 8)
    drawn = bytes(bits // 8) + (bytes([0xFF >> bits % 8]) if bits % 8 else b"")
    return b"".join(
        (
            b"\xff\xd8", part(0xE1, note), part(0xDB, bytes([0, *[1] * 64])),
            part(0xC0, struct.pack(">BHHB3B", 8, height, width, 1, 1, 0x11, 0)), code(0x00), code(0x10),
            part(0xDA, bytes([1, 1, 0, 0, 63, 0])), drawn, b"\xff\xd9",
        )
    )  # fmt: skip


def pdf(text: str, *, catalogue: str = "", page: str = "", more: tuple[str, ...] = ()) -> bytes:
    """One page with a line of text; `catalogue` and `page` go into those dictionaries, `more` are further objects (from 6)."""
    drawn = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode("latin-1", "replace")
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> {page} >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *(one.encode() for one in more),
    ]
    written, places = io.BytesIO(), []
    written.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, start=1):
        places.append(written.tell())
        written.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    written.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    written.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return written.getvalue()


def damaged(content: bytes, dice: random.Random) -> bytes:
    """One of the accidents and tricks that happen to files: flipped, cut, doubled, spliced, or a member of the ZIP rewritten."""
    way = dice.randrange(6)
    if way == 5 and content.startswith(b"PK"):
        return _member_rewritten(content, dice)
    data = bytearray(content)
    if way == 0:
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(len(data))] = dice.randrange(256)
    elif way == 1:
        del data[dice.randrange(len(data)) :]
    elif way == 2:
        at = dice.randrange(len(data))
        data[at:at] = data[at : at + dice.randrange(1, 400)]
    elif way == 3:
        at = dice.randrange(len(data))
        data[at : at + dice.randrange(1, 60)] = dice.randbytes(dice.randrange(0, 60))
    else:
        at = dice.randrange(len(data))
        data[at:at] = dice.choice(
            (b"\x00" * 200, b"<!DOCTYPE a>", b"9" * 400, b"&lol;", b"\xff\xfe", b"=1+1;" * 40, b"\r\n" * 200)
        )
    return bytes(data)


def _member_rewritten(content: bytes, dice: random.Random) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(content))
    names = source.namelist()
    victim = dice.choice(names)
    members = []
    for name in names:
        part = source.read(name)
        if name == victim and part:
            at = dice.randrange(len(part))
            part = (
                part[:at]
                + dice.choice((b"", b"\x00", b"<a>" * 3000, b"]]>", b"XFD1048576", b"-9e999", b'"' * 50))
                + part[at + dice.randrange(0, 40) :]
            )
        members.append((name, part))
    return archive(*members)


def bombs() -> Iterator[tuple[str, str, bytes]]:
    """(what it is, suffix, bytes): small to send, ruinous to open without care."""
    sheet = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
    book = honest("xlsx", random.Random(0))

    def with_sheet(xml: str | bytes, *more: tuple[str, bytes | str]) -> bytes:
        source = zipfile.ZipFile(io.BytesIO(book))
        kept = [(name, source.read(name)) for name in source.namelist() if name != "xl/worksheets/sheet1.xml"]
        return archive(*kept, ("xl/worksheets/sheet1.xml", xml), *more)

    for size in (50, 200, 400):
        yield f"sheet of {size} MB of spaces", "xlsx", with_sheet(sheet.format(" " * size * 1_000_000))
    for place in ("XFD1048576", "A1048576", "XFD1", "ZZZZ99999999"):
        yield (
            f"a cell at {place}",
            "xlsx",
            with_sheet(sheet.format(f'<row r="1"><c r="A1"><v>1</v></c><c r="{place}"><v>1</v></c></row>')),
        )
    yield "entities", "xlsx", with_sheet('<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]><worksheet><sheetData>&i;</sheetData></worksheet>")  # fmt: skip
    yield "an outside entity", "xlsx", with_sheet('<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>')  # fmt: skip
    yield "tags 200,000 deep", "xlsx", with_sheet(sheet.format("<row>" * 200_000))
    yield (
        "one million rows",
        "xlsx",
        with_sheet(sheet.format("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001)))),
    )
    yield (
        "ten thousand columns",
        "xlsx",
        with_sheet(sheet.format('<row r="1">' + "<c><v>1</v></c>" * 10_000 + "</row>")),
    )
    yield (
        "a cell of 30 MB",
        "xlsx",
        with_sheet(sheet.format(f'<row r="1"><c t="str"><v>{"a" * 30_000_000}</v></c></row>')),
    )
    yield "100,000 members", "xlsx", with_sheet(sheet.format(""), *((f"x/{n}", b"") for n in range(100_000)))
    yield "a member that climbs", "xlsx", with_sheet(sheet.format(""), ("../../etc/levier", b"x"))
    yield "a member told to be 4 GB", "xlsx", with_sheet(sheet.format("")).replace(b"PK\x01\x02", b"PK\x01\x02", 1)
    yield "a ZIP in a ZIP in a ZIP", "xlsx", archive(("a.zip", archive(("b.zip", archive(("c", b"\0" * 50_000_000))))))
    nothing = b"\0" * 300_000_000
    for kind, member in (("docx", "word/document.xml"), ("odt", "content.xml"), ("ods", "content.xml")):
        media = {"docx": (), "odt": (("mimetype", _ODT),), "ods": (("mimetype", _ODS),)}[kind]
        yield (
            f"{kind} of 300 MB of nothing",
            kind,
            archive(*media, ("[Content_Types].xml", "<Types/>"), (member, nothing)),
        )
        yield (
            f"{kind} of deep tags",
            kind,
            archive(*media, ("[Content_Types].xml", "<Types/>"), (member, "<a>" * 300_000)),
        )
    repeated = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    yield "ods repeated to the end of the world", "ods", _open_document(_ODS, f'<office:spreadsheet><table:table table:name="a">{repeated}</table:table></office:spreadsheet>')  # fmt: skip
    for side in (20_000, 60_000, 2_000_000_000):
        yield f"a picture that tells {side} pixels a side", "png", png(8, 8, claimed=(side, side))
    yield "a real picture of 12,000 pixels a side", "png", png(12_000, 12_000)
    yield "a PDF whose pages are their own parents", "pdf", pdf("x").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    yield "a PDF of a million pages told", "pdf", pdf("x").replace(b"/Count 1 ", b"/Count 1000000 ")
    yield "a PDF page as large as a country", "pdf", pdf("x").replace(b"[0 0 595 842]", b"[0 0 9e9 9e9]")
    yield "a PDF of nested arrays", "pdf", pdf("x", catalogue="/X " + "[" * 100_000 + "]" * 100_000)
    yield "a CSV of one line of 8 MB", "csv", b"a;" * 4_000_000
    yield "a CSV of quotes that never close", "csv", b'a;b\n"' + b"x\n" * 2_000_000
    yield "a CSV of a million lines", "csv", b"Objet;Montant\n" + b"x;1\n" * 1_000_000
    yield "a CSV of nulls", "csv", b"Objet;Montant\n" + b"\0" * 1_000_000
    yield "empty", "csv", b""
    yield "only a ZIP's end", "xlsx", b"PK\x05\x06" + b"\0" * 18


def hostile() -> Iterator[tuple[str, str, bytes]]:
    """(what it carries, suffix, bytes): pieces that must never be shown or given as they are."""
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    yield "EICAR", "csv", eicar
    yield "EICAR after a heading", "csv", b"Nom;Heures\n" + eicar
    yield "EICAR in a PDF", "pdf", pdf("x") + eicar
    script = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    launch = "<< /S /Launch /F (cmd.exe) >>"
    actions = {"JavaScript": script, "Launch": launch, "URI": "<< /S /URI /URI (http://exemple.test/) >>", "GoToR": "<< /S /GoToR /F (x.pdf) >>", "SubmitForm": "<< /S /SubmitForm /F (http://exemple.test/) >>", "ImportData": "<< /S /ImportData /F (x) >>"}  # fmt: skip
    for name, action in actions.items():
        yield f"{name} at opening", "pdf", pdf("x", catalogue=f"/OpenAction {action}")
        yield (
            f"{name} at opening, in an object of its own",
            "pdf",
            pdf("x", catalogue="/OpenAction 6 0 R", more=(action,)),
        )
        yield f"{name} on the page", "pdf", pdf("x", page=f"/AA << /O {action} >>")
        yield f"{name} under a name", "pdf", pdf("x", catalogue=f"/Names << /JavaScript << /Names [(a) {action}] >> >>")
        if name != "URI":  # a link that waits for a click is honest
            yield (
                f"{name} in an annotation",
                "pdf",
                pdf("x", page=f"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A {action} >>]"),
            )
        yield (
            f"{name} after another",
            "pdf",
            pdf("x", catalogue=f"/OpenAction << /S /Named /N /NextPage /Next {action} >>"),
        )
        yield f"{name} with its name escaped", "pdf", pdf("x", catalogue=f"/OpenAction {action.replace('/S /', '/S /#' + f'{ord(name[0]):02x}'.upper(), 1).replace('#' + f'{ord(name[0]):02x}'.upper() + name[0], '#' + f'{ord(name[0]):02x}'.upper())}")  # fmt: skip
    yield "an attached file", "pdf", pdf("x", catalogue="/Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >>", more=("<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>", "<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream"))  # fmt: skip
    yield (
        "a form of XFA",
        "pdf",
        pdf("x", catalogue="/AcroForm << /XFA 6 0 R >>", more=("<< /Length 3 >>\nstream\n<a>\nendstream",)),
    )
    yield "a page behind a ZIP", "pdf", pdf("x") + archive(("a.exe", b"MZ"))
    yield "a program called PDF", "pdf", b"MZ\x90\x00" + pdf("x")
    yield "a page called picture", "png", b"<html><script>alert(1)</script></html>"
    yield "a drawing with a script", "png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    yield "a script after the picture", "png", png(8, 8) + b"<script>alert(1)</script>"
    book = zipfile.ZipFile(io.BytesIO(honest("xlsx", random.Random(1))))
    parts = [(name, book.read(name)) for name in book.namelist()]
    yield "macros", "xlsx", archive(*parts, ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"))
    yield "a link to another workbook", "xlsx", archive(*parts, ("xl/externalLinks/externalLink1.xml", b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'))  # fmt: skip
    yield "an object", "xlsx", archive(*parts, ("xl/embeddings/oleObject1.bin", b"MZ"))
    yield "an encrypted workbook", "xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000
