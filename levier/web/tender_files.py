"""Finished tender files read back in the browser. Nothing is kept, unless somebody asks for it beside a contract."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.commitments.queries import commitments_of
from levier.files.values import shown_name
from levier.foundation.french import number, typeset
from levier.planning.tender_files import keep_tender_files, tender_file_for, tender_files_of
from levier.procurement.queries import contract_for
from levier.tender_files.sandbox import read_uploads
from levier.tender_files.values import Fault
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.downloads import downloaded
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
    return _page(request, {"contract": found, "due": due, "crumbs": crumbs, "keep": request.POST.get("keep") == "1"})


def download(request: HttpRequest, tender_file: str) -> HttpResponse:
    """A kept file as it came: always downloaded, never shown by the browser."""
    return downloaded(request, tender_file_for(actor_of(request), tender_file).file)


def _kept(request: HttpRequest, context: dict[str, Any], files: Sequence[tuple[str, bytes]] = ()) -> dict[str, Any]:
    """The files kept beside the contract, with those just sent where the box is ticked."""
    contract = context.get("contract")
    if contract is None:
        return {}
    actor = actor_of(request)
    if files and context["keep"]:
        kept = keep_tender_files(actor=actor, contract_id=contract.public_id, files=files, now=clock.now())
        context = {"kept_now": len(kept)}
    return {"kept": tender_files_of(actor, contract), "kept_now": context.get("kept_now", 0)}


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        return render(request, "tender_files/read.html", context | {"most": MOST_FILES} | _kept(request, context))
    passage = request.POST.get("passage", "")[:LONGEST_PASSAGE].strip()
    uploads = request.FILES.getlist("files")
    context |= {"passage": passage, "most": MOST_FILES}
    error = _refusal(uploads, passage)
    if error:
        context |= {"file_error": error} | _kept(request, context)
        return render(request, "tender_files/read.html", context, status=422)
    contents = [(shown_name(one.name or ""), one.read()) for one in uploads]
    context |= _kept(request, context, tuple(contents))
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
