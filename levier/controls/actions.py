"""What people do with a case: open it, move it, answer. Every step is one row that moves the case, with its reason and its author."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import DatabaseError, transaction
from django.db.models import Max

from levier.accounts.values import Actor, Role
from levier.commitments.queries import commitments_visible_to
from levier.controls import policies, rules
from levier.controls.letter_actions import send_out
from levier.controls.models import Attachment, Case, Draw, Observation
from levier.controls.refusals import ControlRefusal, refuse
from levier.controls.steps import WALLS, checked_reason, journal, locked_case, move
from levier.controls.values import PENALISING, CaseKind, CaseState, LetterKind, Owner
from levier.files.actions import receive
from levier.files.values import Received
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.walls import wall_reached

LONGEST_OBSERVATION = 10_000


@transaction.atomic
def open_case(
    *, actor: Actor, commitment_id: str, kind: CaseKind, ground: str, now: datetime, draw: Draw | None = None
) -> Case:
    """Plan a control, or begin the amicable phase for hours or proofs that are missing, with its letter.

    One open case a commitment and kind of penalty; the same control asked again while it waits is that one.
    """
    commitment = (
        commitments_visible_to(actor)
        .select_related("lot__contract__buyer", "holder", "territory")
        .select_for_update(of=("self",))
        .filter(public_id=commitment_id)
        .first()
    )
    if commitment is None or not policies.may_open(actor):
        raise NotForYou
    ground = checked_reason(ground)
    waits = Case.objects.filter(commitment=commitment, kind=kind.value).exclude(
        state__in=[CaseState.DECIDED, CaseState.CLOSED]
    )
    known = waits.first() if kind in PENALISING else waits.filter(state=CaseState.PLANNED).first()
    if known is not None:
        if kind in PENALISING:
            raise refuse(Objection(ControlRefusal.ALREADY_OPEN, "kind", {"number": known.label}))
        return known
    assert actor.user_id is not None
    year = civil_date(now).year
    highest = Case.objects.filter(year=year).aggregate(most=Max("number"))["most"] or 0
    try:
        with transaction.atomic():
            case = Case.objects.create(
                year=year,
                number=highest + 1,
                commitment=commitment,
                kind=kind.value,
                ground=ground,
                draw=draw,
                since=now,
                opened_by_id=actor.user_id,
            )
    except DatabaseError as error:
        if wall_reached(error) in WALLS:
            raise refuse(Objection(ControlRefusal.MEANWHILE)) from error
        raise
    move(
        actor=actor,
        case=case,
        to=CaseState.AMICABLE if kind in PENALISING else CaseState.PLANNED,
        reason=ground,
        now=now,
    )
    if kind in PENALISING:
        send_out(actor=actor, case=case, kind=LetterKind.REMINDER, now=now)
    return case


@transaction.atomic
def begin_amicable(*, actor: Actor, case_id: str, reason: str, due_on: date | None, now: datetime) -> Case:
    """After a control that found something: the company is asked to put it right, by letter."""
    case = locked_case(actor, case_id)
    if not policies.may_open(actor):
        raise NotForYou
    move(actor=actor, case=case, to=CaseState.AMICABLE, reason=checked_reason(reason), due_on=due_on, now=now)
    send_out(actor=actor, case=case, kind=LetterKind.REMINDER, now=now)
    return case


@transaction.atomic
def give_notice(*, actor: Actor, case_id: str, reason: str, due_on: date | None, now: datetime) -> Case:
    """Formal notice (mise en demeure), with its letter. The delay is counted again from the day it is received."""
    case = locked_case(actor, case_id)
    if not policies.may_decide(actor):
        raise NotForYou
    move(actor=actor, case=case, to=CaseState.NOTICED, reason=checked_reason(reason), due_on=due_on, now=now)
    send_out(actor=actor, case=case, kind=LetterKind.FORMAL_NOTICE, now=now)
    return case


@transaction.atomic
def close_case(*, actor: Actor, case_id: str, reason: str, now: datetime) -> Case:
    """Close without further action, or once the decision was notified."""
    case = locked_case(actor, case_id)
    if not policies.may_decide(actor):
        raise NotForYou
    told = case.state not in {CaseState.PLANNED, CaseState.REPORTED, CaseState.DECIDED}
    move(actor=actor, case=case, to=CaseState.CLOSED, reason=checked_reason(reason), now=now)
    if told:
        send_out(actor=actor, case=case, kind=LetterKind.CLOSING, now=now)
    return case


@transaction.atomic
def answer(
    *, actor: Actor, case_id: str, text: str, pieces: Sequence[Received], key: str, now: datetime
) -> Observation:
    """The company's observations with its files. `key`: token of the form; sent twice, it is kept once. Late ones are kept too."""
    case = locked_case(actor, case_id)
    if not policies.may_answer(actor):
        raise NotForYou
    known = Observation.objects.filter(idempotency_key=key).first()
    if known is not None:
        if known.case_id != case.pk:
            raise NotForYou
        return known
    if case.state == CaseState.CLOSED:
        raise refuse(Objection(ControlRefusal.OBSERVATION_CLOSED, "text"))
    if len(text) > LONGEST_OBSERVATION or not (text.strip() or pieces):
        raise refuse(Objection(ControlRefusal.OBSERVATION, "text"))
    assert actor.user_id is not None
    observation = Observation.objects.create(
        case=case,
        idempotency_key=key,
        text=text.strip(),
        late=case.due_on is not None and civil_date(now) > case.due_on,
        at=now,
        by_id=actor.user_id,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    for piece in pieces:
        Attachment.objects.create(file=receive(actor=actor, received=piece, now=now), observation=observation)
    journal(actor, case, "control.answered", now, {"pieces": len(pieces), "late": observation.late})
    if case.state != CaseState.DECIDED:
        move(
            actor=actor,
            case=case,
            to=CaseState(case.state),
            reason="Observations de l’entreprise",
            owner=Owner.MISSION,
            due_on=case.due_on,
            now=now,
        )
    return observation


def may_move(actor: Actor, case: Case, to: CaseState) -> bool:
    """Whether a page may offer that step to the actor."""
    if not rules.allowed(CaseKind(case.kind), CaseState(case.state), to):
        return False
    return policies.may_decide(actor) or (actor.role is Role.FACILITATOR and to is CaseState.AMICABLE)
