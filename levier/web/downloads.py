"""A stored file handed to the browser: always downloaded, never shown by it."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from levier.files.models import StoredFile
from levier.files.queries import FileDamaged, content_of
from levier.web.errors import failure_page


def downloaded(request: HttpRequest, file: StoredFile, name: str = "") -> HttpResponse:
    """The bytes as they came, under their own name or another; a page that says so where they are damaged."""
    try:
        content = content_of(file)
    except FileDamaged:
        return failure_page(request, 500)
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name or file.name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
