"""What a reminder says, to whom it is written: whose step it is, what to do, what was promised, what comes next, whom to call. Plain Python."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from levier.compliance.tasks import Task
from levier.compliance.turns import TaskKind, Turn
from levier.foundation import french
from levier.hours.refusals import of_month
from levier.notifications.rules import LINK_MARK
from levier.notifications.writing import SIGNATURE

HIGHEST = 3
SHOWN = 12
"""Steps written under one heading; the others are counted, and read in Levier."""


class Reader(StrEnum):
    """Who reads: in the company with an access, or without (who answers for it, and has no account); who follows it; the mission."""

    COMPANY = "company"
    MANAGER = "manager"
    FACILITATOR = "facilitator"
    MISSION = "mission"


IN_COMPANY = frozenset({Reader.COMPANY, Reader.MANAGER})


@dataclass(frozen=True, slots=True)
class Step:
    """A task that waits since that day, the level at which it is to be reminded, and when it climbs one level (None at the highest)."""

    task: Task
    since: date
    level: int
    climbs_on: date | None


type Read = tuple[Step, Reader]


def subject(read: Sequence[Read]) -> str:
    level, count = max(step.level for step, _ in read), len(read)
    if count == 1:
        ((step, reader),) = read
        what = f"{_WHAT[step.task.kind]}, marché {step.task.reference}"
        if step.task.kind is TaskKind.DECLARE and step.task.month:
            what = f"heures {of_month(step.task.month)} à déclarer, marché {step.task.reference}"
        if reader not in IN_COMPANY:
            what += f", {step.task.holder}"
    else:
        waits = "vous attendent" if any(_is_theirs(step, reader) for step, reader in read) else "restent sans suite"
        what = f"clause d’insertion, {french.plural(count, 'étape')} {waits}"
    rank = {2: "second rappel : ", 3: "troisième rappel : "}.get(level, "")
    told = rank + what
    return french.typeset(told[0].upper() + told[1:])


def body(
    name: str, read: Sequence[Read], *, list_address: str, until: str, declarants: Sequence[str], calls: Iterable[str]
) -> str:
    """`until`: how long the link to declare serves, empty where there is none. `declarants`: who may declare, for who may not. `calls`: the
    lines that say whom to ask.
    """
    readers = {reader for _, reader in read}
    lines = [f"Bonjour {name},", "", *_why(read)]
    places = len({step.task.territory_number for step, _ in read}) > 1
    holders = not readers <= IN_COMPANY or len({step.task.holder for step, _ in read}) > 1
    for heading, steps in _sections(read):
        more = len(steps) - SHOWN
        lines += [heading, "", *(_line(step, places=places, holders=holders) for step in steps[:SHOWN])]
        lines += [f"- et {french.plural(more, 'autre')}, à lire dans Levier."] if more > 0 else []
        lines.append("")
    if until:
        lines += ["Déclarer sans mot de passe :", LINK_MARK, f"(une seule fois, jusqu’au {until})", ""]
    if readers != {Reader.MANAGER}:
        lines += ["Ou, avec votre compte :" if until else "Ouvrir ma liste « À faire » :", list_address, ""]
    elif declarants:
        lines += [
            f"Demandez-le à {' ou à '.join(declarants)} : vous n’avez pas besoin de compte.",
            "",
        ]
    else:
        lines += ["Plus personne ne peut déclarer dans votre entreprise : appelez votre facilitateur.", ""]
    lines += [*_next(read), *calls, "Ce rappel s’arrête de lui-même quand l’étape est faite.", SIGNATURE]
    return french.typeset("\n".join(lines))


_WHAT = {
    TaskKind.DECLARE: "heures à déclarer",
    TaskKind.CORRECT: "lignes refusées à corriger",
    TaskKind.VALIDATE: "heures à accepter ou à refuser",
}


def _is_theirs(step: Step, reader: Reader) -> bool:
    """Whether the reader's side is the one that acts."""
    if step.task.turn is Turn.COMPANY:
        return reader in IN_COMPANY
    return reader is Reader.FACILITATOR


def _why(read: Sequence[Read]) -> Iterator[str]:
    levels = {step.level for step, reader in read if reader in IN_COMPANY}
    if HIGHEST in levels:
        yield "Deux rappels sont restés sans suite. Votre facilitateur reçoit celui-ci en même temps que vous."
        yield ""
    elif 2 in levels:
        yield "Le premier rappel est resté sans suite : celui-ci vous est adressé parce que vous répondez de la clause dans votre entreprise."
        yield ""


def _sections(read: Sequence[Read]) -> Iterator[tuple[str, list[Step]]]:
    """The reader's own steps first."""
    found: dict[str, list[Step]] = {}
    for step, reader in sorted(
        read, key=lambda one: (not _is_theirs(*one), one[0].since, one[0].task.reference, one[0].task.holder)
    ):
        found.setdefault(_heading(step, reader), []).append(step)
    yield from found.items()


def _heading(step: Step, reader: Reader) -> str:
    if _is_theirs(step, reader):
        return "À faire par votre entreprise :" if reader in IN_COMPANY else "Des heures attendent votre décision :"
    if step.task.turn is not Turn.COMPANY:
        return "Deux rappels au facilitateur sont restés sans suite :"
    if step.level == HIGHEST:
        return "Deux rappels à l’entreprise sont restés sans suite. Appelez-la, ou saisissez avec elle ce qu’elle vous dit :"
    return "Personne à qui écrire dans l’entreprise. Appelez-la, ou saisissez avec elle ce qu’elle vous dit :"


def _line(step: Step, *, places: bool, holders: bool) -> str:
    """`places`, `holders`: whether the reader's steps are of several territories, of other companies than their own."""
    task = step.task
    of = [task.reference, *([task.territory] if places and task.territory else []), *([task.holder] if holders else [])]
    where = f"- {task.title[:120]} ({', '.join(of)}) : "
    match task.kind:
        case TaskKind.DECLARE if task.month:
            return f"{where}déclarer les heures {of_month(task.month)}, attendues pour le {french.day(step.since)}."
        case TaskKind.CORRECT:
            return f"{where}corriger les lignes refusées le {french.day(step.since)}."
        case _:
            return f"{where}accepter ou refuser les heures reçues le {french.day(step.since)}."


def _next(read: Sequence[Read]) -> Iterator[str]:
    """What happens if nobody moves, from the reader's own steps: the next to climb."""
    coming = [
        (step.climbs_on, step.level, reader in IN_COMPANY)
        for step, reader in read
        if step.climbs_on and _is_theirs(step, reader)
    ]
    if not coming:
        return
    day, level, in_company = min(coming)
    if in_company:
        who = (
            "votre facilitateur sera prévenu"
            if level == 2
            else "un second rappel ira à qui répond de la clause dans votre entreprise"
        )
    elif level == 2:
        who = "la mission sera prévenue"
    else:
        return
    yield f"Sans suite d’ici au {french.day(day)}, {who}."
    yield ""
