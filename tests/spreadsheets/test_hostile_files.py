"""Files made to harm, or that a program spoilt: each is refused in French or read as inert text, and this process goes on."""

import io
import os
import random
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from levier.foundation.objections import Refusal
from levier.planning.reading import read_plan
from levier.spreadsheets import limits, opening
from levier.spreadsheets.opening import open_file, open_table
from levier.spreadsheets.values import TableRefusal
from tests.reliability import pieces

HEADING = ["Référence", "Objet", "Montant HT"]


def workbook(rows: list[list[object]], *, sheet: str = "Plan", **more: object) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, **more})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with one part added or replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.infolist():
            if entry.filename != name:
                target.writestr(entry, source.read(entry))
        target.writestr(name, part, method)
    return stream.getvalue()


def code_of(content: bytes, name: str = "plan.xlsx") -> TableRefusal:
    with pytest.raises(Refusal) as refused:
        open_table(content, name)
    sentence = refused.value.sentences[0]
    assert name in sentence
    assert sentence.endswith(".")
    return TableRefusal(refused.value.objections[0].code)


GOOD = workbook([HEADING, ["A1", "Toiture", 1000]])


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def test_a_good_workbook_is_opened():
    """What the refusals below are measured against."""
    book = open_table(GOOD, "plan.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["Plan"]


def test_a_far_away_cell_is_refused_by_its_name():
    assert code_of(with_cell(GOOD, "XFD1048576")) is TableRefusal.FAR_CELL
    with pytest.raises(Refusal, match="XFD1048576"):
        open_table(with_cell(GOOD, "XFD1048576"), "plan.xlsx")


def with_cell(content: bytes, place: str) -> bytes:
    sheet = part_of(content, "xl/worksheets/sheet1.xml")
    row = "".join(filter(str.isdigit, place))
    added = f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    return with_part(content, "xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", added))


def test_a_far_away_cell_on_another_sheet_leaves_the_plan_readable():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Brouillon").write("XFD1048576", 1)
    page = book.add_worksheet("Plan")
    page.write_row(0, 0, HEADING)
    page.write_row(1, 0, ["A1", "Toiture", 1000])
    book.close()
    read = read_plan(open_table(stream.getvalue(), "plan.xlsx"), "plan.xlsx")
    assert [line.object for line in read.lines] == ["Toiture"]
    assert any("Brouillon" in notice and "XFD1048576" in notice for notice in read.notices)


def test_an_empty_styled_far_cell_harms_nobody():
    sheet = part_of(GOOD, "xl/worksheets/sheet1.xml")
    styled = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert open_table(with_part(GOOD, "xl/worksheets/sheet1.xml", styled), "plan.xlsx").sheets[0].rows


def test_300_columns_are_read_up_to_the_limit_and_said():
    wide = [*HEADING, *[f"Semaine {number}" for number in range(297)]]
    read = read_plan(open_table(workbook([wide, ["A1", "Toiture", 1000, *["x"] * 297]]), "plan.xlsx"), "plan.xlsx")
    assert read.table.sheet.columns_left_out == 100
    assert any("100 dernières" in notice for notice in read.notices)
    assert read.lines[0].object == "Toiture"


def test_macros_links_entities_bombs_and_paths_are_refused():
    assert code_of(with_part(GOOD, "xl/vbaProject.bin", b"x")) is TableRefusal.MACROS
    external = b'<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="x/externalLinkPath" Target="file:///c:/x.xlsx" TargetMode="External"/></Relationships>'
    assert code_of(with_part(GOOD, "xl/externalLinks/_rels/externalLink1.xml.rels", external)) is TableRefusal.LINKED
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst>&a;</sst>'
    assert code_of(with_part(GOOD, "xl/sharedStrings.xml", entity)) is TableRefusal.HOSTILE
    assert code_of(with_part(GOOD, "xl/sharedStrings.xml", entity.decode().encode("utf-16"))) is TableRefusal.HOSTILE
    assert code_of(with_part(GOOD, "../../evil.xml", b"<a/>")) is TableRefusal.HOSTILE
    assert code_of(with_part(GOOD, "xl/media/big.bin", bytes(20 * limits.MEBI))) is TableRefusal.BOMB


def test_a_link_that_a_person_may_click_is_no_reason_to_refuse():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("Plan")
    page.write_row(0, 0, HEADING)
    page.write_row(1, 0, ["A1", "Toiture", 1000])
    page.write_url(1, 3, "https://example.org/dossier")
    book.close()
    assert open_table(stream.getvalue(), "plan.xlsx").sheets[0].rows


def encrypted() -> bytes:
    """The least OLE container with a stream named EncryptedPackage."""
    sector = 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += (
        struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<I", 0)
        + struct.pack("<I", 0xFFFFFFFF) * 108
    )
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + struct.pack("<I", 0xFFFFFFFF) * 126

    def entry(name: str, kind: int, child: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", 0xFFFFFFFE, 0)
        )

    directory = entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, 0xFFFFFFFF) + bytes(256)
    return head.ljust(sector, b"\0") + table + directory


