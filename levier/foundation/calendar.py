"""Working days in mainland France, from the `holidays` library (no Alsace-Moselle days: the Bouches-du-Rhône has none)."""

from datetime import date, timedelta
from functools import cache

import holidays


@cache
def public_holidays(year: int) -> dict[date, str]:
    """The public holidays (fêtes légales) of that year with their French names."""
    return dict(holidays.country_holidays("FR", years=year, language="fr"))


def is_public_holiday(day: date) -> bool:
    return day in public_holidays(day.year)


def is_working_day(day: date) -> bool:
    """Monday to Friday, public holidays excepted (jours ouvrés)."""
    return day.weekday() < 5 and not is_public_holiday(day)


def next_working_day(day: date) -> date:
    """The day itself when it is worked, else the first worked day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
