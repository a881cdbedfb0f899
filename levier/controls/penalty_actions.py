"""Proposing a penalty (a snapshot that is never edited), opening the discussion, deciding."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import DatabaseError, transaction

from levier.accounts.values import Actor
from levier.compliance.rules import late_proofs
from levier.compliance.values import LateProofFacts
from levier.controls import policies, rules
from levier.controls.ledger_effect import penalise
from levier.controls.letter_actions import send_out
from levier.controls.models import Case, PenaltyDecision, PenaltyProposal
from levier.controls.queries import hearing_of, latest_proposal, owed_by, received_notice
from levier.controls.refusals import ControlRefusal, refuse
from levier.controls.steps import checked_reason, journal, locked_case, move
from levier.controls.values import PENALISING, CaseKind, CaseState, HoursPenaltyFacts, LetterKind, Outcome, Owner
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.quantities import LARGEST
from levier.foundation.walls import wall_reached
from levier.hours.queries import reference_values


@dataclass(frozen=True, slots=True)
class Rate:
    """Euros per hour or day, and the clause of the contract that says so."""

    value: Decimal
    source: str


@transaction.atomic
def propose(
    *, actor: Actor, case_id: str, rate: Rate, reason: str, now: datetime, received_on: date | None = None
) -> PenaltyProposal:
    """Compute and keep a proposal with all its inputs. The one before stays as it was; the new one cites it.

    `received_on`: the day late proofs came; None, they are still missing and days are counted to today. Hours are read from the
    ledger. The company is invited to answer by letter when the case is ready for it; a proposal after a decision opens the
    discussion again.
    """
    case = locked_case(actor, case_id)
    if not policies.may_decide(actor):
        raise NotForYou
    kind = CaseKind(case.kind)
    objections = _objections_to_proposing(kind, CaseState(case.state), rate)
    if objections:
        raise refuse(*objections)
    reason = checked_reason(reason)
    today = civil_date(now)
    previous = latest_proposal(case)
    assert actor.user_id is not None
    proposal = PenaltyProposal(
        case=case,
        number=previous.number + 1 if previous else 1,
        supersedes=previous,
        rate=rate.value,
        rate_source=rate.source.strip(),
        reason=reason,
        computed_on=today,
        at=now,
        by_id=actor.user_id,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    if kind is CaseKind.OUTSTANDING:
        _count_hours(proposal, case)
    else:
        _count_days(proposal, case, received_on, today)
    if previous is not None and _inputs(previous) == _inputs(proposal):
        raise refuse(Objection(ControlRefusal.SAME_INPUTS, "", {"number": previous.number}))
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except DatabaseError as error:
        if wall_reached(error) in {"PENALTY_INPUTS", "SUPERSEDES_ANOTHER", "proposal_number_once"}:
            raise refuse(Objection(ControlRefusal.MEANWHILE)) from error
        raise
    proposal.refresh_from_db(fields=["inputs_hash"])
    journal(
        actor, case, "penalty.proposed", now,
        {"number": proposal.number, "amount": str(proposal.amount), "units": str(proposal.units), "replaces": previous.number if previous else "",
         "fingerprint": bytes(proposal.inputs_hash).hex()},
    )  # fmt: skip
    move(
        actor=actor,
        case=case,
        to=CaseState.CONTRADICTORY,
        reason=f"Proposition n°\u00a0{proposal.number}\u00a0: {french.euros(proposal.amount)}. {reason}",
        now=now,
    )
    send_out(actor=actor, case=case, kind=LetterKind.PROPOSAL, now=now, proposal=proposal)
    return proposal


def _objections_to_proposing(kind: CaseKind, state: CaseState, rate: Rate) -> list[Objection]:
    if kind not in PENALISING:
        return [Objection(ControlRefusal.NOT_PENALISING)]
    if state is CaseState.AMICABLE and kind is CaseKind.LATE_PROOFS:
        return [Objection(ControlRefusal.NO_FORMAL_NOTICE)]
    if state is CaseState.CLOSED:
        return [Objection(ControlRefusal.STEP_NOT_ALLOWED)]
    found = []
    if not 0 < rate.value <= LARGEST:
        found.append(Objection(ControlRefusal.NO_RATE, "rate"))
    if not 0 < len(rate.source.strip()) <= 200:
        found.append(Objection(ControlRefusal.RATE_SOURCE, "rate_source"))
    return found


def _count_hours(proposal: PenaltyProposal, case: Case) -> None:
    owed = owed_by(case.commitment, case)
    found = rules.penalty(
        HoursPenaltyFacts(owed.minimum, owed.offered, owed.accepted, owed.waived, proposal.rate, owed.penalised)
    ).result
    if not found.missing and proposal.supersedes is None:
        facts = {
            "due": french.hours(found.due),
            "waived": french.hours(owed.waived),
            "accepted": french.hours(owed.accepted),
        }
        raise refuse(Objection(ControlRefusal.NOTHING_MISSING, "", facts))
    proposal.minimum_hours, proposal.offered_hours, proposal.due_hours = owed.minimum, owed.offered, found.due
    proposal.accepted_hours, proposal.waived_hours, proposal.penalised_hours = (
        owed.accepted,
        owed.waived,
        owed.penalised,
    )
    proposal.ledger_entries = owed.entries
    proposal.units, proposal.amount = found.missing, found.amount
    proposal.versions = ["controls.penalty/1", *case.commitment.versions]


def _count_days(proposal: PenaltyProposal, case: Case, received_on: date | None, today: date) -> None:
    notice = received_notice(case)
    if notice is None:
        raise refuse(Objection(ControlRefusal.NO_FORMAL_NOTICE))
    if received_on is not None and received_on > today:
        raise refuse(Objection(ControlRefusal.RECEIVED_DATE, "received_on"))
    until = received_on or today
    found = late_proofs(LateProofFacts(notice.received_on, until, proposal.rate)).result
    proposal.notice, proposal.notice_on, proposal.received_on = notice.letter, notice.received_on, until
    proposal.still_missing = received_on is None
    proposal.units, proposal.amount = Decimal(found.days), found.penalty
    proposal.versions = ["compliance.late_proofs/1"]


def _inputs(proposal: PenaltyProposal) -> tuple[object, ...]:
    return (
        proposal.minimum_hours, proposal.offered_hours, proposal.accepted_hours, proposal.waived_hours, proposal.penalised_hours, proposal.notice_on,
        proposal.received_on, proposal.still_missing, proposal.rate,
    )  # fmt: skip


@transaction.atomic
def decide(
    *, actor: Actor, case_id: str, outcome: Outcome, kept: Decimal | None, reason: str, now: datetime
) -> PenaltyDecision:
    """Apply, reduce or waive the latest proposal, with the reason and its letter; the ledger moves in the same transaction.

    `kept`: hours or days kept by a reduction. Sent twice, it is one decision.
    """
    case = locked_case(actor, case_id)
    if not policies.may_decide(actor):
        raise NotForYou
    proposal = latest_proposal(case)
    if proposal is None:
        raise refuse(Objection(ControlRefusal.NO_PROPOSAL))
    known = PenaltyDecision.objects.filter(proposal=proposal).first()
    if known is not None:
        if (known.outcome, known.reason, known.by_id) == (outcome.value, reason.strip(), actor.user_id):
            return known
        raise refuse(Objection(ControlRefusal.DECIDED_ALREADY))
    today = civil_date(now)
    threshold = reference_values().at("penalty.four_eyes_from", today)
    four_eyes = rules.four_eyes_needed(proposal.amount, threshold.value)
    objections = list(rules.objections_to_deciding(hearing_of(case), today))
    if four_eyes and actor.user_id == proposal.by_id:
        objections.append(Objection(ControlRefusal.FOUR_EYES, "", {"threshold": french.euros(threshold.value)}))
    if outcome is Outcome.REDUCE and (kept is None or not 0 < kept < proposal.units):
        objections.append(Objection(ControlRefusal.KEPT_UNITS, "kept", {"most": french.number(proposal.units)}))
    if objections:
        raise refuse(*objections)
    reason = checked_reason(reason)
    units = rules.decided_units(outcome, proposal.units, kept)
    assert actor.user_id is not None
    decision = PenaltyDecision.objects.create(
        proposal=proposal,
        outcome=outcome.value,
        units=units,
        amount=rules.price(proposal.rate, units),
        reason=reason,
        four_eyes=four_eyes,
        policy_version=threshold.version,
        at=now,
        by_id=actor.user_id,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    journal(
        actor,
        case,
        "penalty.decided",
        now,
        {
            "number": proposal.number,
            "outcome": outcome.value,
            "amount": str(decision.amount),
            "units": str(units),
            "reason": reason,
        },
    )
    if case.kind == CaseKind.OUTSTANDING:
        penalise(actor=actor, decision=decision, now=now)
    move(actor=actor, case=case, to=CaseState.DECIDED, reason=reason, owner=Owner.MISSION, now=now)
    letter = LetterKind.WAIVER if outcome is Outcome.WAIVE else LetterKind.PENALTY
    send_out(actor=actor, case=case, kind=letter, now=now, proposal=proposal, decision=decision)
    return decision