def test_a_protected_file_says_so():
    assert code_of(encrypted()) is TableRefusal.ENCRYPTED


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", TableRefusal.EMPTY),
        (b"\n\n  \n", TableRefusal.EMPTY),
        (b"%PDF-1.7 ...", TableRefusal.PDF),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), TableRefusal.IMAGE),
        (b"\xff\xd8\xff\xe0" + bytes(50), TableRefusal.IMAGE),
        (b"<html><table></table></html>", TableRefusal.WEB_PAGE),
        (b"\x00\x01\x02\x03" * 50, TableRefusal.NOT_A_TABLE),
        (GOOD[: len(GOOD) // 2], TableRefusal.DAMAGED),
        (b"PK\x03\x04" + bytes(100), TableRefusal.DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), TableRefusal.DAMAGED),
    ],
)
def test_what_is_no_table_is_named(content: bytes, code: TableRefusal):
    assert code_of(content, "plan.xlsx") is code


def test_formulas_are_never_run_and_a_missing_result_is_said():
    book = openpyxl.Workbook()
    page = book.active
    page.append(HEADING)
    page.append(["A1", "Toiture", "=B9*2"])
    page.append(["A2", "Sols", 2000])
    stream = io.BytesIO()
    book.save(stream)
    read = read_plan(open_table(stream.getvalue(), "plan.xlsx"), "plan.xlsx")
    assert [line.amount for line in read.lines] == [None, 2000]
    assert read.lines[0].errors == ("amount_unreadable",)
    assert "formule" in read.lines[0].problems[0].why


def test_a_stored_result_of_a_formula_is_used():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("Plan")
    page.write_row(0, 0, HEADING)
    page.write_row(1, 0, ["A1", "Toiture"])
    page.write_formula(1, 2, "=500*2", None, 1000)
    book.close()
    assert read_plan(open_table(stream.getvalue(), "plan.xlsx"), "plan.xlsx").lines[0].amount == 1000


def test_a_file_too_large_is_not_even_read(tmp_path: Path):
    path = tmp_path / "gros.csv"
    with path.open("wb") as stream:
        os.truncate(stream.fileno(), limits.LARGEST_FILE + 1)
    with pytest.raises(Refusal, match="25 Mo au plus"):
        open_file(path)


def test_a_child_that_takes_too_long_or_dies_is_one_sentence(monkeypatch: pytest.MonkeyPatch):
    python = opening._COMMAND[0]
    monkeypatch.setattr(opening, "WALL_SECONDS", 1)
    monkeypatch.setattr(opening, "_COMMAND", (python, "-c", "import time; time.sleep(60)"))
    assert code_of(GOOD) is TableRefusal.TOO_HEAVY
    monkeypatch.setattr(opening, "_COMMAND", (python, "-c", "import os; os.abort()"))
    assert code_of(GOOD) is TableRefusal.TOO_HEAVY
    monkeypatch.setattr(opening, "_COMMAND", (python, "-c", "print('not an answer')"))
    assert code_of(GOOD) is TableRefusal.DAMAGED


def test_the_child_knows_nothing_of_this_process(monkeypatch: pytest.MonkeyPatch):
    """No key and no address in its environment, and it cannot take more memory than its limit."""
    python = opening._COMMAND[0]
    monkeypatch.setenv("LEVIER_KEY", "secret")
    told = "import os, sys, msgspec; sys.stdout.buffer.write(msgspec.msgpack.encode({'refusal': 'linked', 'facts': {'what': ','.join(sorted(os.environ))}}))"
    monkeypatch.setattr(opening, "_COMMAND", (python, "-I", "-c", told))
    with pytest.raises(Refusal) as refused:
        open_table(GOOD, "plan.xlsx")
    assert "LEVIER" not in str(refused.value)
    greedy = "from levier.spreadsheets import child; child._limit(); x = bytearray(2_000_000_000)"
    monkeypatch.setattr(opening, "_COMMAND", (python, "-I", "-c", greedy))
    assert code_of(GOOD) is TableRefusal.TOO_HEAVY


@pytest.mark.slow
def test_altered_workbooks_never_end_in_anything_but_a_book_or_a_sentence():
    """Bytes changed at random in good files: the parent only ever sees a book or a refusal."""
    chance, outcomes = random.Random(7), {"book": 0, "refusal": 0}
    for _ in range(40):
        content = bytearray(GOOD)
        for _ in range(chance.randint(1, 30)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            open_table(bytes(content), "plan.xlsx")
            outcomes["book"] += 1
        except Refusal:
            outcomes["refusal"] += 1
    assert outcomes["refusal"] > 5
    assert sum(outcomes.values()) == 40


def test_a_null_in_a_damaged_cell_goes_no_further():
    """Found by R25 (files 1,832 and 7,512 of seed 1): the reader takes it, PostgreSQL does not."""
    whole = pieces.honest("ods", random.Random(1))
    with zipfile.ZipFile(io.BytesIO(whole)) as bag:
        parts = [(name, bag.read(name)) for name in bag.namelist()]
    damaged = [(name, part.replace("Objet du marché".encode(), b"Objet\0 du march")) for name, part in parts]
    assert open_table(pieces.archive(*damaged), "plan.ods").sheets[0].rows[0][0] == "Objet du march"
