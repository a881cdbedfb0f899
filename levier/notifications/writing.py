"""How a message is written: one body of short sentences, from which the text and the HTML that leave together are both made.

Blocks are separated by an empty line; a line that begins with "- " is an item of a list; an address stands alone on its line, under the words
of what it does (« Déclarer sans mot de passe : »). In HTML the first block that holds addresses shows them as buttons, each with its address
beneath. Both say the same words in the same order; nothing is loaded from anywhere, nothing tells that the message was read.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SIGNATURE = "Levier, la clause sociale d’insertion du Département"
WIDTH = 76
"""Columns of the text, which every mail program shows without breaking lines in its own way; an address is never cut."""
_ADDRESS = re.compile(r"(?:(?P<words>.+?)[\s\u00a0]*:\s+)?(?P<url>https?://\S+)")
_ITEM = "- "


class Call(Protocol):
    """Somebody to call, as the list of territories knows them."""

    @property
    def person(self) -> str: ...
    @property
    def structure(self) -> str: ...
    @property
    def phone_to_read(self) -> str: ...
    @property
    def email(self) -> str: ...


def who_to_call(calls: Iterable[Call | None]) -> tuple[list[str], str]:
    """The lines that say whom to ask, empty line included, and the addresses that an answer to the message goes to."""
    found = list(dict.fromkeys(call for call in calls if call))
    named = [", ".join(filter(None, (one.person, one.structure, one.phone_to_read, one.email))) for one in found]
    told = [f"Une question ? {one}." for one in named]
    if len(named) > 1:
        told = ["Une question ? Appelez, selon le territoire du marché :", "", *(f"- {one}." for one in named), ""]
    answers = ", ".join(one.email for one in found if one.email)
    if told and answers:
        told.append("Vous pouvez aussi répondre à ce message.")
    return [*told, ""] if told else [], answers


def as_text(body: str) -> str:
    return "\n".join(_wrapped(body.split("\n")))


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        indent = " " * len(_ITEM) if line.startswith(_ITEM) else ""
        yield from (
            textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
        )


def as_html(subject: str, body: str) -> str:
    """A whole page: its styles are in it, since mail programs read no others."""
    blocks = [block.split("\n") for block in re.split(r"\n\s*\n", body.strip())]
    first = next((place for place, block in enumerate(blocks) if any(map(_ADDRESS.fullmatch, block))), None)
    parts = format_html_join(
        "\n", "{}", ((part,) for place, block in enumerate(blocks) for part in _block(block, buttons=place == first))
    )
    return format_html(_PAGE, subject=subject, parts=parts)


def _block(lines: Sequence[str], *, buttons: bool) -> Iterator[SafeString]:
    """Paragraph lines that follow one another are one paragraph, items one list."""
    said: list[str] = []
    items: list[str] = []

    def rest() -> Iterator[SafeString]:
        if said:
            yield format_html(
                "<p {}>{}</p>", _PARAGRAPH, format_html_join(mark_safe("<br>"), "{}", ((one,) for one in said))
            )
        if items:
            yield format_html(
                "<ul {}>{}</ul>", _LIST, format_html_join("\n", "<li {}>{}</li>", ((_LINE, one) for one in items))
            )
        said.clear()
        items.clear()

    for line in lines:
        if (found := _ADDRESS.fullmatch(line)) is not None:
            words = found["words"] or (said.pop() if said and said[-1].rstrip().endswith(":") else "")
            yield from rest()
            yield _address(words.rstrip(": \u00a0"), found["url"], button=buttons)
        elif line.startswith(_ITEM):
            items.append(line.removeprefix(_ITEM))
        else:
            if items:
                yield from rest()
            said.append(line)
    yield from rest()


def _address(words: str, url: str, *, button: bool) -> SafeString:
    """A button of a table's cell, which every mail program paints; the address stands under it, to be copied."""
    link = format_html('<a {} href="{}">{}</a>', _LINK, url, url)
    if not words:
        return format_html("<p {}>{}</p>", _PARAGRAPH, link)
    if not button:
        return format_html("<p {}>{} :<br>{}</p>", _PARAGRAPH, words, link)
    return format_html(_BUTTON, words=words, url=url, link=link)


_PARAGRAPH = mark_safe('style="margin:0 0 16px"')
_LIST = mark_safe('style="margin:0 0 16px;padding-left:20px"')
_LINE = mark_safe('style="margin:0 0 6px"')
_LINK = mark_safe('style="color:#0b5c6e;word-break:break-all"')
_BUTTON = """<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 8px"><tr>\
<td bgcolor="#0b3b46" style="border-radius:4px"><a href="{url}" style="display:inline-block;padding:12px 20px;color:#ffffff;\
font-weight:bold;text-decoration:none">{words}</a></td></tr></table>
<p style="margin:0 0 16px;font-size:14px">{link}</p>"""
_PAGE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{subject}</title></head>
<body style="margin:0;padding:24px 16px;background:#ffffff;color:#16262b;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:600px;margin:0 auto">
{parts}
</div></body></html>
"""
