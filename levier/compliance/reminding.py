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
from levier.accounts.values import OPENING, Actor, Duty, Role, System
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.compliance import reminder_words
from levier.compliance.models import Reminder
from levier.compliance.reminder_words import HIGHEST, IN_COMPANY, Read, Reader, Step
from levier.compliance.tasks import tasks_for
from levier.compliance.turns import TaskKind, Turn, reminder_level
from levier.foundation.periods import civil_date
from levier.hours.models import Statement
from levier.notifications.actions import queue
from levier.notifications.queries import bounced_addresses
from levier.notifications.writing import who_to_call
from levier.reference.values import Catalogue
from levier.territories.queries import contacts
from levier.territories.values import ContactFacts

REMINDED = frozenset({TaskKind.DECLARE, TaskKind.CORRECT, TaskKind.VALIDATE})
EVERYTHING = Actor(None, 0, Role.MISSION, 0, "", "Rappels automatiques")
AUTHOR = System("Rappels automatiques")


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
        Step(task, task.since, level, task.since + timedelta(days=days[level]) if level < HIGHEST else None)
        for task in tasks_for(EVERYTHING, today=today, catalogue=catalogue)
        if task.kind in REMINDED and task.since and (level := reminder_level(task.since, today, days))
    ]
    owed = Commitment.objects.in_bulk([step.task.commitment_id for step in steps], field_name="public_id")
    fresh, unreachable = _new(steps, owed, now), bounced_addresses()
    letters: dict[User, list[Read]] = defaultdict(list)
    for step in fresh:
        for one in _recipients(owed[step.task.commitment_id], step, today, unreachable):
            letters[one.user].append((step, _reader(one)))
    if letters:
        life = timedelta(hours=int(catalogue.at("access.link.reminder", today).value))
        declaring, calls = _declaring(letters, owed, now), contacts(today)
        for user, read in letters.items():
            _write(user, read, declaring.get(user.pk, []), _colleagues(read, owed, now), calls, life, now)
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


def _recipients(commitment: Commitment, step: Step, today: date, unreachable: set[str]) -> Iterable[Membership]:
    """Those of the step's level; of the next one up when every address of that level came back undelivered, or it has nobody."""
    for level in range(step.level, HIGHEST + 1):
        found = [
            one for one in _of_level(commitment, step.task.turn, level, today) if one.user.email not in unreachable
        ]
        if found:
            return found
    return []


def _of_level(commitment: Commitment, turn: Turn, level: int, today: date) -> Iterable[Membership]:
    facilitators = _members(Q(role=Role.FACILITATOR.value, territory=commitment.territory_id) & OPENS, today)
    if turn is Turn.COMPANY:
        of_company = Q(role=Role.COMPANY.value, organisation=commitment.holder_id)
        if level == 1:
            declaring = _with(of_company, Duty.DECLARE, today)
            return _last_declarant(commitment, declaring) or declaring
        managers = _with(of_company, Duty.MANAGE, today) or _with(of_company, Duty.ADMINISTER, today)
        return managers if level == 2 else [*managers, *facilitators]
    above = _members(Q(role=Role.MISSION.value) & OPENS, today) if level == HIGHEST else []
    return [*facilitators, *above]


def _members(who: Q, today: date) -> list[Membership]:
    """One for each person."""
    found = Membership.objects.filter(who, in_force(today), user__is_active=True).select_related("user")
    return list({one.user_id: one for one in found.order_by("user_id", "-id")}.values())


def _reader(one: Membership) -> Reader:
    if one.role != Role.COMPANY.value:
        return Reader(one.role)
    return Reader.COMPANY if OPENING & set(one.duties) else Reader.MANAGER


def _with(of_company: Q, duty: Duty, today: date) -> list[Membership]:
    return _members(of_company & Q(duties__contains=[duty.value]), today)


def _declaring(
    letters: Mapping[User, Sequence[Read]], owed: Mapping[str, Commitment], now: datetime
) -> dict[int, list[Membership]]:
    """For each person, the companies for which a link lets them declare what they are reminded of; in one query."""
    wanted = {
        (user.pk, owed[step.task.commitment_id].holder_id)
        for user, read in letters.items()
        for step, _ in read
        if step.task.turn is Turn.COMPANY
    }
    found: dict[int, list[Membership]] = defaultdict(list)
    people = Membership.objects.filter(declarants(now), user__in=letters).select_related("organisation")
    for one in people.order_by("id"):
        if (one.user_id, one.organisation_id) in wanted:
            found[one.user_id].append(one)
    return found


def _colleagues(read: Sequence[Read], owed: Mapping[str, Commitment], now: datetime) -> list[str]:
    """Who may declare, for somebody of the company who may not."""
    holders = {owed[step.task.commitment_id].holder_id for step, reader in read if reader is Reader.MANAGER}
    if not holders:
        return []
    found = Membership.objects.filter(declarants(now), organisation__in=holders).select_related("user")
    return sorted({one.user.full_name for one in found})


def _last_declarant(commitment: Commitment, company: Sequence[Membership]) -> list[Membership]:
    last = Statement.objects.filter(commitment=commitment, declared_by__isnull=False).order_by("-sent_at").first()
    return [one for one in company if last and one.user_id == last.declared_by_id]


def _write(
    user: User,
    read: Sequence[Read],
    declaring: Sequence[Membership],
    colleagues: Sequence[str],
    calls: Mapping[int, ContactFacts],
    life: timedelta,
    now: datetime,
) -> None:
    """One message with all that the person is reminded of that day, and a link to declare at once where they declare."""
    today = civil_date(now)
    places = dict.fromkeys(step.task.territory_number for step, reader in read if reader in IN_COMPANY)
    told, answers = who_to_call(calls.get(place or 0) for place in places)
    queue(
        dedupe_key=f"reminders:{user.public_id}:{today.isoformat()}:{len(read)}:{min(step.task.commitment_id for step, _ in read)}",
        kind="reminder",
        to=user.email,
        subject=reminder_words.subject(read),
        body=reminder_words.body(
            user.full_name,
            read,
            list_address=f"{settings.PUBLIC_ADDRESS}/a-faire/",
            until=moment(now + life) if declaring else "",
            declarants=colleagues,
            calls=told,
        ),
        secret=links_block(declaring, life=life, now=now) if declaring else "",
        reply_to=answers,
        now=now,
    )
