"""Pieces drawn again in a child: hostile ones held, honest twins shown, and nothing of a photo but its pixels."""

import struct
import zlib

import pytest

from levier.files.display import drawn
from levier.files.rendering import _chunks, _turn
from levier.files.values import JPEG, PDF, PNG


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))


def picture(
    colour: int,
    channels: int,
    *,
    width: int = 60,
    height: int = 40,
    size: tuple[int, int] | None = None,
    laced: int = 0,
    more: bytes = b"",
) -> bytes:
    """Left half red (or dark), right half white; `size` lies about it."""
    pixel = {
        0: (b"\x20", b"\xff"),
        2: (b"\xff\0\0", b"\xff" * 3),
        3: (b"\0", b"\1"),
        4: (b"\x20\x80", b"\xff\x80"),
        6: (b"\xff\0\0\x80", b"\xff\xff\xff\x80"),
    }[colour]
    row = b"\0" + pixel[0] * (width // 2) + pixel[1] * (width - width // 2)
    told = size or (width, height)
    return b"".join((
        b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack("!IIBBBBB", *told, 8, colour, 0, 0, laced)), more,
        chunk(b"PLTE", b"\xff\0\0\xff\xff\xff") if colour == 3 else b"", chunk(b"IDAT", zlib.compress(row * height)), chunk(b"IEND", b""),
    ))  # fmt: skip


def rows(png: bytes) -> tuple[int, int, bytes]:
    parts = _chunks(png)
    width, height = struct.unpack("!II", parts[b"IHDR"][:8])
    return width, height, zlib.decompress(parts[b"IDAT"])


def document(*objects: bytes, extra: bytes = b"") -> bytes:
    every = [b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>", *objects]  # fmt: skip
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(every, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(every) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(made + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(every) + 1, start))


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (3, 1), (4, 2), (6, 4)])
def test_an_honest_picture_of_every_kind_keeps_its_colours(colour, channels):
    found = drawn(picture(colour, channels), PNG, 1)
    assert (found.pages, found.refusal) == (1, "")
    width, height, raw = rows(found.png)
    middle = raw[(height // 2) * (width * 3 + 1) + 1 :][: width * 3]
    left, right = middle[30:33], middle[-33:-30]
    assert right == b"\xff\xff\xff"
    assert left == (b"\xff\0\0" if colour in {2, 3, 6} else b"\x20\x20\x20")


def test_what_a_photo_tells_beside_its_pixels_is_left_behind():
    found = drawn(picture(2, 3, more=chunk(b"tEXt", b"Comment\0CANARI-GPS 43.29 5.37")), PNG, 1)
    assert b"CANARI" not in found.png
    assert set(_chunks(found.png)) == {b"IHDR", b"IDAT", b"IEND"}


def test_a_photo_is_turned_as_the_camera_says():
    note = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x0112, 3, 1, 6)
    assert [_turn(note), _turn(b"Exif\0\0MM"), _turn(b""), _turn(b"Exif\0\0II*\0\xff\xff\xff\xff")] == [90, 0, 0, 0]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (picture(2, 3, size=(60_000, 60_000)), PNG, "démesurée"),
        (picture(2, 3, size=(0, 10)), PNG, "abîmé"),
        (picture(2, 3, laced=1), PNG, "entrelacée"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, PNG, "abîmé"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", JPEG, "abîmé"),
        (b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack("!HHB", 65_000, 65_000, 3) + b"\0" * 20, JPEG, "démesurée"),
        (b"%PDF-1.7 rien", PDF, "abîmé"),
        (document().replace(b"[0 0 200 300]", b"[0 0 9 9999]"), PDF, "proportions"),
    ],
)
def test_what_must_not_be_opened_is_refused_with_a_sentence(content, kind, words):
    found = drawn(content, kind, 1)
    assert found.png == b""
    assert words in found.refusal


HOSTILE = {
    "script": document(b"<< /S /JavaScript /JS (while(true){app.alert\\(1\\);}) >>", extra=b"/OpenAction 4 0 R"),
    "nested script": document(
        b"<< /S /GoTo /D [3 0 R /Fit] /Next 5 0 R >>", b"<< /S /JavaScript /JS 6 0 R >>",
        b"<< /Length 12 >>\nstream\napp.alert(1)\nendstream", extra=b"/OpenAction 4 0 R /AA << /WC 5 0 R >>",
    ),
    "launch": document(b"<< /S /Launch /F (cmd.exe) /Win << /F (cmd.exe) /P (/c calc) >> >>", extra=b"/OpenAction 4 0 R"),
    "embedded file": document(
        b"<< /Names [(evil.exe) 5 0 R] >>", b"<< /Type /Filespec /F (evil.exe) /EF << /F 6 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length 16 >>\nstream\nMZCANARI-EXECUTE\nendstream", extra=b"/Names << /EmbeddedFiles 4 0 R >>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_gives_pixels_and_nothing_else(name):
    """Its honest twin, the same page without the trap, gives the very same pixels."""
    found = drawn(HOSTILE[name], PDF, 1)
    assert found.pages == 1
    assert found.png == drawn(document(), PDF, 1).png
    for word in (b"JavaScript", b"cmd.exe", b"CANARI"):
        assert word not in found.png
    assert set(_chunks(found.png)) == {b"IHDR", b"IDAT", b"IEND"}


def test_a_decompression_bomb_ends_in_the_child():
    """100 MB of rows behind a modest size: the child gives up or draws what the size says, this process goes on."""
    bomb = b"".join((
        b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack("!IIBBBBB", 7_000, 8_000, 16, 6, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress(b"\0" * 400_000_000, 1)), chunk(b"IEND", b""),
    ))  # fmt: skip
    found = drawn(bomb, PNG, 1)
    assert found.refusal == "" or "arrêtée" in found.refusal or "abîmé" in found.refusal
    assert drawn(picture(2, 3), PNG, 1).pages == 1


def test_pages_are_asked_one_by_one():
    assert "n’existe pas" in drawn(document(), PDF, 2).refusal
    assert "n’existe pas" in drawn(document(), PDF, 0).refusal
