"""Boxes to tick, whatever the font that drew them: each becomes ☒ (ticked) or ☐ (not ticked)."""

import re

TICKED, EMPTY = "☒", "☐"

_TICKED = "☑☒✓✔✗✘🗹🗷✅❎⊠⬛■\uf0fe\uf0fd\uf078\uf0fc\uf0fb\uf052\uf054\uf053\uf051"
_EMPTY = "☐❏❐❑❒▢□◻⬜⬚\uf0a8\uf06f\uf071\uf072\uf0a3\uf02a"
_TABLE = dict.fromkeys(map(ord, _TICKED), TICKED) | dict.fromkeys(map(ord, _EMPTY), EMPTY)
_TYPED = re.compile(r"(?<![\w(])(?:\[([xX ]?)\]|\(([xX])\))(?!\w)")
_SYMBOL_FONTS = ("wingdings", "webdings", "zapfdingbats", "symbol")
_BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf0e0\uf076\uf0bb\uf02d\u25cf\u25e6\u25aa\u27a2\u2219"), "•")


def plain_boxes(text: str) -> str:
    """The same text with one glyph for ticked, one for empty, one for bullets. « [x] » and « [ ] » count as boxes too."""
    text = text.translate(_TABLE).translate(_BULLETS)
    return _TYPED.sub(lambda found: TICKED if (found[1] or found[2] or "").strip() else EMPTY, text)


def symbol(code: int, font: str) -> str:
    """A character drawn by a font of symbols: a box, a bullet, or nothing that can be read."""
    if not font.lower().startswith(_SYMBOL_FONTS):
        return chr(code) if 32 <= code < 0xD800 else ""
    return plain_boxes(chr(0xF000 | code & 0xFF))


def box(*, ticked: bool) -> str:
    return TICKED if ticked else EMPTY
