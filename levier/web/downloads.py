"""A stored file handed to the browser: never before the antivirus has answered, always downloaded, never shown by it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from levier.files.models import StoredFile
from levier.files.queries import FileDamaged, content_of
from levier.files.scanning import guard, may_leave
from levier.foundation.objections import NotForYou
from levier.web.errors import failure_page

WAITS = "Cette pièce attend l’analyse antivirus. Réessayez dans quelques minutes."


def downloaded(request: HttpRequest, file: StoredFile, name: str = "") -> HttpResponse:
    """The bytes as they came, under their own name or another; a page that says so where they are damaged, a sentence (409) while they
    wait in quarantine. Raise NotForYou where the antivirus set the file aside.
    """
    if file.state == "refused":
        raise NotForYou
    if not may_leave(file.state, guard(settings.CLAMD)):
        return HttpResponse(WAITS, status=409, content_type="text/plain; charset=utf-8")
    try:
        content = content_of(file)
    except FileDamaged:
        return failure_page(request, 500)
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name or file.name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
