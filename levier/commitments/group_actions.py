"""What a group of companies (groupement) does: take a member on, move hours due between two of them by agreement of both; and the carry-over
of a surplus between two commitments of one holder, by agreement of holder and buyer.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from levier.accounts.values import Actor
from levier.commitments import policies
from levier.commitments.actions import LONGEST_REASON, journal, locked, owed
from levier.commitments.models import Commitment, CommitmentPlacement, DueTransfer, DueTransferAnswer
from levier.commitments.queries import commitments_visible_to, group_rows, transfers_visible_to
from levier.commitments.refusals import CommitmentRefusal, refuse
from levier.commitments.values import Liability, MemberRole
from levier.foundation import french
from levier.foundation.identifiers import siret_is_valid
from levier.foundation.objections import NotForYou, Objection
from levier.organisations.actions import make_known
from levier.organisations.values import OrganisationKind
from levier.procurement.models import LotHolder


@transaction.atomic
def take_member(
    *,
    actor: Actor,
    parent_public_id: str,
    siret: str,
    name: str,
    role: MemberRole,
    now: datetime,
    liability: Liability | None = None,
    starts_on: date | None = None,
) -> Commitment:
    """Take a co-contractor or a subcontractor on, under the commitment that takes it: it owes nothing until a share is transferred to it.
    The mission, or the company that holds the parent. Taken twice, it is taken once.

    `starts_on`: its first day on the site, from which its share is expected and its hours count; None for the parent's. Taken again with
    another first day, that day is corrected, as long as nobody is assigned to it.
    """
    parent = locked(actor, parent_public_id)
    if not policies.may_lead(actor, owed(parent)):
        raise NotForYou
    digits = "".join(siret.split())
    if not siret_is_valid(digits):
        raise refuse(Objection(CommitmentRefusal.MEMBER_SIRET, "siret"))
    if starts_on is not None and not parent.starts_on <= starts_on <= parent.ends_on:
        facts = {"starts": french.day(parent.starts_on), "ends": french.day(parent.ends_on)}
        raise refuse(Objection(CommitmentRefusal.MEMBER_START, "starts_on", facts))
    company = make_known(siret=digits, name=name, kind=OrganisationKind.COMPANY, now=now)
    same = Commitment.objects.filter(lot=parent.lot, holder=company, instrument=parent.instrument)
    known = same.select_for_update().first()
    if known is not None and known.parent_id == parent.pk:
        return _began_on(actor, known, starts_on or known.starts_on, now)
    if known is not None:
        raise refuse(Objection(CommitmentRefusal.ALREADY_MEMBER, "siret"))
    LotHolder.objects.get_or_create(lot=parent.lot, organisation=company, defaults={"role": role.value})
    made = Commitment.objects.create(
        lot=parent.lot, holder=company, territory_id=parent.territory_id, instrument=parent.instrument, due_hours=Decimal(0),
        starts_on=starts_on or parent.starts_on, ends_on=parent.ends_on, penalty_rate=parent.penalty_rate, versions=parent.versions,
        head_id=parent.head_id or parent.pk, parent=parent, created_at=now, created_by_label=actor.label,
    )  # fmt: skip
    if liability is not None:
        Commitment.objects.filter(pk=parent.head_id or parent.pk).update(liability=liability.value)
    journal(
        actor, parent, "group.member_taken", now, member=company.name, role=role.value, starts_on=made.starts_on.isoformat()
    )  # fmt: skip
    return made


def _began_on(actor: Actor, member: Commitment, starts_on: date, now: datetime) -> Commitment:
    """The member with that first day, corrected where it was another. Raise Refusal once somebody is assigned to it."""
    if starts_on == member.starts_on:
        return member
    if CommitmentPlacement.objects.filter(commitment=member).exists():
        facts = {"since": french.day(member.starts_on)}
        raise refuse(Objection(CommitmentRefusal.MEMBER_BEGAN, "starts_on", facts))
    before, member.starts_on = member.starts_on, starts_on
    member.save(update_fields=["starts_on"])
    journal(actor, member, "group.first_day_corrected", now, before=before.isoformat(), starts_on=starts_on.isoformat())
    return member


@transaction.atomic
def propose_transfer(
    *, actor: Actor, source_id: str, target_id: str, hours: Decimal, reason: str, now: datetime
) -> DueTransfer:
    """Propose that `source` owes less and `target` as much more. Inside a group: by the company of one of the two. Between two commitments
    of one holder (carry-over): by that company, or by the buyer of both. The same proposal that still waits is one.
    """
    source, target = _pair(actor, source_id, target_id)
    carry_over = not _one_group(source, target)
    if actor.organisation_id not in _sides(source, target, carry_over=carry_over):
        raise NotForYou
    reason = reason.strip()
    waiting = DueTransfer.objects.filter(
        source=source, target=target, hours=hours, reason=reason, proposed_by_org_id=actor.organisation_id, answer=None
    ).first()
    if waiting is not None:
        return waiting
    objections = _limits(source, target, hours, carry_over=carry_over)
    if not 0 < len(reason) <= LONGEST_REASON:
        objections.append(Objection(CommitmentRefusal.TRANSFER_REASON, "reason"))
    if objections:
        raise refuse(*objections)
    made = DueTransfer.objects.create(
        source=source, target=target, hours=hours, carry_over=carry_over, reason=reason,
        proposed_by_org_id=actor.organisation_id, proposed_by_label=actor.label, at=now,
    )  # fmt: skip
    journal(actor, source, "due.transfer_proposed", now, to=target.holder.name, hours=str(hours), reason=reason)
    return made


@transaction.atomic
def answer_transfer(
    *, actor: Actor, transfer_public_id: str, accepted: bool, now: datetime, reason: str = ""
) -> DueTransferAnswer:
    """The other side accepts, and the hours move at once, or refuses with a reason. Answered twice the same way, it is answered once."""
    asked = transfers_visible_to(actor).filter(public_id=transfer_public_id).first()
    if asked is None:
        raise NotForYou
    source, target = _locked_pair(asked.source_id, asked.target_id)
    if actor.organisation_id not in _sides(source, target, carry_over=asked.carry_over):
        raise NotForYou
    known = DueTransferAnswer.objects.filter(transfer=asked).first()
    if known is not None and known.accepted == accepted:
        return known
    objections = []
    if known is not None:
        objections.append(Objection(CommitmentRefusal.TRANSFER_ANSWERED))
    elif actor.organisation_id == asked.proposed_by_org_id:
        objections.append(Objection(CommitmentRefusal.BOTH_SIDES))
    elif accepted:
        objections += _limits(source, target, asked.hours, carry_over=asked.carry_over)
    elif not 0 < len(reason.strip()) <= LONGEST_REASON:
        objections.append(Objection(CommitmentRefusal.TRANSFER_REASON, "reason"))
    if objections:
        raise refuse(*objections)
    answer = DueTransferAnswer.objects.create(
        transfer=asked, accepted=accepted, reason=reason.strip(), answered_by_org_id=actor.organisation_id,
        answered_by_label=actor.label, at=now,
    )  # fmt: skip
    action = "due.transfer_accepted" if accepted else "due.transfer_refused"
    journal(actor, source, action, now, to=target.holder.name, hours=str(asked.hours), reason=reason.strip())
    return answer


def _one_group(source: Commitment, target: Commitment) -> bool:
    return (source.head_id or source.pk) == (target.head_id or target.pk)


def _sides(source: Commitment, target: Commitment, *, carry_over: bool) -> set[int]:
    """Organisations that must agree. None for a carry-over between two holders or two buyers: nobody can agree on it."""
    if not carry_over:
        return {source.holder_id, target.holder_id}
    buyers = {source.lot.contract.buyer_id, target.lot.contract.buyer_id}
    return {source.holder_id, *buyers} if source.holder_id == target.holder_id and len(buyers) == 1 else set()


def _limits(source: Commitment, target: Commitment, hours: Decimal, *, carry_over: bool) -> list[Objection]:
    if hours <= 0:
        return [Objection(CommitmentRefusal.TRANSFER_HOURS, "hours")]
    most = max(Decimal(0), source.balance_hours)
    code = CommitmentRefusal.TRANSFER_ABOVE_SHARE
    if carry_over:
        most = min(most, max(Decimal(0), -target.balance_hours))
        code = CommitmentRefusal.CARRY_OVER_NO_SURPLUS
    return [Objection(code, "hours", {"most": french.hours(most)})] if hours > most else []


def _pair(actor: Actor, source_id: str, target_id: str) -> tuple[Commitment, Commitment]:
    """Both locked; the actor sees one of them and the other is of its group, or sees both."""
    seen = list(commitments_visible_to(actor).filter(public_id__in=(source_id, target_id)))
    known = {one.public_id: one.pk for one in seen} | {
        row.public_id: row.pk for one in seen for row in group_rows(one.head_id or one.pk)
    }
    if source_id == target_id or not {source_id, target_id} <= known.keys():
        raise NotForYou
    return _locked_pair(known[source_id], known[target_id])


def _locked_pair(source: int, target: int) -> tuple[Commitment, Commitment]:
    rows = (
        Commitment.objects.select_related("lot__contract", "holder")
        .select_for_update(of=("self",))
        .filter(pk__in=(source, target))
        .order_by(F("pk"))
    )
    found = {one.pk: one for one in rows}
    return found[source], found[target]
