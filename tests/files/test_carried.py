"""What a piece carries besides what it shows: hostile ones are not handed out as they came, their honest twins are."""

import random
import zlib

import pytest

from levier.files.carried import carried
from levier.files.display import withheld
from levier.files.values import CSV, ODS, PDF, PNG, XLSX, media_type
from tests.reliability import pieces

HOSTILE = [(what, content) for what, _, content in pieces.hostile() if b"EICAR" not in content]


@pytest.mark.parametrize(("what", "content"), HOSTILE, ids=[what for what, _ in HOSTILE])
def test_what_acts_is_seen_or_is_no_piece(what: str, content: bytes):
    kind = media_type(content)
    assert kind is None or carried(content, kind), what


@pytest.mark.parametrize(("kind", "media"), [("pdf", PDF), ("png", PNG), ("xlsx", XLSX), ("ods", ODS), ("csv", CSV)])
def test_honest_pieces_carry_nothing(kind: str, media: str):
    assert not any(carried(pieces.honest(kind, random.Random(seed)), media) for seed in range(20))


def test_a_link_that_waits_for_a_click_is_no_action():
    link = "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://exemple.test/) >> >>]"
    assert carried(pieces.pdf("x", page=link), PDF) == ""
    assert carried(pieces.pdf("x", page=link, catalogue="/OpenAction 6 0 R"), PDF) == "elsewhere"


def test_objects_kept_compressed_are_read_too():
    packed = zlib.compress(b"7 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>").decode("latin-1")
    stream = (
        f"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(packed)} >>\nstream\n{packed}\nendstream"
    )
    whole = pieces.pdf("x").replace(b"xref\n", b"6 0 obj\n" + stream.encode("latin-1") + b"\nendobj\nxref\n", 1)
    assert carried(whole, PDF) == "script"
    cut = whole.replace(b"\nendstream\nendobj\nxref", b"endstream\nendobj\nxref").replace(
        packed.encode("latin-1"), packed.encode("latin-1")[:-9]
    )
    assert carried(cut, PDF) == "hidden"


def test_the_sentence_says_what_to_do():
    said = withheld(pieces.pdf("x", catalogue="/OpenAction << /S /JavaScript /JS (1) >>"), PDF)
    assert said.startswith("L’original contient un programme")
    assert "redessinée" in said
    assert withheld(pieces.pdf("x"), PDF) == ""
