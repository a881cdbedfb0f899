"""A piece drawn again: one page of a PDF, or an image, as new pixels. Runs in a confined child alone (foundation/confinement.py).

Nothing of the original comes out but what it looks like: no script, link, attachment, form, nor the place and device written in a photo.
Images are wrapped as they are in a PDF of ours, so that one renderer (PDFium) decodes everything.
"""

import ctypes
import json
import struct
import zlib
from dataclasses import dataclass
from typing import Any

WIDTH = 1_240
"""Pixels of a drawn page."""
MOST_PIXELS = 60_000_000
"""Pixels of a received image that may be decoded; a photo of a telephone has 12 to 50 millions."""
TALLEST = 6
"""How many times taller than wide a page may be."""
MOST_PAGES = 200
_PNG_COLOURS = {
    0: (1, "/DeviceGray"),
    2: (3, "/DeviceRGB"),
    4: (2, "[/DeviceN [/G /A] /DeviceGray 6 0 R]"),
    6: (4, "[/DeviceN [/R /G /B /A] /DeviceRGB 6 0 R]"),
}
"""Components and colour space by the colour type of a PNG; the transparency of types 4 and 6 is dropped by a function of one word."""
_TURNS = {3: 180, 6: 90, 8: 270}


class Undrawable(ValueError):  # noqa: N818 - read aloud: "undrawable"
    """The piece cannot be drawn; the message is a code."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image about to be wrapped. `turn`: degrees that the camera says to turn it by."""

    width: int
    height: int
    entries: str
    data: bytes
    channels: int = 3
    turn: int = 0


def answer(payload: bytes) -> bytes:
    """`{"kind", "page"}` on one line, then the bytes. The answer: a line of JSON, then the PNG of the page, if it could be drawn."""
    heading, _, content = payload.partition(b"\n")
    asked = json.loads(heading)
    try:
        pages, drawn = draw(content, asked["kind"], int(asked["page"]))
    except Undrawable as why:
        return json.dumps({"refusal": str(why)}).encode() + b"\n"
    return json.dumps({"pages": pages}).encode() + b"\n" + drawn


def draw(content: bytes, kind: str, page: int) -> tuple[int, bytes]:
    """(number of pages, PNG of that page, counted from 1)."""
    import pypdfium2

    if kind == "image/jpeg":
        content = wrapped(_jpeg(content))
    elif kind == "image/png":
        content = wrapped(_png(content))
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        raise Undrawable("protected" if "assword" in str(error) else "damaged") from error
    if not pages or pages > MOST_PAGES:
        raise Undrawable("too_many_pages" if pages else "damaged")
    if not 1 <= page <= pages:
        raise Undrawable("no_such_page")
    try:
        return pages, _drawn(document, page)
    except pypdfium2.PdfiumError as error:
        raise Undrawable("damaged") from error


def _drawn(document: Any, page: int) -> bytes:
    one = document[page - 1]
    width, height = one.get_size()
    if width <= 0 or height <= 0 or height > TALLEST * width or width > TALLEST * height:
        raise Undrawable("odd_shape")
    bitmap = one.render(scale=WIDTH / width, may_draw_forms=False, rev_byteorder=True)
    channels, wide, tall = bitmap.n_channels, bitmap.width, bitmap.height
    raw = ctypes.string_at(bitmap.buffer, bitmap.stride * tall)
    return png(raw, wide, tall, bitmap.stride, channels)


def png(raw: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """A PNG of rows of grey, RGB or RGBX samples; a fourth sample is left out."""
    rows = bytearray()
    for row in range(height):
        line = raw[row * stride : row * stride + width * channels]
        rows.append(0)
        if channels == 4:
            kept = bytearray(width * 3)
            kept[0::3], kept[1::3], kept[2::3] = line[0::4], line[1::4], line[2::4]
            rows += kept
        else:
            rows += line
    colour = 0 if channels == 1 else 2
    header = struct.pack("!IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    )


def wrapped(picture: Picture) -> bytes:
    """A PDF of one page that shows the picture."""
    content = f"q {picture.width} 0 0 {picture.height} 0 0 cm /I Do Q".encode()
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} {picture.entries} "
        f"/Length {len(picture.data)} >>\nstream\n"
    ).encode()
    function = b"{ pop }"
    kept = picture.channels - 1
    bounds = " ".join(["0 1"] * picture.channels), " ".join(["0 1"] * kept)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {picture.width} {picture.height}] /Rotate {picture.turn} "
            "/Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>"
        ).encode(),
        f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
        image + picture.data + b"\nendstream",
        f"<< /FunctionType 4 /Domain [{bounds[0]}] /Range [{bounds[1]}] /Length {len(function)} >>\nstream\n".encode()
        + function
        + b"\nendstream",
    ]
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    made += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(made)


