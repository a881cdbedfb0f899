"""A group of companies and its shares; transfers of hours due and their answers; a buyer's consent to pooling."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.commitments.actions import consent_to_pooling, owed
from levier.commitments.group_actions import answer_transfer, propose_transfer, take_member
from levier.commitments.labels import HOLDER_ROLES, LIABILITIES
from levier.commitments.models import Commitment, DueTransfer
from levier.commitments.policies import may_lead
from levier.commitments.queries import commitment_for, commitments_visible_to, group_rows, transfers_of
from levier.commitments.values import Liability, MemberRole
from levier.following.standing import late_among
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.progress import Progress, progress, total
from levier.hours.queries import reference_values
from levier.procurement.models import LotHolder
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.dues import crumbs
from levier.web.typed import SeeOther, Typed

MEMBER = ("siret", "name", "role", "liability", "starts_on")
TRANSFER = ("source", "target", "hours", "reason")
ROLES = {one.value: one for one in MemberRole}


@dataclass(frozen=True, slots=True)
class Row:
    """A member: its commitment, its role in words, how deep it stands in the tree, how far it is."""

    commitment: Commitment
    role: str
    depth: int
    progress: Progress
    mine: bool
    late: bool


def show(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    rows = _rows(actor, found)
    head = rows[0].commitment
    transfers = list(transfers_of(actor, [row.commitment.pk for row in rows]))
    context: dict[str, Any] = {
        "crumbs": crumbs(found, "Groupement"),
        "commitment": found,
        "contract": found.lot.contract,
        "head": head,
        "rows": rows,
        "total": total(row.progress for row in rows),
        "failing": any(row.late and row.progress.ended for row in rows),
        "liability": LIABILITIES[Liability(head.liability)] if head.liability else "",
        "waiting": [(one, _mine(actor, one)) for one in transfers if not hasattr(one, "answer")],
        "answered": [one for one in transfers if hasattr(one, "answer")],
        "leads": may_lead(actor, owed(found)),
        "is_company": actor.role is Role.COMPANY,
    }
    return render(request, "groups/show.html", context)


def _rows(actor: Actor, found: Commitment) -> list[Row]:
    members = group_rows(found.head_id or found.pk)
    ids, today = [one.pk for one in members], clock.today()
    figures = progress(ids, today)
    late = late_among(Commitment.objects.filter(pk__in=ids), today=today, catalogue=reference_values())
    roles = dict(LotHolder.objects.filter(lot_id=found.lot_id).values_list("organisation_id", "role"))
    depths: dict[int | None, int] = {None: -1}
    for one in members:
        depths[one.pk] = depths[one.parent_id] + 1
    return [
        Row(
            one,
            "Mandataire"
            if one.head_id is None and len(members) > 1
            else HOLDER_ROLES.get(roles.get(one.holder_id, ""), ""),
            depths[one.pk],
            figures[one.pk],
            one.holder_id == actor.organisation_id,
            one.pk in late,
        )
        for one in members
    ]


def _mine(actor: Actor, asked: DueTransfer) -> bool:
    """Whether it is this organisation's turn to answer."""
    sides = {asked.source.holder_id, asked.target.holder_id}
    if asked.carry_over:
        sides.add(asked.source.lot.contract.buyer_id)
    return actor.organisation_id in sides - {asked.proposed_by_org_id}


