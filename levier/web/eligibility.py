"""Deciding on eligibility: the window is shown first, then granted; or refused, with a reason from a list."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.audit.actions import record_reads
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.participants import actions, policies
from levier.participants.buyer_windows import buyer_windows
from levier.participants.criteria import published_criteria
from levier.participants.decisions import Preview, preview
from levier.participants.labels import CONTRACT_KINDS, REFUSAL_REASONS
from levier.participants.models import Person
from levier.participants.queries import name_of, person_for
from levier.participants.refusals import refuse
from levier.participants.values import ContractKind, DecisionProposal
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.referral_words import asked_for
from levier.web.typed import Typed

FIELDS = ("criterion", "proof_date", "expires_on", "decision_date", "kind", "hire_date", "contract_end", "buyer")
BESIDE = {"valid_from": "hire_date", "valid_until": "contract_end", "person": "criterion", "": "criterion"}
"""Where the form shows an objection of the rules."""


def decide(request: HttpRequest, person: str) -> HttpResponse:
    """First the window, then the decision. What is granted is exactly what was shown: else it is shown again."""
    actor = actor_of(request)
    found = _followed(actor, person)
    typed = Typed(request.POST, FIELDS)
    if request.method != "POST":
        asked = asked_for(actor, found)
        typed.values |= {"decision_date": clock.today().isoformat(), "kind": asked.get("contract_kind", "")}
        typed.values |= {"hire_date": asked.get("starts_on", ""), "contract_end": asked.get("ends_on", "")}
        return _form(request, found, typed, None)
    proposal = _read(typed)
    if proposal is None or typed.errors:
        return _form(request, found, typed, None)
    answer = preview(actor, found, proposal, reference_values(), clock.today())
    if answer.objections or answer.window is None:
        _beside(typed, refuse(*answer.objections))
        return _form(request, found, typed, answer)
    if request.POST.get("shown") != _span(answer):
        return _form(request, found, typed, answer)
    try:
        decision = actions.decide_eligibility(
            actor=actor, person_id=person, proposal=proposal, catalogue=reference_values(), now=clock.now()
        )
    except Refusal as refusal:
        _beside(typed, refusal)
        return _form(request, found, typed, answer)
    until = wording.long_day(decision.valid_until, weekday=False)
    messages.success(
        request, typeset(f"Éligibilité accordée jusqu’au {until}. Enregistrez maintenant la mise à l’emploi.")
    )
    return redirect("person", person, permanent=False)


def refuse_person(request: HttpRequest, person: str) -> HttpResponse:
    """Record that the person is not eligible, with a reason."""
    actor = actor_of(request)
    found = _followed(actor, person)
    typed = Typed(request.POST, ("criterion", "reason"))
    if request.method == "POST":
        values = typed.values
        try:
            actions.refuse_eligibility(
                actor=actor, person_id=person, criterion=values["criterion"], reason=values["reason"], now=clock.now()
            )
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
        else:
            messages.success(request, "Refus enregistré. Une nouvelle décision reste possible avec une autre pièce.")
            return redirect("person", person, permanent=False)
    context = {**_context(found, "Refuser l’éligibilité"), "typed": typed, "reasons": _options(REFUSAL_REASONS)}
    return render(request, "people/refuse.html", context, status=422 if typed.errors else 200)


def _followed(actor: Actor, public_id: str) -> Person:
    """The person, read by who decides: journaled."""
    found = person_for(actor, public_id)
    if not policies.may_decide(actor, territory_id=found.territory_id):
        raise NotForYou
    record_reads(actor=actor, person_public_ids=[public_id], purpose="décider", what="identité", now=clock.now())
    return found


def _read(typed: Typed) -> DecisionProposal | None:
    kinds = {kind.value: kind for kind in ContractKind}
    typed.text("criterion", longest=40, missing="Choisissez un critère dans la liste.")
    decided = typed.day("decision_date", missing="Indiquez le jour de la décision.")
    hired = typed.day("hire_date", missing="Indiquez le premier jour de travail prévu.")
    kind = typed.choice("kind", kinds, missing="Choisissez le type de contrat de travail.")
    proof, expires, end = (_optional(typed, name) for name in ("proof_date", "expires_on", "contract_end"))
    if typed.errors or decided is None or hired is None or kind is None:
        return None
    return DecisionProposal(
        typed.values["criterion"], proof, expires, decided, kind, hired, end, typed.values["buyer"][:26]
    )


def _optional(typed: Typed, name: str) -> date | None:
    return typed.day(name, missing="") if typed.values[name] else None


def _beside(typed: Typed, refusal: Refusal) -> None:
    for objection, sentence in zip(refusal.objections, refusal.sentences, strict=True):
        typed.wrong(BESIDE.get(objection.field, objection.field), sentence)


def _span(answer: Preview) -> str:
    assert answer.window is not None
    return f"{answer.window.result.from_}/{answer.window.result.until}"


def _form(request: HttpRequest, found: Person, typed: Typed, answer: Preview | None) -> HttpResponse:
    granted = answer is not None and answer.window is not None and not typed.errors
    context = {
        **_context(found, "Décider de l’éligibilité"),
        "typed": typed,
        "kinds": _options(CONTRACT_KINDS),
        "buyers": _buyers(),
        "window": answer.window if answer and granted else None,
        "proof": answer.proof if answer else None,
        "shown": _span(answer) if answer and granted else "",
    }
    return render(request, "people/decide.html", context, status=422 if typed.errors else 200)


def _buyers() -> list[tuple[str, str]]:
    """Buyers with durations of their own; nothing to choose where there is none."""
    known = {row.buyer.public_id: row.buyer.name for row in buyer_windows()}
    return [("", "Durées du Département"), *known.items()] if known else []


def _context(found: Person, here: str) -> dict[str, Any]:
    name = name_of(found)
    return {
        "person": found,
        "name": name,
        "criteria": [("", "Choisir"), *((one.code, one.label) for one in published_criteria() if one.for_clause)],
        "crumbs": [("Personnes", reverse("people")), (name, reverse("person", args=[found.public_id])), (here, "")],
    }


def _options(labels: dict[Any, str]) -> list[tuple[str, str]]:
    return [("", "Choisir"), *((code.value, label) for code, label in labels.items())]
