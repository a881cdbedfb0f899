"""When hours are due, may be accepted, and may be shared between commitments. domain.md sections 3.5, 3.6 and 5.5."""

import calendar
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.foundation.objections import Objection
from levier.foundation.periods import add_months, first_of_month, last_of_month
from levier.foundation.quantities import half_up, hundredths
from levier.hours.codes import Doubt
from levier.hours.values import (
    Allocation,
    Deadline,
    HoursRefusal,
    LineToRead,
    MonthLimit,
    Pooling,
    Reading,
    Rhythm,
    Window,
    WorkedFacts,
)
from levier.reference.values import Catalogue

COUNTED_ONCE = Source(
    "Une heure travaillée compte une seule fois : la somme répartie ne dépasse pas les heures travaillées",
    "atoutclauses.fr, globalisation des heures ; amendement n° 2573 de 2015 pour l’exemple 50/80/120",
    Confidence.CONFIRMED,
    "pooling.allocate/1",
)
DOUBTS_ARE_OURS = Source(
    "Un doute n’est pas un refus : il met la ligne en tête pour être relue",
    "réglage de conception de Levier ; cas d’abus de la double déclaration (agence et entreprise utilisatrice)",
    Confidence.DESIGN,
    "hours.doubts/1",
)
SEVERAL = 2
"""People alike from which a statement looks copied."""
_ZERO = Decimal("0.00")


def period_end(month: date, rhythm: Rhythm) -> date:
    """Last day of the period in which that month is declared: of the month itself, of its quarter, of its half-year."""
    first = first_of_month(month)
    return last_of_month(add_months(first, -first.month % rhythm.months))


def deadline(
    period_end: date, catalogue: Catalogue, day_before: int | None = None, source: str = ""
) -> Explained[Deadline]:
    """Last day to send the statement of a period: "before the 15th of the following month" leaves until the 14th.

    `day_before` is the buyer's own day with its `source`; None: the dated default.
    """
    if day_before is None:
        default = catalogue.at("hours.declaration_day_before", period_end)
        day_before, origin = int(default.value), default.as_source()
    else:
        origin = Source("Calendrier de l’acheteur", source, Confidence.CONFIRMED, "hours.declaration_calendar/1")
    following = add_months(first_of_month(period_end), 1)
    last = following.replace(day=day_before) - timedelta(days=1)
    step = Step(
        f"Période close le {french.day(period_end)}{french.HARD}: relevé à transmettre avant le {day_before}"
        f"{french.HARD}{french.month(following)}, donc au plus tard le {french.day(last)}.",
        last.isoformat(),
    )
    return Explained(Deadline(last), (step,), (origin,))


def month_limit(birth_date: date | None, month: date, catalogue: Catalogue) -> MonthLimit:
    """Maximum of the month: the minors' as long as the person is not of age on its last day, the adults' otherwise or when unknown."""
    day = last_of_month(month)
    age = catalogue.at("hours.adult_age", day)
    minor = birth_date is not None and _birthday(birth_date, int(age.value)) > day
    who = "minor" if minor else "adult"
    value = catalogue.at(f"hours.maximum.month.{who}", day)
    return MonthLimit(hundredths(value.value), value.version, catalogue.at(f"hours.maximum.day.{who}", day).value)


def _birthday(birth_date: date, age: int) -> date:
    """A person born on 29 February comes of age on 1 March of a year without that day."""
    year = birth_date.year + age
    if birth_date.month == 2 and birth_date.day == 29 and not calendar.isleap(year):
        return date(year, 3, 1)
    return birth_date.replace(year=year)


def objections_to_acceptance(line: WorkedFacts, limit: MonthLimit) -> tuple[Objection, ...]:
    """Why this line cannot be accepted; empty means it can. All reasons are given at once, the person's first."""
    return (
        *_about_the_line(line),
        *_about_the_month(line),
        *(_about_eligibility(line) or _about_covered_days(line, limit)),
        *_about_quantities(line, limit),
        *_about_the_deciders(line),
    )


def _about_the_line(line: WorkedFacts) -> list[Objection]:
    found = []
    if line.hours <= 0:
        found.append(Objection(HoursRefusal.NOT_POSITIVE, "hours"))
    if line.already_accepted:
        found.append(Objection(HoursRefusal.DUPLICATE_LINE, "hours", {"month": french.month(line.month)}))
    return found


