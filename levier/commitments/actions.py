"""What people do with a commitment: record it, waive hours, draw a placement onto it, pool several."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.audit.models import JournalEntry
from levier.commitments import policies, rules
from levier.commitments.models import (
    Commitment,
    CommitmentPlacement,
    DueMovement,
    DueTerms,
    HoursPenalty,
    HoursWaiver,
    PoolingAgreement,
    PoolingConsent,
    PoolingMember,
)
from levier.commitments.policies import Owed
from levier.commitments.queries import commitments_visible_to
from levier.commitments.refusals import CommitmentRefusal, refuse
from levier.commitments.values import CommitmentTerms, ContractSpan, DueMethod, DueRule
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.walls import wall_reached
from levier.organisations.models import Organisation
from levier.participants.models import Placement
from levier.participants.rules import counts_for_nothing
from levier.participants.values import Modality
from levier.planning.following import notice_awarded
from levier.procurement.models import Lot
from levier.procurement.queries import lots_visible_to
from levier.reference.published import published_catalogue
from levier.reference.queries import catalogue
from levier.sizing.models import Study
from levier.territories.models import Territory

LONGEST_REASON = 500
_TERM_WALLS = {
    "commitment_due_not_negative": (CommitmentRefusal.DUE_HOURS, "due_hours"),
    "commitment_dates": (CommitmentRefusal.END_BEFORE_START, "ends_on"),
    "commitment_holder_of_the_lot": (CommitmentRefusal.NOT_A_HOLDER, "holder"),
    "commitment_territory_of_the_lot": (CommitmentRefusal.NOT_A_TERRITORY, "territory"),
}


@transaction.atomic
def make_commitment(
    *,
    actor: Actor,
    lot_id: str,
    holder_id: str,
    territory_number: int,
    terms: CommitmentTerms,
    now: datetime,
    study_id: str = "",
) -> Commitment:
    """Record what a holder of the lot owes. The same terms twice are one commitment; other terms under the same instrument are
    refused. `holder_id`, `lot_id`, `study_id` are public identifiers.
    """
    lot = (
        lots_visible_to(actor)
        .select_related("contract")
        .select_for_update(of=("self",))
        .filter(public_id=lot_id)
        .first()
    )
    if lot is None or not policies.may_commit(actor):
        raise NotForYou
    holder = Organisation.objects.filter(public_id=holder_id).first()
    territory = Territory.objects.filter(number=territory_number).first()
    study = Study.objects.filter(public_id=study_id).first() if study_id else None
    objections = [*_objections_of_lot(lot, holder, territory, study, study_id), *_terms(terms, lot)]
    if terms.rule is not None and terms.ends_on >= terms.starts_on:
        objections += rules.objections_to_rule(terms.rule, terms.starts_on, terms.ends_on)
    if objections or holder is None or territory is None:
        raise refuse(*objections)
    known = Commitment.objects.filter(lot=lot, holder=holder, instrument=terms.instrument.value).first()
    if known is not None:
        signed = known.movements.filter(kind="signed").aggregate(total=Sum("hours"))["total"] or Decimal(0)
        if (signed, known.starts_on, known.ends_on) == (terms.due_hours, terms.starts_on, terms.ends_on):
            return known
        facts = {"due": french.hours(known.due_hours)}
        raise refuse(Objection(CommitmentRefusal.ALREADY_COMMITTED, "instrument", facts))
    return _write(actor, lot, holder, territory, study, terms, now)


def _objections_of_lot(
    lot: Lot, holder: Organisation | None, territory: Territory | None, study: Study | None, study_id: str
) -> list[Objection]:
    found = []
    if holder is None or not lot.holders.filter(organisation=holder).exists():
        found.append(Objection(CommitmentRefusal.NOT_A_HOLDER, "holder"))
    if territory is None or not lot.territories.filter(territory=territory).exists():
        found.append(Objection(CommitmentRefusal.NOT_A_TERRITORY, "territory"))
    if study_id and (study is None or study.lot_id != lot.pk):
        found.append(Objection(CommitmentRefusal.FOREIGN_STUDY, "study"))
    return found


def _terms(terms: CommitmentTerms, lot: Lot) -> tuple[Objection, ...]:
    return rules.objections_to(terms, ContractSpan(lot.contract.notified_on, lot.contract.ends_on))


def _write(
    actor: Actor,
    lot: Lot,
    holder: Organisation,
    territory: Territory,
    study: Study | None,
    terms: CommitmentTerms,
    now: datetime,
) -> Commitment:
    versions = [*(study.versions if study else []), *([terms.penalty_source] if terms.penalty_rate is not None else [])]
    try:
        with transaction.atomic():
            commitment = Commitment.objects.create(
                lot=lot,
                holder=holder,
                territory=territory,
                instrument=terms.instrument.value,
                due_hours=terms.due_hours,
                study=study,
                starts_on=terms.starts_on,
                ends_on=terms.ends_on,
                penalty_rate=terms.penalty_rate,
                versions=[version[:120] for version in versions],
                created_at=now,
                created_by_label=actor.label,
            )
            if terms.rule is not None:
                _write_rule(commitment, terms.rule, actor, now)
    except IntegrityError as error:
        code, field = _TERM_WALLS.get(wall_reached(error), (CommitmentRefusal.MEANWHILE, ""))
        raise refuse(Objection(code, field, {"starts": french.day(terms.starts_on)})) from error
    notice_awarded(lot.contract_id, by=actor.label, now=now)
    record(
        actor=actor,
        action="commitment.made",
        object_kind="commitment",
        object_id=commitment.public_id,
        thread=lot.contract.public_id,
        facts={
            "lot": lot.number,
            "holder": holder.name,
            "hours": str(commitment.due_hours),
            "instrument": terms.instrument.value,
            "territory": territory.number,
        },
        now=now,
    )
    return commitment


def _write_rule(commitment: Commitment, rule: DueRule, actor: Actor, now: datetime) -> None:
    tranche = rule.method is DueMethod.TRANCHE
    DueTerms.objects.create(
        commitment=commitment,
        method=rule.method.value,
        euros_per_hour=rule.euros_per_hour if tranche else None,
        trigger_amount=(rule.trigger_amount or Decimal(0)) if tranche else None,
        trigger_mode=rule.trigger_mode.value if tranche else "",
        rates=list(rule.rates),
        source=rule.source.strip()[:200],
        created_at=now,
        created_by_label=actor.label,
    )
    for year, hours in enumerate(rule.steps, start=1):
        first, last = rules.year_span(commitment.starts_on, commitment.ends_on, year)
        DueMovement.objects.create(
            commitment=commitment, kind="step", hours=hours, effective_on=first, until=last, reference=f"Année {year}",
            at=now, by_label=actor.label,
        )  # fmt: skip
    commitment.refresh_from_db(fields=["due_hours", "balance_hours"])


@transaction.atomic
def waive_hours(
    *, actor: Actor, commitment_id: str, hours: Decimal, reason: str, now: datetime, once: str = ""
) -> Commitment:
    """Give hours up, with the reason; append-only. `once` (a token of the form) makes a form sent twice work once."""
    commitment = locked(actor, commitment_id)
    if not policies.may_waive(actor):
        raise NotForYou
    if (
        once
        and JournalEntry.objects.filter(
            action="hours.waived", object_kind="commitment", object_id=commitment.public_id, facts__once=once
        ).exists()
    ):
        return commitment
    most = max(Decimal(0), commitment.balance_hours)
    objections = []
    if hours <= 0:
        objections.append(Objection(CommitmentRefusal.WAIVER_HOURS, "hours"))
    elif hours > most:
        objections.append(Objection(CommitmentRefusal.WAIVER_ABOVE_DUE, "hours", {"most": french.hours(most)}))
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        objections.append(Objection(CommitmentRefusal.WAIVER_REASON, "reason"))
    if objections:
        raise refuse(*objections)
    HoursWaiver.objects.create(
        commitment=commitment, hours=hours, reason=reason.strip(), decided_by_label=actor.label, at=now
    )
    commitment.refresh_from_db(fields=["waived_hours", "balance_hours"])
    journal(actor, commitment, "hours.waived", now, hours=str(hours), reason=reason.strip(), once=once)
    return commitment


@transaction.atomic
def penalise_hours(
    *, actor: Actor, commitment_public_id: str, hours: Decimal, decision_reference: str, at: datetime
) -> HoursPenalty:
    """Enter in the books that a decision penalised these hours: no more than what is outstanding. A decision enters once; the same
    decision again returns its row, with other hours it is refused. Mission, or the buyer of the contract; anybody else: NotForYou.
    """
    commitment = locked(actor, commitment_public_id)
    if not policies.may_penalise(actor, owed(commitment)):
        raise NotForYou
    reference = decision_reference.strip()
    if not 0 < len(reference) <= 80:
        raise refuse(Objection(CommitmentRefusal.PENALTY_DECISION, "decision_reference"))
    known = commitment.penalties.filter(decision_reference=reference, reverses__isnull=True).first()
    if known is not None and known.hours == hours:
        return known
    if known is not None:
        facts = {"hours": french.hours(known.hours), "reference": reference}
        raise refuse(Objection(CommitmentRefusal.PENALTY_DECIDED, "decision_reference", facts))
    most = max(Decimal(0), commitment.balance_hours)
    if not 0 < hours <= most:
        raise refuse(Objection(CommitmentRefusal.PENALTY_HOURS, "hours", {"most": french.hours(most)}))
    made = HoursPenalty.objects.create(
        commitment=commitment, hours=hours, decision_reference=reference, decided_by_label=actor.label, at=at
    )
    _journal_penalty(actor, commitment, "hours.penalised", made)
    return made


@transaction.atomic
def reverse_penalty(
    *, actor: Actor, commitment_public_id: str, decision_reference: str, reason: str, at: datetime
) -> HoursPenalty:
    """Take a penalty out of the books by its exact opposite, with the reason. Done twice, it is done once."""
    commitment = locked(actor, commitment_public_id)
    if not policies.may_penalise(actor, owed(commitment)):
        raise NotForYou
    original = commitment.penalties.filter(decision_reference=decision_reference.strip(), reverses__isnull=True).first()
    if original is None:
        raise NotForYou
    known = HoursPenalty.objects.filter(reverses=original).first()
    if known is not None:
        return known
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise refuse(Objection(CommitmentRefusal.PENALTY_REASON, "reason"))
    made = HoursPenalty.objects.create(
        commitment=commitment, hours=-original.hours, decision_reference=original.decision_reference, reverses=original,
        reason=reason.strip(), decided_by_label=actor.label, at=at,
    )  # fmt: skip
    _journal_penalty(actor, commitment, "hours.penalty_reversed", made)
    return made


def _journal_penalty(actor: Actor, commitment: Commitment, action: str, penalty: HoursPenalty) -> None:
    facts = {"hours": str(penalty.hours), "decision": penalty.decision_reference, "reason": penalty.reason}
    journal(actor, commitment, action, penalty.at, **facts)


@transaction.atomic
def assign_placement(
    *, actor: Actor, commitment_id: str, placement_id: str, since: date, now: datetime
) -> CommitmentPlacement:
    """Let the hours of a placement be drawn onto the commitment (affectation). Done twice, it is done once.

    The facilitator of the commitment's territory, for a person followed in that same territory or already placed on one of its
    commitments; anybody else, or anything unknown: NotForYou.
    """
    commitment = locked(actor, commitment_id)
    if not policies.may_assign(actor, owed(commitment)):
        raise NotForYou
    placement = (
        Placement.objects.select_related("person").defer("person__identity").filter(public_id=placement_id).first()
    )
    if placement is None or not _follows(actor, placement):
        raise NotForYou
    if placement.starts_on > commitment.ends_on or (placement.ends_on or commitment.ends_on) < commitment.starts_on:
        raise refuse(Objection(CommitmentRefusal.PLACEMENT_ENDED, "placement"))
    values = catalogue()
    known = values if next(iter(values), None) is not None else published_catalogue()
    if not_counted := counts_for_nothing(Modality(placement.modality), known, placement.starts_on):
        facts = {"since": french.day(not_counted.valid_from), "label": not_counted.source}
        raise refuse(Objection(CommitmentRefusal.MODALITY_NOT_COUNTED, "placement", facts))
    assigned, created = CommitmentPlacement.objects.get_or_create(
        commitment=commitment, placement=placement, defaults={"since": max(since, placement.starts_on)}
    )
    if created:
        record(
            actor=actor,
            action="placement.assigned",
            object_kind="commitment",
            object_id=commitment.public_id,
            thread=commitment.lot.contract.public_id,
            facts={
                "placement": placement.public_id,
                "holder": commitment.holder.name,
                "since": assigned.since.isoformat(),
            },
            now=now,
        )
    return assigned


def _follows(actor: Actor, placement: Placement) -> bool:
    if placement.person.territory_id in actor.territory_ids:
        return True
    return CommitmentPlacement.objects.filter(
        placement__person_id=placement.person_id, commitment__territory_id__in=actor.territory_ids
    ).exists()


@transaction.atomic
def record_pooling(
    *, actor: Actor, reference: str, signed_on: date, commitment_ids: Sequence[str], now: datetime
) -> PoolingAgreement:
    """Record an agreement (convention de globalisation) over several commitments of one holder. Recorded twice, it is one."""
    wanted = sorted(set(commitment_ids))
    commitments = list(
        commitments_visible_to(actor)
        .select_related("lot__contract", "holder")
        .select_for_update(of=("self",))
        .filter(public_id__in=wanted)
        .order_by("id")
    )
    if len(commitments) != len(wanted) or not policies.may_pool(actor, map(owed, commitments)):
        raise NotForYou
    objections = []
    if not 0 < len(reference.strip()) <= 60:
        objections.append(Objection(CommitmentRefusal.POOLING_REFERENCE, "reference"))
    if signed_on > civil_date(now):
        objections.append(Objection(CommitmentRefusal.POOLING_IN_THE_FUTURE, "signed_on"))
    if len(commitments) < 2:
        objections.append(Objection(CommitmentRefusal.POOLING_TOO_FEW, "commitments"))
    elif len({commitment.holder_id for commitment in commitments}) > 1:
        objections.append(Objection(CommitmentRefusal.POOLING_SEVERAL_HOLDERS, "commitments"))
    if objections:
        raise refuse(*objections)
    known = PoolingAgreement.objects.filter(
        reference=reference.strip(), signed_on=signed_on, members__commitment=commitments[0]
    ).first()
    if known is not None and set(known.members.values_list("commitment_id", flat=True)) == {
        one.pk for one in commitments
    }:
        return known
    agreement = PoolingAgreement.objects.create(
        reference=reference.strip(), signed_on=signed_on, created_by_label=actor.label
    )
    PoolingMember.objects.bulk_create(PoolingMember(agreement=agreement, commitment=one) for one in commitments)
    for thread in dict.fromkeys(one.lot.contract.public_id for one in commitments):
        record(
            actor=actor,
            action="pooling.recorded",
            object_kind="pooling_agreement",
            object_id=agreement.public_id,
            thread=thread,
            facts={
                "reference": agreement.reference,
                "holder": commitments[0].holder.name,
                "commitments": len(commitments),
            },
            now=now,
        )
    return agreement


@transaction.atomic
def consent_to_pooling(*, actor: Actor, agreement_public_id: str, now: datetime) -> PoolingConsent:
    """A buyer of one of the contracts (or the mission, for its own organisation) agrees to the sharing of hours. Given twice, given once."""
    seen = commitments_visible_to(actor).filter(lot__contract__buyer_id=actor.organisation_id)
    members = PoolingMember.objects.filter(agreement__public_id=agreement_public_id, commitment__in=seen)
    member = members.select_related("agreement", "commitment__lot__contract").first()
    if member is None or not policies.may_consent(actor):
        raise NotForYou
    consent, created = PoolingConsent.objects.get_or_create(
        agreement=member.agreement, buyer_id=actor.organisation_id, defaults={"by_label": actor.label, "at": now}
    )
    if created:
        record(
            actor=actor,
            action="pooling.consented",
            object_kind="pooling_agreement",
            object_id=agreement_public_id,
            thread=member.commitment.lot.contract.public_id,
            facts={"reference": member.agreement.reference, "buyer": actor.organisation_name},
            now=now,
        )
    return consent


def owed(commitment: Commitment) -> Owed:
    """The facts of a commitment that policies need; the lot's contract must be loaded."""
    return Owed(commitment.holder_id, commitment.territory_id, commitment.lot.contract.buyer_id)


def journal(actor: Actor, commitment: Commitment, action: str, now: datetime, **facts: object) -> None:
    """A line in the thread of the contract, with who holds the commitment."""
    record(
        actor=actor,
        action=action,
        object_kind="commitment",
        object_id=commitment.public_id,
        thread=commitment.lot.contract.public_id,
        facts={"holder": commitment.holder.name, **facts},
        now=now,
    )


def locked(actor: Actor, public_id: str) -> Commitment:
    """The commitment under lock, with lot, contract and holder. Raise NotForYou when it is unknown or foreign."""
    found = (
        commitments_visible_to(actor)
        .select_related("lot__contract", "holder")
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found
