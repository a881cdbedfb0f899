from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.web import gallery


def components(request: HttpRequest) -> HttpResponse:
    """The living catalogue of components: every one in every state, in the visitor's theme, printable."""
    return render(request, "gallery/page.html", gallery.examples())
