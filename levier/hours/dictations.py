"""Typing hours for a company that cannot (saisie pour l’entreprise): a facilitator types what it tells, somebody else agrees, a third look
accepts. Nothing that was typed for a company is sent before the company, or another facilitator of the territory, has agreed.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from levier.accounts.links import declarants, links_block, moment
from levier.accounts.models import Membership
from levier.accounts.queries import in_force
from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment
from levier.files.values import Received
from levier.foundation import french
from levier.foundation.periods import civil_date, first_of_month
from levier.hours.checks import TypedLine
from levier.hours.codes import StatementRefusal
from levier.hours.declarations import (
    OPEN,
    Saved,
    Sent,
    answer_dictation,
    journal,
    keep_evidence,
    keep_lines,
    lines_of,
    mark_sent,
    objections_to,
    open_month,
    refuse_if_overwritten,
    release,
)
from levier.hours.models import Dictation, Evidence, Statement
from levier.hours.policies import Parties, may_agree, may_type_for
from levier.hours.queries import assigned_in
from levier.hours.refusals import of_month, refused, refused_for, walls_said
from levier.notifications.actions import queue
from levier.notifications.rules import LINK_MARK
from levier.notifications.writing import SIGNATURE, who_to_call
from levier.territories.queries import contact_of

LONGEST_TOLD = 200


def company_started(statement: Statement | None) -> bool:
    """Whether the company keeps a draft of its own for that month: what it prepares stays with it."""
    if statement is None:
        return False
    own = statement.lines.filter(state="draft", typed_by__isnull=True)
    if own.exclude(hours__isnull=True, typed="").exists():
        return True
    return statement.no_hours and statement.state == "draft" and not statement.dictations.exists()


def dictation_that_waits(statement: Statement | None) -> Dictation | None:
    return None if statement is None else Dictation.objects.filter(statement=statement, answer="").first()


def dictations_for_company(actor: Actor) -> list[Dictation]:
    """Those that wait for the company's agreement, the oldest first; nothing for who does not declare."""
    if actor.role is not Role.COMPANY:
        return []
    rows = Dictation.objects.filter(answer="", statement__commitment__holder_id=actor.organisation_id)
    return list(rows.select_related("statement__commitment__lot__contract").order_by("at", "pk"))


def last_dictations(statement_ids: Iterable[int]) -> dict[int, Dictation]:
    """The last one of each of these statements."""
    rows = Dictation.objects.filter(statement_id__in=set(statement_ids)).order_by("pk")
    return {row.statement_id: row for row in rows}


def type_for_company(
    *,
    actor: Actor,
    commitment_public_id: str,
    month: date,
    typed: Mapping[str, TypedLine],
    now: datetime,
    seen: int | None = None,
) -> Saved:
    """Keep what the company told, as a draft that names who typed it. What waited for an agreement waits no longer."""
    with walls_said(month=month), transaction.atomic():
        commitment, statement = _open(actor, commitment_public_id, month, now)
        refuse_if_overwritten(statement, typed, seen)
        answer_dictation(statement, "withdrawn", actor, now)
        unread = keep_lines(commitment, statement, typed, typed_by=actor.user_id)
        statement.no_hours, statement.version = False, statement.version + 1
        statement.save(update_fields=["no_hours", "version"])
        journal(actor, statement, commitment, "hours.draft_typed_for", now, rows=len(typed), unread=len(unread))
    return Saved(statement, unread)


def propose_to_company(
    *,
    actor: Actor,
    commitment_public_id: str,
    month: date,
    told_by: str,
    life: timedelta,
    now: datetime,
    no_hours: bool = False,
) -> Dictation:
    """Ask the company to agree with what was typed for it, by a one-time link to each person who declares for it. `told_by`: who gave
    these hours, and how. Proposed again as it stands, it is proposed once.
    """  # fmt: skip
    told_by = " ".join(told_by.split())[:LONGEST_TOLD]
    with walls_said(month=month), transaction.atomic():
        commitment, statement = _open(actor, commitment_public_id, month, now)
        if (known := dictation_that_waits(statement)) is not None:
            return known
        if not told_by:
            raise refused(StatementRefusal.NOT_TOLD, "told_by")
        placements = [assigned.placement for assigned in assigned_in(statement.month, commitment=commitment)]
        lines = lines_of(statement)
        if no_hours:
            if any(line.state not in OPEN for line in lines.values()):
                raise refused(StatementRefusal.NOTHING_TO_SEND, "month", month=month)
        elif not placements:
            raise refused(StatementRefusal.NOBODY_ASSIGNED, "month", month=month)
        elif objections := objections_to(commitment, statement.month, placements, lines):
            raise refused_for(objections)
        elif not any(line.state in OPEN for line in lines.values()):
            raise refused(StatementRefusal.NOTHING_TO_SEND, "month", month=month)
        statement.no_hours, statement.version = no_hours, statement.version + 1
        statement.save(update_fields=["no_hours", "version"])
        assert actor.user_id is not None
        made = Dictation.objects.create(
            statement=statement, told_by=told_by, at=now, typed_by_id=actor.user_id, typed_by_label=actor.label
        )
        told = _tell(commitment, made, life, now)
        journal(actor, statement, commitment, "hours.typed_for_company", now, told_by=told_by, letters=told)
    return made


