"""Pages of plain text that the law or courtesy asks of a public site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "plain/accessibility.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "plain/privacy.html")


def legal_notice(request: HttpRequest) -> HttpResponse:
    return render(request, "plain/legal_notice.html")
