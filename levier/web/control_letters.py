"""Letters and pieces of a case to take away, and telling how a letter was sent and received."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.controls.labels import EVENTS, LETTERS, MEANS
from levier.controls.letter_actions import record_dispatch
from levier.controls.models import Letter
from levier.controls.pack import audit_pack
from levier.controls.policies import may_write
from levier.controls.queries import attachment_for, letters_visible_to
from levier.controls.values import LetterKind, Means
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.downloads import downloaded
from levier.web.typed import SeeOther, Typed


def pdf(request: HttpRequest, letter: str) -> HttpResponse:
    return downloaded(request, _letter(request, letter).pdf)


def word(request: HttpRequest, letter: str) -> HttpResponse:
    return downloaded(request, _letter(request, letter).word)


def attachment(request: HttpRequest, attachment: str) -> HttpResponse:
    """A photograph or a piece, as it was received: downloaded, never shown by the browser."""
    return downloaded(request, attachment_for(actor_of(request), attachment))


def _letter(request: HttpRequest, public_id: str) -> Letter:
    found = (
        letters_visible_to(actor_of(request)).select_related("pdf", "word", "case").filter(public_id=public_id).first()
    )
    if found is None:
        raise NotForYou
    return found


def pack(request: HttpRequest, commitment: str) -> HttpResponse:
    """The audit pack in one click; with `names`, who is who, for who has the right."""
    found = audit_pack(
        actor=actor_of(request), commitment_id=commitment, with_names=request.POST.get("names") == "1", now=clock.now()
    )
    response = HttpResponse(found.content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


def dispatch(request: HttpRequest, letter: str) -> HttpResponse:
    """How it was sent, when it was received, or that it came back."""
    actor, found = actor_of(request), _letter(request, letter)
    if found.case is None or not may_write(actor, found.kind):
        raise NotForYou
    typed = Typed(request.POST, ("event", "means", "happened_on", "tracking"))
    if request.method == "POST":
        event = typed.choice("event", {key: key for key in EVENTS}, missing="Choisissez ce qui s’est passé.")
        means = typed.choice("means", {one.value: one for one in Means}, missing="Choisissez le moyen d’envoi.")
        day = typed.day("happened_on", missing="Donnez le jour.")
        if event and means and day:
            try:
                record_dispatch(
                    actor=actor, letter_id=letter, event=event, means=means, happened_on=day, tracking=typed.values["tracking"],
                    now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="happened_on")
            else:
                messages.success(request, typeset(f"Lettre {found.label} : c’est inscrit."))
                return SeeOther(reverse("control", args=[found.case.public_id]))
    else:
        sent = found.dispatches.filter(event="sent").order_by("id").first()
        typed.values |= {
            "event": "received" if sent else "sent",
            "means": sent.means if sent else "registered",
            "happened_on": clock.today().isoformat(),
        }
    context = {
        "letter": found,
        "kind": LETTERS[LetterKind(found.kind)],
        "typed": typed,
        "events": list(EVENTS.items()),
        "means": [(one.value, MEANS[one]) for one in Means],
        "case": found.case,
        "crumbs": [
            ("Contrôles", reverse("controls")),
            (found.case.label, reverse("control", args=[found.case.public_id])),
            (found.label, ""),
        ],
    }
    return render(request, "controls/dispatch.html", context, status=422 if typed.errors else 200)
