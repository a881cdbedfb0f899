"""Reminders (rappels): to the person, then to who answers for the organisation, then to whoever stands above; they stop once it is done.

Who is reminded of what: a month to declare or lines to correct, who declared last (else those who declare), then the company's manager
(responsable) where it named one, else who administers, then its facilitator too; hours to accept, the facilitator, then the mission. One message a person and day, whatever the number of steps; no participant is named in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from levier.accounts.links import declarants, links_block, moment
from levier.accounts.models import Membership, User
from levier.accounts.queries import OPENS, in_force
from levier.accounts.values import Actor, Duty, Role, System
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.compliance.models import Reminder
from levier.compliance.tasks import Task, tasks_for
from levier.compliance.turns import TaskKind, Turn, reminder_level
from levier.foundation import french
from levier.foundation.periods import civil_date
from levier.hours.models import Statement
from levier.notifications.actions import queue
from levier.notifications.queries import bounced_addresses
from levier.notifications.rules import LINK_MARK
from levier.reference.values import Catalogue

REMINDED = frozenset({TaskKind.DECLARE, TaskKind.CORRECT, TaskKind.VALIDATE})
EVERYTHING = Actor(None, 0, Role.MISSION, 0, "", "Rappels automatiques")
AUTHOR = System("Rappels automatiques")
WHAT = {
    TaskKind.DECLARE: "mois à déclarer",
    TaskKind.CORRECT: "lignes refusées à corriger",
    TaskKind.VALIDATE: "heures à accepter ou à refuser",
}
HIGHEST = 3
ABOVE = "Vous recevez ce rappel parce que les précédents sont restés sans suite."


@dataclass(frozen=True, slots=True)
class Step:
    """A task that waits since that day, and the level at which it is to be reminded."""

    task: Task
    since: date
    level: int


@dataclass(frozen=True, slots=True)
class Run:
    """What a run wrote: steps reminded, messages queued."""

    reminders: int
    messages: int


@transaction.atomic
def queue_reminders(*, now: datetime, catalogue: Catalogue) -> Run:
    """Write the reminders of the day and their messages, all or nothing. Running it again the same day adds nothing."""
    today = civil_date(now)
    days = [int(catalogue.at(f"hours.reminder.{step}", today).value) for step in ("first", "second", "third")]
    steps = [
        Step(task, task.since, level)
        for task in tasks_for(EVERYTHING, today=today, catalogue=catalogue)
        if task.kind in REMINDED and task.since and (level := reminder_level(task.since, today, days))
    ]
    owed = Commitment.objects.in_bulk([step.task.commitment_id for step in steps], field_name="public_id")
    fresh, unreachable = _new(steps, owed, now), bounced_addresses()
    letters: dict[User, list[Step]] = defaultdict(list)
    for step in fresh:
        for user in _recipients(owed[step.task.commitment_id], step, today, unreachable):
            letters[user].append(step)
    if letters:
        life = timedelta(hours=int(catalogue.at("access.link.reminder", today).value))
        declaring = _declaring(letters, owed, now)
        for user, lines in letters.items():
            _write(user, lines, declaring.get(user.pk, []), life, now)
    if fresh:
        facts = {"reminders": len(fresh), "messages": len(letters)}
        record(
            actor=AUTHOR,
            action="reminders.queued",
            object_kind="day",
            object_id=today.isoformat(),
            now=now,
            facts=facts,
        )
    return Run(len(fresh), len(letters))


def _new(steps: Sequence[Step], owed: dict[str, Commitment], now: datetime) -> list[Step]:
    """Those that were not reminded yet at that level, now written down."""
    rows = {(owed[one.task.commitment_id].pk, one.task.kind.value, one.since, one.level): one for one in steps}
    known = set(
        Reminder.objects.filter(commitment__in=owed.values()).values_list("commitment_id", "kind", "since", "level")
    )
    fresh = {row: one for row, one in rows.items() if row not in known}
    Reminder.objects.bulk_create(
        Reminder(commitment_id=commitment, kind=kind, since=since, level=level, at=now)
        for commitment, kind, since, level in fresh
    )
    return list(fresh.values())


def _recipients(commitment: Commitment, step: Step, today: date, unreachable: set[str]) -> Iterable[User]:
    """Those of the step's level; of the next one up when every address of that level came back undelivered, or it has nobody."""
    for level in range(step.level, HIGHEST + 1):
        found = [user for user in _of_level(commitment, step.task.turn, level, today) if user.email not in unreachable]
        if found:
            return found
    return []


