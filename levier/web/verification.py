"""The public page that says whether a certificate is genuine. Anybody may ask; it answers with figures and names nobody."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from levier.compliance.queries import Verdict, Verification, verify_code, verify_number
from levier.documents.queries import is_original, offline_page
from levier.documents.sheet import grouped, short_code, title_of
from levier.web.typed import Typed

LARGEST = 5_000_000
"""Bytes of a PDF that is compared; nothing of it is kept."""


def verify(request: HttpRequest) -> HttpResponse:
    """Type the number and the code printed on the paper."""
    typed = Typed(request.GET, ("numero", "code"))
    if request.GET:
        found = verify_number(typed.values["numero"], typed.values["code"])
        if found is not None:
            return redirect("verified", found.certificate.verification_code, permanent=False)
        if not typed.values["numero"]:
            typed.wrong("numero", "Écrivez le numéro, par exemple 2026-0001.")
        if not typed.values["code"]:
            typed.wrong("code", "Écrivez le code, par exemple 7KQ4-M2XD.")
        if not typed.errors:
            typed.wrong(
                "numero", "Aucun document ne porte ce numéro avec ce code. Vérifiez les deux au bas du document."
            )
    return render(request, "certificates/verify.html", {"typed": typed}, status=422 if typed.errors else 200)


def offline(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes the request
    """The page that checks seals without network, to keep on a computer or a telephone."""
    response = HttpResponse(offline_page(), content_type="text/html; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="verifier-hors-ligne.html"'
    return response


def verified(request: HttpRequest, code: str) -> HttpResponse:
    """Genuine, replaced, or unknown; and, if a file is dropped, whether it is the original to the last byte."""
    found = verify_code(code)
    context: dict[str, Any] = {"found": found, "code": code[:26]}
    if found is not None:
        context |= _words(found)
        if request.method == "POST":
            context |= _compared(request, found)
    response = render(request, "certificates/verified.html", context, status=422 if context.get("file_error") else 200)
    add_never_cache_headers(response)
    return response


def _words(found: Verification) -> dict[str, Any]:
    certificate = found.certificate
    return {
        "genuine": found.verdict is Verdict.GENUINE,
        "replaced": found.verdict is Verdict.REPLACED,
        "withdrawn": certificate.withdrawal if found.verdict is Verdict.WITHDRAWN else None,
        "snapshot": found.snapshot,
        "balance": found.snapshot.balance,
        "title": title_of(found.snapshot),
        "certificate": certificate,
        "short": short_code(certificate.verification_code),
        "fingerprint": grouped(bytes(certificate.content_hash).hex()),
        "successor": found.successor,
    }


def _compared(request: HttpRequest, found: Verification) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is None or not file.size:
        return {"file_error": "Choisissez le fichier PDF à comparer."}
    if file.size > LARGEST:
        return {
            "file_error": "Ce fichier pèse plus de 5\u00a0Mo\u00a0: ce n’est pas l’original, qui en pèse moins d’un."
        }
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return {"compared": True, "identical": is_original(found.certificate, digest.digest())}
