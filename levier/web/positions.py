"""Positions (postes): those open now and to come, one position with the people proposed for it, and the words both are told with."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import OF_A_TERRITORY, Actor, Role
from levier.foundation.pagination import page_of
from levier.referrals import policies
from levier.referrals.jobs import jobs, sector_label, sector_of_job
from levier.referrals.labels import LICENCES, REASONS
from levier.referrals.models import Position
from levier.referrals.queries import position_for, positions_visible_to, referrals_of, with_counts
from levier.referrals.values import Licence, Reason
from levier.territories.queries import contact_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.referral_words import journal, referral_rows

PAGE_LENGTH = 40
STATES = {"": "Ouverts", "venir": "À venir", "fermes": "Fermés ou terminés"}


@dataclass(frozen=True, slots=True)
class PositionRow:
    """A position in words. `waiting`: people who wait for the company's answer."""

    position: Position
    trade: str
    left: int
    waiting: int
    open: bool
    proposes: bool


def tabs(actor: Actor, here: str) -> list[dict[str, Any]]:
    """The three places of this piece; a company has no calendar."""
    found = [("positions", "Postes"), ("referrals", "Candidatures")]
    if policies.may_plan(actor):
        found.append(("needs-calendar", "Calendrier des besoins"))
    return [{"label": label, "url": reverse(name), "current": name == here} for name, label in found]


def is_open(position: Position, today: date) -> bool:
    return position.closed_at is None and (position.ends_on is None or position.ends_on >= today)


def positions(request: HttpRequest) -> HttpResponse:
    """Open ones first, by their first day; filtered by state and by trade."""
    actor, today = actor_of(request), clock.today()
    rows = [row_of(actor, one, today) for one in with_counts(positions_visible_to(actor)).order_by("starts_on", "id")]
    asked, trade = request.GET.get("etat", ""), request.GET.get("metier", "")
    by_state = {state: [row for row in rows if _in_state(row, state, today)] for state in STATES}
    chosen = [row for row in by_state.get(asked, by_state[""]) if trade in {"", row.trade}]
    query = f"&metier={trade}" if trade else ""
    context = {
        "page_obj": page_of(chosen, request.GET.get("page"), PAGE_LENGTH),
        "filters": [
            {"label": label, "url": f"?etat={state}{query}", "current": asked == state, "count": len(by_state[state])}
            for state, label in STATES.items()
        ],
        "trades": sorted({row.trade for row in rows}),
        "trade": trade,
        "asked": asked,
        "total": len(rows),
        "waiting": sum(row.waiting for row in rows if row.open),
        "tabs": tabs(actor, "positions"),
        "hires": actor.role is Role.COMPANY,
        "sends": actor.role in OF_A_TERRITORY,
    }
    return render(request, "referrals/positions.html", context)


def _in_state(row: PositionRow, state: str, today: date) -> bool:
    if state == "fermes":
        return not row.open
    return row.open and (state != "venir" or row.position.starts_on > today)


def row_of(actor: Actor, position: Position, today: date) -> PositionRow:
    """`position` carries the counts of `with_counts`."""
    counts: Any = position
    opened = is_open(position, today)
    return PositionRow(
        position,
        trade_of(position),
        max(0, position.places - counts.hired),
        counts.proposed,
        opened,
        opened and policies.may_propose(actor, territory_id=position.territory_id),
    )


def trade_of(position: Position) -> str:
    return sector_label(sector_of_job(position.job_code, position.commitment.lot.cpv))


def position(request: HttpRequest, position: str) -> HttpResponse:
    """What is asked for, who is proposed, and what each waits for. A prescriber sees only the own people."""
    actor, today = actor_of(request), clock.today()
    found = position_for(actor, position)
    referrals = referrals_of(actor, position=found)
    journal(actor, referrals)
    row = row_of(actor, found, today)
    known = jobs().get(found.job_code)
    rows = referral_rows(actor, referrals, today)
    first = next((one.referral.public_id for one in rows if one.mine), "")
    context = {
        "position": found,
        "row": row,
        "answer_url": reverse("referral-answer", args=[first]) if first and actor.role is Role.COMPANY else "",
        "job": known.label if known else "",
        "licence": LICENCES[Licence(found.licence)],
        "closed": REASONS[Reason(found.closed_reason)] if found.closed_reason else "",
        "referrals": rows,
        "turn": _turn(actor, row),
        "company": actor.role is Role.COMPANY,
        "contact": contact_of(found.territory.number, today),
        "crumbs": [("Postes", reverse("positions")), (found.job_title, "")],
    }
    return render(request, "referrals/position.html", context)


def _turn(actor: Actor, row: PositionRow) -> dict[str, str]:
    if not row.open:
        return {"kind": "done", "who": "Poste fermé", "what": "Personne d’autre ne peut y être proposé."}
    if actor.role is Role.COMPANY:
        if row.waiting:
            waiting = wording.plural(row.waiting, "personne attend,personnes attendent")
            return {
                "kind": "yours",
                "who": "À vous d’agir",
                "what": f"{waiting} votre réponse.",
                "initials": actor.initials,
            }
        return {
            "kind": "other",
            "who": "Aux prescripteurs et au facilitateur",
            "what": "De proposer des personnes.",
            "initials": "…",
        }
    left = wording.plural(row.left, "place reste,places restent")
    if row.proposes:
        return {
            "kind": "yours",
            "who": "Vous pouvez proposer une personne",
            "what": f"{left} à pourvoir.",
            "initials": actor.initials,
        }
    return {
        "kind": "other",
        "who": "Aux prescripteurs et au facilitateur",
        "what": f"{left} à pourvoir.",
        "initials": "…",
    }
