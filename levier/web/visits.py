"""The form of a control, made for a phone without network: it is kept there, sent later, once."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from levier.controls.labels import ANSWERS, VISIT_ITEMS
from levier.controls.policies import may_report
from levier.controls.queries import case_for
from levier.controls.refusals import ControlRefusal, refuse
from levier.controls.values import CaseKind
from levier.controls.visit_actions import keep_visit, receive_visit, report_from
from levier.files.values import JPEG, PDF, PNG, read_piece
from levier.foundation.french import typeset
from levier.foundation.identifiers import random_public_id
from levier.foundation.objections import NotForYou, Objection, Refusal
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.controls import row_of
from levier.web.typed import SeeOther, Typed

MOST_PHOTOS = 12
WORKER = Path(__file__).parent / "static" / "levier" / "visit-worker.js"
FIELDS = (
    "place",
    "present",
    "insertion",
    "remarks",
    "key",
    "made_at",
    "based_on",
    *(f"{part}-{code}" for code, _ in VISIT_ITEMS for part in ("item", "note")),
)


def visit(request: HttpRequest, case: str) -> HttpResponse:
    """The form, and its reception; a phone that asks for JSON is told what became of its report."""
    actor = actor_of(request)
    found = case_for(actor, case)
    if not may_report(actor):
        raise NotForYou
    if found.kind not in {CaseKind.VISIT, CaseKind.PIECES}:
        return SeeOther(reverse("control", args=[case]))
    typed = Typed(request.POST, FIELDS)
    phone = request.headers.get("accept") == "application/json"
    if request.method == "POST":
        try:
            photos = [
                read_piece(one.read(settings.LARGEST_EVIDENCE + 1), one.name or "", largest=settings.LARGEST_EVIDENCE)
                for one in request.FILES.getlist("photos")[:MOST_PHOTOS]
            ]
            if any(one.media_type not in {JPEG, PNG, PDF} for one in photos):
                raise refuse(Objection(ControlRefusal.REPORT, "photos"))
            kept = receive_visit(
                actor=actor, case_id=case, key=typed.values["key"][:64] or random_public_id(), based_on=_whole(typed.values["based_on"]),
                made_at=_instant(typed.values["made_at"]), report=report_from(request.POST), photos=[("", one) for one in photos],
                now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            typed.refused(refusal, default="remarks")
            if phone:
                return JsonResponse({"errors": typed.errors}, status=422)
        else:
            said = (
                "Un autre constat était déjà là : les deux sont gardés, comparez-les."
                if kept.conflict
                else "Constat enregistré."
            )
            address = reverse("control", args=[case])
            if phone:
                return JsonResponse({"said": typeset(said), "address": address, "conflict": kept.conflict})
            messages.success(request, typeset(said))
            return SeeOther(address)
    else:
        typed.values |= {"key": random_public_id(), "based_on": str(found.steps_count)}
    context = {
        "case": found,
        "row": row_of(actor, found, clock.today()),
        "contract": found.commitment.lot.contract,
        "typed": typed,
        "items": [
            (code, sentence, typed.values[f"item-{code}"], typed.values[f"note-{code}"], typed.errors.get(f"item-{code}", "")) for code, sentence in VISIT_ITEMS
        ],
        "answers": list(ANSWERS.items()),
        "already": list(found.visits.all()),
        "crumbs": [("Contrôles", reverse("controls")), (found.label, reverse("control", args=[case])), ("Constat", "")],
    }  # fmt: skip
    return render(request, "controls/visit.html", context, status=422 if typed.errors else 200)


def keep(request: HttpRequest, case: str) -> HttpResponse:
    """Of two reports, the one that counts."""
    keep_visit(actor=actor_of(request), case_id=case, visit_id=request.POST.get("visit", "")[:26], now=clock.now())
    messages.success(request, typeset("Ce constat fait foi. L’autre reste au dossier."))
    return SeeOther(reverse("control", args=[case]))


def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes the request
    """The script that answers for the form without network; its place in the addresses bounds what it may do."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


def _whole(text: str) -> int:
    return int(text[:6]) if text.isascii() and text.isdigit() else 0


def _instant(text: str) -> datetime:
    """The phone's clock; without a readable one, ours."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return clock.now()
    return found if found.tzinfo else clock.now()
