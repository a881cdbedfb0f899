"""What the calendar of a site allows on some days, asked for many lines: read once for all of one calendar and the same days."""

from collections.abc import Iterable, Mapping
from datetime import date

from levier.commitments.site_days import SiteMonth, SiteSpan, possible_hours
from levier.commitments.site_queries import sites_of
from levier.foundation.periods import last_of_month
from levier.hours.checks import Span
from levier.reference.values import Catalogue


class Sites:
    """The calendars of these commitments: one query when it is made, none afterwards."""

    def __init__(self, commitment_ids: Iterable[int], values: Catalogue) -> None:
        self._spans: Mapping[int, tuple[SiteSpan, ...]] = sites_of(commitment_ids)
        self._values = values
        self._known: dict[tuple[tuple[SiteSpan, ...], date, date], SiteMonth] = {}

    def on(self, commitment_id: int, days: Span | None) -> SiteMonth | None:
        """What these days of one month allow on the site of that commitment; None without a day."""
        if days is None:
            return None
        key = (self._spans.get(commitment_id, ()), days.first, days.last)
        if key not in self._known:
            daily, nightly = (
                self._values.at(f"hours.maximum.day.{which}", last_of_month(days.last)).value
                for which in ("adult", "night")
            )
            found = possible_hours(key[0], days.first, days.last, daily=daily, nightly=nightly)
            self._known[key] = found.result
        return self._known[key]
