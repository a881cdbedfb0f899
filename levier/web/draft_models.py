"""The models in Word: read them, change them, put them back, return to an earlier one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Role
from levier.drafting.actions import DOCX, LARGEST_MODEL, put_model_back, use_again
from levier.drafting.fields import described
from levier.drafting.labels import PIECES
from levier.drafting.queries import model_content, model_version_for, model_versions, models_in_use
from levier.drafting.shipped import VERSION, shipped_model
from levier.drafting.values import Piece
from levier.files.queries import FileDamaged
from levier.files.values import shown_name
from levier.foundation.objections import Refusal
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.errors import failure_page
from levier.web.typed import SeeOther, Typed


def models(request: HttpRequest) -> HttpResponse:
    in_use = models_in_use()
    context = {
        "pieces": [(piece.value, PIECES[piece], in_use[piece]) for piece in Piece],
        "fields": list(described()),
        "shipped": VERSION,
    }
    return render(request, "drafting/models.html", context)


def model(request: HttpRequest, piece: str) -> HttpResponse:
    """One piece with all its versions; the mission also puts a changed one back."""
    return _page(request, _piece(piece), Typed({}, ("note",)))


def put_back(request: HttpRequest, piece: str) -> HttpResponse:
    found, typed = _piece(piece), Typed(request.POST, ("note",))
    upload = request.FILES.get("file")
    content = upload.read(LARGEST_MODEL + 1) if upload else b""
    try:
        version = put_model_back(
            actor=actor_of(request), piece=found, content=content, name=shown_name((upload.name if upload else "") or "modele.docx"),
            note=typed.values["note"], now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, found, typed, faults=list(refusal.sentences))
    messages.success(request, f"La version {version.number} est en service. Les prochains dossiers l’emploieront.")
    return SeeOther(reverse("draft-model", args=[piece]))


def again(request: HttpRequest, piece: str) -> HttpResponse:
    """Return to an earlier version, or to the shipped model."""
    try:
        version = use_again(
            actor=actor_of(request),
            piece=_piece(piece),
            version_id=request.POST.get("version", "")[:40],
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
    else:
        messages.success(
            request, f"{version.note} : c’est maintenant la version {version.number}.".replace(" :", "\u00a0:")
        )
    return SeeOther(reverse("draft-model", args=[piece]))


def shipped(_request: HttpRequest, piece: str) -> HttpResponse:
    found = _piece(piece)
    return _document(shipped_model(found.value), f"{found.value}-livre-{VERSION}.docx")


def version(request: HttpRequest, model: str) -> HttpResponse:
    """A version as it was put back."""
    found = model_version_for(model)
    try:
        content = model_content(Piece(found.piece), found)
    except FileDamaged:
        return failure_page(request, 500)
    return _document(content, f"{found.piece}-v{found.number}.docx")


def _document(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _piece(code: str) -> Piece:
    if code not in Piece:
        raise Http404
    return Piece(code)


def _page(request: HttpRequest, piece: Piece, typed: Typed, *, faults: list[str] | None = None) -> HttpResponse:
    versions = model_versions(piece)
    context: dict[str, Any] = {
        "crumbs": [("Modèles", reverse("draft-models")), (PIECES[piece], "")],
        "piece": piece.value,
        "label": PIECES[piece],
        "versions": versions,
        "current": versions[0] if versions else None,
        "shipped": VERSION,
        "typed": typed,
        "faults": faults or [],
        "may_change": actor_of(request).role is Role.MISSION,
        "fields": list(described()),
    }
    return render(request, "drafting/model.html", context, status=422 if faults else 200)
