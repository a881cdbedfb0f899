"""Finished tender files read back in the browser. Nothing is kept: the files lie on the disk only while they are read."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.commitments.queries import commitments_of
from levier.files.values import shown_name
from levier.foundation.french import number, typeset
from levier.procurement.queries import contract_for
from levier.tender_files.sandbox import read_uploads
from levier.tender_files.values import Fault
from levier.web.acting import actor_of
from levier.web.tender_reading import FileView, difference, view_of

MOST_FILES = 12
LARGEST_TOTAL = 40_000_000
"""Bytes of all files sent at once."""
LONGEST_PASSAGE = 60_000
"""Characters typed in."""
PASSAGE = "Passage saisi"


def show(request: HttpRequest) -> HttpResponse:
    return _page(request, {})


def of_contract(request: HttpRequest, contract: str) -> HttpResponse:
    """The same, beside a contract: the hours read are compared with those committed in Levier."""
    actor = actor_of(request)
    found = contract_for(actor, contract)
    due = sum((one.due_hours for one in commitments_of(actor, [found.pk])), start=0)
    crumbs = [
        ("Marchés", reverse("contracts")),
        (found.reference, reverse("contract", args=[found.public_id])),
        ("Lire le dossier", ""),
    ]
    return _page(request, {"contract": found, "due": due, "crumbs": crumbs})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        return render(request, "tender_files/read.html", context | {"most": MOST_FILES})
    passage = request.POST.get("passage", "")[:LONGEST_PASSAGE].strip()
    uploads = request.FILES.getlist("files")
    context |= {"passage": passage, "most": MOST_FILES}
    error = _refusal(uploads, passage)
    if error:
        return render(request, "tender_files/read.html", context | {"file_error": error}, status=422)
    contents = [(shown_name(one.name or ""), one.read()) for one in uploads]
    if passage:
        contents.append((PASSAGE, passage.encode()))
    found = read_uploads(contents)
    context |= {
        "files": [FileView(reading) for reading in found.readings],
        "whole": view_of(found),
        "scanned": any(reading.fault is Fault.SCAN for reading in found.readings),
        "difference": difference(found, context.get("due")),
    }
    return render(request, "tender_files/read.html", context, status=200 if found.readable else 422)


def _refusal(uploads: Sequence[Any], passage: str) -> str:
    if not uploads and not passage:
        return "Choisissez au moins un fichier, ou tapez un passage."
    if len(uploads) > MOST_FILES:
        return f"{len(uploads)} fichiers, c’est trop : {MOST_FILES} au plus. Ne joignez que les pièces administratives, ou le ZIP."
    if sum(one.size or 0 for one in uploads) > LARGEST_TOTAL:
        return typeset(
            f"Ces fichiers pèsent plus de {number(LARGEST_TOTAL // 1_000_000)} Mo : envoyez-les en plusieurs fois."
        )
    return ""
