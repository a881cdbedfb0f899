"""A real browser on the real application, without a port: each request of the browser is answered by Django's test client
inside the test's own transaction, with the headers (content policy included) a visitor would receive.

A request to anywhere else than Levier fails the test: pages load nothing from third parties.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client

ORIGIN = "http://localhost"
"""Never reached: an origin that browsers trust like HTTPS."""
PATIENCE = 30_000
"""Milliseconds that what is expected of a page may take: a slow machine is not a fault of the page."""
CHOSEN = Path(__file__).resolve().parent.parent / ".levier" / "browser"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def executable() -> str | None:
    """The browser chosen by `make setup`, or the machine's; None for Playwright's own."""
    named = os.environ.get("LEVIER_TEST_BROWSER") or (
        CHOSEN.read_text(encoding="utf-8").strip() if CHOSEN.is_file() else ""
    )
    return named or shutil.which("chromium")


@dataclass
class Visitor:
    """One window: what it is signed in with, what went wrong in it."""

    page: Any
    client: Client
    connection: Any
    wrong: list[str] = field(default_factory=list)
    held: dict[str, Any] = field(default_factory=dict)
    """Answers the server gave already, shown at their address instead of asking again."""

    def show(self, address: str, answer: Any) -> None:
        """Put into the window what the server answered."""
        self.held[address] = answer
        self.open(address)

    def open(self, address: str) -> Any:
        self.page.goto(ORIGIN + address)
        return self.page

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def violations(self) -> list[str]:
        """Every violation axe finds, no rule left out, once the page has its style."""
        from axe_playwright_python.sync_playwright import Axe

        self.page.wait_for_load_state()
        found = Axe().run(self.page, options=AXE_RULES).response["violations"]
        return [
            f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in found for node in one["nodes"]
        ]

    def _answer(self, route: Any) -> None:
        connections["default"] = self.connection
        request = route.request
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
            self.wrong.append(f"third party: {request.url}")
            route.abort()
        elif parts.path.startswith("/static/"):
            self._static(route, parts.path.removeprefix("/static/"))
        else:
            self._page(route, request, parts.path + (f"?{parts.query}" if parts.query else ""))

    def _static(self, route: Any, name: str) -> None:
        found = finders.find(name)
        if not found:
            self.wrong.append(f"missing file: {name}")
            route.fulfill(status=404)
            return
        route.fulfill(body=Path(str(found)).read_bytes(), content_type=TYPES.get(Path(name).suffix, "text/plain"))

    def _page(self, route: Any, request: Any, address: str) -> None:
        if request.method == "GET" and address in self.held:
            answer = self.held.pop(address)
        elif request.method == "POST":
            sent = request.post_data_buffer or b""
            if request.headers.get("origin") == "null":
                self.wrong.append(f"a form without origin, which the protection of forms refuses: {address}")
            kind = request.headers.get("content-type", "application/x-www-form-urlencoded")
            answer = self.client.post(address, data=sent, content_type=kind, follow=True)
        else:
            answer = self.client.get(address, follow=True)
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.getvalue())


def press(visitor: Visitor, name: str, *, exact: bool = False) -> None:
    visitor.page.get_by_role("button", name=name, exact=exact).first.click()
    visitor.page.wait_for_load_state()


def fill(visitor: Visitor, **fields: str) -> None:
    """Type into the fields of those names, choose in a list, tick a box; an underscore may stand for a hyphen, two always do."""
    for name, value in fields.items():
        box = visitor.page.locator(f"#f-{name.replace('__', '-')}, #f-{name.replace('_', '-')}").first
        kind = box.evaluate("box => box.tagName + (box.type || '')")
        if kind.startswith("SELECT"):
            box.select_option(value)
        elif kind.endswith("checkbox"):
            box.check()
        else:
            box.fill(value)


def text_of(visitor: Visitor) -> str:
    return " ".join(visitor.page.locator("main").inner_text().split())


def see(visitor: Visitor, *words: str) -> None:
    """The page says these words, and axe has nothing against it."""
    shown = text_of(visitor)
    for word in words:
        assert word in shown, f"« {word} » is not in: {shown[:3000]}"
    assert visitor.violations() == [], visitor.page.url


@pytest.fixture
def visit(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`visit(client, width=360, theme="dark", script=False)` opens a window; at the end nothing may have gone wrong in any.

    Playwright runs an event loop in this thread while it is started, and Django keeps one connection for each context of a
    loop: the test's own is handed to each, so that the browser sees the test's uncommitted rows.
    """
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    connection = connections["default"]
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    opened: list[Visitor] = []
    with sync_playwright() as playwright:
        connections["default"] = connection
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])

        def _open(
            client: Client | None = None, *, width: int = 1440, theme: str = "light", script: bool = True
        ) -> Visitor:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=script
            )
            visitor = Visitor(context.new_page(), client or Client(), connection)
            visitor.page.route("**/*", visitor._answer)
            visitor.page.on("pageerror", lambda error: visitor.wrong.append(f"script: {error}"))
            visitor.page.on("console", lambda said: visitor.wrong.append(said.text) if _is_fault(said) else None)
            opened.append(visitor)
            return visitor

        yield _open
        browser.close()
    assert [fault for visitor in opened for fault in visitor.wrong] == []


def _is_fault(message: Any) -> bool:
    """Errors of the console, but the status of a page that is meant to be refused."""
    return bool(message.type == "error" and "the server responded with a status of 4" not in message.text)