def _about_the_month(line: WorkedFacts) -> list[Objection]:
    found = []
    if first_of_month(line.month) > line.today:
        found.append(Objection(HoursRefusal.FUTURE_MONTH, "month", {"month": french.month(line.month)}))
    if line.period_sealed:
        found.append(Objection(HoursRefusal.SEALED_PERIOD, "month", {"month": french.month(line.month)}))
    if last_of_month(line.month) < line.notified_on:
        found.append(Objection(HoursRefusal.BEFORE_NOTIFICATION, "month", {"day": french.day(line.notified_on)}))
    if first_of_month(line.month) > line.ends_on:
        found.append(Objection(HoursRefusal.AFTER_END, "month", {"day": french.day(line.ends_on)}))
    return found


def worked_span(line: WorkedFacts) -> tuple[date, date] | None:
    """Days of the month on which the placement allows work, both included; None when it allows none."""
    first = max(first_of_month(line.month), line.placement_starts_on)
    last = last_of_month(line.month)
    if line.placement_ends_on is not None:
        last = min(last, line.placement_ends_on)
    return (first, last) if first <= last else None


def _about_eligibility(line: WorkedFacts) -> list[Objection]:
    """Some window must share a day with the work of the month. A month that straddles the edge of a window is accepted, as far as its
    covered days can hold the hours: the facilitator sees the limits and checks the days on the evidence.
    """
    if not line.windows:
        return [Objection(HoursRefusal.NO_ELIGIBILITY, "person")]
    span = worked_span(line)
    if span is None:
        facts = {
            "start": french.day(line.placement_starts_on),
            "end": french.day(line.placement_ends_on) if line.placement_ends_on else "sans fin",
        }
        return [Objection(HoursRefusal.OUTSIDE_PLACEMENT, "month", facts)]
    first, last = span
    if any(window.starts <= last and first <= window.until and window.decision_date <= last for window in line.windows):
        return []
    latest: Window = max(line.windows, key=lambda window: window.until)
    earliest: Window = min(line.windows, key=lambda window: window.decision_date)
    if last < earliest.decision_date:
        return [Objection(HoursRefusal.BEFORE_DECISION, "month", {"day": french.day(earliest.decision_date)})]
    return [
        Objection(
            HoursRefusal.OUTSIDE_WINDOW,
            "month",
            {"start": french.day(min(window.starts for window in line.windows)), "until": french.day(latest.until)},
        )
    ]


def covered_days(first: date, last: date, windows: tuple[Window, ...]) -> int:
    """Days from `first` to `last` on which hours may count: inside a window, not before its decision."""
    for window in windows:
        if max(window.starts, window.decision_date) <= first and last <= window.until:
            return max(0, (last - first).days + 1)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(
        any(max(window.starts, window.decision_date) <= day <= window.until for window in windows) for day in days
    )


def _about_covered_days(line: WorkedFacts, limit: MonthLimit) -> list[Objection]:
    """More hours than the covered days of the month can hold, at the legal maximum of a day: some were worked outside."""
    span = worked_span(line)
    if span is None:
        return []
    days = covered_days(max(span[0], line.notified_on), min(span[1], line.ends_on), line.windows)
    if not days or line.hours <= days * limit.daily:
        return []
    facts = {"hours": french.hours(line.hours), "days": french.plural(days, "jour"), "daily": french.hours(limit.daily)}
    return [Objection(HoursRefusal.OVER_COVERED_DAYS, "hours", facts)]


def _about_quantities(line: WorkedFacts, limit: MonthLimit) -> list[Objection]:
    found = []
    left = max(_ZERO, line.worked_hours - line.drawn_elsewhere)
    if line.hours > left:
        facts = {"worked": french.hours(line.worked_hours), "left": french.hours(left)}
        found.append(Objection(HoursRefusal.EXCEEDS_WORKED, "hours", facts))
    total = line.other_employers_hours + line.worked_hours
    if total > limit.hours:
        facts = {"total": french.hours(total), "limit": french.hours(limit.hours), "month": french.month(line.month)}
        found.append(Objection(HoursRefusal.OVER_LEGAL_MAXIMUM, "hours", facts))
    return found


def _about_the_deciders(line: WorkedFacts) -> list[Objection]:
    if line.declared_by == line.decided_by:
        return [Objection(HoursRefusal.FOUR_EYES)]
    if line.declared_for == line.decided_for:
        return [Objection(HoursRefusal.SAME_COMPANY)]
    return []


