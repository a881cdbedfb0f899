"""A form sent again is not done again: a double click, a retry of the network, a laptop that wakes up.

Django's token of a form is masked anew each time a page is drawn, so that the same content from the same browser is the same form sent again, never
the same intention had twice. Requests with that key pass one after the other, and once the first was answered with a redirection (something
was done), the others are answered the same. A form that was refused changed nothing, and is read again. A form with files is known by its
fields and what its files hold: a browser writes another boundary each time it sends them.

Somebody who signs in, or comes in by a link that serves once, has no session yet: the browser is known by the secret that its forms carry,
and the same form sent again, for as long as a network may stammer, gets the session that the first one opened.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from urllib.parse import parse_qs

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from levier.audit.models import AnsweredForm
from levier.foundation.identifiers import public_id_of, random_public_id
from levier.web import clock, own_visit
from levier.web.typed import SeeOther

KEPT = timedelta(days=1)
"""A form left open longer than that can be sent again."""
KEPT_FOR_NOBODY = timedelta(minutes=2)
"""Of a browser where nobody is signed in: a network stammers no longer, and what was answered may open a session."""
LARGEST = 500_000
"""Bytes of a form without files; a larger one is read by its page, which refuses it."""


class OnceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        kept = KEPT if _is_somebody(request) else KEPT_FOR_NOBODY
        with _one_at_a_time(key):
            known = AnsweredForm.objects.filter(key=key, at__gte=clock.now() - kept).first()
            if known is not None:
                return _same_answer(request, known)
            before = request.session.session_key
            response = self.get_response(request)
            location = response.headers.get("Location", "")
            if 300 <= response.status_code < 400 and 0 < len(location) <= 500 and not response.cookies:
                AnsweredForm.objects.filter(at__lt=clock.now() - KEPT).delete()
                AnsweredForm.objects.update_or_create(
                    key=key, defaults={"location": location, "session": _opened(request, before), "at": clock.now()}
                )
        return response


def secret(request: HttpRequest) -> str:
    """What a secret address is made of: the same when the form that makes it is sent again, so that no answer shows a dead one. Kept nowhere."""
    key = _key(request)
    if key is None:
        return random_public_id()
    return public_id_of(salted_hmac("levier.once", key, secret=settings.MASTER_KEY, algorithm="sha256").digest())


def _is_somebody(request: HttpRequest) -> bool:
    return request.user.is_authenticated or own_visit.KEY in request.session


def _opened(request: HttpRequest, before: str | None) -> str:
    """The session that answering has opened, written at once: who waits to be answered the same reads it before this answer leaves."""
    if not _is_somebody(request) or request.session.session_key == before:
        return ""
    request.session.save()
    return request.session.session_key or ""


def _same_answer(request: HttpRequest, known: AnsweredForm) -> HttpResponseBase:
    if known.session:
        opened = import_module(settings.SESSION_ENGINE).SessionStore(known.session)
        if opened.exists(known.session):  # nobody signed out in between
            opened.modified = True
            request.session = opened
    return SeeOther(known.location)


def _key(request: HttpRequest) -> bytes | None:
    """Browser, address and content; None for what is not a form of a page."""
    if request.method != "POST":
        return None
    browser = request.session.session_key or request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    content = _content(request) if browser else None
    return content and hashlib.sha256(f"{browser}\n{request.get_full_path()}\n".encode() + content).digest()


def _content(request: HttpRequest) -> bytes | None:
    """What a form of a page sends; None where it is another thing: no token, or no form."""
    length = request.headers.get("Content-Length", "")
    if request.content_type == "application/x-www-form-urlencoded" and length.isdigit() and int(length) <= LARGEST:
        named = "csrfmiddlewaretoken" in parse_qs(request.body.decode(errors="replace"), max_num_fields=None)
        return request.body if named else None
    if request.content_type == "multipart/form-data" and "csrfmiddlewaretoken" in request.POST:
        return repr([*request.POST.lists(), *_files(request)]).encode()
    return None


def _files(request: HttpRequest) -> Iterator[tuple[str, str | None, str]]:
    for field, sent in request.FILES.lists():
        for one in sent:
            digest = hashlib.sha256()
            for chunk in one.chunks():
                digest.update(chunk)
            one.seek(0)
            yield field, one.name, digest.hexdigest()


@contextmanager
def _one_at_a_time(key: bytes) -> Iterator[None]:
    """A lock of the database's session: it is given back even where the process dies."""
    lock = int.from_bytes(key[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
