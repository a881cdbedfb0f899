"""Every page of the registry, as each role that may see it, looked at in a real browser: wide, narrow, then dark.

Each page is walked by two of those it is for: the one who may most, for whom it is measured in full, and the one who may least, for
whom only its width is, and what its own console says. It is loaded once and measured twice: at 1440 px by day for everything axe
knows, at 360 px in the dark for what changes with width and light; on the first pages of each walker for everything at both, as the
frame of all pages is seen there. Content that axe has seen already, word for word, is only measured for its width.
What a page answers to an empty form is looked at too, and undone.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.db import transaction

from levier.web.registry import Page
from tests.browser import AXE_RULES, Visitor
from tests.matrix.harness import FIXED, addresses, fill
from tests.matrix.universe import ROLE_OF, Pair

WALKERS = ("anonymous", "siae", "prescriber", "company", "near", "buyer", "mission")
"""From the one who may least to the one who may most."""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
NARROW_RULES = {"runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]}
WIDE, NARROW = 1440, 360
FIRST_PAGES = 3
"""Of each walker, seen with every rule at both widths."""
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|name="once" value="[^"]*"')
CHANGES_OF_MIND = frozenset({"sign-in", "appearance"})
"""Pages whose empty form is no form: it signs out or changes the theme of the walk itself."""


@dataclass
class Walk:
    pages: int = 0
    looks: int = 0
    refused_forms: int = 0
    documents: int = 0
    wrong: list[str] = field(default_factory=list)
    seen: set[tuple[bool, str]] = field(default_factory=set)
    """Content of pages, in the public shell or in the other one."""
    met: Counter[str] = field(default_factory=Counter)
    """Pages that each walker was shown."""


def stops(pair: Pair, more: dict[str, list[str]]) -> Iterator[tuple[str, Page, str]]:
    """(who, page, address): the page's own address, then the variants named in `more`."""
    ids = pair.universes["A"].ids
    for route, page in addresses():
        if page is None or "GET" not in page.methods:
            continue
        own = fill(route, page, ids | {"token": FIXED["token"]})
        assert own is not None, f"{route}: no object known for {page.objects}"
        allowed = [who for who in WALKERS if ROLE_OF[who] in page.audience]
        for who in WALKERS:
            if who in {*allowed[:1], *allowed[-1:]}:
                # What a public page says does not depend on who reads: its variants are looked at once.
                several = who == "anonymous" or "anonymous" not in page.audience
                for address in chain([own], more.get(page.name, []) if several else []):
                    yield who, page, address


def go_round(pair: Pair, visitors: dict[str, Visitor], more: dict[str, list[str]], only: tuple[str, ...] = ()) -> Walk:
    walk = Walk()
    for visitor in visitors.values():
        visitor.page.emulate_media(reduced_motion="reduce")  # a colour on its way to another is neither
    for who, page, address in stops(pair, more):
        if only and page.name not in only:
            continue
        visitor = visitors[who]
        before = len(visitor.wrong)
        answer = visitor.client.get(address, follow=True)
        kept = "attachment" in answer.headers.get("Content-Disposition", "")
        if kept or not answer.getvalue()[:15].lower().startswith(
            b"<!doctype html"
        ):  # files, and the fragment of a page
            walk.documents += 1
            continue
        visitor.show(address, answer)
        walk.pages += 1
        look(walk, visitor, f"{address} as {who}", who, whole=ROLE_OF[who] == widest(page))
        if "POST" in page.methods and page.name not in CHANGES_OF_MIND and "?" not in address:
            send_nothing(walk, visitor, address, who)
        walk.wrong += [f"{address} as {who}: {fault}" for fault in visitor.wrong[before:]]
        del visitor.wrong[before:]
    return walk


def widest(page: Page) -> str:
    """The role that may most among those the page is for."""
    return [ROLE_OF[who] for who in WALKERS if ROLE_OF[who] in page.audience][-1]


def look(walk: Walk, visitor: Visitor, where: str, who: str = "", *, whole: bool = True) -> None:
    """Measure what is shown: wide by day, then narrow in the dark; everything on the first pages of a walker."""
    content = visitor.page.evaluate("document.querySelector('main').outerHTML")
    key = ("_auth_user_id" in visitor.client.session, CHANGING.sub("", content))
    walk.met[who] += 1
    known = key in walk.seen or not (whole or walk.met[who] <= FIRST_PAGES)
    if not known:
        walk.seen.add(key)
    narrow = AXE_RULES if walk.met[who] <= FIRST_PAGES else NARROW_RULES
    for width, scheme, rules in ((WIDE, "light", AXE_RULES), (NARROW, "dark", narrow)):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        walk.looks += 1
        if visitor.overflow > 0:
            walk.wrong.append(f"{where}, {width} px: {visitor.overflow} px too wide")
        if not known:
            visitor.page.emulate_media(color_scheme=scheme)
            walk.wrong += [f"{where}, {width} px, {scheme}: {fault}" for fault in axe(visitor, rules)]
    visitor.page.emulate_media(color_scheme="light")


def axe(visitor: Visitor, rules: dict[str, Any]) -> list[str]:
    """Every violation, no rule and no element left out; the engine is put into a page once."""
    if not visitor.page.evaluate("'axe' in window"):
        visitor.page.evaluate(AXE)
    # Nothing is fetched again for the engine: no rule at work here reads style sheets or media.
    options = json.dumps(rules | {"resultTypes": ["violations"], "preload": False})
    found = visitor.page.evaluate(f"axe.run(document, {options}).then(result => result.violations)")
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def send_nothing(walk: Walk, visitor: Visitor, address: str, who: str) -> None:
    """An empty form gets a page that is as sound as the others; what it may have changed is undone."""
    with transaction.atomic():
        answer = visitor.client.post(address, {})
        if answer.status_code in {400, 409, 422}:
            walk.refused_forms += 1
            visitor.show(address, answer)
            look(walk, visitor, f"{address} as {who}, sent empty", who)
        transaction.set_rollback(True)
