"""When each buyer's contracts ask for statements. One object answers for everything that says "overdue"."""

from collections.abc import Iterable
from datetime import date

from levier.foundation.periods import add_months, first_of_month
from levier.hours.models import DeclarationCalendar
from levier.hours.rules import deadline, period_end
from levier.hours.values import Rhythm
from levier.reference.values import Catalogue


class Calendars:
    """The calendars of all buyers: one query when it is made, none afterwards. The rule is asked once a buyer and month."""

    def __init__(self, catalogue: Catalogue, rows: Iterable[DeclarationCalendar]) -> None:
        self._catalogue = catalogue
        self._rows: dict[int, list[DeclarationCalendar]] = {}
        for row in sorted(rows, key=lambda one: one.valid_from, reverse=True):
            self._rows.setdefault(row.buyer_id, []).append(row)
        self._known: dict[tuple[int, date], tuple[date, date]] = {}

    def row_at(self, buyer_id: int, month: date) -> DeclarationCalendar | None:
        """The buyer's own row in force for that month; None where the default holds."""
        return next((row for row in self._rows.get(buyer_id, ()) if row.valid_from <= first_of_month(month)), None)

    def period(self, buyer_id: int, month: date) -> tuple[date, date]:
        """(last day of the period that holds this month, last day to send its statement)."""
        key = (buyer_id if buyer_id in self._rows else 0, first_of_month(month))
        if key not in self._known:
            row = self.row_at(buyer_id, month)
            end = period_end(month, Rhythm(row.rhythm) if row else Rhythm.MONTHLY)
            found = deadline(end, self._catalogue, row.day_before if row else None, row.source if row else "")
            self._known[key] = (end, found.result.last_day)
        return self._known[key]

    def last_day(self, buyer_id: int, month: date) -> date:
        return self.period(buyer_id, month)[1]

    def closed(self, buyer_id: int, months: Iterable[date], today: date) -> list[date]:
        """Among these months, those whose period is over: a month of a quarter is not asked for before the quarter ends."""
        return [month for month in months if self.period(buyer_id, month)[0] < today]

    def coming(self, buyer_id: int, today: date, months: int = 12) -> list[tuple[date, date]]:
        """(end of period, last day to send) from today on, over so many months."""
        first = add_months(first_of_month(today), -6)
        found = {self.period(buyer_id, add_months(first, rank)) for rank in range(months + 6)}
        return sorted((end, last) for end, last in found if last >= today and end <= add_months(today, months))


def calendars(catalogue: Catalogue) -> Calendars:
    return Calendars(catalogue, DeclarationCalendar.objects.all())
