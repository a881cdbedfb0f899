"""The first page after signing in: what waits, for whom, and how many hours hang on it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.compliance.tasks import Task, lot_tasks, turn_of
from levier.compliance.turns import TaskKind, Turn
from levier.following.models import Standing
from levier.following.queries import StepCount, step_counts, steps
from levier.following.standing import refresh
from levier.foundation.pagination import page_of
from levier.foundation.periods import civil_date
from levier.hours.contests import contests_to_answer
from levier.hours.queries import reference_values
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.company_welcome import firsts
from levier.web.referral_words import told_steps
from levier.web.todo_waiting import waiting

PAGE_LENGTH = 40
FIRST_PAGES = {Role.STRUCTURE: "confirm"}
"""Those who owe no hours and hold no contract start where their own work is."""
TURNS = {
    Turn.MISSION: "Mission",
    Turn.BUYER: "Acheteur",
    Turn.FACILITATOR: "Facilitateur",
    Turn.COMPANY: "Entreprise",
    Turn.PRESCRIBER: "Prescripteur",
}
KINDS = {
    TaskKind.SCREEN: (
        "Marché à examiner",
        "Ce qui est demandé n’est pas encore dit.",
        "Examiner",
    ),
    TaskKind.LOCATE: ("Territoire à choisir", "Aucun facilitateur n’est désigné.", "Choisir le territoire"),
    TaskKind.SIZE: ("Heures à calibrer", "Clause demandée, heures à calculer.", "Calibrer"),
    TaskKind.COMMIT: (
        "Engagement à inscrire",
        "Aucun titulaire n’est encore engagé.",
        "Inscrire l’engagement",
    ),
    TaskKind.CERTIFY: (
        "Attestation à établir",
        "Tout est fait, elle peut être scellée.",
        "Établir l’attestation",
    ),
    TaskKind.DECIDE: (
        "Fin de marché à trancher",
        "Terminé, et il manque des heures.",
        "Décider de la suite",
    ),
    TaskKind.CORRECT: ("Lignes refusées", "Des lignes sont à corriger.", "Corriger"),
    TaskKind.VALIDATE: ("Heures à accepter", "Des heures attendent une décision.", "Accepter ou refuser"),
    TaskKind.DECLARE: ("Mois à déclarer", "Un relevé n’est pas encore envoyé.", "Déclarer le mois"),
    TaskKind.FIND_PEOPLE: (
        "Personne à trouver",
        "Personne au quart de la durée.",
        "Voir le marché",
    ),
    TaskKind.CATCH_UP: (
        "Retard à rattraper",
        "En retard sur les heures attendues à ce jour.",
        "Voir le marché",
    ),
    TaskKind.END_NEAR: (
        "Fin proche",
        "Fin sous 60 jours, heures dues.",
        "Voir le marché",
    ),
    TaskKind.AMENDMENT: ("Avenant publié", "Le montant publié n’est pas celui du lot.", "Inscrire l’avenant"),
    TaskKind.HELD: ("Publication retenue", "La loi veut une condition ou une dispense.", "Préparer la publication"),
    TaskKind.PLAN: ("Achats à décider", "Leur consultation approche, rien n’est retenu.", "Décider"),
    TaskKind.DRAFT: ("Tableau à finir", "Déposé, pas encore importé.", "Reprendre"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A task with its words and where its button leads; `mine` when the reader must act."""

    task: Task
    label: str
    why: str
    action: str
    url: str
    mine: bool
    turn: str
    days: int | None
    share: str


