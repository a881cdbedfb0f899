"""What became of a purchase of the plan: its file, its publication, its award, the hours owed and what the winner promised."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from levier.accounts.values import Actor
from levier.bids.queries import promises_of
from levier.commitments.queries import commitments_visible_to
from levier.foundation.periods import civil_date
from levier.open_data.queries import published_visible_to
from levier.planning.models import Need
from levier.planning.tender_queries import tender_state
from levier.web import wording


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline; `date` is None where the step has not come."""

    kind: str
    text: str
    date: dt.date | None = None
    url: str = ""
    by: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`due`: hours owed on the contract, beside those the plan foresaw."""

    steps: list[Step]
    due: Decimal
    promised: list[str]


def follow_up(actor: Actor, need: Need) -> FollowUp | None:
    """None before a file is open. The actor sees the line, so its buyer's contract too."""
    contract = need.contract
    if contract is None:
        return None
    state = tender_state(contract)
    keys = [key for key in contract.lots.values_list("published_key", flat=True) if key]
    records = (
        published_visible_to(actor)
        .filter(identity_key__in=keys)
        .defer("raw", "search_text")
        .order_by("notified_on", "id")
    )
    owed = list(commitments_visible_to(actor).filter(lot__contract=contract).select_related("holder").order_by("id"))
    steps = [
        Step(
            "done",
            "Dossier ouvert",
            civil_date(contract.created_at),
            reverse("contract", args=[contract.public_id]),
            contract.created_by_label,
        )
    ]
    tender = reverse("tender", args=[contract.public_id])
    if state.published_on:
        steps.append(Step("done", "Consultation publiée", state.published_on, tender))
    elif not keys and not owed:
        steps.append(Step("now", "Publication à préparer", None, tender))
    steps += [
        Step("done", f"Attribution publiée : {one.object or one.published_id}"[:160], one.notified_on, reverse("published-contract", args=[one.public_id]))
        for one in records
    ]  # fmt: skip
    if not keys and not owed:
        steps.append(Step("next", "Attribution : la veille la rapprochera de ce dossier", None, reverse("watch")))
    life = reverse("contract", args=[contract.public_id]) + "?rubrique=engagements"
    steps += [
        Step("done", f"{one.holder.name} doit {wording.hours(one.due_hours)}", civil_date(one.created_at), life)
        for one in owed
    ]
    if not owed:
        steps.append(Step("next", "Engagement du titulaire à inscrire", None, life))
    promised = [f"{one.label} : {one.text}" for one in promises_of([one.pk for one in owed])] if owed else []
    return FollowUp(steps, sum((one.due_hours for one in owed), Decimal(0)), promised)