def allocate(worked: Decimal, allocations: tuple[Allocation, ...]) -> Explained[Pooling]:
    """Share worked hours between commitments: each hour once, each commitment once (T19: 250 h as 50/80/120)."""
    allocated = sum((part.hours for part in allocations), _ZERO)
    objections = []
    if allocated > worked:
        facts = {
            "allocated": french.hours(allocated),
            "worked": french.hours(worked),
            "excess": french.hours(allocated - worked),
        }
        objections.append(Objection(HoursRefusal.OVER_ALLOCATED, "allocations", facts))
    times = Counter(part.commitment for part in allocations)
    objections += [
        Objection(HoursRefusal.DUPLICATE_COMMITMENT, "allocations", {"commitment": name})
        for name, count in times.items()
        if count > 1
    ]
    parts = " + ".join(french.number(part.hours) for part in allocations)
    steps = (
        Step(f"Heures réparties{french.HARD}: {parts} = {french.hours(allocated)}.", str(hundredths(allocated))),
        Step(
            f"Heures travaillées{french.HARD}: {french.hours(worked)}. "
            + (
                f"Le total tient, il reste {french.hours(worked - allocated)}."
                if allocated <= worked
                else f"Le total dépasse de {french.hours(allocated - worked)}."
            ),
            str(hundredths(worked)),
        ),
    )
    return Explained(Pooling(not objections, tuple(objections)), steps, (COUNTED_ONCE,))


@lru_cache(maxsize=256)
def contract_hours(weekly: Decimal) -> Decimal:
    """Hours of a month for so many a week, as payslips have it: 35 h × 52 ÷ 12 = 151,67 h."""
    return half_up(Fraction(weekly) * 52 / 12, 2)


def repeats(hours: Decimal | None, last_month: Decimal | None, weekly: Decimal) -> bool:
    """The same hours as last month, where they are not simply the full month of the contract."""
    return bool(hours) and hours == last_month and hours != contract_hours(weekly)


def doubts_about(line: LineToRead) -> tuple[Objection, ...]:
    """What makes a line doubtful by its figures and by what others said of it, the gravest first."""
    found = []
    if line.confirmed_by_person is False:
        found.append(Objection(Doubt.CONTESTED_BY_PERSON, "hours"))
    if line.total > line.limit:
        found.append(Objection(Doubt.OVER_MAXIMUM, "hours", {"total": line.total, "maximum": line.limit}))
    elif line.total > line.alert:
        found.append(Objection(Doubt.OVER_ALERT, "hours", {"total": line.total, "alert": line.alert}))
    if line.twins:
        found.append(Objection(Doubt.DECLARED_TWICE, "hours"))
    if line.open_days is not None and line.hours > (most := _possible(line, line.open_days)):
        found.append(off_calendar(line.hours, line.open_days, most, line.calendar))
    if line.confirmed_by_structure is False:
        found.append(Objection(Doubt.NOT_CONFIRMED_BY_STRUCTURE, "hours"))
    if line.hours > (most := contract_hours(line.weekly)):
        found.append(Objection(Doubt.ABOVE_CONTRACT, "hours", {"contract": most, "weekly": line.weekly}))
    full = line.hours == contract_hours(line.weekly)
    if not full and line.alike >= SEVERAL:
        found.append(
            Objection(
                Doubt.SAME_AS_OTHERS,
                "hours",
                {"people": french.plural(line.alike, "autre personne", "autres personnes")},
            )
        )
    if line.same_as_last >= SEVERAL and repeats(line.hours, line.last_month, line.weekly):
        people = french.plural(line.same_as_last, "personne")
        found.append(Objection(Doubt.SAME_AS_LAST_MONTH, "hours", {"people": people}))
    return tuple(found)


def off_calendar(hours: Decimal, open_days: int, most: Decimal, calendar: str) -> Objection:
    """More hours than the open days of the site allow; `calendar` says in a sentence what closes it."""
    days = french.plural(open_days, "jour ouvert", "jours ouverts")
    return Objection(Doubt.OFF_CALENDAR, "hours", {"hours": hours, "days": days, "most": most, "calendar": calendar})


def _possible(line: LineToRead, open_days: int) -> Decimal:
    return open_days * line.daily if line.possible is None else line.possible


def reading(line: LineToRead) -> Explained[Reading]:
    """The doubts about a line, in codes, and what changed since last month."""
    found = doubts_about(line)
    change = None if line.last_month is None else hundredths(line.hours - line.last_month)
    said = (
        f"{french.plural(len(found), 'doute')} : la ligne se lit en premier."
        if found
        else "Aucun doute : la ligne concorde avec ce que l’on sait."
    )
    steps = (Step(said, str(len(found))),)
    return Explained(Reading(tuple(str(one.code) for one in found), change), steps, (DOUBTS_ARE_OURS,))
