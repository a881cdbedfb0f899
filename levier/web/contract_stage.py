"""Where a contract stands: its stage, the line of phases, and whose turn it is with the one main action."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.compliance.tasks import Task, turn_of
from levier.compliance.turns import TaskKind, Turn
from levier.foundation.french import typeset
from levier.web import wording


class Stage(StrEnum):
    """How far a contract is, seen from its clause."""

    SCREENING = "examen"
    LOCATING = "territoire"
    SIZING = "calibrage"
    COMMITTING = "engagement"
    RUNNING = "execution"
    CLOSING = "bilan"
    CERTIFIED = "atteste"
    NO_CLAUSE = "sans-clause"


STAGES = {
    Stage.SCREENING: "À examiner",
    Stage.LOCATING: "Territoire à choisir",
    Stage.SIZING: "À calibrer",
    Stage.COMMITTING: "Engagement à inscrire",
    Stage.RUNNING: "En exécution",
    Stage.CLOSING: "Bilan à faire",
    Stage.CERTIFIED: "Attesté",
    Stage.NO_CLAUSE: "Sans clause",
}
_BY_TASK = {
    TaskKind.SCREEN: Stage.SCREENING,
    TaskKind.LOCATE: Stage.LOCATING,
    TaskKind.SIZE: Stage.SIZING,
    TaskKind.COMMIT: Stage.COMMITTING,
}


@dataclass(frozen=True, slots=True)
class StageFacts:
    """`committed`, `ended`, `certified`: how many commitments there are, have ended, have a certificate."""

    committed: int
    ended: int
    certified: int
    kinds: frozenset[TaskKind]


def stage_of(facts: StageFacts) -> Stage:
    """Once hours are owed, the commitments tell; before, the first thing to do does."""
    if facts.committed:
        if facts.certified == facts.committed:
            return Stage.CERTIFIED
        return Stage.CLOSING if facts.ended == facts.committed else Stage.RUNNING
    return next((stage for kind, stage in _BY_TASK.items() if kind in facts.kinds), Stage.NO_CLAUSE)


@dataclass(frozen=True, slots=True)
class Phase:
    label: str
    note: str = ""
    state: str = ""


def phases(
    stage: Stage,
    *,
    screened: date | None,
    located: date | None,
    sized: date | None,
    committed: date | None,
    span: tuple[date, date] | None,
    certified: date | None,
    today: date,
) -> list[Phase]:
    """The life of a contract in seven steps, each with its date where it happened."""
    steps = [
        ("Examen", screened),
        ("Territoire", located),
        ("Calibrage", sized),
        ("Engagement", committed),
        ("Exécution", None),
        ("Bilan", span[1] if span else None),
        ("Attestation", certified),
    ]
    now = {
        Stage.SCREENING: 0,
        Stage.LOCATING: 1,
        Stage.SIZING: 2,
        Stage.COMMITTING: 3,
        Stage.RUNNING: 4,
        Stage.CLOSING: 5,
        Stage.CERTIFIED: 7,
        Stage.NO_CLAUSE: -1,
    }[stage]
    found = []
    for place, (label, day) in enumerate(steps):
        state = "done" if place < now else "now" if place == now else ""
        note = _short(day) if day and (place < 5 or state) else ""
        if label == "Exécution" and span and stage is Stage.RUNNING:
            note = _month_of(span, today)
        if label == "Bilan" and span and not state:
            note = _short(span[1])
        if stage is Stage.NO_CLAUSE and day and place < 4:
            state, note = "done", _short(day)
        found.append(Phase(label, note, state))
    return found


def _short(day: date) -> str:
    return f"{wording.SHORT_MONTHS[day.month - 1]} {day.year}"


def _month_of(span: tuple[date, date], today: date) -> str:
    def months(start: date, end: date) -> int:
        return (end.year - start.year) * 12 + end.month - start.month + 1

    if today < span[0]:
        return f"dès {_short(span[0])}"
    return f"mois {months(span[0], min(today, span[1]))} sur {months(*span)}"


@dataclass(frozen=True, slots=True)
class TurnBox:
    """What the `turn` component shows: whose turn, since when, what, and where the button leads."""

    kind: str
    who: str
    what: str
    url: str = ""
    label: str = ""
    others: int = 0


_WHAT = {
    TaskKind.SCREEN: ("Dire si une clause est obligatoire ou demandée par la politique.", "Examiner le marché"),
    TaskKind.LOCATE: ("Choisir le territoire, donc le facilitateur qui suivra le marché.", "Choisir le territoire"),
    TaskKind.SIZE: ("Calculer les heures d’insertion que le lot peut porter.", "Calibrer les heures"),
    TaskKind.COMMIT: ("Inscrire ce que le titulaire doit, en heures.", "Inscrire l’engagement"),
    TaskKind.CERTIFY: ("Tout ce qui était dû est fait : l’attestation peut être scellée.", "Établir l’attestation"),
    TaskKind.DECIDE: ("Le marché est terminé et il manque {hours} : décider de la suite.", "Décider de la suite"),
    TaskKind.CORRECT: ("Corriger des lignes refusées par le facilitateur.", "Corriger le relevé"),
    TaskKind.VALIDATE: ("Accepter ou refuser {hours} déclarées.", "Voir les heures à accepter"),
    TaskKind.DECLARE: ("Déclarer les heures {month}.", "Déclarer le mois"),
    TaskKind.FIND_PEOPLE: ("Trouver une première personne : un quart de la durée est passé.", ""),
    TaskKind.CATCH_UP: ("Rattraper {hours} de retard sur ce qui est dû à ce jour.", ""),
    TaskKind.END_NEAR: ("Le marché finit bientôt et {hours} restent à faire.", ""),
    TaskKind.AMENDMENT: (
        "Un avenant publié change le montant : l’inscrire, et revoir les heures.",
        "Inscrire l’avenant",
    ),
    TaskKind.HELD: (
        "La loi retient la publication : choisir une clause, ou consigner une dispense.",
        "Préparer la publication",
    ),
}
_WHO = {
    Turn.MISSION: "Au Département d’agir",
    Turn.BUYER: "À l’acheteur d’agir",
    Turn.FACILITATOR: "Au facilitateur d’agir",
    Turn.COMPANY: "À l’entreprise d’agir",
}


def turn_box(
    actor: Actor, tasks: Sequence[Task], stage: Stage, today: date, lots: Mapping[str, str] | None = None
) -> TurnBox:
    """The actor's own first step if there is one, else the first of anybody's, else that nothing waits.

    `lots`: how to name a lot by its public identifier, where there are several.
    """
    tasks = sorted(tasks, key=lambda task: not task.commitment_id) if stage in {Stage.RUNNING, Stage.CLOSING} else tasks
    mine = [task for task in tasks if task.turn is turn_of(actor)]
    urgent = [task for task in tasks if task.commitment_id and task.turn is not turn_of(actor)]
    left_over = all(not task.commitment_id and task.kind is not TaskKind.AMENDMENT for task in mine)
    if left_over and urgent and stage in {Stage.RUNNING, Stage.CLOSING}:
        mine = []  # a lot still without clause does not hide who must act on the hours already owed
    chosen = next(iter(mine or tasks), None)
    if chosen is None:
        return TurnBox("done", "Rien n’attend", _quiet(stage))
    what, label = _WHAT[chosen.kind]
    sentence = typeset(
        what.format(
            hours=wording.hours(chosen.at_stake), month=wording.of_month(chosen.month) if chosen.month else "du mois"
        )
    )
    name = (lots or {}).get(chosen.lot_id, "")
    if name:
        sentence = typeset(f"{name} : {sentence[:1].lower()}{sentence[1:]}")
    days = (today - chosen.since).days if chosen.since else 0
    since = f", depuis {wording.plural(days, 'jour')}" if days > 0 else ""
    if not mine:
        holder = f" ({chosen.holder})" if chosen.turn is Turn.COMPANY and chosen.holder else ""
        return TurnBox("other", f"{_WHO[chosen.turn]}{holder}{since}", sentence, others=len(tasks) - 1)
    url = address_of(chosen, actor)
    return TurnBox("yours", f"À vous d’agir{since}", sentence, url, label if url else "", len(mine) - 1)


def _quiet(stage: Stage) -> str:
    return {
        Stage.CERTIFIED: "L’attestation est scellée : la clause est close.",
        Stage.NO_CLAUSE: "Ni la loi ni la politique du Département ne demandent de clause ici. Vous pouvez en poser une.",
    }.get(stage, "Les engagements sont à jour.")


_MISSION_PAGES = {
    TaskKind.SCREEN: ("contract-screen", "contract_id"),
    TaskKind.LOCATE: ("contract-locate", "contract_id"),
    TaskKind.SIZE: ("lot-size", "lot_id"),
    TaskKind.COMMIT: ("lot-commit", "lot_id"),
    TaskKind.CERTIFY: ("certificate-new", "commitment_id"),
    TaskKind.DECIDE: ("commitment-waive", "commitment_id"),
    TaskKind.AMENDMENT: ("lot-amendment", "lot_id"),
    TaskKind.HELD: ("tender", "contract_id"),
}
"""The page where the mission does it, and which object of the task the page is about."""


def address_of(task: Task, actor: Actor) -> str:
    """Where the actor does this; empty when it is not done on a page, or not by them."""
    if actor.role is Role.MISSION and task.kind in _MISSION_PAGES:
        name, on = _MISSION_PAGES[task.kind]
        return _page(name, getattr(task, on))
    match task.kind, actor.role:
        case TaskKind.VALIDATE, Role.FACILITATOR:
            found = _page("review")
            return f"{found}?engagement={task.commitment_id}" if found else ""
        case TaskKind.DECLARE | TaskKind.CORRECT, Role.COMPANY if task.month:
            return _page("statement", task.commitment_id, f"{task.month:%Y-%m}")
        case TaskKind.CORRECT, Role.COMPANY:
            return _page("statements")
        case TaskKind.HELD, Role.BUYER:
            return _page("tender", task.contract_id)
    return ""


def _page(name: str, *args: str) -> str:
    return reverse(name, args=args)


def kinds_of(tasks: Iterable[Task]) -> frozenset[TaskKind]:
    return frozenset(task.kind for task in tasks)
