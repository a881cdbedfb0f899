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

PAGE_LENGTH = 40
TURNS = {
    Turn.MISSION: "Mission",
    Turn.BUYER: "Acheteur",
    Turn.FACILITATOR: "Facilitateur",
    Turn.COMPANY: "Entreprise",
}
KINDS = {
    TaskKind.SCREEN: (
        "Marché à examiner",
        "Ce que la loi et la politique du Département demandent n’est pas encore dit.",
        "Examiner",
    ),
    TaskKind.LOCATE: ("Territoire à choisir", "Aucun facilitateur n’est encore désigné.", "Choisir le territoire"),
    TaskKind.SIZE: ("Heures à calibrer", "La clause est demandée, les heures ne sont pas calculées.", "Calibrer"),
    TaskKind.COMMIT: (
        "Engagement à inscrire",
        "Les heures sont calculées, aucun titulaire n’est engagé.",
        "Inscrire l’engagement",
    ),
    TaskKind.CERTIFY: (
        "Attestation à établir",
        "Tout est fait : l’attestation peut être scellée.",
        "Établir l’attestation",
    ),
    TaskKind.DECIDE: (
        "Fin de marché à trancher",
        "Le marché est terminé et il manque des heures.",
        "Décider de la suite",
    ),
    TaskKind.CORRECT: ("Lignes refusées", "Des lignes sont à corriger par l’entreprise.", "Corriger"),
    TaskKind.VALIDATE: ("Heures à accepter", "Des heures déclarées attendent une décision.", "Accepter ou refuser"),
    TaskKind.DECLARE: ("Mois à déclarer", "Un relevé d’heures n’est pas encore envoyé.", "Déclarer le mois"),
    TaskKind.FIND_PEOPLE: (
        "Personne à trouver",
        "Personne n’est encore affecté, un quart de la durée est passé.",
        "Voir le marché",
    ),
    TaskKind.CATCH_UP: (
        "Retard à rattraper",
        "Plus de 20 points de retard sur les heures dues à ce jour.",
        "Voir le marché",
    ),
    TaskKind.END_NEAR: (
        "Fin proche",
        "Le marché finit dans moins de soixante jours et des heures restent dues.",
        "Voir le marché",
    ),
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
    separator: bool = False


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
            "today": today,
            "rows": [_row(task, actor, mine, highest) for task in page],
            "page_obj": page,
            "filters": _filters(tasks, asked_turn, asked_kind),
            "lost": sum((task.at_stake for task in tasks), Decimal(0)),
            "mine": sum(task.turn is mine for task in tasks),
            "total": len(tasks),
            "filtered": bool(asked_turn or asked_kind),
            "risks": _risks(tasks),
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
        case _:
            return reverse("contract", args=[task.contract_id])


def _filters(tasks: list[Task], asked_turn: str, asked_kind: str) -> list[Filter]:
    by_turn, by_kind = Counter(task.turn for task in tasks), Counter(task.kind for task in tasks)
    turns = [Filter(TURNS[t], f"?tour={t}", n, asked_turn == t) for t, n in sorted(by_turn.items())]
    kinds = [Filter(KINDS[k][0], f"?motif={k}", n, asked_kind == k) for k, n in by_kind.most_common()]
    everything = Filter("Tout", "?", len(tasks), not asked_turn and not asked_kind)
    return [
        everything,
        *turns,
        *(Filter(f.label, f.url, f.count, f.current, separator=not i) for i, f in enumerate(kinds)),
    ]


@dataclass(frozen=True, slots=True)
class Risk:
    label: str
    hours: Decimal
    share: str


def _risks(tasks: list[Task]) -> list[Risk]:
    """Where the hours at stake come from, by kind of task, greatest first."""
    totals: Counter[TaskKind] = Counter()
    for task in tasks:
        totals[task.kind] += task.at_stake  # type: ignore[assignment]  # a Counter adds decimals as well as integers
    found = [(kind, Decimal(hours)) for kind, hours in totals.most_common() if hours]
    highest = found[0][1] if found else Decimal(1)
    return [Risk(KINDS[kind][0], hours, f"{float(hours / highest * 100):.0f}%") for kind, hours in found]
