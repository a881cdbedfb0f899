"""The page that tells a contract's whole life, tab by tab."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.bids.queries import promises_of
from levier.commitments.queries import assignments_of, pooling_of, waivers_of
from levier.compliance.queries import certificates_visible_to
from levier.hours.queries import declared_hours, hours_by_month
from levier.procurement.labels import CONTRACT_OBJECTS, SERVICES, WAIVER_GROUNDS
from levier.procurement.policies import may_locate, may_screen
from levier.procurement.queries import contract_for
from levier.procurement.values import ContractObject, WaiverGround
from levier.reference.labels import CONFIDENCES
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.company_welcome import welcome_rows
from levier.web.contract_life import SHOWN_EVENTS, ContractLife, read_life
from levier.web.expected_chart import ExpectedChart, expected_chart

TABS = {
    "examen": "Examen",
    "lots": "Lots",
    "engagements": "Engagements",
    "personnes": "Personnes",
    "heures": "Heures",
    "documents": "Documents",
}


def show(request: HttpRequest, contract: str) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    life = read_life(actor, contract_for(actor, contract), today)
    shown = {code: label for code, label in TABS.items() if code != "examen" or actor.role is not Role.COMPANY}
    asked = request.GET.get("rubrique", "")
    tab = asked if asked in shown else _first_tab(life, actor)
    counts = {"lots": len(life.lots), "engagements": len(life.commitments)}
    whole = request.GET.get("journal") == "complet"
    context = {
        "crumbs": [("Marchés", reverse("contracts")), (life.contract.reference, "")],
        "life": life,
        "contract": life.contract,
        "today": today,
        "tab": tab,
        "tab_template": f"contracts/tab_{tab}.html",
        "tabs": [
            {"label": label, "url": f"?rubrique={code}#rubrique", "current": code == tab, "count": counts.get(code, 0)}
            for code, label in shown.items()
        ],
        "events": life.events if whole else life.events[:SHOWN_EVENTS],
        "hidden_events": 0 if whole else max(0, len(life.events) - SHOWN_EVENTS),
        "can_screen": may_screen(actor, buyer_id=life.contract.buyer_id),
        "can_locate": may_locate(actor),
        "is_mission": actor.role is Role.MISSION,
        "can_pool": actor.role in {Role.MISSION, Role.FACILITATOR},
        "is_company": actor.role is Role.COMPANY,
        "expected": _expected(actor, life, today),
        **_OF_TAB[tab](actor, life),
    }
    return render(request, "contracts/life.html", context)


def _expected(actor: Actor, life: ContractLife, today: date) -> ExpectedChart | None:
    """Hours expected and accepted over time, all commitments of the page together."""
    accepted: dict[date, Decimal] = {}
    for (_, month), hours in hours_by_month(actor, [row.commitment.pk for row in life.commitments]).items():
        accepted[month] = accepted.get(month, Decimal(0)) + hours
    return expected_chart(life.owed, accepted, life.total.pending, today)


def _first_tab(life: ContractLife, actor: Actor) -> str:
    if life.commitments:
        return "engagements"
    return "lots" if life.screening or actor.role is Role.COMPANY else "examen"


def _screening(_actor: Actor, life: ContractLife) -> dict[str, Any]:
    kept = life.screening
    if kept is None:
        return {}
    inputs, answer = kept.inputs, kept.answer
    return {
        "object_label": CONTRACT_OBJECTS[ContractObject(inputs["object"])],
        "service_label": SERVICES.get(inputs["service"], ""),
        "estimate": Decimal(inputs["estimate"]),
        "consultation": date.fromisoformat(inputs["consultation_date"]),
        "threshold": Decimal(answer["threshold"]["value"]),
        "grounds": [WAIVER_GROUNDS[WaiverGround(code)] for code in answer["waivable"]],
        "confidences": {mark.value: words for mark, words in CONFIDENCES.items()},
    }


def _people(actor: Actor, life: ContractLife) -> dict[str, Any]:
    assigned = list(assignments_of(actor, [row.commitment.pk for row in life.commitments]))
    return {
        "assigned": assigned,
        "people": len({one.placement.person_id for one in assigned}),
        "names": actor.role is not Role.BUYER,
    }


def _hours(actor: Actor, life: ContractLife) -> dict[str, Any]:
    ids = [row.commitment.pk for row in life.commitments]
    accepted, declared = hours_by_month(actor, ids), declared_hours(actor, ids)
    months: dict[date, list[Decimal]] = {}
    for place, found in enumerate((declared, accepted)):
        for (_, month), hours in found.items():
            months.setdefault(month, [Decimal(0), Decimal(0)])[place] += hours
    return {"months": [(month, *hours) for month, hours in sorted(months.items(), reverse=True)]}


def _documents(actor: Actor, life: ContractLife) -> dict[str, Any]:
    ids = [row.commitment.pk for row in life.commitments]
    certificates = certificates_visible_to(actor).filter(commitment__in=ids).select_related("commitment__holder")
    return {
        "certificates": list(certificates.order_by("-id")),
        "agreements": pooling_of(actor, ids),
        "waivers": list(waivers_of(actor, ids).select_related("commitment__holder")),
    }


def _commitments(actor: Actor, life: ContractLife) -> dict[str, Any]:
    """How the people were welcomed, and what each holder wrote in its bid, kept with what it owes."""
    promised: dict[str, list[tuple[str, str]]] = {}
    for one in promises_of([row.commitment.pk for row in life.commitments]) if life.commitments else ():
        promised.setdefault(one.commitment.holder.name, []).append((one.label, one.text))
    return {"promised": promised, "welcome": welcome_rows(actor, [row.commitment for row in life.commitments])}


def _nothing(_actor: Actor, _life: ContractLife) -> dict[str, Any]:
    return {}


_OF_TAB: dict[str, Callable[[Actor, ContractLife], dict[str, Any]]] = {
    "examen": _screening,
    "lots": _nothing,
    "engagements": _commitments,
    "personnes": _people,
    "heures": _hours,
    "documents": _documents,
}
