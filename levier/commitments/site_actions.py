"""Writing the calendar of a site: the company proposes, the facilitator writes and answers; nothing is ever erased."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.commitments import policies
from levier.commitments.actions import LONGEST_REASON, journal, locked, owed
from levier.commitments.models import Commitment, SitePeriod, SiteStep
from levier.commitments.refusals import CommitmentRefusal, refuse
from levier.commitments.site_days import CLOSURES, ON_WEEKDAYS, OPEN_ENDED, SiteKind
from levier.commitments.site_queries import line_of, resumption_of, site_lines, site_periods_visible_to
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection


@transaction.atomic
def write_site_period(
    *,
    actor: Actor,
    commitment_public_id: str,
    kind: SiteKind,
    first_day: date,
    last_day: date | None,
    reason: str,
    now: datetime,
    weekdays: Collection[int] = (),
) -> SitePeriod:
    """A line more: proposed where the company writes it, in force where the facilitator does. The same line twice is one."""
    commitment = locked(actor, commitment_public_id)
    if not policies.may_write_site(actor, owed(commitment)):
        raise NotForYou
    days = sorted(weekdays) if kind in ON_WEEKDAYS else []
    told = (kind.value, first_day, last_day, days)
    for line in site_lines(commitment):
        one = line.period
        if line.alive and (one.kind, one.first_day, one.last_day, one.weekdays) == told:
            return one
    reason = " ".join(reason.split())
    if objections := _objections(commitment, kind, first_day, last_day, days, reason):
        raise refuse(*objections)
    side = "facilitator" if policies.may_settle_site(actor, owed(commitment)) else "company"
    period = SitePeriod.objects.create(
        commitment=commitment, kind=kind.value, first_day=first_day, last_day=last_day, weekdays=days, reason=reason, side=side,
        at=now, by_label=actor.label,
    )  # fmt: skip
    action = "site.written" if side == "facilitator" else "site.proposed"
    journal(actor, commitment, action, now, **_facts(period), reason=reason)
    return period


@transaction.atomic
def resume_site(*, actor: Actor, period_public_id: str, day: date, reason: str, now: datetime) -> SitePeriod:
    """The works are on again from that day (reprise): a line that ends the closure, undone by withdrawing it.

    Proposed where the company writes it, in force where the facilitator does. The same day told twice is one line. Raise Refusal for a
    line that closes nothing, a day outside the closure or the commitment, and a closure whose resumption is already written.
    """
    closure = _period(actor, period_public_id)
    commitment = closure.commitment
    if not policies.may_write_site(actor, owed(commitment)):
        raise NotForYou
    known = resumption_of(closure)
    if known is not None and known.period.first_day == day:
        return known.period
    reason = " ".join(reason.split())
    if objections := _objections_to_resuming(closure, known.period if known else None, day, reason):
        raise refuse(*objections)
    side = "facilitator" if policies.may_settle_site(actor, owed(commitment)) else "company"
    made = SitePeriod.objects.create(
        commitment=commitment, kind=SiteKind.RESUME.value, first_day=day, last_day=day, reason=reason, side=side, at=now,
        by_label=actor.label, resumes=closure,
    )  # fmt: skip
    action = "site.written" if side == "facilitator" else "site.proposed"
    journal(actor, commitment, action, now, **_facts(made), reason=reason)
    return made


def _objections_to_resuming(closure: SitePeriod, known: SitePeriod | None, day: date, reason: str) -> list[Objection]:
    if SiteKind(closure.kind) not in CLOSURES or line_of(closure).state != "in_force":
        return [Objection(CommitmentRefusal.SITE_NOT_CLOSED)]
    if known is not None:
        return [Objection(CommitmentRefusal.SITE_RESUMED, "day", {"day": french.day(known.first_day)})]
    found = []
    last = min(closure.last_day or closure.commitment.ends_on, closure.commitment.ends_on)
    if not closure.first_day < day <= last:
        facts = {"first": french.day(closure.first_day), "last": french.day(last)}
        found.append(Objection(CommitmentRefusal.SITE_RESUME_DAY, "day", facts))
    if not 0 < len(reason) <= LONGEST_REASON:
        found.append(Objection(CommitmentRefusal.SITE_REASON, "reason"))
    return found


def _objections(
    commitment: Commitment, kind: SiteKind, first_day: date, last_day: date | None, days: list[int], reason: str
) -> list[Objection]:
    found = []
    if not 0 < len(reason) <= LONGEST_REASON:
        found.append(Objection(CommitmentRefusal.SITE_REASON, "reason"))
    if last_day is None and kind not in OPEN_ENDED:
        found.append(Objection(CommitmentRefusal.SITE_END, "last_day"))
    if last_day is not None and last_day < first_day:
        found.append(Objection(CommitmentRefusal.SITE_DATES, "last_day"))
    elif first_day > commitment.ends_on or (last_day is not None and last_day < commitment.starts_on):
        facts = {"starts": french.day(commitment.starts_on), "ends": french.day(commitment.ends_on)}
        found.append(Objection(CommitmentRefusal.SITE_OUTSIDE, "first_day", facts))
    if kind in ON_WEEKDAYS and not days:
        found.append(Objection(CommitmentRefusal.SITE_WEEKDAYS, "weekdays"))
    return found


@transaction.atomic
def answer_site_period(*, actor: Actor, period_public_id: str, agreed: bool, reason: str, now: datetime) -> SiteStep:
    """The facilitator's answer to a proposal; a refusal has its reason."""
    period = _period(actor, period_public_id)
    if not policies.may_settle_site(actor, owed(period.commitment)):
        raise NotForYou
    line, step = line_of(period), "agreed" if agreed else "refused"
    if line.last_step is not None and line.last_step.step == step:
        return line.last_step
    if line.state != "proposed":
        raise refuse(Objection(CommitmentRefusal.SITE_SETTLED))
    return _step(actor, period, step, reason, now)


