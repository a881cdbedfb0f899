"""Recording a placement (mise à l'emploi), and drawing it onto a commitment in the same step."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.audit.actions import record_reads
from levier.commitments.actions import assign_placement
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_visible_to
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.organisations.labels import STRUCTURE_KINDS
from levier.participants import policies
from levier.participants.actions import place_person
from levier.participants.labels import CONTRACT_KINDS, MODALITIES
from levier.participants.models import Person
from levier.participants.queries import name_of, person_for
from levier.participants.values import ContractKind, Modality, PlacementProposal
from levier.referrals.actions import link_placement
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.referral_words import asked_for
from levier.web.typed import Typed

FIELDS = (
    "commitment", "modality", "employer_siret", "employer_name", "structure_kind", "contract_kind", "job_title", "job_code",
    "starts_on", "ends_on", "weekly_hours", "already_employed",
)  # fmt: skip
BESIDE = {"employer": "already_employed", "person": "starts_on", "placement": "commitment", "": "commitment"}
"""Where the form shows an objection of the rules."""


def place(request: HttpRequest, person: str) -> HttpResponse:
    """Who employs the person, how, for what, from when; and for which commitment."""
    actor = actor_of(request)
    found = person_for(actor, person)
    if not policies.may_follow(actor, territory_id=found.territory_id):
        raise NotForYou
    record_reads(actor=actor, person_public_ids=[person], purpose="affecter", what="identité", now=clock.now())
    commitments = _open_commitments(actor)
    typed = Typed(request.POST, FIELDS)
    if request.method == "POST":
        proposal = _read(typed, commitments)
        if proposal is not None and _placed(actor, found, proposal, typed):
            messages.success(
                request, "Mise à l’emploi enregistrée. L’entreprise peut déclarer les heures de cette personne."
            )
            return redirect("person", person, permanent=False)
    else:
        typed.values |= {"weekly_hours": "35", **asked_for(actor, found)}
    return render(
        request, "people/place.html", _context(found, typed, commitments), status=422 if typed.errors else 200
    )


def _open_commitments(actor: Actor) -> dict[str, Commitment]:
    """Commitments of the actor that are not over, by public identifier."""
    rows = (
        commitments_visible_to(actor)
        .filter(ends_on__gte=clock.today())
        .select_related("lot__contract", "holder")
        .order_by("lot__contract__reference", "lot__number", "id")
    )
    return {row.public_id: row for row in rows}


def _read(typed: Typed, commitments: dict[str, Commitment]) -> PlacementProposal | None:
    values = typed.values
    modality = typed.choice(
        "modality", {one.value: one for one in Modality}, missing="Choisissez comment la personne est employée."
    )
    kind = typed.choice(
        "contract_kind", {one.value: one for one in ContractKind}, missing="Choisissez le type de contrat."
    )
    starts = typed.day("starts_on", missing="Indiquez le premier jour de travail.")
    ends = typed.day("ends_on", missing="") if values["ends_on"] else None
    weekly = typed.hours("weekly_hours", missing="Indiquez les heures par semaine.")
    commitment = commitments.get(values["commitment"])
    if values["commitment"] and commitment is None:
        typed.wrong("commitment", "Cet engagement n’est pas dans la liste. Choisissez-en un autre, ou aucun.")
    if typed.errors or modality is None or kind is None or starts is None or weekly is None:
        return None
    proposal = PlacementProposal(
        employer_siret=values["employer_siret"],
        employer_name=values["employer_name"],
        structure_kind=values["structure_kind"],
        modality=modality,
        contract_kind=kind,
        job_title=values["job_title"],
        job_code=values["job_code"],
        starts_on=starts,
        ends_on=ends,
        weekly_hours=Decimal(weekly),
        already_employed=bool(values["already_employed"]),
    )
    if not values["employer_siret"] and commitment is not None:
        return replace(proposal, employer_siret=commitment.holder.siret, employer_name=commitment.holder.name)
    return proposal


def _placed(actor: Actor, found: Person, proposal: PlacementProposal, typed: Typed) -> bool:
    """Placement and assignment together, or neither."""
    now, commitment = clock.now(), typed.values["commitment"]
    try:
        with transaction.atomic():
            placement = place_person(
                actor=actor, person_id=found.public_id, proposal=proposal, catalogue=reference_values(), now=now
            )
            if commitment:
                assign_placement(
                    actor=actor,
                    commitment_id=commitment,
                    placement_id=placement.public_id,
                    since=placement.starts_on,
                    now=now,
                )
                link_placement(
                    actor=actor, placement=placement, commitment_id=commitment, catalogue=reference_values(), now=now
                )
    except Refusal as refusal:
        for objection, sentence in zip(refusal.objections, refusal.sentences, strict=True):
            typed.wrong(BESIDE.get(objection.field, objection.field), sentence)
        return False
    return True


def _context(found: Person, typed: Typed, commitments: dict[str, Commitment]) -> dict[str, Any]:
    name = name_of(found)
    window = found.decisions.filter(granted=True).order_by("-valid_until").first()
    crumbs = [
        ("Personnes", reverse("people")),
        (name, reverse("person", args=[found.public_id])),
        ("Mise à l’emploi", ""),
    ]
    return {
        "person": found,
        "name": name,
        "window": window,
        "typed": typed,
        "commitments": [("", "Aucun pour l’instant"), *((key, _words(one)) for key, one in commitments.items())],
        "modalities": _options(MODALITIES),
        "kinds": _options(CONTRACT_KINDS),
        "structures": [("", "Entreprise ordinaire"), *((code.value, label) for code, label in STRUCTURE_KINDS.items())],
        "crumbs": crumbs,
    }


def _words(commitment: Commitment) -> str:
    contract = commitment.lot.contract
    return f"{contract.reference}, lot {commitment.lot.number}, {commitment.holder.name}"


def _options(labels: dict[Any, str]) -> list[tuple[str, str]]:
    return [("", "Choisir"), *((code.value, label) for code, label in labels.items())]
