"""The end of a commitment on pages: the statement both sides agree on, its validation, and taking a certificate back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment
from levier.commitments.queries import commitment_for
from levier.compliance.books import books_of
from levier.compliance.closing import (
    HOURS,
    LINES,
    answer_settlement,
    changed_since,
    current_settlement,
    lines_of,
    propose_settlement,
    settlements_of,
    validate_settlement,
    withdraw_certificate,
)
from levier.compliance.models import Settlement
from levier.compliance.policies import may_certify
from levier.compliance.queries import certificate_for
from levier.compliance.refusals import sentence
from levier.controls.policies import may_gather
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("do", "settlement", "released", "reason", *(f"{part}-{name}" for name in LINES for part in ("no", "why")))


def show(request: HttpRequest, commitment: str) -> HttpResponse:
    """The statement, and what the reader may do with it: propose, answer line by line, validate."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    typed = Typed(request.POST, FIELDS)
    if request.method == "POST":
        try:
            said = _do(actor, commitment, typed)
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
        else:
            messages.success(request, typeset(said))
            return SeeOther(reverse("settlement", args=[commitment]))
    return render(
        request, "certificates/settlement.html", _context(actor, found, typed), status=422 if typed.errors else 200
    )


def _do(actor: Actor, commitment: str, typed: Typed) -> str:
    now, settlement = clock.now(), typed.values["settlement"][:26]
    match typed.values["do"]:
        case "propose":
            made = propose_settlement(actor=actor, commitment_id=commitment, now=now)
            return f"Décompte n° {made.number} proposé à l’entreprise."
        case "answer":
            contested = {name: typed.values[f"why-{name}"] for name in LINES if typed.values[f"no-{name}"]}
            answer_settlement(actor=actor, settlement_id=settlement, contested=contested, now=now)
            return "Votre désaccord est enregistré." if contested else "Votre accord est enregistré."
        case "validate":
            validate_settlement(
                actor=actor,
                settlement_id=settlement,
                released=bool(typed.values["released"]),
                reason=typed.values["reason"],
                now=now,
            )
            return "Décompte validé. Vous pouvez sceller l’attestation définitive."
    raise NotForYou


def _context(actor: Actor, commitment: Commitment, typed: Typed) -> dict[str, Any]:
    books = books_of(commitment, now=clock.now())
    current = current_settlement(commitment)
    answer = getattr(current, "answer", None)
    validation = getattr(current, "validation", None)
    contested = answer.contested if answer else {}
    lines = current.lines if current else lines_of(commitment, books) if books.snapshot else {}
    follows, company = actor.role in {Role.MISSION, Role.FACILITATOR}, actor.role is Role.COMPANY
    changed = changed_since(current, commitment, books) if current and books.snapshot else []
    again = (
        follows
        and not books.objections
        and books.snapshot is not None
        and (current is None or bool(changed) or bool(contested))
    )
    asks_answer = company and current is not None and answer is None
    return {
        "commitment": commitment,
        "contract": commitment.lot.contract,
        "current": current,
        "answer": answer,
        "validation": validation,
        "rows": [
            (name, label, value_of(name, lines[name]), contested.get(name, ""), typed.values[f"no-{name}"], typed.values[f"why-{name}"], typed.errors.get(f"why-{name}", ""))
            for name, label in LINES.items()
            if name in lines
        ],
        "turn": _turn(current, follows=follows, asks_answer=asks_answer, mission=may_certify(actor), changed=changed),
        "changed": changed,
        "blocks": [sentence(objection) for objection in books.objections],
        "proposes": again,
        "answers": asks_answer,
        "validates": may_certify(actor) and answer is not None and validation is None and not changed,
        "certifies": may_certify(actor) and validation is not None,
        "owed": lines.get("outstanding", "0") not in {"0", "0.00"},
        "earlier": [one for one in settlements_of(actor, commitment) if current is None or one.pk != current.pk],
        "typed": typed,
        "gathers": may_gather(actor),
        "names": follows,
        "crumbs": [("Attestations", reverse("certificates")), (f"Marché {commitment.lot.contract.reference}", reverse("contract", args=[commitment.lot.contract.public_id])), ("Décompte", "")],
    }  # fmt: skip


def value_of(name: str, value: str) -> str:
    if value == "few":
        return "moins de cinq"
    from decimal import Decimal

    return wording.hours(Decimal(value), 2) if name in HOURS else value


def _turn(
    current: Settlement | None, *, follows: bool, asks_answer: bool, mission: bool, changed: list[str]
) -> tuple[str, str, str]:
    """(kind, who, what) of the turn box."""
    if current is None or changed:
        what = (
            "Proposer le décompte à l’entreprise."
            if current is None
            else "Les comptes ont changé : proposer un nouveau décompte."
        )
        return ("yours", "À vous d’agir", what) if follows else ("other", "Au facilitateur d’agir", what)
    since = f", depuis le {wording.long_day(current.at, weekday=False)}"
    answer, validation = getattr(current, "answer", None), getattr(current, "validation", None)
    if validation:
        return (
            "done",
            "Les deux côtés ont fini",
            "Mainlevée est donnée." if validation.released else "Le décompte est validé.",
        )
    if answer is None:
        what = "Accepter ou contester chaque ligne."
        return (
            ("yours", f"À vous d’agir{since}", what)
            if asks_answer
            else ("other", f"À l’entreprise d’agir{since}", what)
        )
    what = (
        "Valider malgré le désaccord, ou proposer un nouveau décompte."
        if answer.contested
        else "Valider la réalisation de la clause."
    )
    return ("yours", "À vous d’agir", what) if mission else ("other", "À la mission d’agir", what)


def withdraw(request: HttpRequest, certificate: str) -> HttpResponse:
    actor = actor_of(request)
    found = certificate_for(actor, certificate)
    if not may_certify(actor):
        raise NotForYou
    typed = Typed(request.POST, ("reason",))
    if request.method == "POST":
        try:
            withdraw_certificate(
                actor=actor, certificate_id=certificate, reason=typed.values["reason"], now=clock.now()
            )
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
        else:
            messages.success(request, typeset(f"Document n° {found.label} retiré : sa page publique le dit."))
            return SeeOther(reverse("certificate", args=[certificate]))
    context = {
        "certificate": found,
        "typed": typed,
        "crumbs": [
            ("Attestations", reverse("certificates")),
            (f"N°\u00a0{found.label}", reverse("certificate", args=[certificate])),
            ("Retirer", ""),
        ],
    }
    return render(request, "certificates/withdraw.html", context, status=422 if typed.errors else 200)
