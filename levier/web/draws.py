"""Draws of commitments to control: made by the mission, published with their seed for anybody to do again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from levier.controls.draw_actions import candidates, make_draw
from levier.controls.labels import KINDS
from levier.controls.models import Case, Draw
from levier.controls.policies import may_decide
from levier.controls.queries import cases_visible_to, draw_for
from levier.controls.values import CaseKind
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

METHODS = {"uniform": "À chances égales", "weighted": "Selon le risque"}


def draws(request: HttpRequest) -> HttpResponse:
    """Those made, and the form of a new one."""
    actor = actor_of(request)
    typed = Typed(request.POST, ("seed", "seed_source", "method", "size", "kind"))
    if request.method == "POST":
        if not may_decide(actor):
            raise NotForYou
        method = typed.choice("method", {key: key for key in METHODS}, missing="Choisissez la méthode.")
        kind = typed.choice(
            "kind", {one.value: one for one in (CaseKind.VISIT, CaseKind.PIECES)}, missing="Choisissez le contrôle."
        )
        size = typed.whole("size", low=1, high=9999, wrong="Écrivez combien d’engagements tirer.")
        if method and kind and size:
            try:
                made = make_draw(
                    actor=actor, seed=typed.values["seed"], seed_source=typed.values["seed_source"], weighted=method == "weighted", size=size,
                    kind=kind, now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="seed")
            else:
                messages.success(request, typeset("Tirage fait : les contrôles sont ouverts, la graine est publiée."))
                return SeeOther(reverse("draw", args=[made.public_id]))
    hat = candidates(actor, clock.today())
    context = {
        "draws": list(Draw.objects.order_by("-id")[:100]),
        "may_draw": may_decide(actor),
        "hat": sorted(hat, key=lambda one: -one.risk.result)[:200],
        "hat_size": len(hat),
        "typed": typed,
        "methods": list(METHODS.items()),
        "kinds": [(one.value, KINDS[one]) for one in (CaseKind.VISIT, CaseKind.PIECES)],
        "crumbs": [("Contrôles", reverse("controls")), ("Tirages", "")],
    }
    return render(request, "controls/draws.html", context, status=422 if typed.errors else 200)


def draw(request: HttpRequest, draw: str) -> HttpResponse:
    """Seed, hat, method and result; names only for who may see the cases anyway."""
    found = _draw(draw)
    actor = getattr(request, "actor", None)
    cases = (
        list(
            cases_visible_to(actor).filter(draw=found).select_related("commitment__holder", "commitment__lot__contract")
        )
        if actor
        else []
    )
    context = {
        "draw": found,
        "method": METHODS["weighted" if found.weighted else "uniform"],
        "population": [(code, weight, code in found.drawn) for code, weight in found.population],
        "tickets": sum(weight for _, weight in found.population),
        "digest": bytes(found.population_hash).hex(),
        "cases": cases,
        "drawn": list(enumerate(found.drawn, start=1)),
        "waiting": Case.objects.filter(draw=found, state="planned").count(),
    }
    return render(request, "controls/draw.html", context)


def draw_json(request: HttpRequest, draw: str) -> HttpResponse:  # noqa: ARG001 - every view takes the request
    """What `levier control draw` reads."""
    found = _draw(draw)
    facts = {
        "seed": found.seed,
        "seed_source": found.seed_source,
        "method": "weighted" if found.weighted else "uniform",
        "population": found.population,
        "population_hash": bytes(found.population_hash).hex(),
        "drawn": found.drawn,
        "at": found.at.isoformat(),
    }
    response = JsonResponse(facts, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="tirage.json"'
    return response


def _draw(public_id: str) -> Draw:
    try:
        return draw_for(public_id)
    except NotForYou:
        raise Http404 from None
