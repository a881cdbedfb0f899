"""Putting a line of the Monday list off or giving it to somebody, setting a buyer's calendar."""

from datetime import date, datetime, timedelta

from django.db import transaction

from levier.accounts.models import User
from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.queries import commitment_for
from levier.following.models import HandledLine, Standing
from levier.following.policies import may_handle, may_set_calendar
from levier.following.queries import may_be_given
from levier.following.refusals import FollowingRefusal, refuse
from levier.foundation import french
from levier.foundation.objections import NotForYou
from levier.foundation.periods import add_months, civil_date, first_of_month
from levier.hours.models import DeclarationCalendar
from levier.hours.values import Rhythm
from levier.organisations.models import Organisation
from levier.reference.values import Catalogue

LONGEST_REASON = 500


@transaction.atomic
def handle_line(
    *,
    actor: Actor,
    commitment_id: str,
    until: date | None,
    assignee: str,
    reason: str,
    now: datetime,
    catalogue: Catalogue,
) -> HandledLine:
    """Put the line off until a day, give it to somebody (public identifier of a user), or both; what is left empty is taken back.

    Raise NotForYou outside the actor's reach, Refusal when the day, the person or the reason will not do.
    """
    commitment = commitment_for(actor, commitment_id)
    if not may_handle(actor):
        raise NotForYou
    today = civil_date(now)
    standing = Standing.objects.select_for_update().filter(pk=commitment.pk).first()
    if standing is None:
        raise NotForYou
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise refuse(FollowingRefusal.REASON, "reason")
    somebody = _somebody(assignee, may_be_given(commitment, today))
    if until is None and somebody is None and standing.postponed_until is None and standing.assigned_to_id is None:
        raise refuse(FollowingRefusal.NOTHING_ASKED, "until")
    _check_day(until, today, int(catalogue.at("following.postpone_days", today).value))
    assert actor.user_id is not None
    line = HandledLine.objects.create(
        commitment=commitment,
        postponed_until=until,
        assigned_to=somebody,
        reason=reason.strip(),
        at=now,
        by_id=actor.user_id,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    standing.postponed_until, standing.assigned_to = until, somebody
    standing.save(update_fields=["postponed_until", "assigned_to"])
    record(
        actor=actor,
        action="following.handled",
        object_kind="commitment",
        object_id=commitment.public_id,
        thread=commitment.lot.contract.public_id,
        facts={"until": until, "assigned_to": somebody.full_name if somebody else "", "reason": line.reason},
        now=now,
    )
    return line


def _somebody(public_id: str, allowed: list[User]) -> User | None:
    if not public_id:
        return None
    found = next((one for one in allowed if one.public_id == public_id), None)
    if found is None:
        raise refuse(FollowingRefusal.NOT_SOMEBODY, "assignee")
    return found


def _check_day(until: date | None, today: date, most: int) -> None:
    if until is None:
        return
    if until <= today:
        raise refuse(FollowingRefusal.NOT_LATER, "until")
    last = today + timedelta(days=most)
    if until > last:
        raise refuse(FollowingRefusal.TOO_LATE, "until", days=str(most), last=french.day(last))


@transaction.atomic
def set_calendar(
    *, actor: Actor, buyer: Organisation, rhythm: Rhythm, day_before: int, valid_from: date, source: str, now: datetime
) -> DeclarationCalendar:
    """From that month on, when the contracts of the buyer ask for statements. What was due before does not change."""
    if not may_set_calendar(actor, buyer_id=buyer.pk):
        raise NotForYou
    if not 2 <= day_before <= 28:
        raise refuse(FollowingRefusal.DAY_BEFORE, "day_before")
    if not source.strip() or len(source) > 200:
        raise refuse(FollowingRefusal.CALENDAR_SOURCE, "source")
    month, earliest = first_of_month(valid_from), add_months(first_of_month(civil_date(now)), -1)
    if month < earliest:
        raise refuse(FollowingRefusal.CALENDAR_PAST, "valid_from", of_month=french.month(earliest))
    if DeclarationCalendar.objects.filter(buyer=buyer, valid_from=month).exists():
        raise refuse(FollowingRefusal.CALENDAR_EXISTS, "valid_from")
    made = DeclarationCalendar.objects.create(
        buyer=buyer,
        valid_from=month,
        rhythm=rhythm.value,
        day_before=day_before,
        source=source.strip(),
        created_at=now,
        created_by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    record(
        actor=actor,
        action="calendar.set",
        object_kind="organisation",
        object_id=buyer.public_id,
        facts={"rhythm": rhythm.value, "day_before": day_before, "valid_from": month, "source": made.source},
        now=now,
    )
    return made
