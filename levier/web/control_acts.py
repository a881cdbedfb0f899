"""What people do on a case: open it, move it one step, propose, decide, answer. Each form keeps what was typed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.commitments.queries import commitment_for
from levier.controls import actions, penalty_actions
from levier.controls.labels import KINDS, OUTCOMES
from levier.controls.models import Case
from levier.controls.penalty_actions import Rate
from levier.controls.policies import may_open
from levier.controls.queries import case_for, latest_proposal, owed_by, received_notice
from levier.controls.steps import default_deadline
from levier.controls.values import CaseKind, CaseState, Outcome
from levier.files.values import read_piece
from levier.foundation import french
from levier.foundation.french import typeset
from levier.foundation.identifiers import random_public_id
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.controls import ACT_LABELS, acts_for, page_of_case, row_of
from levier.web.typed import SeeOther, Typed

MOST_PIECES = 8
FIELDS = {
    "amiable": ("reason", "due_on"),
    "mise-en-demeure": ("reason", "due_on"),
    "proposition": ("rate", "rate_source", "received_on", "reason"),
    "decision": ("outcome", "kept", "reason"),
    "cloture": ("reason",),
}
HELP = {
    "amiable": "Une relance amiable sera écrite : ce que vous tapez ici y figure.",
    "mise-en-demeure": "Une mise en demeure numérotée sera écrite. Envoyez-la avec avis de réception, puis inscrivez sa réception : le délai court de ce jour.",
    "proposition": "Le calcul est gardé avec toutes ses données et ne se corrige pas : un fait nouveau fera une nouvelle proposition, qui citera celle-ci.",
    "decision": "La décision est écrite au dossier, au registre et dans une lettre. Elle ne se défait pas.",
    "cloture": "Le dossier restera lisible. Rien ne s’y ajoutera plus.",
}
_PHASE = {"amiable": CaseState.AMICABLE, "mise-en-demeure": CaseState.NOTICED}


def new(request: HttpRequest, commitment: str) -> HttpResponse:
    """Plan a control, or open a case for what is missing."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_open(actor):
        raise NotForYou
    typed = Typed(request.POST, ("kind", "reason"))
    if request.method == "POST":
        kind = typed.choice("kind", {one.value: one for one in CaseKind}, missing="Choisissez ce que vous ouvrez.")
        if kind is not None:
            try:
                case = actions.open_case(
                    actor=actor, commitment_id=commitment, kind=kind, ground=typed.values["reason"], now=clock.now()
                )
            except Refusal as refusal:
                typed.refused(refusal, default="reason")
            else:
                messages.success(request, typeset(f"Dossier n° {case.label} ouvert."))
                return SeeOther(reverse("control", args=[case.public_id]))
    owed = owed_by(found)
    context = {
        "commitment": found,
        "contract": found.lot.contract,
        "owed": owed,
        "typed": typed,
        "kinds": [("", "Choisir"), *((one.value, KINDS[one]) for one in CaseKind)],
        "crumbs": [("Contrôles", reverse("controls")), ("Ouvrir", "")],
    }
    return render(request, "controls/new.html", context, status=422 if typed.errors else 200)


def act(request: HttpRequest, case: str, act: str) -> HttpResponse:
    """One step of a case, by its form."""
    actor = actor_of(request)
    found = case_for(actor, case)
    if act not in FIELDS:
        raise Http404
    typed = Typed(request.POST if request.method == "POST" else _first(found, act), FIELDS[act])
    if request.method == "POST":
        try:
            said = _DOING[act](actor, case, typed)
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
        else:
            if not typed.errors:
                messages.success(request, typeset(said))
                return SeeOther(reverse("control", args=[case]))
    proposal = latest_proposal(found)
    context = {
        "case": found,
        "row": row_of(actor, found, clock.today()),
        "contract": found.commitment.lot.contract,
        "act": act,
        "label": ACT_LABELS[act],
        "open": act in acts_for(actor, found),
        "help": typeset(HELP[act]),
        "typed": typed,
        "fields": FIELDS[act],
        "owed": owed_by(found.commitment, found) if found.kind == CaseKind.OUTSTANDING else None,
        "notice": received_notice(found),
        "late": found.kind == CaseKind.LATE_PROOFS,
        "proposal": proposal,
        "outcomes": [("", "Choisir"), *((one.value, OUTCOMES[one]) for one in Outcome)],
        "crumbs": [
            ("Contrôles", reverse("controls")),
            (found.label, reverse("control", args=[case])),
            (ACT_LABELS[act], ""),
        ],
    }
    return render(request, "controls/act.html", context, status=422 if typed.errors else 200)


