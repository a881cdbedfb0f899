"""The watch (veille) of published awards: proposed matches, what was decided of them, amendments that were published."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.foundation.french import typeset
from levier.foundation.objections import Refusal
from levier.foundation.pagination import page_of
from levier.open_data.match_actions import accept_match, reject_match, undo_match
from levier.open_data.matching import line_proposals, proposals, standing_decisions
from levier.open_data.models import MatchDecision
from levier.procurement.amending import notices_visible_to
from levier.procurement.policies import may_amend
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.typed import SeeOther

PAGE_LENGTH = 20
TABS = (
    ("watch", "Rapprochements"),
    ("forgotten", "Marchés oubliés"),
    ("amendments", "Avenants publiés"),
    ("watch-decided", "Décisions prises"),
)


def tabs(current: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in TABS]


def show(request: HttpRequest) -> HttpResponse:
    """Published contracts that look like a file of ours, best first, each with its reasons and two buttons."""
    return _proposals(request)


def _proposals(request: HttpRequest, error: str = "") -> HttpResponse:
    found = proposals(actor_of(request))
    page = page_of(found.rows, request.GET.get("page"), PAGE_LENGTH)
    lines = line_proposals(actor_of(request)) if page.number == 1 else []
    context = {
        "tabs": tabs("watch"),
        "found": found,
        "page_obj": page,
        "rows": list(page),
        "lines": lines[:PAGE_LENGTH],
        "more_lines": max(0, len(lines) - PAGE_LENGTH),
        "error": error,
    }
    return render(request, "watch/proposals.html", context, status=409 if error else 200)


def decided(request: HttpRequest) -> HttpResponse:
    return _decided(request)


def _decided(request: HttpRequest, error: str = "") -> HttpResponse:
    page = page_of(standing_decisions(actor_of(request)), request.GET.get("page"), PAGE_LENGTH)
    rows = [DecidedRow(one, _filled_words(one.filled)) for one in page]
    context = {"tabs": tabs("watch-decided"), "page_obj": page, "rows": rows, "error": error}
    return render(request, "watch/decided.html", context, status=409 if error else 200)


@dataclass(frozen=True, slots=True)
class DecidedRow:
    decision: MatchDecision
    filled: list[str]


FILLED = {
    "nature": "nature",
    "procedure": "procédure",
    "notified_on": "notification",
    "duration_months": "durée",
    "starts_on": "début",
    "ends_on": "fin",
    "place_code": "lieu",
    "cpv": "code CPV",
    "initial_amount": "montant initial",
    "amount": "montant",
    "holders": "titulaires",
    "amendments": "avenants",
}


def _filled_words(filled: dict[str, Any]) -> list[str]:
    """What the publication brought, in words."""
    told = {**filled.get("contract", {}), **filled.get("lot", {})}
    told |= {name: filled.get(name) for name in ("holders", "amendments")}
    return [word for name, word in FILLED.items() if told.get(name)]


def accept(request: HttpRequest, published: str) -> HttpResponse:
    def act() -> str:
        made = accept_match(**_decision(request, published))
        brought = ", ".join(_filled_words(made.filled)) or "rien, il était complet"
        messages.success(
            request, typeset(f"Rattaché au marché {made.contract.reference}. Repris de la publication : {brought}.")
        )
        return reverse("contract", args=[made.contract.public_id])

    return _done(request, act, _proposals)


def reject(request: HttpRequest, published: str) -> HttpResponse:
    def act() -> str:
        made = reject_match(**_decision(request, published))
        said = f"Écarté : ce marché publié ne sera plus proposé pour {made.contract.reference}. Vous pouvez revenir dessus ici."
        messages.success(request, typeset(said))
        return reverse("watch-decided")

    return _done(request, act, _proposals)


def undo(request: HttpRequest, published: str) -> HttpResponse:
    def act() -> str:
        made = undo_match(**_decision(request, published))
        what = "Le rattachement est défait" if made.accepted else "La proposition n’est plus écartée"
        messages.success(request, typeset(f"{what} : {made.contract.reference}."))
        return reverse("watch")

    return _done(request, act, _decided)


def _decision(request: HttpRequest, published: str) -> dict[str, Any]:
    lot = request.POST.get("lot", "").replace("\x00", "")[:40]
    return {"actor": actor_of(request), "published_id": published, "lot_id": lot, "now": clock.now()}


def _done(
    request: HttpRequest, act: Callable[[], str], page: Callable[[HttpRequest, str], HttpResponse]
) -> HttpResponse:
    try:
        return SeeOther(act())
    except Refusal as refusal:
        return page(request, " ".join(refusal.sentences))


def amendments(request: HttpRequest) -> HttpResponse:
    """New amounts that were published for followed lots: those that wait first, then those recorded."""
    actor = actor_of(request)
    found = notices_visible_to(actor).exclude(state="withdrawn").select_related("lot__contract")
    page = page_of(found.order_by("state", "-noticed_at", "-id"), request.GET.get("page"), PAGE_LENGTH)
    context = {"tabs": tabs("amendments"), "page_obj": page, "rows": list(page), "can_amend": may_amend(actor)}
    return render(request, "watch/amendments.html", context)
