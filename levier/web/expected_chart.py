"""The small chart of a contract: hours expected day by day, and hours accepted, cumulated, with the same figures in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from levier.following.rules import expected_hours
from levier.following.values import Owed
from levier.foundation.periods import last_of_month, months_between
from levier.web import wording

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 150, 46, 8, 10, 22
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Row:
    """The end of a month: hours expected by then, hours accepted up to it (None: not over yet)."""

    month: date
    expected: Decimal
    accepted: Decimal | None


@dataclass(frozen=True, slots=True)
class ExpectedChart:
    """Paths in the units of a view box `width` × `height`; `sentence` says what the drawing shows."""

    expected: str
    accepted: str
    today: float
    top: str
    first: date
    last: date
    rows: tuple[Row, ...]
    sentence: str
    by_invoices: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    ceiling: int = TOP
    floor: int = HEIGHT - BOTTOM


def expected_chart(
    owed: Sequence[Owed], accepted: Mapping[date, Decimal], pending: Decimal, today: date
) -> ExpectedChart | None:
    """None when nothing is owed. `accepted`: hours by month worked."""
    if not owed:
        return None
    first, last = min(one.starts_on for one in owed), max(one.ends_on for one in owed)
    days = max(1, (last - first).days + 1)
    linear = [replace(one, paid_share=None) for one in owed]
    rows, sum_accepted = [], ZERO
    for month in months_between(first, last):
        end = min(last_of_month(month), last)
        sum_accepted += accepted.get(month, ZERO)
        rows.append(
            Row(
                month, sum((expected_hours(one, end) for one in linear), ZERO), sum_accepted if month <= today else None
            )
        )
    now = sum((expected_hours(one, today) for one in owed), ZERO)
    highest = max(
        [one.expected for one in rows] + [one.accepted for one in rows if one.accepted is not None] + [Decimal(1)]
    )

    def point(day: date, value: Decimal) -> str:
        x = LEFT + (day - first + timedelta(days=1)).days / days * (WIDTH - LEFT - RIGHT)
        return f"{x:.1f} {HEIGHT - BOTTOM - float(value / highest) * (HEIGHT - TOP - BOTTOM):.1f}"

    def path(values: Sequence[tuple[date, Decimal]]) -> str:
        return "M" + "L".join([f"{LEFT} {HEIGHT - BOTTOM}", *(point(*one) for one in values)])

    ends = [(min(last_of_month(row.month), last), row) for row in rows]
    done = sum(accepted.values(), ZERO)
    waiting = f", {wording.hours(pending, 0)} attendent une décision" if pending else ""
    return ExpectedChart(
        expected=path([(end, row.expected) for end, row in ends]),
        accepted=path([(min(end, today), row.accepted) for end, row in ends if row.accepted is not None]),
        today=float(point(min(max(today, first), last), ZERO).split()[0]),
        top=wording.quantity(highest, 0),
        first=first,
        last=last,
        rows=tuple(rows),
        sentence=f"Au {wording.long_day(today, weekday=False)}, {wording.hours(now, 0)} devraient être faites ; {wording.hours(done, 0)} sont acceptées{waiting}.",
        by_invoices=any(one.paid_share is not None for one in owed),
    )
