"""The contracts the actor may see: search, filters, sorting and totals, all in the address; the same as CSV."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.accounts.values import Actor, Role
from levier.compliance.tasks import lot_tasks
from levier.compliance.turns import TaskKind
from levier.following.contract_lines import SORTS, ContractLine, ContractLines, Stages, Wanted, contract_lines
from levier.following.standing import refresh
from levier.foundation.pagination import page_of
from levier.hours.progress import Progress
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


FIRST_SORT = "-enjeu"
LAST_PAGE = 1_000_000


def show(request: HttpRequest) -> HttpResponse:
    actor, today, asked = actor_of(request), clock.today(), asked_in(request)
    number = request.GET.get("page")
    lines = contract_rows(actor, asked, today, page=number, length=PAGE_LENGTH)
    page = page_of(lines, number, PAGE_LENGTH)
    context = {
        "page_obj": page,
        "rows": _with_lots(actor, shown_rows(page.object_list)),
        "asked": asked,
        "found": lines.found,
        "total": lines.total,
        "late_count": lines.late,
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
        for row in shown_rows(contract_rows(actor, asked_in(request), today).page)
    )  # fmt: skip
    return csv_response(f"levier-marches-{today.isoformat()}.csv", heading, lines)


def contract_rows(
    actor: Actor, asked: Asked, today: date, *, page: str | None = None, length: int = 0
) -> ContractLines:
    """The contracts that answer, sorted, and what they add up to: one page of them, or all where `length` is 0. A constant number of queries."""
    contracts = searched(contracts_visible_to(actor), asked.text)
    if asked.territory is not None:
        contracts = in_territory(contracts, asked.territory)
    key = asked.sort.removeprefix("-")
    sort = asked.sort if key in SORTS else FIRST_SORT
    try:
        number = max(0, min(int(page or 1), LAST_PAGE))
    except ValueError:
        number = 1  # as `page_of` does of what is no number
    refresh(today=today, catalogue=reference_values())
    wanted = Wanted(asked.stage, asked.late, sort.removeprefix("-"), sort.startswith("-"), number, length)
    return contract_lines(actor, contracts, wanted, _stages(actor), _first_steps(actor, today), today)


def _stages(actor: Actor) -> Stages:
    """Who does not screen contracts reads one where nothing is asked as one that waits for its commitment."""
    nothing = Stage.COMMITTING if actor.role in {Role.FACILITATOR, Role.COMPANY} else Stage.NO_CLAUSE
    return Stages(Stage.CERTIFIED, Stage.CLOSING, Stage.RUNNING, nothing)


def _first_steps(actor: Actor, today: date) -> dict[str, str]:
    """Stage of each contract on which nothing is owed yet and a step waits."""
    kinds: dict[str, set[TaskKind]] = {}
    for task in lot_tasks(actor, today):
        kinds.setdefault(task.contract_id, set()).add(task.kind)
    told = {contract: stage_of(StageFacts(0, 0, 0, frozenset(found))) for contract, found in kinds.items()}
    return {contract: stage for contract, stage in told.items() if stage is not Stage.NO_CLAUSE}


def shown_rows(lines: Iterable[ContractLine]) -> list[ContractRow]:
    """The same with their contracts, in the same order; one query. The caller has asked which ones the actor may see."""
    chosen = list(lines)
    contracts = Contract.objects.select_related("buyer").in_bulk([one.pk for one in chosen])
    return [
        ContractRow(
            contracts[one.pk], stage := Stage(one.stage), STAGES[stage], one.progress, one.commitments, one.late
        )
        for one in chosen
    ]


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
