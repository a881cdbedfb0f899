"""Letters and pieces of a case to take away, and telling how a letter was sent and received."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.commitments.queries import commitment_for
from levier.controls.labels import EVENTS, LETTERS, MEANS
from levier.controls.letter_actions import record_dispatch
from levier.controls.models import Letter
from levier.controls.pack import audit_pack, copies, may_take_names, taken_again
from levier.controls.policies import may_write
from levier.controls.queries import attachment_for, letters_visible_to
from levier.controls.values import LetterKind, Means
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.web import clock, made_files
from levier.web.acting import actor_of
from levier.web.downloads import downloaded
from levier.web.dues import crumbs
from levier.web.typed import SeeOther, Typed

SHOWN_COPIES = 20


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
    """The audit pack in one click, and the copies that left; with `names`, who is who, for who has the right."""
    actor, address = actor_of(request), reverse("audit-pack", args=[commitment])
    if request.method == "POST":
        audit_pack(actor=actor, commitment_id=commitment, with_names=request.POST.get("names") == "1", now=clock.now())
        return made_files.made(address)
    found = commitment_for(actor, commitment)
    taken = list(copies(actor, found)[:SHOWN_COPIES])
    mine = next((one for one in taken if one.actor_user_id == actor.user_id), None)
    ready = mine if mine and mine.at + made_files.REACH > clock.now() else None
    context = {
        "commitment": found,
        "contract": found.lot.contract,
        "copies": taken,
        "ready": ready,
        "names": may_take_names(actor),
        "said": "Les noms des personnes y sont."
        if ready and ready.facts["names"]
        else "Les personnes y sont sous pseudonyme.",
        "crumbs": crumbs(found, "Dossier de preuve"),
    }
    return made_files.shown(
        request,
        "controls/pack.html",
        context,
        reverse("audit-pack-zip", args=[commitment]) if ready else "",
        ready.at if ready else None,
    )


def pack_file(request: HttpRequest, commitment: str) -> HttpResponse:
    """The copy that this person has just had made; later than that, the page that makes one."""
    now = clock.now()
    found = taken_again(actor=actor_of(request), commitment_id=commitment, since=now - made_files.REACH, now=now)
    if found is None:
        messages.warning(request, "Cette copie n’est plus à portée. Faites-en une autre : elle sera à jour.")
        return SeeOther(reverse("audit-pack", args=[commitment]))
    return made_files.attached(found.content, "application/zip", found.name)


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
