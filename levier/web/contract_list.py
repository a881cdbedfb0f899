"""The contracts the actor may see: search, filters, sorting and totals, all in the address; the same as CSV."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_of
from levier.compliance.certified import certified_on
from levier.compliance.tasks import Task, tasks_for
from levier.foundation.pagination import page_of
from levier.hours.progress import Progress, progress, total
from levier.hours.queries import reference_values
from levier.procurement.models import Contract, Lot
from levier.procurement.queries import contracts_visible_to, in_territory, lots_of, searched
from levier.territories.queries import territories
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.contract_stage import STAGES, Stage, StageFacts, kinds_of, stage_of
from levier.web.spreadsheet import csv_response

PAGE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class ContractRow:
    contract: Contract
    stage: Stage
    stage_label: str
    progress: Progress
    commitments: int
    late: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    text: str
    territory: int | None
    stage: str
    late: bool
    sort: str


def asked_in(request: HttpRequest) -> Asked:
    number = request.GET.get("territoire", "")
    return Asked(
        text=request.GET.get("q", "").replace("\0", "").strip()[:200],
        territory=int(number) if number.isascii() and number.isdigit() and len(number) < 3 else None,
        stage=request.GET.get("etape", ""),
        late=request.GET.get("retard") == "1",
        sort=request.GET.get("tri", ""),
    )


SORTS: dict[str, Callable[[ContractRow], Any]] = {
    "reference": lambda row: row.contract.reference,
    "fin": lambda row: row.contract.ends_on or date.max,
    "promises": lambda row: row.progress.due,
    "enjeu": lambda row: (row.progress.at_stake, row.stage not in {Stage.NO_CLAUSE, Stage.CERTIFIED}),
}
FIRST_SORT = "-enjeu"


def show(request: HttpRequest) -> HttpResponse:
    actor, today, asked = actor_of(request), clock.today(), asked_in(request)
    rows = contract_rows(actor, asked, today)
    page = page_of(rows, request.GET.get("page"), PAGE_LENGTH)
    context = {
        "page_obj": page,
        "rows": _with_lots(actor, page.object_list),
        "asked": asked,
        "found": len(rows),
        "total": total(row.progress for row in rows),
        "late_count": sum(row.late for row in rows),
        "stages": list(STAGES.items()),
        "territories": territories() if actor.role is not Role.FACILITATOR else (),
        "filtered": bool(asked.text or asked.territory or asked.stage or asked.late),
        "sees_notices": actor.role in {Role.MISSION, Role.BUYER},
        "first_sort": FIRST_SORT,
    }
    return render(request, "contracts/list.html", context)


def export(request: HttpRequest) -> HttpResponse:
    """The same list, every page of it, for a spreadsheet."""
    actor, today = actor_of(request), clock.today()
    # fmt: off
    heading = ["Référence", "Objet", "Acheteur", "SIRET de l’acheteur", "Étape", "En retard", "Notifié le", "Fin", "Engagements",
               "Heures promises", "Dues à ce jour", "Déclarées", "Acceptées", "Dispensées", "Restant dû"]
    # fmt: on
    lines = (
        [
            row.contract.reference,
            row.contract.title,
            row.contract.buyer.name,
            row.contract.buyer.siret,
            row.stage_label,
            "oui" if row.late else "non",
            row.contract.notified_on,
            row.contract.ends_on,
            row.commitments,
            row.progress.due,
            row.progress.due_to_date,
            row.progress.declared,
            row.progress.accepted,
            row.progress.waived,
            row.progress.outstanding,
        ]
        for row in contract_rows(actor, asked_in(request), today)
    )  # fmt: skip
    return csv_response(f"levier-marches-{today.isoformat()}.csv", heading, lines)


def contract_rows(actor: Actor, asked: Asked, today: date) -> list[ContractRow]:
    """Every contract that answers, sorted; a constant number of queries."""
    contracts = searched(contracts_visible_to(actor), asked.text)
    if asked.territory is not None:
        contracts = in_territory(contracts, asked.territory)
    found = list(contracts.select_related("buyer").order_by("-notified_on", "-id"))
    ids = [contract.pk for contract in found]
    owed: dict[int, list[Commitment]] = {}
    for commitment in commitments_of(actor, ids):
        owed.setdefault(commitment.lot.contract_id, []).append(commitment)
    every = [commitment.pk for commitments in owed.values() for commitment in commitments]
    figures, sealed = progress(every, today), certified_on(every)
    waiting: dict[str, list[Task]] = {}
    for task in tasks_for(actor, today=today, catalogue=reference_values()):
        waiting.setdefault(task.contract_id, []).append(task)
    rows = [
        _row(
            contract, owed.get(contract.pk, []), figures, set(sealed), waiting.get(contract.public_id, []), actor, today
        )
        for contract in found
    ]
    rows = [row for row in rows if (not asked.stage or row.stage == asked.stage) and (not asked.late or row.late)]
    key = asked.sort.removeprefix("-") if asked.sort.removeprefix("-") in SORTS else FIRST_SORT.removeprefix("-")
    down = (asked.sort if asked.sort.removeprefix("-") in SORTS else FIRST_SORT).startswith("-")
    return sorted(rows, key=SORTS[key], reverse=down)


def _row(
    contract: Contract,
    commitments: list[Commitment],
    figures: dict[int, Progress],
    sealed: set[int],
    tasks: Iterable[Task],
    actor: Actor,
    today: date,
) -> ContractRow:
    parts = [figures[one.pk] for one in commitments]
    facts = StageFacts(
        len(commitments),
        sum(today > one.ends_on for one in commitments),
        sum(one.pk in sealed for one in commitments),
        kinds_of(tasks),
    )
    stage = stage_of(facts)
    if stage is Stage.NO_CLAUSE and actor.role in {Role.FACILITATOR, Role.COMPANY}:
        stage = Stage.COMMITTING
    late = any(figures[one.pk].late for one in commitments if one.pk not in sealed)
    return ContractRow(contract, stage, STAGES[stage], total(parts), len(commitments), late)


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: ContractRow
    holders: list[str]
    territories: list[str]
    amount: Decimal | None


def _with_lots(actor: Actor, rows: Iterable[ContractRow]) -> list[ShownRow]:
    """Holders and territories of the page's contracts only."""
    shown = list(rows)
    by_contract: dict[int, list[Lot]] = {}
    for lot in lots_of(actor, [row.contract.pk for row in shown]):
        by_contract.setdefault(lot.contract_id, []).append(lot)
    found = []
    for row in shown:
        lots = by_contract.get(row.contract.pk, [])
        holders = list(dict.fromkeys(holder.organisation.name for lot in lots for holder in lot.holders.all()))
        places = sorted(
            {(place.territory.number, place.territory.short_name) for lot in lots for place in lot.territories.all()}
        )
        amounts = [lot.amount for lot in lots if lot.amount is not None and not lot.amount_flag]
        found.append(
            ShownRow(row, holders, [name for _, name in places], sum(amounts, Decimal(0)) if amounts else None)
        )
    return found
