"""The calendar of a site (calendrier du chantier): which days are worked on it, and what closes the others. Plain Python.

Weekdays are 1 (Monday) to 7 (Sunday). Both ends of a span count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from levier.foundation import french
from levier.foundation.calendar import is_public_holiday, public_holidays
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.foundation.quantities import hundredths


class SiteKind(StrEnum):
    """What a line of the calendar says: when works are on, on which weekdays, what stops them, what is worked besides."""

    WORKS = "works"
    WEEK = "week"
    LEAVE = "leave"
    WEATHER = "weather"
    ORDER = "order"
    CLOSURE = "closure"
    EXTRA = "extra"
    NIGHT = "night"
    RESUME = "resume"


STOPS = frozenset({SiteKind.WEATHER, SiteKind.ORDER})
"""Works stopped from outside (intempéries, ajournement): nobody works, and the time of the contract stands still."""
CLOSURES = STOPS | {SiteKind.LEAVE, SiteKind.CLOSURE}
ON_WEEKDAYS = frozenset({SiteKind.WEEK, SiteKind.EXTRA})
OPEN_ENDED = frozenset({SiteKind.WORKS, SiteKind.WEEK, SiteKind.ORDER})
PERIODS = tuple(kind for kind in SiteKind if kind is not SiteKind.RESUME)
"""Kinds that say something of days by themselves; a resumption (reprise) only ends another line."""
USUAL_WEEK = tuple(range(1, 7))
"""Monday to Saturday, where nobody said which days are worked."""
OPEN_DAYS = Source(
    "Jours ouverts : dates des travaux, jours de la semaine travaillés, jours fériés et fermetures exceptés",
    "Fêtes légales : Code du travail, L3133-1 (sans l’Alsace-Moselle) ; le reste est ce que l’entreprise et le facilitateur ont écrit",
    Confidence.DESIGN,
    "site.possible_hours/1",
)
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True, slots=True)
class SiteSpan:
    """One line in force. `last` None: until further notice. `weekdays`: for a week and for extra days, those that are worked."""

    kind: SiteKind
    first: date
    last: date | None = None
    weekdays: tuple[int, ...] = ()

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """What some days allow on a site. `nights`: open days worked by night; `lost`: each closure with the days that it took from worked
    ones; `holidays`: public holidays that took a worked day; `told`: whether anybody wrote a calendar.
    """

    first: date
    last: date
    open_days: int
    nights: int
    hours: Decimal
    lost: tuple[tuple[SiteSpan, int], ...]
    holidays: tuple[date, ...]
    outside: int
    week: tuple[int, ...]
    told: bool


def open_days(spans: Sequence[SiteSpan], first: date, last: date) -> list[date]:
    """Days of the span on which somebody may work."""
    return [day for day in _days(first, last) if _is_open(day, spans)]


def possible_hours(
    spans: Sequence[SiteSpan], first: date, last: date, *, daily: Decimal, nightly: Decimal
) -> Explained[SiteMonth]:
    """Hours that one person can have worked there: each open day at its legal maximum, `nightly` where works go on by night."""
    opened = open_days(spans, first, last)
    nights = [day for day in opened if _by(spans, SiteKind.NIGHT, day)]
    without = [span for span in spans if span.kind not in CLOSURES]
    taken: dict[SiteSpan, int] = {}
    for day in _days(first, last):
        cause = next((span for span in spans if span.kind in CLOSURES and span.covers(day)), None)
        if cause is not None and day not in opened and _is_open(day, without):
            taken[cause] = taken.get(cause, 0) + 1
    days = _days(first, last)
    holidays = tuple(
        day for day in days if is_public_holiday(day) and day not in opened and day.isoweekday() in week_of(spans, day)
        and _within_works(spans, day) and not any(span.kind in CLOSURES and span.covers(day) for span in spans)
    )  # fmt: skip
    found = SiteMonth(
        first=first,
        last=last,
        open_days=len(opened),
        nights=len(nights),
        hours=hundredths((len(opened) - len(nights)) * daily + len(nights) * nightly),
        lost=tuple(taken.items()),
        holidays=holidays,
        outside=sum(not _within_works(spans, day) for day in days),
        week=week_of(spans, last),
        told=bool(spans),
    )
    return Explained(
        found, tuple(Step(sentence, str(found.hours)) for sentence in _steps(found, daily, nightly)), (OPEN_DAYS,)
    )


def explains(found: SiteMonth) -> str:
    """What closes the site among these days, in one sentence; that nobody wrote a calendar, where nobody did."""
    said = [f"{CAUSES[span.kind]} {period_words(span)} ({french.plural(days, 'jour')})" for span, days in found.lost]
    if found.outside:
        said.append(f"hors des dates de travaux {french.plural(found.outside, 'jour')}")
    if found.holidays:
        count = french.plural(len(found.holidays), "jour férié", "jours fériés")
        said.append(f"{count} ({', '.join(str(day.day) for day in found.holidays)})")
    if not found.told:
        return f"Calendrier non renseigné : {week_words(found.week)}{''.join(f', moins {one}' for one in said)}."
    if not said:
        return f"Chantier ouvert {week_words(found.week)}, sans fermeture."
    return f"Chantier ouvert {week_words(found.week)} ; {' ; '.join(said)}."


CAUSES = {
    SiteKind.LEAVE: "fermé pour congés",
    SiteKind.WEATHER: "arrêté par les intempéries",
    SiteKind.ORDER: "suspendu par ordre de service",
    SiteKind.CLOSURE: "fermé",
}


def period_words(span: SiteSpan) -> str:
    """« du 3 au 21 août 2026 », « du 3 août au 4 septembre 2026 », « le 5 mai 2026 », « depuis le 5 mai 2026 »."""
    if span.last is None:
        return f"depuis le {french.day(span.first)}"
    if span.last == span.first:
        return f"le {french.day(span.first)}"
    words = french.day(span.first).split(french.HARD)
    same = 1 if span.first.replace(day=1) == span.last.replace(day=1) else 2 if span.first.year == span.last.year else 3
    return f"du {french.HARD.join(words[:same])} au {french.day(span.last)}"


def week_words(weekdays: Iterable[int]) -> str:
    """« du lundi au vendredi », « lundi, mercredi »."""
    ordered = sorted(weekdays)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"du {_WEEKDAYS[ordered[0] - 1]} au {_WEEKDAYS[ordered[-1] - 1]}"
    return ", ".join(_WEEKDAYS[day - 1] for day in ordered) or "aucun jour"


def week_of(spans: Iterable[SiteSpan], day: date) -> tuple[int, ...]:
    """Weekdays worked at that day: the last line that says so, else Monday to Saturday."""
    found = USUAL_WEEK
    for span in spans:
        if span.kind is SiteKind.WEEK and span.covers(day):
            found = span.weekdays
    return found


def _is_open(day: date, spans: Sequence[SiteSpan]) -> bool:
    if not _within_works(spans, day) or any(span.kind in STOPS and span.covers(day) for span in spans):
        return False
    if any(span.kind is SiteKind.EXTRA and span.covers(day) and day.isoweekday() in span.weekdays for span in spans):
        return True
    if any(span.kind in CLOSURES and span.covers(day) for span in spans) or is_public_holiday(day):
        return False
    return day.isoweekday() in week_of(spans, day)


def _within_works(spans: Iterable[SiteSpan], day: date) -> bool:
    works = [span for span in spans if span.kind is SiteKind.WORKS]
    return not works or any(span.covers(day) for span in works)


def _by(spans: Iterable[SiteSpan], kind: SiteKind, day: date) -> bool:
    return any(span.kind is kind and span.covers(day) for span in spans)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _steps(found: SiteMonth, daily: Decimal, nightly: Decimal) -> Iterable[str]:
    yield explains(found)
    by_day = f"{french.plural(found.open_days - found.nights, 'jour ouvert', 'jours ouverts')} × {french.hours(daily)}"
    by_night = f" + {french.plural(found.nights, 'jour')} de nuit × {french.hours(nightly)}" if found.nights else ""
    yield f"{by_day}{by_night} = {french.hours(found.hours)} possibles au plus."


def holidays_named(year: int) -> list[tuple[date, str]]:
    """The public holidays of a year, in order, with their names."""
    return sorted(public_holidays(year).items())