@transaction.atomic
def withdraw_site_period(*, actor: Actor, period_public_id: str, reason: str, now: datetime) -> SiteStep:
    """Take a line out, with a reason; it stays in the history. A company takes back its own proposal, the facilitator any line."""
    period = _period(actor, period_public_id)
    line, settles = line_of(period), policies.may_settle_site(actor, owed(period.commitment))
    if not settles and not may_take_back(actor, line.period, line.state):
        raise NotForYou
    if line.last_step is not None and line.last_step.step == "withdrawn":
        return line.last_step
    if not line.alive:
        raise refuse(Objection(CommitmentRefusal.SITE_SETTLED))
    if (resumption := resumption_of(period)) is not None:
        facts = {"day": french.day(resumption.period.first_day)}
        raise refuse(Objection(CommitmentRefusal.SITE_RESUMED_FIRST, "reason", facts))
    return _step(actor, period, "withdrawn", reason, now)


def may_take_back(actor: Actor, period: SitePeriod, state: str) -> bool:
    """Whether that line may be withdrawn by that actor."""
    if policies.may_settle_site(actor, owed(period.commitment)):
        return True
    return (
        period.side == "company"
        and state in {"proposed", "withdrawn"}
        and policies.may_write_site(actor, owed(period.commitment))
    )


def _period(actor: Actor, public_id: str) -> SitePeriod:
    """The line with its commitment under lock. Raise NotForYou when it is unknown or foreign."""
    found = site_periods_visible_to(actor).filter(public_id=public_id).select_related("commitment").first()
    if found is None:
        raise NotForYou
    found.commitment = locked(actor, found.commitment.public_id)
    return found


def _step(actor: Actor, period: SitePeriod, step: str, reason: str, now: datetime) -> SiteStep:
    reason = " ".join(reason.split())
    if step != "agreed" and not 0 < len(reason) <= LONGEST_REASON:
        raise refuse(Objection(CommitmentRefusal.SITE_REASON, "reason"))
    made = SiteStep.objects.create(
        period=period, step=step, reason=reason[:LONGEST_REASON], at=now, by_label=actor.label
    )
    journal(actor, period.commitment, f"site.{step}", now, **_facts(period), reason=reason)
    return made


def _facts(period: SitePeriod) -> dict[str, object]:
    last = period.last_day.isoformat() if period.last_day else None
    return {"kind": period.kind, "first": period.first_day.isoformat(), "last": last, "weekdays": list(period.weekdays)}
