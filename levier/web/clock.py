"""The one place where pages read the time; tests replace `now`."""

from datetime import date, datetime

from django.utils import timezone

from levier.foundation.periods import civil_date


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The date in Paris."""
    return civil_date(now())
