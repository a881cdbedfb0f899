"""A form sent after the session had closed: what was filled in waits through the signing in, and is sent by one button.

Nothing is kept on the server: the fields go back, signed, to the page that signs in, and from there to the one that offers to send them.
Only what came with a sound token, or from a page that the browser says is ours, is ever given back. A file cannot be: it is asked for again.
A form whose token is gone (cookies emptied, a page left open for days) is offered the same way, with a new token and a button (decision 174).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers

from levier.web import gate
from levier.web.registry import ANONYMOUS, Page

SALT = "levier.interrupted"
KEPT = 12 * 3600
"""Seconds: a day's work; after that the form is opened again."""
LARGEST = 200_000
"""Characters of what is kept; more is a file in disguise."""
SECRET = "password"  # noqa: S105 - what names a field that is never given back
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The address that a form was sent to, its fields in their order, and whether files went with it."""

    address: str
    fields: tuple[tuple[str, str], ...]
    files: bool

    def sealed(self) -> str:
        return signing.dumps([self.address, self.fields, self.files], salt=SALT, compress=True)

    @property
    def page(self) -> Page | None:
        try:
            found = getattr(resolve(self.address.partition("?")[0]).func, "page", None)
        except Resolver404:
            return None  # no page has that address: there is nothing to offer
        return found if isinstance(found, Page) else None


def of_request(request: HttpRequest) -> Interrupted | None:
    """None where nothing was filled in, or far too much."""
    fields = tuple((name, text) for name, texts in request.POST.lists() if name != TOKEN for text in texts)
    if sum(len(name) + len(text) for name, text in fields) > LARGEST or not (fields or request.FILES):
        return None
    return Interrupted(request.get_full_path(), fields, bool(request.FILES))


def unsealed(text: str) -> Interrupted | None:
    """None where it was altered, is too old, or is nothing."""
    try:
        address, fields, files = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    return Interrupted(address, tuple((name, value) for name, value in fields), files)


def offer(request: HttpRequest, kept: Interrupted, role: str) -> HttpResponse | None:
    """After signing in: what was filled in, to send with one button. None where the page is not for whoever came in."""
    page = kept.page
    if page is None or role not in page.audience:
        return None
    reads = kept.address if "GET" in page.methods else ""
    answer = render(request, "account/interrupted.html", {"kept": kept, "reads": reads})
    add_never_cache_headers(answer)
    return answer


def stale(request: HttpRequest) -> HttpResponse | None:
    """A form without a sound token, from a page of ours: what it held, to send with one button, or after signing in. 403: nothing was done.

    None where the page that sent it is another's or is not told, where a password was typed, and where the address is not for whoever asks.
    """
    kept = of_request(request) if from_our_page(request) else None
    page = kept.page if kept else None
    if kept is None or page is None or any(SECRET in name for name, _ in kept.fields):
        return None
    role = gate.role_of(request)
    if role in page.audience:
        reads = kept.address if "GET" in page.methods else ""
        answer = render(request, "account/interrupted.html", {"kept": kept, "reads": reads, "stale": True}, status=403)
    elif role == ANONYMOUS:
        from levier.web.account import sign_in_again

        answer = sign_in_again(request, kept)
    else:
        return None
    add_never_cache_headers(answer)
    return answer


def from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says that one of our pages sent this: no page of another site can make it say so."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    told = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(told)[:2] == (request.scheme, request.get_host())
