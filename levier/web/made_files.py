"""A file that a form makes. The form is not answered by the file: the page behind it would go on saying what was true before.

It is answered by the page itself, which says what was made, when and what comes next; the page starts the download by itself (the Refresh
header, no script) and keeps a button for it while the file is within reach. What the file is made of may be a secret that is kept nowhere:
it then travels sealed in a cookie of that browser, for that address and that session alone (docs/decisions/0184).
"""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from levier.foundation.encryption import FieldCipher
from levier.web import clock
from levier.web.typed import SeeOther

REACH = timedelta(minutes=15)
"""How long a file that was made can be taken; afterwards it is made again."""
_JUST_MADE = "fait"
_COOKIE = "fichier"


def made(address: str) -> HttpResponse:
    """The answer to the form: its page, which says that the file is there."""
    return SeeOther(f"{address}?{_JUST_MADE}=1")


def shown(request: HttpRequest, template: str, context: dict[str, Any], file: str, at: datetime | None) -> HttpResponse:
    """The page, for `components/made_file.html`; `file` is the address of what can be taken, empty where nothing can, made `at`. Right after
    the form, its download starts.
    """
    starts = bool(file) and _JUST_MADE in request.GET
    response = render(request, template, context | {"file": file, "starts": starts, "until": at and at + REACH})
    if starts:
        response.headers["Refresh"] = f"0; url={file}"
    return response


def keep(response: HttpResponse, request: HttpRequest, address: str, secret: str) -> None:
    """Give the browser what the file is made of, sealed; no other session opens it, nor at another address."""
    sealed = _cipher().seal(f"{clock.now().isoformat()} {secret}", _place(request, address))
    response.set_cookie(
        _COOKIE, base64.urlsafe_b64encode(sealed).decode(), path=address, secure=settings.SESSION_COOKIE_SECURE,
        httponly=True, samesite="Strict", max_age=int(REACH.total_seconds()),
    )  # fmt: skip


def kept(request: HttpRequest, address: str) -> str:
    """The secret of the file that this session made there; empty once it is out of reach."""
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(_COOKIE, ""))
        at, _, secret = _cipher().open(sealed, _place(request, address)).partition(" ")
    except (
        binascii.Error,
        ValueError,
        InvalidTag,
    ):  # none, of another session or address, or altered: as if it had never been made
        return ""
    return secret if datetime.fromisoformat(at) + REACH > clock.now() else ""


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    """The file itself, which no browser keeps for somebody else."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    add_never_cache_headers(response)
    return response


def _cipher() -> FieldCipher:
    return FieldCipher(settings.MASTER_KEY, "made-file")


def _place(request: HttpRequest, address: str) -> str:
    return f"{request.session.session_key}|{address}"