def _checked(width: int, height: int) -> None:
    if not width or not height:
        raise Undrawable("damaged")
    if width * height > MOST_PIXELS:
        raise Undrawable("too_many_pixels")


def _jpeg(content: bytes) -> Picture:
    """Size and number of components from the frame header, the turn from the camera's note (EXIF)."""
    place, turn = 2, 0
    while place + 9 < len(content):
        if content[place] != 0xFF:
            raise Undrawable("damaged")
        mark = content[place + 1]
        if mark == 0xFF:
            place += 1
            continue
        if mark in {0x01, *range(0xD0, 0xD9)}:
            place += 2
            continue
        (length,) = struct.unpack("!H", content[place + 2 : place + 4])
        if mark == 0xE1 and not turn:
            turn = _turn(content[place + 4 : place + 2 + length])
        if mark in {0xC0, 0xC1, 0xC2}:
            height, width, channels = struct.unpack("!HHB", content[place + 5 : place + 10])
            _checked(width, height)
            space = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}.get(channels)
            if space is None:
                raise Undrawable("damaged")
            entries = f"/ColorSpace {space} /BitsPerComponent 8 /Filter /DCTDecode"
            return Picture(width, height, entries, content, turn=turn)
        place += 2 + length
    raise Undrawable("damaged")


def _turn(note: bytes) -> int:
    """The orientation (tag 0x0112) of an EXIF note, in degrees; 0 when it says none, or mirrors."""
    if not note.startswith(b"Exif\0\0"):
        return 0
    body = note[6:]
    order = {b"II": "<", b"MM": ">"}.get(body[:2])
    if order is None or len(body) < 8:
        return 0
    try:
        (start,) = struct.unpack_from(f"{order}I", body, 4)
        (count,) = struct.unpack_from(f"{order}H", body, start)
        for rank in range(min(count, 64)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", body, start + 2 + rank * 12)
            if tag == 0x0112:
                return _TURNS.get(value, 0)
    except struct.error:
        return 0
    return 0


def _png(content: bytes) -> Picture:
    """The compressed rows of a PNG are those that a PDF takes; only interlaced ones are not."""
    parts = _chunks(content)
    header, data, palette = parts.get(b"IHDR", b""), parts.get(b"IDAT", b""), parts.get(b"PLTE", b"")
    if len(header) != 13 or not data:
        raise Undrawable("damaged")
    width, height, depth, colour, _, _, interlaced = struct.unpack("!IIBBBBB", header)
    _checked(width, height)
    if interlaced:
        raise Undrawable("interlaced")
    if colour == 3 and 0 < len(palette) <= 768:
        channels, space = 1, f"[/Indexed /DeviceRGB {len(palette) // 3 - 1} <{palette.hex()}>]"
    elif colour in _PNG_COLOURS:
        channels, space = _PNG_COLOURS[colour]
    else:
        raise Undrawable("damaged")
    entries = (
        f"/ColorSpace {space} /BitsPerComponent {depth} /Filter /FlateDecode "
        f"/DecodeParms << /Predictor 15 /Colors {channels} /BitsPerComponent {depth} /Columns {width} >>"
    )
    return Picture(width, height, entries, data, channels=max(2, channels))


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """The parts of a PNG by name, those of one name put together."""
    place, found = 8, dict[bytes, bytearray]()
    while place + 8 <= len(content):
        length, name = struct.unpack("!I4s", content[place : place + 8])
        found.setdefault(name, bytearray()).extend(content[place + 8 : place + 8 + length])
        place += 12 + length
    return {name: bytes(body) for name, body in found.items()}