def member(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_lead(actor, owed(found)):
        raise NotForYou
    today = clock.today()
    running = found.starts_on < today <= found.ends_on
    typed = Typed(request.POST or {"starts_on": today.isoformat() if running else ""}, MEMBER)
    if request.method == "POST":
        siret = typed.text("siret", longest=30, missing="Écrivez le SIRET de l’entreprise.")
        name = typed.text("name", longest=200)
        role = typed.choice("role", ROLES, missing="Choisissez cotraitant ou sous-traitant.")
        starts_on = typed.day("starts_on", missing="") if typed.values["starts_on"] else None
        liability = Liability(typed.values["liability"]) if typed.values["liability"] in set(Liability) else None
        if not typed.errors and role is not None:
            try:
                made = take_member(
                    actor=actor, parent_public_id=found.public_id, siret=siret, name=name, role=role,
                    liability=liability, starts_on=starts_on, now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="siret")
            else:
                messages.success(
                    request, typeset(f"{made.holder.name} est du groupement. Ensuite : proposez-lui sa part d’heures.")
                )
                return SeeOther(reverse("commitment-group", args=[found.public_id]))
    context = {
        "crumbs": crumbs(found, "Groupement"),
        "commitment": found,
        "contract": found.lot.contract,
        "typed": typed,
        "start_help": typeset(
            f"Sa part est attendue à partir de ce jour, et ses heures comptent depuis ce jour. Sans date : depuis le début, le {wording.short_day(found.starts_on)}."
        ),
        "roles": [("", "Choisir"), *((code, HOLDER_ROLES[code]) for code in ROLES)],
        "liabilities": [("", "Ne rien changer"), *((code.value, label) for code, label in LIABILITIES.items())],
    }
    return render(request, "groups/member.html", context, status=422 if typed.errors else 200)


def transfer(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    choices = _choices(actor, found)
    typed = Typed(request.POST or {"source": found.public_id}, TRANSFER)
    if request.method == "POST":
        hours = typed.hours("hours", missing="Écrivez les heures à transférer, par exemple 80.")
        reason = typed.text("reason", longest=500, missing="Écrivez le motif : les deux parties le liront.")
        if not typed.errors and hours is not None:
            try:
                propose_transfer(
                    actor=actor, source_id=typed.values["source"], target_id=typed.values["target"], hours=hours,
                    reason=reason, now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="hours")
            else:
                messages.success(request, "Proposition envoyée. Rien ne bouge tant que l’autre partie n’a pas accepté.")
                return SeeOther(reverse("commitment-group", args=[found.public_id]))
    context = {
        "crumbs": crumbs(found, "Transfert"),
        "commitment": found,
        "contract": found.lot.contract,
        "typed": typed,
        "choices": choices,
        "alone": len(choices) < 2,
    }
    return render(request, "groups/transfer.html", context, status=422 if typed.errors else 200)


def _choices(actor: Actor, found: Commitment) -> list[tuple[str, str]]:
    """The commitments of the group, then the others of the same holder for the same buyer, each with what remains or exceeds."""
    others = (
        commitments_visible_to(actor)
        .filter(holder=found.holder, lot__contract__buyer=found.lot.contract.buyer)
        .exclude(pk=found.pk)
        .select_related("holder", "lot__contract")
        .order_by("id")
    )
    rows = {one.pk: one for one in (*group_rows(found.head_id or found.pk), *others)}
    return [
        (
            one.public_id,
            typeset(
                f"{one.holder.name}, {one.lot.contract.reference} : {wording.hours(abs(one.balance_hours))} "
                f"{'en plus' if one.balance_hours < 0 else 'à faire'}"
            ),
        )
        for one in rows.values()
    ]


def answer(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    accepted = request.POST.get("answer") == "yes"
    try:
        answer_transfer(
            actor=actor, transfer_public_id=request.POST.get("transfer", "")[:64], accepted=accepted,
            reason=request.POST.get("reason", ""), now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
    else:
        messages.success(
            request, "Transfert accepté : les heures ont changé de main." if accepted else "Transfert refusé."
        )
    return SeeOther(reverse("commitment-group", args=[found.public_id]))


def consent(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    consent_to_pooling(actor=actor, agreement_public_id=request.POST.get("agreement", "")[:64], now=clock.now())
    messages.success(
        request, typeset("Accord donné : les heures peuvent être partagées dès que chaque acheteur l’a donné.")
    )
    return SeeOther(reverse("contract", args=[found.lot.contract.public_id]) + "?rubrique=documents")
