"""Moving a case: the one way, by a row that says who, when, from where to where, why, and whose turn it becomes."""

from datetime import date, datetime, timedelta

from django.db import DatabaseError, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.compliance.telling import tell_company
from levier.controls import rules
from levier.controls.models import Case, Step, Visit
from levier.controls.queries import cases_visible_to
from levier.controls.refusals import ControlRefusal, refuse
from levier.controls.values import CaseKind, CaseState, Owner
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.walls import wall_reached
from levier.hours.queries import reference_values

LONGEST_REASON = 2_000
LONGEST_DELAY = timedelta(days=366)
_DELAYS = {
    CaseState.PLANNED: "control.visit_days",
    CaseState.AMICABLE: "control.amicable_days",
    CaseState.NOTICED: "control.notice_days",
    CaseState.CONTRADICTORY: "control.contradictory_days",
}
_OWNERS = {
    CaseState.PLANNED: Owner.FACILITATOR,
    CaseState.REPORTED: Owner.MISSION,
    CaseState.AMICABLE: Owner.COMPANY,
    CaseState.NOTICED: Owner.COMPANY,
    CaseState.CONTRADICTORY: Owner.COMPANY,
    CaseState.DECIDED: Owner.MISSION,
    CaseState.CLOSED: Owner.NOBODY,
}
WALLS = {"STEP_NOT_ALLOWED", "step_sequence_once", "NUMBER_OUT_OF_ORDER", "case_number_once", "one_open_case_a_kind"}


def default_deadline(state: CaseState, today: date) -> date | None:
    """The delay of that phase from the dated reference values, counted from today; None where it has none."""
    key = _DELAYS.get(state)
    return today + timedelta(days=int(reference_values().at(key, today).value)) if key else None


def checked_reason(reason: str) -> str:
    """Raise Refusal unless it says something, in 2 000 characters at most."""
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise refuse(Objection(ControlRefusal.REASON, "reason"))
    return reason.strip()


def locked_case(actor: Actor, case_id: str) -> Case:
    """The case under lock, its commitment too (locks in the order of the ledger). Raise NotForYou when unknown or foreign."""
    found = cases_visible_to(actor).filter(public_id=case_id).values_list("pk", "commitment_id").first()
    if found is None:
        raise NotForYou
    Commitment.objects.select_for_update().get(pk=found[1])
    return (
        Case.objects.select_related("commitment__lot__contract__buyer", "commitment__holder", "commitment__territory")
        .select_for_update(of=("self",))
        .get(pk=found[0])
    )


def move(
    *,
    actor: Actor,
    case: Case,
    to: CaseState,
    reason: str,
    now: datetime,
    owner: Owner | None = None,
    due_on: date | None = None,
    visit: Visit | None = None,
) -> Step:
    """Insert the step, which moves the case, and journal it. Inside the caller's transaction, the case locked.

    `due_on`: None takes the delay of the phase. Raise Refusal when the step is not allowed from where the case stands.
    """
    kind, state = CaseKind(case.kind), CaseState(case.state) if case.state else None
    if not rules.allowed(kind, state, to):
        raise refuse(Objection(ControlRefusal.STEP_NOT_ALLOWED))
    today = civil_date(now)
    due_on = due_on if due_on is not None else default_deadline(to, today)
    if due_on is not None and to is not state and not today < due_on <= today + LONGEST_DELAY:
        raise refuse(Objection(ControlRefusal.DELAY, "due_on"))
    assert actor.user_id is not None
    try:
        with transaction.atomic():
            step = Step.objects.create(
                case=case,
                sequence=case.steps_count + 1,
                from_state=case.state,
                to_state=to.value,
                reason=reason[:LONGEST_REASON],
                owner=(owner or _OWNERS[to]).value,
                due_on=due_on,
                visit=visit,
                at=now,
                by_id=actor.user_id,
                by_label=f"{actor.label}, {actor.organisation_name}"[:200],
            )
    except DatabaseError as error:
        if wall_reached(error) in WALLS:
            raise refuse(Objection(ControlRefusal.MEANWHILE)) from error
        raise
    case.refresh_from_db(fields=["state", "owner", "since", "due_on", "steps_count"])
    journal(
        actor,
        case,
        "control.moved",
        now,
        {
            "from": step.from_state,
            "to": step.to_state,
            "reason": reason,
            "owner": step.owner,
            "due": due_on.isoformat() if due_on else "",
        },
    )
    if step.owner == Owner.COMPANY and step.from_state != step.to_state:
        until = f" jusqu’au {french.day(step.due_on)}" if step.due_on else ""
        tell_company(
            case.commitment,
            key=f"control:{case.public_id}:{step.sequence}",
            what=f"Le Département a ouvert le dossier {case.label} sur votre engagement, et attend votre réponse{until}.",
            address=f"/controles/{case.public_id}/",
            now=now,
        )
    return step


def journal(actor: Actor, case: Case, action: str, now: datetime, facts: dict[str, object]) -> None:
    """One line about the case, outside the contract's thread, which every company of the contract reads: an unannounced visit and a
    penalty are nobody else's business.
    """
    record(
        actor=actor,
        action=action,
        object_kind="case",
        object_id=case.public_id,
        thread="",
        facts={"case": case.label, "kind": case.kind, "holder": case.commitment.holder.name, **facts},
        now=now,
    )
