"""Text out of each format: tables, notes, boxes, tracked changes; and files that cannot be trusted."""

import io
import struct
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from levier.tender_files import word_binary
from levier.tender_files.extraction import text_of
from levier.tender_files.figures import figure, spoken
from levier.tender_files.values import Fault, LineKind, Unreadable
from levier.tender_files.wording import fold, plain
from tests.tender_files.made_up import as_docx, as_odt, as_pdf, odt

PIECES = Path(__file__).parent / "pieces"


def lines(content: bytes) -> list[str]:
    return [line.text for line in text_of(content).lines]


def fault(content: bytes) -> Fault:
    with pytest.raises(Unreadable) as refusal:
        text_of(content)
    return refusal.value.fault


def outcome(content: bytes) -> str | Fault:
    """The text, or why there is none; anything else than Unreadable is a failure."""
    try:
        return " ".join(lines(content))
    except Unreadable as refusal:
        return refusal.fault


def document(*paragraphs: str) -> bytes:
    """A DOCX whose paragraphs are given in WordprocessingML."""
    made = docx.Document()
    for paragraph in paragraphs:
        names = nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
        made.element.body.append(parse_xml(f"<w:p {names}>{paragraph}</w:p>"))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["clause.docx", "clause.doc", "clause.rtf"])
def test_one_document_in_three_formats_reads_the_same(name: str) -> None:
    text = text_of((PIECES / name).read_bytes())
    assert [line.text for line in text.lines] == [
        "Article 5 – Clause sociale d'insertion",
        "Le titulaire réalise 1 200 heures d'insertion, réparties ainsi :",
        "Lot | Heures d'insertion",
        "1 | 800",
        "2 | 400 à répartir par trimestre",
        "Pénalité : 60 € par heure d'insertion non réalisée.",
        "Œuvre, naïf, « guillemets », 😀.",
        "Le facilitateur est le nouveau PLIE",
        "Commune d'essai",
    ]
    assert text.lines[3].cells == ("1", "800")
    assert text.lines[-1].kind is LineKind.MARGIN


def test_a_word_file_cut_in_the_middle_is_broken_never_a_crash() -> None:
    content = (PIECES / "clause.doc").read_bytes()
    for size in range(512, len(content), 1024):
        found = outcome(content[:size])
        assert not isinstance(found, Fault) or found in {Fault.BROKEN, Fault.UNKNOWN_KIND, Fault.NO_TEXT}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20_000), st.binary(min_size=1, max_size=8)), min_size=1, max_size=12))
def test_a_word_file_with_wrong_bytes_is_read_or_refused(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray((PIECES / "clause.doc").read_bytes())
    for place, wrong in changes:
        content[place : place + len(wrong)] = wrong
    assert outcome(bytes(content)) != ""


def test_an_encrypted_word_file_is_said_protected() -> None:
    content = bytearray((PIECES / "clause.doc").read_bytes())
    place = content.index(struct.pack("<H", 0xA5EC))
    content[place + 0x0B] |= 1
    assert fault(bytes(content)) is Fault.PROTECTED


def test_the_piece_table_mixes_narrow_and_wide_pieces() -> None:
    """Two pieces out of order in the stream: one byte a character, then two."""
    narrow, wide = "Le titulaire ".encode("cp1252"), "réalise œuvre".encode("utf-16-le")
    main = wide + narrow
    positions = struct.pack("<3I", 0, 13, 26)
    places = struct.pack("<HIH", 0, 0x4000_0000 | 2 * len(wide), 0) + struct.pack("<HIH", 0, 0, 0)
    clx = b"\x01\x02\x00\xff\xff" + b"\x02" + struct.pack("<I", len(positions + places)) + positions + places
    pieces = word_binary._pieces(b"xx" + clx, 2, len(clx))
    assert "".join(character for character, _ in word_binary._characters(main, pieces)) == "Le titulaire réalise œuvre"


def test_boxes_of_word_old_and_new() -> None:
    new = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent>'
        "</w:sdt><w:r><w:t>{}</w:t></w:r>"
    )
    old = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="{}"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:t>{}</w:t></w:r>'
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r><w:r><w:t xml:space="preserve"> {}</w:t></w:r>'
    content = document(
        new.format(1, "oui"), new.format(0, "non"), old.format(1, "oui"), old.format(0, "non"), symbol.format("F0FE", "oui"), symbol.format("F0A8", "non")
    )  # fmt: skip
    assert lines(content) == ["☒ oui", "☐ non", "☒ oui", "☐ non", "☒ oui", "☐ non"]


def test_hidden_deleted_and_instructions_are_left_out_inserted_kept() -> None:
    content = document(
        "<w:r><w:t>Le lot</w:t></w:r><w:del w:id='1' w:author='x'><w:r><w:delText> 1</w:delText></w:r></w:del>"
        "<w:ins w:id='2' w:author='x'><w:r><w:t xml:space='preserve'> 2</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> caché</w:t></w:r><w:r><w:instrText> REF x </w:instrText></w:r>"
    )
    assert lines(content) == ["Le lot 2"]


def test_notes_and_headers_of_an_odt_and_its_deletions() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>ancien texte</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Une clause<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Voir le CCAP.</text:p></text:note-body></text:note>"
        "<text:s text:c='3'/>sociale<text:line-break/>suite</text:p>"
        "<text:table-of-content><text:index-body><text:p>Article 4 Clause d’insertion 7</text:p></text:index-body></text:table-of-content>"
    )
    text = text_of(odt(body))
    assert [line.text for line in text.lines] == [
        "Une clause sociale",
        "suite",
        "Voir le CCAP.",
        "Article 4 Clause d'insertion 7",
    ]
    assert [line.kind for line in text.lines][2:] == [LineKind.NOTE, LineKind.CONTENTS]