def _of_level(commitment: Commitment, turn: Turn, level: int, today: date) -> Iterable[User]:
    facilitators = _members(Q(role=Role.FACILITATOR.value, territory=commitment.territory_id) & OPENS, today)
    if turn is Turn.COMPANY:
        of_company = Q(role=Role.COMPANY.value, organisation=commitment.holder_id)
        if level == 1:
            declaring = _with(of_company, Duty.DECLARE, today)
            return _last_declarant(commitment, declaring) or declaring
        managers = _with(of_company, Duty.MANAGE, today) or _with(of_company, Duty.ADMINISTER, today)
        return managers if level == 2 else list(dict.fromkeys([*managers, *facilitators]))
    above = _members(Q(role=Role.MISSION.value) & OPENS, today) if level == HIGHEST else []
    return [*facilitators, *above]


def _members(who: Q, today: date) -> list[User]:
    found = Membership.objects.filter(who, in_force(today), user__is_active=True).select_related("user")
    return list(dict.fromkeys(membership.user for membership in found.order_by("user_id")))


def _with(of_company: Q, duty: Duty, today: date) -> list[User]:
    return _members(of_company & Q(duties__contains=[duty.value]), today)


def _declaring(
    letters: Mapping[User, Sequence[Step]], owed: Mapping[str, Commitment], now: datetime
) -> dict[int, list[Membership]]:
    """For each person, the companies for which a link lets them declare what they are reminded of; in one query."""
    wanted = {
        (user.pk, owed[step.task.commitment_id].holder_id)
        for user, steps in letters.items()
        for step in steps
        if step.task.turn is Turn.COMPANY
    }
    found: dict[int, list[Membership]] = defaultdict(list)
    people = Membership.objects.filter(declarants(now), user__in=letters).select_related("organisation")
    for one in people.order_by("id"):
        if (one.user_id, one.organisation_id) in wanted:
            found[one.user_id].append(one)
    return found


def _last_declarant(commitment: Commitment, company: Sequence[User]) -> list[User]:
    last = Statement.objects.filter(commitment=commitment, declared_by__isnull=False).order_by("-sent_at").first()
    return [user for user in company if last and user.pk == last.declared_by_id]


def _write(user: User, steps: Sequence[Step], declaring: Sequence[Membership], life: timedelta, now: datetime) -> None:
    """One message with all that the person is reminded of that day, and a link to declare at once where they declare."""
    today = civil_date(now)
    lines = [_line(step) for step in sorted(steps, key=lambda one: (one.since, one.task.reference))]
    above = ["", ABOVE] if any(step.level == 3 for step in steps) else []
    queue(
        dedupe_key=f"reminders:{user.public_id}:{today.isoformat()}:{len(steps)}:{min(one.task.commitment_id for one in steps)}",
        kind="reminder",
        to=user.email,
        subject=french.typeset(f"Clause d’insertion : {french.plural(len(steps), 'étape')} en attente"),
        body=french.typeset(
            "\n".join(
                [
                    f"Bonjour {user.full_name},",
                    "",
                    "Ces étapes attendent depuis leur échéance :",
                    "",
                    *lines,
                    *above,
                    "",
                    *(
                        [
                            "Pour déclarer sans mot de passe :",
                            LINK_MARK,
                            f"(une seule fois, jusqu’au {moment(now + life)})",
                            "",
                        ]
                        if declaring
                        else []
                    ),
                    f"Pour agir : {settings.PUBLIC_ADDRESS}/a-faire/",
                    "",
                    "Ce rappel s’arrête de lui-même quand l’étape est faite.",
                    "Levier, la clause sociale d’insertion du Département",
                ]
            )
        ),
        secret=links_block(declaring, life=life, now=now) if declaring else "",
        now=now,
    )


def _line(step: Step) -> str:
    task = step.task
    month = f" ({french.month(task.month)})" if task.month and task.kind is TaskKind.DECLARE else ""
    return f"- {task.title} ({task.reference}), {task.holder} : {WHAT[task.kind]}{month}, depuis le {french.day(step.since)}."
