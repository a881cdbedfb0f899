"""The contracts the actor may see: search, filters, sorting and totals, all in the address; the same as CSV."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.accounts.values import Actor, Role
from levier.commitments.queries import accrued_by, commitments_visible_to
from levier.compliance.certified import certified_among
from levier.compliance.tasks import lot_tasks
from levier.compliance.turns import TaskKind
from levier.following.queries import acts_by_contract
from levier.following.standing import refresh
from levier.foundation.pagination import page_of
from levier.hours.progress import LATE_POINTS, Progress, pending_hours, progress_of, total
from levier.hours.queries import reference_values
from levier.procurement.models import Contract, Lot
from levier.procurement.queries import contracts_visible_to, in_territory, lots_of, searched
from levier.territories.queries import territories
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.contract_stage import STAGES, Stage, StageFacts, stage_of
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


SORTS: dict[str, Callable[["Found"], Any]] = {
    "reference": lambda row: row.reference,
    "fin": lambda row: row.ends_on or date.max,
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
        "rows": _with_lots(actor, shown_rows(page.object_list)),
        "asked": asked,
        "found": len(rows),
        "total": total(row.progress for row in rows if row.commitments),
        "late_count": sum(row.late for row in rows),
        "stages": list(STAGES.items()),
        "territories": territories() if actor.role is not Role.FACILITATOR else (),
        "filtered": bool(asked.text or asked.territory or asked.stage or asked.late),
        "sees_notices": actor.role in {Role.MISSION, Role.BUYER},
        "invites": actor.role in {Role.MISSION, Role.FACILITATOR},
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
        for row in shown_rows(contract_rows(actor, asked_in(request), today))
    )  # fmt: skip
    return csv_response(f"levier-marches-{today.isoformat()}.csv", heading, lines)


@dataclass(frozen=True, slots=True)
class Found:
    """What sorts and filters a contract; its other facts are read for the page that is shown only."""

    pk: int
    reference: str
    ends_on: date | None
    stage: Stage
    progress: Progress
    commitments: int
    late: bool


def shown_rows(found: Iterable[Found]) -> list[ContractRow]:
    """The same with their contracts, in the same order; one query. The caller has asked which ones the actor may see."""
    chosen = list(found)
    contracts = Contract.objects.select_related("buyer").in_bulk([one.pk for one in chosen])
    return [
        ContractRow(contracts[one.pk], one.stage, STAGES[one.stage], one.progress, one.commitments, one.late)
        for one in chosen
    ]


def contract_rows(actor: Actor, asked: Asked, today: date) -> list[Found]:
    """Every contract that answers, sorted; a constant number of queries, and no more of each contract than sorting needs."""
    contracts = searched(contracts_visible_to(actor), asked.text)
    if asked.territory is not None:
        contracts = in_territory(contracts, asked.territory)
    known = reference_values()
    owed = _owed(actor, contracts, today, known.at(LATE_POINTS, today).value)
    refresh(today=today, catalogue=known)
    waiting = acts_by_contract(actor)
    lots: dict[str, set[TaskKind]] = {}
    for task in lot_tasks(actor, today):
        lots.setdefault(task.contract_id, set()).add(task.kind)
    nothing: set[TaskKind] = set()
    rows = [
        _found(actor, pk, reference, ends_on, owed.get(pk, []), waiting.get(pk, nothing) | lots.get(public_id, nothing))
        for pk, public_id, reference, ends_on in contracts.order_by("-notified_on", "-id").values_list(
            "pk", "public_id", "reference", "ends_on"
        )
    ]
    rows = [row for row in rows if (not asked.stage or row.stage == asked.stage) and (not asked.late or row.late)]
    key = asked.sort.removeprefix("-") if asked.sort.removeprefix("-") in SORTS else FIRST_SORT.removeprefix("-")
    down = (asked.sort if asked.sort.removeprefix("-") in SORTS else FIRST_SORT).startswith("-")
    return sorted(rows, key=SORTS[key], reverse=down)


def _owed(
    actor: Actor, contracts: QuerySet[Contract], today: date, late_points: Decimal
) -> dict[int, list[tuple[Progress, bool]]]:
    """(progress, certified) of each commitment, by contract; three queries."""
    visible = commitments_visible_to(actor).filter(lot__contract__in=contracts.order_by().values("pk"))
    pending, certified = pending_hours(visible), certified_among(visible)
    found: dict[int, list[tuple[Progress, bool]]] = {}
    for pk, contract, due, waived, penalised, starts_on, ends_on, accepted, accrued in visible.order_by().values_list(
        "pk",
        "lot__contract_id",
        "due_hours",
        "waived_hours",
        "penalised_hours",
        "starts_on",
        "ends_on",
        "credited_hours",
        accrued_by(today),
    ):
        part = progress_of(
            due=due,
            waived=waived,
            penalised=penalised,
            accrued=accrued,
            starts_on=starts_on,
            ends_on=ends_on,
            declared=accepted + pending.get(pk, Decimal(0)),
            accepted=accepted,
            today=today,
            late_points=late_points,
        )
        found.setdefault(contract, []).append((part, pk in certified))
    return found


def _found(
    actor: Actor,
    pk: int,
    reference: str,
    ends_on: date | None,
    owed: list[tuple[Progress, bool]],
    kinds: set[TaskKind],
) -> Found:
    certified = sum(sealed for _, sealed in owed)
    stage = stage_of(StageFacts(len(owed), sum(part.ended for part, _ in owed), certified, frozenset(kinds)))
    if stage is Stage.NO_CLAUSE and actor.role in {Role.FACILITATOR, Role.COMPANY}:
        stage = Stage.COMMITTING
    together = owed[0][0] if len(owed) == 1 else total(part for part, _ in owed)
    return Found(
        pk, reference, ends_on, stage, together, len(owed), any(part.late for part, sealed in owed if not sealed)
    )


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
