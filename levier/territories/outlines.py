"""Outlines of communes as arcs that neighbours share, and the shape of any group of them.

An arc that belongs to two communes of a group is inside it; those left, put end to end, are its outline. So a map drawn
from the perimeters of the database needs neither a geometry library nor shapes dissolved beforehand.
"""

import heapq
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, pairwise
from typing import Any

from levier.territories.published import FOLDER

type Point = tuple[int, int]
type Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Outlines:
    """`arcs` in integers (`precision` of them to one unit); `faces`: for each commune, its rings as arcs, ~n being n backwards."""

    precision: int
    arcs: tuple[Ring, ...]
    faces: dict[str, tuple[tuple[int, ...], ...]]

    def rings(self, code: str) -> tuple[Ring, ...]:
        """The rings of one commune, outer ones and holes; the last point is not the first again."""
        return tuple(self._join(ring) for ring in self.faces[code])

    def dissolved(self, codes: Iterable[str]) -> tuple[Ring, ...]:
        """The outline of a group of communes: rings that never run between two of them."""
        directed = [arc for code in codes for ring in self.faces[code] for arc in ring]
        present = set(directed)
        outer = [arc for arc in directed if ~arc not in present]
        starting: dict[Point, list[int]] = {}
        for arc in outer:
            starting.setdefault(self._points(arc)[0], []).append(arc)
        rings = []
        while starting:
            begin = next(iter(starting))
            ring: list[int] = []
            at = begin
            while not ring or at != begin:
                following = starting[at]
                ring.append(following.pop())
                if not following:
                    del starting[at]
                at = self._points(ring[-1])[-1]
            rings.append(self._join(ring))
        return tuple(rings)

    def inner_borders(self, groups: Iterable[Sequence[str]]) -> tuple[Ring, ...]:
        """Lines between two communes of a same group, each once, as open lines."""
        lines = []
        for group in groups:
            uses = Counter(arc if arc >= 0 else ~arc for code in group for ring in self.faces[code] for arc in ring)
            lines += [self.arcs[arc] for arc, times in uses.items() if times == 2]
        return tuple(lines)

    def _points(self, arc: int) -> Ring:
        return self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]

    def _join(self, ring: Iterable[int]) -> Ring:
        return tuple(point for arc in ring for point in self._points(arc)[:-1])


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the map is drawn from: the frame, the towns that are named, the lake, and the outlines at two scales."""

    width: int
    height: int
    towns: tuple[tuple[str, int, int], ...]
    lake: Point
    plan: Outlines
    detail: Outlines


@cache
def sheet() -> Sheet:
    """The shipped file map.json (made by tools/build_territory_geometry.py), read once."""
    facts = json.loads((FOLDER / "map.json").read_text(encoding="utf-8"))
    return Sheet(
        facts["width"],
        facts["height"],
        tuple((town["code"], town["x"], town["y"]) for town in facts["towns"]),
        (facts["lake"]["x"], facts["lake"]["y"]),
        _outlines(facts["plan"]),
        _outlines(facts["detail"]),
    )


def _outlines(facts: dict[str, Any]) -> Outlines:
    return Outlines(
        facts["precision"],
        tuple(_summed(arc) for arc in facts["arcs"]),
        {code: tuple(tuple(ring) for ring in rings) for code, rings in facts["faces"].items()},
    )


def _summed(flat: list[int]) -> Ring:
    """A line from its first point and the differences that follow."""
    points, x, y = [], 0, 0
    for at in range(0, len(flat), 2):
        x, y = x + flat[at], y + flat[at + 1]
        points.append((x, y))
    return tuple(points)


def turning(ring: Ring) -> float:
    """The area of a ring, positive for an outer one, negative for a hole."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise((*ring, ring[0]))) / 2


def roomiest_point(rings: Sequence[Ring], step: float) -> tuple[float, float]:
    """The point farthest inside the rings, to within `step`: where a number reads best.

    Squares are halved, the most promising first, as long as they can hold a better point.
    """
    main = max(rings, key=turning)
    edges = [edge for ring in rings for edge in pairwise((*ring, ring[0]))]
    xs, ys = [x for x, _ in main], [y for _, y in main]
    size = min(max(xs) - min(xs), max(ys) - min(ys))
    order = count()
    best = (sum(xs) / len(xs), sum(ys) / len(ys))
    depth = _depth(best, edges)
    waiting: list[tuple[float, int, float, float, float, float]] = []

    def offer(x: float, y: float, half: float) -> None:
        inside = _depth((x, y), edges)
        heapq.heappush(waiting, (-(inside + half * math.sqrt(2)), next(order), inside, x, y, half))

    half = size / 2
    for column in range(math.ceil((max(xs) - min(xs)) / size)):
        for row in range(math.ceil((max(ys) - min(ys)) / size)):
            offer(min(xs) + half + column * size, min(ys) + half + row * size, half)
    while waiting:
        promise, _, inside, x, y, half = heapq.heappop(waiting)
        if inside > depth:
            best, depth = (x, y), inside
        if -promise - depth <= step:
            break
        for dx in (-half / 2, half / 2):
            for dy in (-half / 2, half / 2):
                offer(x + dx, y + dy, half / 2)
    return best


def _depth(point: tuple[float, float], edges: Iterable[tuple[Point, Point]]) -> float:
    """Distance to the nearest edge, negative outside."""
    x, y = point
    inside, nearest = False, math.inf
    for (ax, ay), (bx, by) in edges:
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        dx, dy = bx - ax, by - ay
        share = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
        nearest = min(nearest, (ax + share * dx - x) ** 2 + (ay + share * dy - y) ** 2)
    return math.sqrt(nearest) * (1 if inside else -1)