@dataclass(frozen=True, slots=True)
class Filter:
    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of commitments, already counted and in order, and those of lots, read as one list without reading more than a page needs."""

    standings: QuerySet[Standing]
    counted: int
    lots: list[Task]

    def __len__(self) -> int:
        return self.counted + len(self.lots)

    def __getitem__(self, wanted: slice) -> list[Task]:
        first = (_task(one) for one in self.standings[: wanted.stop])
        both = merge(first, self.lots, key=lambda task: (-task.at_stake, task.since or date.max))
        return list(islice(both, wanted.start, wanted.stop))


def show(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    if actor.role in FIRST_PAGES:
        return redirect(FIRST_PAGES[actor.role])
    known = reference_values()
    refresh(today=today, catalogue=known)
    asked_turn, asked_kind = request.GET.get("tour", ""), request.GET.get("motif", "")
    lots, counted = lot_tasks(actor, today), step_counts(actor)
    counts = [*counted, *(StepCount(task.kind, task.turn, 1, task.at_stake) for task in lots)]
    chosen = Steps(
        steps(actor, turn=asked_turn, act=asked_kind),
        sum(one.count for one in counted if _answers(one.turn, one.act, asked_turn, asked_kind)),
        [task for task in lots if _answers(task.turn, task.kind, asked_turn, asked_kind)],
    )
    page = page_of(chosen, request.GET.get("page"), PAGE_LENGTH)
    shown: list[Task] = list(page)
    highest = max((task.at_stake for task in shown), default=Decimal(0)) or Decimal(1)
    mine = turn_of(actor)
    return render(
        request,
        "todo/todo.html",
        {
            "steps": told_steps(actor, today),
            "waiting": waiting(actor, today, known),
            "today": today,
            "rows": [_row(task, actor, mine, highest) for task in shown],
            "page_obj": page,
            "turns": _turns(counts, mine, asked_turn, anything=not asked_kind),
            "kinds": _kinds(counts, asked_kind),
            "lost": sum((one.at_stake for one in counts), Decimal(0)),
            "mine": sum(one.count for one in counts if one.turn is mine),
            "total": sum(one.count for one in counts),
            "filtered": bool(asked_turn or asked_kind),
            "firsts": firsts(actor),
            "people": people_waiting(actor),
        },
    )


def _answers(turn: Turn, kind: TaskKind, asked_turn: str, asked_kind: str) -> bool:
    return (not asked_turn or turn == asked_turn) and (not asked_kind or kind == asked_kind)


def _task(one: Standing) -> Task:
    owed, contract = one.commitment, one.commitment.lot.contract
    return Task(
        kind=TaskKind(one.act),
        turn=Turn(one.turn),
        at_stake=one.at_stake,
        since=one.since,
        contract_id=contract.public_id,
        reference=contract.reference,
        title=contract.title,
        holder=owed.holder.name,
        territory=owed.territory.short_name,
        territory_number=owed.territory.number,
        commitment_id=owed.public_id,
        month=one.month,
        figures=(owed.due_hours, one.expected, one.declared, owed.credited_hours),
    )


def people_waiting(actor: Actor) -> dict[str, Any]:
    """What people wait for from the facilitator, beside the commitments: answers to their contestations, since when."""
    opened = list(contests_to_answer(actor).order_by("opened_at").values_list("opened_at", flat=True))
    days = (clock.today() - civil_date(opened[0])).days if opened else 0
    return {"contests": len(opened), "days": days}


def _row(task: Task, actor: Actor, mine: Turn, highest: Decimal) -> Row:
    label, why, action = KINDS[task.kind]
    is_mine = task.turn is mine
    days = (clock.today() - task.since).days if task.since else None
    share = f"{float(task.at_stake / highest * 100):.0f}%"
    url = _address(task, actor) if is_mine or task.plan_id else reverse("contract", args=[task.contract_id])
    return Row(
        task,
        label,
        why,
        action if is_mine or task.plan_id else "Voir le marché",
        url,
        is_mine,
        TURNS[task.turn],
        days,
        share,
    )


def _address(task: Task, actor: Actor) -> str:
    match task.kind:
        case TaskKind.VALIDATE if actor.role is Role.FACILITATOR:
            return reverse("review") + f"?engagement={task.commitment_id}"
        case TaskKind.DECLARE | TaskKind.CORRECT if actor.role is Role.COMPANY and task.month:
            return reverse("statement", args=[task.commitment_id, f"{task.month:%Y-%m}"])
        case TaskKind.CORRECT if actor.role is Role.COMPANY:
            return reverse("statements")
        case TaskKind.CERTIFY:
            return reverse("certificate-new", args=[task.commitment_id])
        case TaskKind.HELD:
            return reverse("tender", args=[task.contract_id])
        case TaskKind.PLAN:
            return f"{reverse('plan')}?decision=1&acheteur={task.plan_id}"
        case TaskKind.DRAFT:
            return reverse("plan-file", args=[task.plan_id])
        case TaskKind.AMENDMENT if actor.role is Role.MISSION:
            return reverse("lot-amendment", args=[task.lot_id])
        case _:
            return reverse("contract", args=[task.contract_id])


def _turns(counts: list[StepCount], mine: Turn, asked: str, *, anything: bool) -> list[Filter]:
    by_turn: Counter[Turn] = Counter()
    for one in counts:
        by_turn[one.turn] += one.count
    ordered = sorted(by_turn.items(), key=lambda one: (one[0] is not mine, one[0]))
    return [
        Filter("Tout", "?", by_turn.total(), anything and not asked),
        *(Filter("À vous" if turn is mine else TURNS[turn], f"?tour={turn}", n, asked == turn) for turn, n in ordered),
    ]


@dataclass(frozen=True, slots=True)
class Kind(Filter):
    """A reason to act: how many files, and what hours hang on them."""

    hours: Decimal
    share: str


def _kinds(counts: list[StepCount], asked: str) -> list[Kind]:
    """Where the hours at stake come from, by kind of task, greatest first; then those that stake none."""
    counted: Counter[TaskKind] = Counter()
    totals = dict.fromkeys(TaskKind, Decimal(0))
    for one in counts:
        counted[one.act] += one.count
        totals[one.act] += one.at_stake
    ordered = sorted(counted, key=lambda kind: (-totals[kind], -counted[kind]))
    highest = max(totals.values()) or Decimal(1)
    return [
        Kind(
            KINDS[kind][0],
            "?" if asked == kind else f"?motif={kind}",
            counted[kind],
            asked == kind,
            totals[kind],
            f"{float(totals[kind] / highest * 100):.0f}%",
        )
        for kind in ordered
    ]
