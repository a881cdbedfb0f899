"""What makes a position or a step impossible, when a step is due, and how hours to find spread over months. Plain Python."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from levier.foundation import french
from levier.foundation.calendar import is_working_day
from levier.foundation.objections import Objection
from levier.foundation.periods import last_of_month, months_between
from levier.foundation.quantities import hundredths
from levier.reference.values import Catalogue
from levier.referrals.labels import HEALTH_WORDS
from levier.referrals.values import (
    LIVE,
    LONGEST_NOTE,
    LONGEST_TEXT,
    MOST_PLACES,
    STEPS,
    Bounds,
    Reason,
    ReferralRefusal,
    ReferralState,
    StepFacts,
    Terms,
    Wish,
)

_ROME = re.compile(r"[A-N][0-9]{4}")
_PHONE = re.compile(r"0[1-9][0-9]{8}")
DELAYS = {
    ReferralState.PROPOSED: "referral.delay.answer",
    ReferralState.TO_MEET: "referral.delay.meeting",
    ReferralState.RETAINED: "referral.delay.placement",
}
"""Promised delay of each step, in working days (jours ouvrés): reference values."""


def objections_to_terms(terms: Terms, bounds: Bounds) -> tuple[Objection, ...]:
    """Empty when the position can be opened or changed so."""
    return (*_about_the_job(terms, bounds), *_about_the_dates(terms, bounds), *_about_the_words(terms))


def _about_the_job(terms: Terms, bounds: Bounds) -> list[Objection]:
    found: list[Objection] = []
    if not terms.job_title.strip() or len(terms.job_title) > 120:
        found.append(Objection(ReferralRefusal.JOB_MISSING, "job_title"))
    if not _ROME.fullmatch(terms.job_code):
        found.append(Objection(ReferralRefusal.JOB_CODE, "job"))
    if not 1 <= terms.places <= MOST_PLACES:
        found.append(Objection(ReferralRefusal.PLACES, "places", {"most": MOST_PLACES}))
    elif terms.places < bounds.hired:
        hired = {"hired": french.plural(bounds.hired, "personne")}
        found.append(Objection(ReferralRefusal.PLACES_BELOW_HIRED, "places", hired))
    return found


def _about_the_dates(terms: Terms, bounds: Bounds) -> list[Objection]:
    found: list[Objection] = []
    if not bounds.starts_on <= terms.starts_on <= bounds.ends_on:
        spoken = {"start": french.day(bounds.starts_on), "end": french.day(bounds.ends_on)}
        found.append(Objection(ReferralRefusal.START_OUTSIDE, "starts_on", spoken))
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        found.append(Objection(ReferralRefusal.END_BEFORE_START, "ends_on", {"start": french.day(terms.starts_on)}))
    if not 1 <= terms.weekly_hours <= bounds.legal_week:
        found.append(
            Objection(ReferralRefusal.WEEKLY_HOURS, "weekly_hours", {"limit": french.hours(bounds.legal_week)})
        )
    return found


def _about_the_words(terms: Terms) -> list[Objection]:
    found: list[Objection] = []
    if not terms.link.strip():
        found.append(Objection(ReferralRefusal.LINK_MISSING, "link"))
    for field, text, most in (
        ("tutor", terms.tutor, 120),
        ("conditions", terms.conditions, LONGEST_TEXT),
        ("link", terms.link, LONGEST_TEXT),
    ):
        if len(text) > most:
            found.append(Objection(ReferralRefusal.TOO_LONG, field, {"most": most}))
    return found


def objections_to_wish(wish: Wish) -> tuple[Objection, ...]:
    """Empty when the person may be proposed with these words."""
    found = list(objections_to_note(wish.wish, "wish"))
    if not wish.agreed:
        found.append(Objection(ReferralRefusal.AGREEMENT_MISSING, "agreed"))
    if wish.phone and not _PHONE.fullmatch(wish.phone):
        found.append(Objection(ReferralRefusal.PHONE, "phone", {"typed": wish.phone[:20]}))
    elif wish.phone and not wish.phone_agreed:
        found.append(Objection(ReferralRefusal.PHONE_WITHOUT_AGREEMENT, "phone_agreed"))
    return tuple(found)


def objections_to_note(note: str, field: str = "note") -> tuple[Objection, ...]:
    """A few words beside a reason from the list: short, and never about a person's health or life."""
    if len(note) > LONGEST_NOTE:
        return (Objection(ReferralRefusal.NOTE_TOO_LONG, field),)
    lowered = note.lower()
    for beginning in HEALTH_WORDS:
        if match := re.search(rf"\b{re.escape(beginning)}\w*", lowered):
            return (Objection(ReferralRefusal.HEALTH_WORDS, field, {"word": match[0]}),)
    return ()


def objections_to_step(facts: StepFacts) -> tuple[Objection, ...]:
    """Empty when the step may be taken. Who is no party to the referral never comes here: for a stranger it does not exist."""
    step = STEPS.get((facts.state, facts.target))
    if step is None or not step.by & facts.parties:
        return (Objection(ReferralRefusal.NOT_A_STEP),)
    found = list(objections_to_note(facts.note))
    if step.reasons and facts.reason not in step.reasons:
        found.append(Objection(ReferralRefusal.REASON_MISSING, "reason"))
    if step.reasons and facts.reason == Reason.OTHER and not facts.note.strip():
        found.append(Objection(ReferralRefusal.NOTE_MISSING, "note"))
    if facts.target is ReferralState.TO_MEET and (facts.meets_on is None or facts.meets_on < facts.today):
        found.append(Objection(ReferralRefusal.MEETING_IN_THE_PAST, "meets_on"))
    return tuple(found)


def after_working_days(start: date, days: int) -> date:
    """The last day to act when so many working days are promised from the day after `start`."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def due_on(state: ReferralState, since: date, catalogue: Catalogue, *, meets_on: date | None = None) -> date | None:
    """Last day promised for the next step; None where nothing is owed. The delay is the one in force the day the step began.

    A meeting's answer is counted from the meeting.
    """
    if state not in LIVE:
        return None
    start = max(since, meets_on) if state is ReferralState.TO_MEET and meets_on else since
    return after_working_days(start, int(catalogue.at(DELAYS[state], since).value))


def days_late(due: date | None, today: date) -> int:
    """Days gone since the promised one; 0 while the promise holds."""
    return max(0, (today - due).days) if due else 0


def spread(hours: Decimal, first: date, last: date) -> dict[date, Decimal]:
    """Hours to find, evenly over the days from `first` to `last` (both included), by month. The months add up to the hours exactly.

    A span that is over before it begins falls whole into the month of `first`.
    """
    if last < first:
        return {first.replace(day=1): hundredths(hours)} if hours else {}
    days = (last - first).days + 1
    found: dict[date, Decimal] = {}
    before = Decimal(0)
    for month in months_between(first, last):
        elapsed = (min(last, last_of_month(month)) - first).days + 1
        until = hundredths(hours * elapsed / days)
        found[month] = until - before
        before = until
    return found


def uncovered(due: Decimal, done: Decimal, waived: Decimal, expected: Iterable[Decimal]) -> Decimal:
    """Hours of a commitment that nobody covers: due, less done, given up, and expected of contracts and open positions."""
    return max(Decimal(0), due - done - waived - sum(expected, Decimal(0)))


def expected_hours(weekly: Decimal, first: date, last: date) -> Decimal:
    """Hours of one contract from `first` to `last`, seven days counting for a week."""
    return hundredths(weekly * max(0, (last - first).days + 1) / 7)
