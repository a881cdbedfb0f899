"""The map of the structures: how many in each territory, and a point for each. The list beside it says the same."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

from django.utils.safestring import SafeString, mark_safe

from levier.territories.map import choropleth
from levier.territories.outlines import Outlines, sheet
from levier.territories.values import Belonging

_RADIUS = 3.4


def structure_map(
    belongings: Iterable[Belonging], counts: Mapping[int, int], points: Iterable[tuple[Decimal, Decimal]], *, title: str
) -> SafeString:
    """`counts` by number of territory; `points`: longitude and latitude. A point outside of the frame is left out."""
    most = max(counts.values(), default=0)
    classes = {number: _shade(count, most) for number, count in counts.items()}
    drawn = choropleth(belongings, classes, {number: str(count) for number, count in counts.items()}, title=title)
    spots = "".join(
        f'<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" aria-hidden="true"/>'
        for x, y in filter(None, (_place(*point) for point in points))
    )
    return mark_safe(drawn.replace("</svg>", f"{spots}</svg>"))  # noqa: S308 - numbers of ours in a drawing of ours


def _shade(count: int, most: int) -> str:
    return "q0" if not count else f"q{min(4, 1 + count * 4 // (most + 1))}"


@cache
def _frames() -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """Bounds of the same communes on the drawing and in degrees: the projection between the two is linear."""
    return _bounds(sheet().plan), _bounds(sheet().detail)


def _bounds(outlines: Outlines) -> tuple[int, int, int, int]:
    points = [point for arc in outlines.arcs for point in arc]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), max(xs), min(ys), max(ys)


def _place(longitude: Decimal, latitude: Decimal) -> tuple[float, float] | None:
    plan, degrees = _frames()
    across = (float(longitude) * sheet().detail.precision - degrees[0]) / (degrees[1] - degrees[0])
    down = 1 - (float(latitude) * sheet().detail.precision - degrees[2]) / (degrees[3] - degrees[2])
    if not (0 <= across <= 1 and 0 <= down <= 1):
        return None
    precision = sheet().plan.precision
    return (plan[0] + across * (plan[1] - plan[0])) / precision, (plan[2] + down * (plan[3] - plan[2])) / precision
