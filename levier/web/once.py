"""A form sent again is not done again: a double click, a retry of the network, a laptop that wakes up.

Django's token of a form is masked anew each time a page is drawn, so that the same content from the same session is the same form sent again, never
the same intention had twice. Requests with that key pass one after the other, and once the first was answered with a redirection (something
was done), the others are answered the same. A form that was refused changed nothing, and is read again. A form with files is known by its
fields and what its files hold: a browser writes another boundary each time it sends them.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from levier.audit.models import AnsweredForm
from levier.web import clock, own_visit
from levier.web.typed import SeeOther

KEPT = timedelta(days=1)
"""A form left open longer than that can be sent again."""
LARGEST = 500_000
"""Bytes of a form without files; a larger one is read by its page, which refuses it."""


class OnceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        with _one_at_a_time(key):
            known = AnsweredForm.objects.filter(key=key, at__gte=clock.now() - KEPT).first()
            if known is not None:
                return SeeOther(known.location)
            response = self.get_response(request)
            location = response.headers.get("Location", "")
            if 300 <= response.status_code < 400 and 0 < len(location) <= 500:
                AnsweredForm.objects.filter(at__lt=clock.now() - KEPT).delete()
                AnsweredForm.objects.create(key=key, location=location, at=clock.now())
        return response


def _key(request: HttpRequest) -> bytes | None:
    """Session, address and content; None for what is not a form of somebody signed in, or of a person who came in by a letter."""
    session = request.session.session_key
    if request.method != "POST" or not session:
        return None
    if not request.user.is_authenticated and own_visit.KEY not in request.session:
        return None
    content = _content(request)
    return content and hashlib.sha256(f"{session}\n{request.get_full_path()}\n".encode() + content).digest()


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
