"""The first page after signing in: what waits, for whom, and how many hours hang on it."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.compliance.tasks import Task, tasks_for, turn_of
from levier.compliance.turns import TaskKind, Turn
from levier.foundation.pagination import page_of
from levier.reference.queries import catalogue
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.company_welcome import firsts
from levier.web.referral_words import told_steps

PAGE_LENGTH = 40
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
        "Plus de 20 points de retard à ce jour.",
        "Voir le marché",
    ),
    TaskKind.END_NEAR: (
        "Fin proche",
        "Fin sous 60 jours, heures dues.",
        "Voir le marché",
    ),
    TaskKind.AMENDMENT: ("Avenant publié", "Le montant publié n’est pas celui du lot.", "Inscrire l’avenant"),
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


def show(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    today = clock.today()
    tasks = tasks_for(actor, today=today, catalogue=catalogue())
    asked_turn, asked_kind = request.GET.get("tour", ""), request.GET.get("motif", "")
    chosen = [t for t in tasks if (not asked_turn or t.turn == asked_turn) and (not asked_kind or t.kind == asked_kind)]
    page = page_of(chosen, request.GET.get("page"), PAGE_LENGTH)
    highest = max((task.at_stake for task in tasks), default=Decimal(0)) or Decimal(1)
    mine = turn_of(actor)
    return render(
        request,
        "todo/todo.html",
        {
            "steps": told_steps(actor, today),
            "today": today,
            "rows": [_row(task, actor, mine, highest) for task in page],
            "page_obj": page,
            "turns": _turns(tasks, mine, asked_turn, anything=not asked_kind),
            "kinds": _kinds(tasks, asked_kind),
            "lost": sum((task.at_stake for task in tasks), Decimal(0)),
            "mine": sum(task.turn is mine for task in tasks),
            "total": len(tasks),
            "filtered": bool(asked_turn or asked_kind),
            "firsts": firsts(actor),
        },
    )


def waiting_for(actor: Actor) -> int:
    """How many steps are the actor's own; shown beside « À faire » in the navigation."""
    return sum(task.turn is turn_of(actor) for task in tasks_for(actor, today=clock.today(), catalogue=catalogue()))


def _row(task: Task, actor: Actor, mine: Turn, highest: Decimal) -> Row:
    label, why, action = KINDS[task.kind]
    is_mine = task.turn is mine
    days = (clock.today() - task.since).days if task.since else None
    share = f"{float(task.at_stake / highest * 100):.0f}%"
    url = _address(task, actor) if is_mine else reverse("contract", args=[task.contract_id])
    return Row(task, label, why, action if is_mine else "Voir le marché", url, is_mine, TURNS[task.turn], days, share)


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
        case TaskKind.AMENDMENT if actor.role is Role.MISSION:
            return reverse("lot-amendment", args=[task.lot_id])
        case _:
            return reverse("contract", args=[task.contract_id])


def _turns(tasks: list[Task], mine: Turn, asked: str, *, anything: bool) -> list[Filter]:
    by_turn = Counter(task.turn for task in tasks)
    ordered = sorted(by_turn.items(), key=lambda one: (one[0] is not mine, one[0]))
    return [
        Filter("Tout", "?", len(tasks), anything and not asked),
        *(Filter("À vous" if turn is mine else TURNS[turn], f"?tour={turn}", n, asked == turn) for turn, n in ordered),
    ]


@dataclass(frozen=True, slots=True)
class Kind(Filter):
    """A reason to act: how many files, and what hours hang on them."""

    hours: Decimal
    share: str


def _kinds(tasks: list[Task], asked: str) -> list[Kind]:
    """Where the hours at stake come from, by kind of task, greatest first; then those that stake none."""
    counted, totals = Counter(task.kind for task in tasks), dict.fromkeys(TaskKind, Decimal(0))
    for task in tasks:
        totals[task.kind] += task.at_stake
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