def _first(case: Case, act: str) -> dict[str, str]:
    """What the form proposes: the delay of the phase, the contract's rate and where it is written."""
    if act in _PHASE:
        due_on = default_deadline(_PHASE[act], clock.today())
        return {"due_on": due_on.isoformat() if due_on else ""}
    if act != "proposition":
        return {}
    previous = latest_proposal(case)
    if previous is not None:
        return {"rate": wording.quantity(previous.rate), "rate_source": previous.rate_source}
    if case.kind == CaseKind.LATE_PROOFS:
        value = reference_values().at("penalty.late_proof_day.epec", clock.today())
        return {"rate": wording.quantity(value.value), "rate_source": ""}
    rate, versions = case.commitment.penalty_rate, case.commitment.versions
    return {"rate": wording.quantity(rate) if rate else "", "rate_source": versions[-1] if rate and versions else ""}


def _notice(doing: Callable[..., Case], said: str) -> Callable[[Actor, str, Typed], str]:
    def run(actor: Actor, case: str, typed: Typed) -> str:
        due_on = typed.day("due_on", missing="Donnez le dernier jour laissé à l’entreprise.")
        if typed.errors:
            return ""
        doing(actor=actor, case_id=case, reason=typed.values["reason"], due_on=due_on, now=clock.now())
        return said

    return run


def _propose(actor: Actor, case: str, typed: Typed) -> str:
    rate = typed.amount("rate", missing="Écrivez le taux du marché, par exemple 200.")
    received = typed.day("received_on", missing="") if typed.values["received_on"] else None
    if rate is None or typed.errors:
        return ""
    made = penalty_actions.propose(
        actor=actor, case_id=case, rate=Rate(rate, typed.values["rate_source"]), reason=typed.values["reason"], received_on=received,
        now=clock.now(),
    )  # fmt: skip
    return f"Proposition n° {made.number} : {french.euros(made.amount)}. La lettre qui demande ses observations à l’entreprise est écrite."


def _decide(actor: Actor, case: str, typed: Typed) -> str:
    outcome = typed.choice(
        "outcome", {one.value: one for one in Outcome}, missing="Choisissez : appliquer, réduire ou renoncer."
    )
    kept: Decimal | None = None
    if outcome is Outcome.REDUCE:
        kept = typed.hours("kept", missing="Écrivez les heures ou les jours retenus.")
    if outcome is None or typed.errors:
        return ""
    made = penalty_actions.decide(
        actor=actor, case_id=case, outcome=outcome, kept=kept, reason=typed.values["reason"], now=clock.now()
    )
    return f"Décision enregistrée : {french.euros(made.amount)}. La lettre est écrite."


def _close(actor: Actor, case: str, typed: Typed) -> str:
    actions.close_case(actor=actor, case_id=case, reason=typed.values["reason"], now=clock.now())
    return "Dossier fermé."


_DOING: dict[str, Callable[[Actor, str, Typed], str]] = {
    "amiable": _notice(actions.begin_amicable, "La phase amiable est ouverte, la lettre est écrite."),
    "mise-en-demeure": _notice(
        actions.give_notice, "La mise en demeure est écrite. Envoyez-la, puis inscrivez sa réception."
    ),
    "proposition": _propose,
    "decision": _decide,
    "cloture": _close,
}


def answer(request: HttpRequest, case: str) -> HttpResponse:
    """The company's observations, with files; what was typed stays when something is refused."""
    actor = actor_of(request)
    typed = Typed(request.POST, ("text", "key"))
    uploads = request.FILES.getlist("files")[: MOST_PIECES + 1]
    try:
        if len(uploads) > MOST_PIECES:
            typed.wrong("files", f"{MOST_PIECES} pièces au plus à la fois.")
        pieces = [
            read_piece(one.read(settings.LARGEST_EVIDENCE + 1), one.name or "", largest=settings.LARGEST_EVIDENCE)
            for one in uploads
        ]
        if not typed.errors:
            actions.answer(
                actor=actor, case_id=case, text=typed.values["text"], pieces=pieces, key=typed.values["key"][:64] or random_public_id(),
                now=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        for objection, sentence in zip(refusal.objections, refusal.sentences, strict=True):
            typed.wrong("files" if objection.field == "file" else "text", sentence)
    if typed.errors:
        context: dict[str, Any] = page_of_case(actor, case_for(actor, case), typed=typed)
        return render(request, "controls/case.html", context, status=422)
    messages.success(request, typeset("Vos observations sont enregistrées. Le Département les lira avant de décider."))
    return SeeOther(reverse("control", args=[case]))