def test_boxes_of_an_odt_form() -> None:
    forms = "<office:forms><form:form><form:checkbox form:id='a' form:current-state='checked'/><form:checkbox form:id='b'/></form:form></office:forms>"
    body = "<text:p><draw:control draw:control='a'/>oui <draw:control draw:control='b'/>non</text:p>"
    assert lines(odt(body, forms=forms)) == ["☒ oui ☐ non"]


def test_boxes_of_a_pdf_form() -> None:
    """A form drawn by pypdf over a page set by Typst: each box is read beside its word."""
    content = as_pdf(("Marché réservé", "Oui", "Non"))
    reader = pypdf.PdfReader(io.BytesIO(content))
    writer = pypdf.PdfWriter(clone_from=reader)
    page = writer.pages[0]
    height = float(page.mediabox.height)
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject

    from levier.tender_files.portable import pypdfium2

    text = pypdfium2.PdfDocument(content)[0].get_textpage()
    annotations = ArrayObject()
    for word, state in (("Oui", "/Yes"), ("Non", "/Off")):
        searcher = text.search(word)
        place = searcher.get_next()
        left, bottom, _, top = text.get_charbox(place[0])
        assert 0 < bottom < height
        annotations.append(
            DictionaryObject({
                NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Widget"), NameObject("/FT"): NameObject("/Btn"),
                NameObject("/AS"): NameObject(state), NameObject("/Rect"): ArrayObject([FloatObject(left - 14), FloatObject(bottom), FloatObject(left - 4), FloatObject(top)]),
            })
        )  # fmt: skip
    page[NameObject("/Annots")] = annotations
    out = io.BytesIO()
    writer.write(out)
    assert [line for line in lines(out.getvalue()) if line != "Marché réservé"] == ["☒ Oui", "☐ Non"]


def test_wrapped_lines_of_a_pdf_become_sentences_again() -> None:
    sentence = (
        "Le titulaire s'engage à réserver aux personnes éloignées de l'emploi un volume minimal de 1 250 heures de travail, "
        "réparti sur toute la durée du marché et contrôlé chaque trimestre par le facilitateur du territoire."
    )
    assert sentence in lines(
        as_pdf(("# Article 3 – Clause d'insertion", sentence, "# Article 4 – Prix", "Les prix sont fermes."))
    )


def test_html_and_rtf_under_the_name_doc() -> None:
    page = (
        "<html><head><meta charset='windows-1252'><style>p{}</style></head><body><h2>Clause</h2><p>Le march\xe9 comporte<br>une clause</p>"
        "<table><tr><td>Lot 1</td><td>420 h</td></tr></table><p style='display:none'>cach\xe9</p><input type=checkbox checked> oui</body></html>"
    )
    assert lines(page.encode("cp1252")) == ["Clause", "Le marché comporte", "une clause", "Lot 1 | 420 h", "☒ oui"]
    rtf = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard L\'e9gende \u8217?ici\par{\v cach\'e9}fin\par}"
    assert lines(rtf) == ["Légende 'ici", "fin"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Fault.EMPTY), (b"   \n", Fault.EMPTY), (b"\x89PNG\r\n\x1a\n" + b"0" * 50, Fault.SCAN), (b"\xff\xd8\xff\xe0" + b"0" * 50, Fault.SCAN),
        (b"%PDF-1.7\nrien", Fault.BROKEN), (b"PK\x03\x04rien", Fault.BROKEN), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Fault.BROKEN),
        (bytes(range(256)) * 20, Fault.UNKNOWN_KIND), (b"a;b;c\n1;2;3\n", Fault.UNKNOWN_KIND),
    ],
)  # fmt: skip
def test_what_is_no_tender_file(content: bytes, expected: Fault) -> None:
    assert fault(content) is expected


def test_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    body = f"<!DOCTYPE x [<!ENTITY e SYSTEM 'file://{secret}'><!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]>"
    good = odt("<text:p>Bonjour &e; &b;</text:p>")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name).decode()
            after.writestr(name, content.replace("?><office", f"?>{body}<office") if name == "content.xml" else content)
    found = outcome(out.getvalue())
    assert found is Fault.BROKEN or "SECRET" not in str(found)


def test_a_package_that_unpacks_without_measure_is_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("levier.tender_files.packages.LARGEST_PART", 50_000)
    assert fault(as_docx(("x" * 60_000,))) is Fault.BOMB


def test_an_encrypted_pdf_is_said_protected() -> None:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(as_pdf(("Bonjour",)))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert fault(out.getvalue()) is Fault.PROTECTED


@given(st.text(max_size=200))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("cent", 100),
        ("deux cents", 200),
        ("trois cent cinquante", 350),
        ("mille deux cents", 1200),
        ("quatre vingt dix", 90),
        ("soixante et onze", 71),
    ],
)
def test_numbers_in_words(words: str, value: int) -> None:
    assert spoken(f"un minimum de {words}") == value


@pytest.mark.parametrize(
    ("text", "value"), [("1 200", 1200), ("1.200", 1200), ("12,5", 12.5), ("", None), ("douze", None), ("1.2.3", None)]
)
def test_numbers_in_figures(text: str, value: float | None) -> None:
    found = figure(text)
    assert (None if found is None else float(found)) == value


@pytest.mark.parametrize("build", [as_docx, as_odt, as_pdf])
def test_tables_keep_their_rows(build: object) -> None:
    found = lines(build((("Lot", "Heures"), ("1", "420 h"))))  # type: ignore[operator]  # one of three builders
    assert " ".join(found).replace(" | ", " ") == "Lot Heures 1 420 h"
