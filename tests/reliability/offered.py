"""Every POST form that the pages offer to those they are for, as a browser reads it; and what a person could type in it."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urldefrag, urljoin

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from tests.reliability import pieces

TYPED = {
    "date": "2026-11-20", "month": "2026-10", "number": "10", "decimal": "10", "numeric": "10", "email": "essai@exemple.test", "tel": "0400000000", "url": "https://exemple.test/",
    "textarea": "Essai de rejeu.", "text": "Essai",
}  # fmt: skip
"""By kind of field, where nothing is filled in."""


@dataclass(frozen=True)
class Offered:
    """`name`: of the page in the registry that takes the form. `fields`: (name, kind, value, required); `choices`: what else a list of choices
    offers; `buttons`: (name, value) of each; `files`: (name, what it accepts).
    """

    name: str
    by: str
    address: str
    fields: tuple[tuple[str, str, str, bool], ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    buttons: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]

    def bodies(
        self, also: dict[str, Any], buttons: tuple[tuple[str, str], ...] | None = None
    ) -> Iterator[dict[str, Any]]:
        """What a person could send: with what is filled in, then with everything filled; by each button, or those named. `also` is typed
        over it.
        """  # fmt: skip
        pressed = self.buttons if buttons is None else buttons
        for everything, (button, said) in itertools.product((False, True), pressed or (("", ""),)):
            body: dict[str, Any] = {}
            for name, kind, value, required in self.fields:
                if kind in {"checkbox", "radio"}:
                    if value and (kind == "radio" or everything):
                        body.setdefault(name, value)
                elif not value and (required or everything):
                    offered = dict(self.choices).get(name, ())
                    body[name] = offered[0] if offered else TYPED.get(kind, TYPED["text"])
                else:
                    body.setdefault(name, value)
            yield body | ({button: said} if button else {}) | also

    def as_it_stands(self) -> dict[str, Any]:
        """What a browser would send if nothing were typed and no button pressed."""
        return {name: value for name, kind, value, _ in self.fields if kind not in {"checkbox", "radio"}}

    def uploads(self) -> dict[str, tuple[str, bytes]]:
        """An honest file for each place that takes one: name and content."""
        kinds = {
            name: next((kind for kind in pieces.KINDS if kind in accepted), "pdf") for name, accepted in self.files
        }
        return {name: (f"essai.{kind}", _the_same(kind)) for name, kind in kinds.items()}


@cache
def _the_same(kind: str) -> bytes:
    """A workbook carries the second at which it was made: sent again, it must be the same file."""
    return pieces.honest(kind, random.Random(1))


def offered_by(answer: HttpResponse, by: str, address: str) -> Iterator[Offered]:
    """The POST forms of a page."""
    from lxml import html

    if "html" not in answer.headers.get("Content-Type", "") or b"<form" not in answer.content:
        return
    for form in html.fromstring(answer.content).forms:
        target = urldefrag(urljoin(address, form.action or "")).url
        if (form.method or "").upper() != "POST":
            continue
        try:
            page = resolve(target.partition("?")[0])
        except Resolver404:
            continue
        yield _form(form, page.url_name or "", by, target)


def _form(form: Any, name: str, by: str, target: str) -> Offered:
    outside = form.getroottree().xpath("//*[@form=$id]", id=form.get("id")) if form.get("id") else []
    fields: list[tuple[str, str, str, bool]] = []
    choices, buttons, files = [], [], []
    for part in [*form.xpath(".//input|.//select|.//textarea|.//button"), *outside]:
        called, kind = part.get("name") or "", _kind(part)
        if part.get("disabled") is not None or not (called or kind == "submit"):
            continue
        if kind == "submit":
            buttons.append((called, part.get("value") or ""))
        elif kind == "file":
            files.append((called, part.get("accept") or ""))
        else:
            fields.append((called, kind, _value(part), part.get("required") is not None))
        if kind == "select":
            choices.append((called, tuple(one for one in part.value_options if one)))
    checked = {called for called, kind, _, _ in fields if kind == "checked"}
    kept = tuple(one for one in fields if one[1] != "radio" or one[0] not in checked)
    return Offered(name, by, target, kept, tuple(choices), tuple(dict.fromkeys(buttons)), tuple(files))


def _kind(part: Any) -> str:
    if part.tag != "input":
        return {"button": "submit"}.get(part.tag, part.tag) if part.get("type") != "button" else "button"
    kind = part.get("type") or "text"
    if kind in {"checkbox", "radio"} and part.get("checked") is not None:
        return "checked"
    return "submit" if kind == "image" else part.get("inputmode") or kind if kind == "text" else kind


def _value(part: Any) -> str:
    """What the browser would send."""
    if part.tag == "select":
        return part.value or next(iter(part.value_options), "")
    if part.tag == "input":
        return part.get("value") or ("on" if part.get("type") in {"checkbox", "radio"} else "")
    return part.value or ""


def all_offered(pair: Any, labels: tuple[str, ...] = ("A",)) -> tuple[dict[str, Client], list[Offered]]:
    """Every different form that somebody is offered, and the browsers in which they are signed in."""
    from tests.matrix.universe import NAMES
    from tests.reliability.fields import _visits

    found: dict[tuple[Any, ...], Offered] = {}
    browsers: dict[str, Client] = {}
    for name, client, _page, address in _visits(pair, NAMES, (), labels):
        browsers[name] = client
        for one in offered_by(client.get(address), name, address):
            names = tuple(field[0] for field in one.fields)
            found.setdefault((one.name, one.by, one.address.partition("?")[0], names, one.buttons), one)
    return browsers, list(found.values())
