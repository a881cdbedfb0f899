"""CSV and TSV as people's programs write them: which encoding, which separator, then the rows."""

import csv
import io
from collections import Counter

from levier.spreadsheets.limits import LONGEST_TEXT
from levier.spreadsheets.preflight import Refused
from levier.spreadsheets.values import TableRefusal

_SEPARATORS = ";\t,|"
_USUAL = frozenset("éèêëàâäùûüîïôöçœæÉÈÊËÀÂÙÛÎÏÔÇŒ°€’‘“”«»–—…²³ºª·•§µ×½\u00a0\u202f")
_SINGLE_BYTE = ("cp1252", "iso8859-15", "cp850", "mac_roman")
_BROKEN = ("Ã©", "Ã¨", "Ã´", "Ãª", "Ã§", "â‚¬", "Â°", "Ã\u00a0", "Ã‰")


def decode(content: bytes) -> tuple[str, str, bool]:
    """(text, name of the encoding, whether text garbled by an earlier program was mended)."""
    text, encoding = _decode(content)
    if any(mark in text for mark in _BROKEN):
        try:
            mended = text.encode("cp1252").decode()
        except UnicodeError:
            return text, encoding, False
        return mended, encoding, True
    return text, encoding, False


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith(b"\xef\xbb\xbf"):
        return content.decode("utf-8-sig", "replace"), "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "utf-16"
    head = content[:4_000]
    if head.count(0) > len(head) // 4:
        name = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return content.decode(name, "replace"), name
    if 0 in head:
        raise Refused(TableRefusal.NOT_A_TABLE)
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError as error:
        if _mostly_utf8(content):
            return _line_by_line(content), "utf-8"
        if error.start >= len(content) - 4:
            return content.decode(errors="ignore"), "utf-8"
    sample = content[:200_000]
    best = max(_SINGLE_BYTE, key=lambda name: (_frenchness(sample, name), -_SINGLE_BYTE.index(name)))
    return content.decode(best, "replace"), best


def _frenchness(sample: bytes, encoding: str) -> int:
    accented = [letter for letter in sample.decode(encoding, "replace") if ord(letter) > 127]
    return sum(1 if letter in _USUAL else -2 for letter in accented)


def _mostly_utf8(content: bytes) -> bool:
    """Whether a few bytes only spoil a text in UTF-8 (two exports pasted together)."""
    lenient = content.decode(errors="replace")
    spoilt = lenient.count("\ufffd")
    return sum(ord(letter) > 127 for letter in lenient) > 4 * spoilt


def _line_by_line(content: bytes) -> str:
    lines = []
    for line in content.split(b"\n"):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
    return "\n".join(lines)


def separator(text: str) -> str:
    """The separator that cuts most rows into as many cells."""
    head = "\n".join(text.splitlines()[:200])
    declared = head[:6].lower()
    if declared.startswith("sep=") and len(declared) > 4:
        return text[4]
    scores = {}
    for mark in _SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=mark) if any(row))
        except csv.Error:
            continue  # no table with that mark
        width, often = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda pair: pair[1] * (pair[0] - 1), default=(1, 0)
        )
        scores[mark] = often * (width - 1)
    return max(scores, key=lambda mark: scores[mark], default=";") if any(scores.values()) else ";"


def rows(text: str, delimiter: str) -> list[list[str]]:
    """Every record, blank ones included, so that row numbers are those of the file."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    csv.field_size_limit(1_000_000)
    try:
        found = [
            [cell[:LONGEST_TEXT] for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise Refused(TableRefusal.DAMAGED) from error
    if found and text[:4].lower() == "sep=":
        found[0] = []
    printable = sum(character.isprintable() or character in "\r\n\t" for character in text[:20_000])
    if printable < 0.95 * len(text[:20_000]):
        raise Refused(TableRefusal.NOT_A_TABLE)
    return found