def attach_for_company(
    *, actor: Actor, commitment_public_id: str, month: date, received: Received, now: datetime
) -> Evidence:
    """Attach a piece that the company handed over, to the month that a facilitator types for it: the same quarantine, once a piece.

    What waits for an agreement goes on waiting. Raise Refusal (COMPANY_STARTED) for a month that the company declares itself: its pieces
    are its own.
    """
    with walls_said(month=month), transaction.atomic():
        commitment, statement = _open(actor, commitment_public_id, month, now)
        typed = statement.lines.filter(typed_by__isnull=False).exists()
        if statement.state == "sent" and not typed and not statement.lines.filter(state__in=OPEN).exists():
            raise refused(StatementRefusal.COMPANY_STARTED, "file")
        return keep_evidence(actor, commitment, statement, received, now)


def agree_to_dictation(*, actor: Actor, commitment_public_id: str, month: date, now: datetime) -> Sent:
    """Send what was typed for the company, as it stands: by the company, or by another facilitator. Agreed twice, it is sent once."""
    with walls_said(month=month), transaction.atomic():
        commitment, statement = open_month(actor, commitment_public_id, month, now, may=may_agree)
        waits = dictation_that_waits(statement)
        if waits is None:
            if statement.dictations.filter(answer="agreed", answered_by_id=actor.user_id).exists():
                return Sent(statement, 0, again=True)
            raise refused(StatementRefusal.NOTHING_WAITS, "month", month=month)
        typist = Parties(commitment.holder_id, commitment.territory_id, typed_by_id=waits.typed_by_id)
        if not may_agree(actor, typist):
            raise refused(StatementRefusal.OWN_HOURS, "month")
        answer_dictation(statement, "agreed", actor, now)
        going = [] if statement.no_hours else [line for line in lines_of(statement).values() if line.state in OPEN]
        count = release(going)
        _mark(actor, commitment, statement, waits, now)
        journal(
            actor, statement, commitment, "hours.dictation_agreed", now,
            rows=count, hours=str(sum(line.hours or 0 for line in going)), typed_by=waits.typed_by_label,
        )  # fmt: skip
    return Sent(statement, count)


def _mark(actor: Actor, commitment: Commitment, statement: Statement, waits: Dictation, now: datetime) -> None:
    """Who declares: the company that agrees; else who typed, unless the company had declared this month before."""
    if actor.organisation_id == commitment.holder_id:
        mark_sent(statement, actor.user_id, actor.label, now)
    elif statement.declared_by_id is None:
        mark_sent(statement, waits.typed_by_id, waits.typed_by_label, now)
    else:
        mark_sent(statement, statement.declared_by_id, statement.declared_by_label, now)


def _open(actor: Actor, commitment_public_id: str, month: date, now: datetime) -> tuple[Commitment, Statement]:
    """The month to type for the company; refused where the company has begun it."""
    commitment, statement = open_month(actor, commitment_public_id, month, now, may=may_type_for)
    if company_started(statement):
        raise refused(StatementRefusal.COMPANY_STARTED, "month")
    return commitment, statement


def people_to_ask(holder_id: int, now: datetime) -> list[Membership]:
    """Who may agree for the company by a link: those who declare for it."""
    found = Membership.objects.filter(declarants(now), organisation_id=holder_id)
    return list(found.select_related("organisation", "user").order_by("id"))


def has_a_colleague(actor: Actor, commitment: Commitment, today: date) -> bool:
    """Whether somebody else than the actor may accept hours of that territory."""
    assert actor.user_id is not None
    others = Membership.objects.filter(
        in_force(today), role=Role.FACILITATOR.value, territory_id=commitment.territory_id, user__is_active=True
    )
    return others.exclude(user_id=actor.user_id).exists()


def _tell(commitment: Commitment, made: Dictation, life: timedelta, now: datetime) -> int:
    month = first_of_month(made.statement.month)
    asked = people_to_ask(commitment.holder_id, now)
    call, answers = who_to_call([contact_of(commitment.territory.number, civil_date(now))])
    for membership in asked:
        lines = (
            f"Bonjour {membership.name},",
            "",
            f"{made.typed_by_label} a saisi pour vous les heures d’insertion {of_month(month)}, marché {commitment.lot.contract.reference} ({made.told_by}).",
            "",
            "Lire ces heures, puis dire « d’accord » ou corriger :",
            LINK_MARK,
            f"(une seule fois, sans mot de passe, jusqu’au {moment(now + life)})",
            "",
            "Rien n’est envoyé tant que vous, ou une autre personne que celle qui a saisi, n’avez pas donné votre accord.",
            "",
            "Le lien a déjà servi ? Demandez-en un autre :",
            f"{settings.PUBLIC_ADDRESS}/lien/",
            "",
            *call,
            SIGNATURE,
        )
        queue(
            dedupe_key=f"dictation:{made.pk}:{membership.public_id}",
            kind="link",
            to=membership.user.email,
            subject=f"Heures {of_month(month)} : êtes-vous d’accord ?",
            body=french.typeset("\n".join(lines)),
            secret=links_block([membership], life=life, now=now),
            reply_to=answers,
            now=now,
        )
    return len(asked)
