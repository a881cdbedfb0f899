"""A visitor who signs in and follows every link offered, as a browser would, to the pages and files of a server that runs.

Of each address of the registry a few objects are opened, and of each filter a few values: what a role is offered, not every object there is.
"""

import http.client
import io
import re
import time
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from django.urls import Resolver404, resolve

HOST = "127.0.0.1"
SMALLEST_FILE = 20
"""Bytes under which a file that is offered says nothing."""
LEFTOVERS = re.compile(
    r"\bNone\b|\bNaN\b|\bundefined\b|\{\{|\{%|%\}|Traceback|object at 0x|Decimal\(|datetime\.|&amp;lt;|&amp;#"
)
"""What no page says to a person: a value that was not there, a template that was not filled."""
GALLERY = "components"
"""The page whose links are examples."""
TEMPLATES = frozenset({"draft-models", "draft-model"})
"""Pages that show the marks of a template to whoever edits it."""


@dataclass
class Found(HTMLParser):
    """The links of a page and the words that it shows."""

    links: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    hidden: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.hidden += tag in {"script", "style"}
        for name in ("href", "src", "hx-get"):
            if values.get(name):
                self.links.append(values[name] or "")
        if tag == "form" and (values.get("method") or "get").lower() == "get" and values.get("action"):
            self.links.append(values["action"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    kind: str
    body: bytes
    location: str
    seconds: float


@dataclass
class Visit:
    """One person's browser without script: cookies, and the address of the server."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        began = time.monotonic()
        line = http.client.HTTPConnection(HOST, self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body, headers["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            got = line.getresponse()
            content = got.read()
        finally:
            line.close()
        for cookie in got.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(
            got.status,
            got.headers.get_content_type(),
            content,
            got.headers.get("Location", ""),
            time.monotonic() - began,
        )

    def sign_in(self, email: str, password: str) -> str:
        """The address to which signing in leads."""
        page = self.ask("GET", "/connexion/").body.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        answer = self.ask(
            "POST", "/connexion/", {"csrfmiddlewaretoken": token[1], "email": email, "password": password}
        )
        assert answer.status in {302, 303}, answer.body.decode()[:2000]
        return answer.location


@dataclass
class Crawl:
    visit: Visit
    objects: int = 2
    """Addresses opened of each page of the registry that names an object."""
    variants: int = 6
    """Queries opened of each page."""
    only: frozenset[str] = frozenset()
    """Pages to open, by name; all of them where it is empty."""
    pages: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _met: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def follow(self, *starts: str) -> "Crawl":
        waiting = deque((start, "(début)") for start in starts)
        while waiting:
            address, origin = waiting.popleft()
            if self._wanted(address):
                waiting += ((link, address) for link in self._open(address, origin))
        return self

    def _wanted(self, address: str) -> bool:
        if address in self._seen:
            return False
        self._seen.add(address)
        parts = urlsplit(address)
        if parts.path.startswith("/static/"):
            return not self.only
        try:
            match = resolve(parts.path)
        except Resolver404:
            return True
        name = match.url_name or ""
        if name == GALLERY or (self.only and name not in self.only):
            return False
        asked = bool(parts.query)
        if not match.kwargs and not asked:
            return True
        self._met[name, asked] += 1
        return self._met[name, asked] <= (self.variants if asked else self.objects)

    def _open(self, address: str, origin: str) -> Iterator[str]:
        answer = self.visit.ask("GET", address)
        self.slow.append((answer.seconds, address))
        where = f"{address} (from {origin})"
        if answer.status in {301, 302, 303}:
            if answer.location.startswith("/connexion/") and not address.startswith("/connexion/"):
                self.wrong.append(f"{where}: asks to sign in")
            else:
                yield self._local(answer.location, address) or "/"
            return
        if answer.status != 200:
            self.wrong.append(f"{where}: {answer.status}")
            return
        if answer.kind == "text/html":
            self.pages[_name(address)] += 1
            yield from self._read(answer, address, where)
        else:
            self.files[answer.kind] += 1
            if fault := fault_of_file(answer):
                self.wrong.append(f"{where}: {fault}")

    def _read(self, answer: Answer, address: str, where: str) -> Iterator[str]:
        found = Found()
        found.feed(answer.body.decode())
        text = " ".join(found.words)
        if _name(address) not in TEMPLATES and (leftover := LEFTOVERS.search(text)):
            self.wrong.append(f"{where}: says « {text[max(0, leftover.start() - 40) : leftover.end() + 40].strip()} »")
        for link in found.links:
            local = self._local(link, address)
            if local:
                yield local

    def _local(self, link: str, address: str) -> str:
        """The path and query of a link into the same server, else nothing."""
        parts = urlsplit(urljoin(f"http://{HOST}:{self.visit.port}{address}", urldefrag(link).url))
        if parts.scheme != "http" or parts.port != self.visit.port:
            return ""
        return parts.path + (f"?{parts.query}" if parts.query else "")


def _name(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return address


def fault_of_file(answer: Answer) -> str:
    """What is wrong with a file that was given; nothing where it is what it says."""
    body, kind = answer.body, answer.kind
    if kind == "text/css" or "javascript" in kind or kind.startswith(("image/", "font/")):
        return "" if body else "empty"
    if len(body) < SMALLEST_FILE:
        return f"{len(body)} bytes of {kind}"
    if kind == "application/pdf" and not (body.startswith(b"%PDF-") and b"%%EOF" in body[-1024:]):
        return "is no PDF"
    if kind == "text/calendar" and not (
        body.startswith(b"BEGIN:VCALENDAR") and body.rstrip().endswith(b"END:VCALENDAR")
    ):
        return "is no calendar"
    if kind == "application/zip" or "officedocument" in kind or "opendocument" in kind:
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as held:
                return (
                    "" if held.testzip() is None and any(one.file_size for one in held.infolist()) else "holds nothing"
                )
        except zipfile.BadZipFile:
            return "is no archive"
    return ""
