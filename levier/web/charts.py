"""Geometry of server-side charts. A chart is drawn by a template as SVG, always with the same figures in a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from levier.observatory.queries import MonthFigures
from levier.web import wording

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 260, 52, 108, 14, 30


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One cumulated series: its path, its area down to the axis, its last point and the words beside it."""

    css: str
    path: str
    area: str
    last: Tick


@dataclass(frozen=True, slots=True)
class CumulativeChart:
    """Cumulated hours of a year: what falls due, what is declared, what is accepted up to the current month."""

    lines: tuple[Line, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    finding: str
    sentence: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def cumulative(months: Sequence[MonthFigures], *, today: date) -> CumulativeChart:
    """The title states the finding: how far what is accepted stands from what is due, at the last month shown."""
    due = list(accumulate(month.due for month in months))
    # A month is declared when it is over: the current one would only show a fall that is not one.
    shown = sum(1 for month in months if month.month < today.replace(day=1)) or sum(m.month <= today for m in months)
    accepted = list(accumulate(month.accepted for month in months[:shown]))
    declared = list(accumulate(month.declared for month in months[:shown]))
    highest = _ceiling(max([*due, *declared, Decimal(1)]))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(months) - 1)

    def point(index: int, value: Decimal) -> tuple[float, float]:
        return round(LEFT + index * step, 1), round(
            HEIGHT - BOTTOM - float(value / highest) * (HEIGHT - TOP - BOTTOM), 1
        )

    def line(css: str, values: list[Decimal], words: str) -> Line | None:
        if not values:
            return None
        points = [point(index, value) for index, value in enumerate(values)]
        path = "M" + "L".join(f"{x} {y}" for x, y in points)
        x, y = points[-1]
        area = f"{path}L{x} {HEIGHT - BOTTOM}L{LEFT} {HEIGHT - BOTTOM}Z"
        return Line(css, path, area, Tick(x, y, f"{words} {wording.hours(values[-1], 0)}"))

    drawn = (line("l2", due, "dues"), line("l3", declared, "déclarées"), line("l1", accepted, "acceptées"))
    gap = (due[shown - 1] if shown else Decimal(0)) - (accepted[-1] if accepted else Decimal(0))
    finding = (
        f"{wording.hours(gap, 0)} de retard sur ce qui est dû"
        if gap > 0
        else "Les heures acceptées couvrent ce qui est dû"
    )
    return CumulativeChart(
        lines=tuple(one for one in drawn if one is not None),
        rows=tuple(
            Tick(LEFT, point(0, highest * part / 4)[1], wording.quantity(highest * part / 4, 0)) for part in range(5)
        ),
        columns=tuple(
            Tick(point(index, Decimal(0))[0], HEIGHT - 10, wording.SHORT_MONTHS[month.month.month - 1])
            for index, month in enumerate(months)
        ),
        finding=finding,
        sentence=f"{finding}. Les mêmes chiffres sont dans le tableau qui suit.",
    )


def _ceiling(value: Decimal) -> Decimal:
    """The next round figure whose quarters are whole: 4, 8, 12, 20, 40, 60, 80, 120…"""
    unit = Decimal(4)
    while unit * 10 < value:
        unit *= 10
    steps = (unit * factor / 4 for factor in (4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40))
    return next(step for step in steps if step >= value and not step % 4)
