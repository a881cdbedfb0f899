"""The published contracts that were imported, and the button that makes one followed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.pagination import page_of
from levier.open_data.labels import AMOUNTS, DOUBTS, KINDS, SOCIALS
from levier.open_data.models import PublishedContract, PublishedSubcontract
from levier.open_data.queries import (
    Filters,
    amendments_of,
    contract_of,
    filtered,
    framework_of,
    same_id,
    subcontracts_of,
    sum_of_amounts,
    versions_of,
)
from levier.open_data.take_up import take_up
from levier.open_data.values import AmountFlag, Doubt, Kind, Social
from levier.organisations.queries import names_of, siret_of
from levier.procurement.policies import may_follow, may_read_notices
from levier.procurement.queries import followed_keys
from levier.territories.published import home
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

PAGE_LENGTH = 30
HEAVY = ("raw", "search_text", "content_hash")
PLACE_WORDS = {
    "postcode": "code postal",
    "commune": "code commune",
    "arrondissement": "arrondissement",
    "canton": "canton",
    "department": "département",
    "region": "région",
    "country": "pays",
}
FIELDS = ("q", "lieu", "de", "a", "objet")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    contract: PublishedContract
    flag: str
    socials: list[str]
    followed: str


def show(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    typed = Typed(_asked(request), FIELDS)
    filters = Filters(
        text=typed.values["q"][:200],
        department=typed.values["lieu"][:3],
        buyer="" if actor.role is Role.MISSION else siret_of(actor.organisation_id),
        least=typed.amount("de"),
        most=typed.amount("a"),
        kind=Kind.CONTRACT,
    )
    found = filtered(actor, filters)
    if typed.values["objet"] == "travaux":
        found = found.filter(cpv__startswith="45")
    page = page_of(found.defer(*HEAVY).order_by("-notified_on", "-id"), request.GET.get("page"), PAGE_LENGTH)
    rows = list(page.object_list)
    followed = followed_keys(actor, [bytes(row.identity_key) for row in rows])
    context = {
        "crumbs": [("Marchés", reverse("contracts")), ("Publiés", "")],
        "typed": typed,
        "home": home(),
        "page_obj": page,
        "rows": _named([_row(row, followed) for row in rows]),
        "sum": sum_of_amounts(found),
        "can_follow": may_follow(actor),
        "own_only": actor.role is not Role.MISSION,
        "filtered": any(typed.values.values()),
    }
    return render(request, "contracts/published_list.html", context, status=422 if typed.errors else 200)


def _asked(request: HttpRequest) -> QueryDict:
    """The Département's own ground first, until the person asks for another place."""
    asked = request.GET.copy()
    if "lieu" not in asked and not asked.get("q"):
        asked["lieu"] = home().code
    return asked


def _row(contract: PublishedContract, followed: dict[bytes, str]) -> NoticeRow:
    return NoticeRow(
        contract,
        AMOUNTS[AmountFlag(contract.amount_flag)],
        [SOCIALS[Social(one)] for one in contract.social if one != Social.NONE],
        followed.get(bytes(contract.identity_key), ""),
    )


def _named(rows: list[NoticeRow]) -> list[NoticeRow]:
    """A notice often gives only SIRET numbers: names already known from elsewhere are put beside them, in one query."""
    holders = [holder for row in rows for holder in row.contract.holders if not holder.get("name")]
    known = names_of([holder.get("id", "") for holder in holders] + [row.contract.buyer_siret for row in rows])
    for holder in holders:
        holder["name"] = known.get(holder.get("id", ""), "")
    for row in rows:
        row.contract.buyer_name = row.contract.buyer_name or known.get(row.contract.buyer_siret, "")
    return rows


def _readable(actor: Actor, published: str) -> PublishedContract:
    found = contract_of(actor, published)
    own = "" if actor.role is Role.MISSION else siret_of(actor.organisation_id)
    if not may_read_notices(actor, found.buyer_siret, own):
        raise NotForYou
    return found


def detail(request: HttpRequest, published: str) -> HttpResponse:
    actor = actor_of(request)
    return _detail(request, actor, _readable(actor, published))


def _detail(request: HttpRequest, actor: Actor, found: PublishedContract, error: str = "") -> HttpResponse:
    _named([_row(found, {})])
    siblings = list(same_id(found).filter(kind=found.kind).defer(*HEAVY).order_by("id")[:60])
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            ("Publiés", reverse("published")),
            (found.published_id[:40], ""),
        ],
        "published": found,
        "kind": KINDS[Kind(found.kind)],
        "place_kind": PLACE_WORDS.get(found.place_kind, ""),
        "flag": AMOUNTS[AmountFlag(found.amount_flag)],
        "socials": [SOCIALS[Social(one)] for one in found.social],
        "doubts": [DOUBTS[Doubt(one)] for one in found.flags],
        "amendments": [(one, AMOUNTS[AmountFlag(one.amount_flag)]) for one in amendments_of(found)],
        "subcontracts": _acts(found),
        "framework": framework_of(found),
        "versions": versions_of(found),
        "siblings": siblings,
        "sound": sum(
            (
                one.current_amount
                for one in [found, *siblings]
                if one.current_amount is not None and not one.amount_flag
            ),
            Decimal(0),
        ),
        "followed": followed_keys(actor, [bytes(found.identity_key)]).get(bytes(found.identity_key), ""),
        "can_follow": may_follow(actor) and found.kind == Kind.CONTRACT,
        "error": error,
    }
    return render(request, "contracts/published.html", context, status=422 if error else 200)


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act of subcontracting with what it is worth since its last modification, as it was published."""

    act: PublishedSubcontract
    company: str
    doubt: str
    changes: list[tuple[date | None, Decimal | None, int | None]]


def _acts(found: PublishedContract) -> list[ActRow]:
    acts = subcontracts_of(found)
    known = names_of([one.company for one in acts if not one.company_name]) if acts else {}
    return [
        ActRow(
            one,
            one.company_name or known.get(one.company, ""),
            AMOUNTS[AmountFlag(one.amount_flag)],
            [
                (
                    date.fromisoformat(change["notified_on"]) if change["notified_on"] else None,
                    Decimal(change["amount"]) if change["amount"] is not None else None,
                    change["duration_months"],
                )
                for change in one.amendments
            ],
        )
        for one in acts
    ]


def follow(request: HttpRequest, published: str) -> HttpResponse:
    """Take the contract up; pressed twice, it leads to the same contract."""
    actor = actor_of(request)
    found = _readable(actor, published)
    try:
        contract = take_up(actor=actor, published_id=found.public_id, now=clock.now())
    except Refusal as refusal:
        return _detail(request, actor, found, " ".join(refusal.sentences))
    lots = wording.plural(contract.lots.count(), "lot")
    messages.success(request, f"Marché {contract.reference} suivi, {lots}. Ensuite : dire si une clause est demandée.")
    return SeeOther(reverse("contract", args=[contract.public_id]))
