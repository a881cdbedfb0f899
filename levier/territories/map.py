"""The map of the territories: an SVG drawn by the server (geojson.py gives the same for the map that can be zoomed).

It follows the perimeters given to it. Nothing is told by colour alone: each territory has its number, each link its name,
and `queries.directory` says the same as a list. Communes whose facilitator is not known make one hatched group, whatever
territory is supposed for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from levier.territories.outlines import Outlines, Ring, roomiest_point, sheet, turning
from levier.territories.values import Belonging, TerritoryFacts

TO_CONFIRM = "a-confirmer"
"""What stands in an address for the group of communes to be confirmed, in the place of a territory's number."""
_DISC = 12
_NEAR_NAME = (46, 22)
_LARGEST_ISLAND = 80
"""Square units of the viewBox."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Shapes for one state of the perimeters, by territory (None: to be confirmed), and where its number stands.

    Islands are apart: a white line around them, as around the rest, would hide them.
    """

    outlines: dict[int | None, str]
    islands: dict[int | None, str]
    inner: str
    discs: dict[int, tuple[int, int]]
    groups: dict[int | None, tuple[str, ...]]


def territory_map(
    belongings: Iterable[Belonging],
    territories: Iterable[TerritoryFacts],
    *,
    ident: str = "carte",
    address: str = "?territoire=%s",
    chosen: int | str | None = None,
    communes: bool = False,
) -> SafeString:
    """The map of links: one for each territory (`address` with its number in the place of %s), one for those to be confirmed.

    `chosen`: the territory to outline, a number or TO_CONFIRM. `communes`: add a path for each commune (class `hit`, with
    data-code, data-name and a title), so that a click can tell which. `ident` prefixes every id.
    """
    known = tuple(belongings)
    drawn = _drawn(_state(known))
    names = {territory.number: territory for territory in territories}
    parts = [
        _head(
            ident,
            "Carte des neuf territoires de facilitateurs"
            if len(names) == 9
            else "Carte des territoires de facilitateurs",
        )
    ]
    hits = _hits(known) if communes else {}
    for key in _in_order(drawn):
        shape = _shape(_tint(key, names), drawn, key) + hits.get(key, "")
        place = _place(key)
        on = ' class="is-on" aria-current="true"' if str(chosen) == place else ""
        href = escape(address.replace("%s", quote(place)))
        label = escape(_link_name(key, names, drawn, known))
        parts.append(f'<a href="{href}" data-t="{place}"{on} aria-label="{label}">{shape}</a>')
    parts.append(f'<path class="com" d="{drawn.inner}" aria-hidden="true"/>')
    parts += [
        f'<path class="on-top" d="{outline}" fill="none" stroke="currentColor" stroke-width="2.2" pointer-events="none" aria-hidden="true"/>'
        for key, outline in drawn.outlines.items()
        if str(chosen) == _place(key)
    ]
    parts += _places(known)
    parts += [_disc(number, point) for number, point in sorted(drawn.discs.items())]
    return mark_safe("".join((*parts, "</svg>")))  # noqa: S308 - every text above is escaped or a number of ours


def choropleth(
    belongings: Iterable[Belonging],
    classes: Mapping[int, str],
    values: Mapping[int, str],
    *,
    title: str,
    ident: str = "carte-valeurs",
) -> SafeString:
    """The same shapes coloured by class (`q0` to `q4`) with a value written on each; what it shows stands beside it as a table."""
    drawn = _drawn(_state(tuple(belongings)))
    parts = [_head(ident, title, image=True)]
    for key in _in_order(drawn):
        tint = "tc" if key is None else classes.get(key, "q0")
        parts.append(_shape(escape(tint), drawn, key))
    for number, (x, y) in sorted(drawn.discs.items()):
        if number in values:
            parts.append(f'<text class="dlabel" x="{x}" y="{y}" aria-hidden="true">{escape(values[number])}</text>')
    return mark_safe("".join((*parts, "</svg>")))  # noqa: S308 - every text above is escaped or a number of ours


def _state(belongings: tuple[Belonging, ...]) -> tuple[tuple[str, int | None], ...]:
    """What the drawing depends on: the territory of each drawn commune, None when it is unknown or to be confirmed."""
    faces = sheet().plan.faces
    return tuple(
        (one.commune.code, None if one.to_confirm else one.territory) for one in belongings if one.commune.code in faces
    )


@lru_cache(maxsize=16)
def _drawn(state: tuple[tuple[str, int | None], ...]) -> Drawn:
    """Drawn once for each state of the perimeters: some tens of milliseconds."""
    plan = sheet().plan
    groups: dict[int | None, list[str]] = {}
    for code, number in state:
        groups.setdefault(number, []).append(code)
    rings = {number: plan.dissolved(codes) for number, codes in groups.items()}
    districts = [code for code, _ in state if _is_district(code)]
    without = [[code for code in codes if code not in districts] for codes in groups.values()]
    inner = "".join(_line(line, plan.precision) for line in plan.inner_borders(without)) + _city_border(
        groups, districts
    )
    discs = {
        number: _clear_of_names(roomiest_point(those, 2 * plan.precision), plan.precision)
        for number, those in rings.items()
        if number is not None and those
    }
    return Drawn(
        outlines={
            number: _paths(ring for ring in those if not _is_island(ring, plan)) for number, those in rings.items()
        },
        islands={number: _paths(ring for ring in those if _is_island(ring, plan)) for number, those in rings.items()},
        inner=inner,
        discs=discs,
        groups={number: tuple(codes) for number, codes in groups.items()},
    )


def _paths(rings: Iterable[Ring]) -> str:
    return "".join(_line(ring, sheet().plan.precision, closed=True) for ring in rings)


def _is_island(ring: Ring, plan: Outlines) -> bool:
    """A small ring that is not a hole."""
    return 0 < turning(ring) < _LARGEST_ISLAND * plan.precision**2


def _shape(tint: str, drawn: Drawn, key: int | None) -> str:
    island = drawn.islands[key]
    return f'<path class="terr {tint}" d="{drawn.outlines[key]}"/>' + (
        f'<path class="{tint}" d="{island}"/>' if island else ""
    )


def _place(key: int | None) -> str:
    return TO_CONFIRM if key is None else str(key)


def _is_district(code: str) -> bool:
    return "13201" <= code <= "13216"


def _city_border(groups: Mapping[int | None, list[str]], districts: list[str]) -> str:
    """The border of the city where it runs inside a territory; borders between its districts are left out of the plan."""
    plan = sheet().plan
    lines = []
    for codes in groups.values():
        own = [code for code in codes if code in districts]
        others = {arc for code in codes if code not in own for ring in plan.faces[code] for arc in ring}
        lines += [
            plan.arcs[arc] if arc >= 0 else plan.arcs[~arc]
            for code in own
            for ring in plan.faces[code]
            for arc in ring
            if ~arc in others
        ]
    return "".join(_line(line, plan.precision) for line in lines)


def _line(points: Ring, precision: int, *, closed: bool = False) -> str:
    """Path data: the first point, then differences, in units of the viewBox with one decimal at most."""
    (x, y), rest = points[0], points[1:]
    steps = []
    for next_x, next_y in rest:
        dx, dy = _number(next_x - x, precision), _number(next_y - y, precision)
        steps.append(dx + (dy if dy.startswith("-") else " " + dy))
        x, y = next_x, next_y
    joined = "".join(step if step.startswith("-") or not at else " " + step for at, step in enumerate(steps))
    return f"M{_number(points[0][0], precision)} {_number(points[0][1], precision)}l{joined}{'z' if closed else ''}"


def _number(value: int, precision: int) -> str:
    whole, rest = divmod(abs(value), precision)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}" if not rest else f"{sign}{whole or ''}.{rest}"


def _clear_of_names(point: tuple[float, float], precision: int) -> tuple[int, int]:
    """The point in units, moved up when it would cover the name of a town."""
    x, y = point[0] / precision, point[1] / precision
    for _, town_x, town_y in sheet().towns:
        if abs(town_x - x) < _NEAR_NAME[0] and abs(town_y - y) < _NEAR_NAME[1]:
            y = town_y - _NEAR_NAME[1] - 2
    return round(x), round(y)


def _in_order(drawn: Drawn) -> list[int | None]:
    """Numbers in order, then those to be confirmed: the order of the keyboard."""
    return sorted(drawn.outlines, key=lambda number: (number is None, number or 0))


def _tint(key: int | None, names: Mapping[int, TerritoryFacts]) -> str:
    return "tc" if key is None else f"t{names[key].colour}"


def _link_name(key: int | None, names: Mapping[int, TerritoryFacts], drawn: Drawn, known: tuple[Belonging, ...]) -> str:
    if key is not None:
        return f"Territoire {key}, {names[key].name}"
    number = len(drawn.groups[None])
    if number == 1:
        only = next(one.commune.name for one in known if one.commune.code == drawn.groups[None][0])
        return f"{only}, commune dont le facilitateur est à confirmer"
    return f"{number} communes dont le facilitateur est à confirmer"


def _head(ident: str, title: str, *, image: bool = False) -> str:
    frame = sheet()
    ident = escape(ident)
    role = "img" if image else "group"
    return (
        f'<svg class="map" viewBox="0 0 {frame.width} {frame.height}" role="{role}" aria-labelledby="{ident}-t">'
        f'<title id="{ident}-t">{escape(title)}</title>'
        '<defs><pattern id="hatch-tbc" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-tbc-b" width="7" height="7"/><path class="hatch-tbc-l" d="M0 0V7"/></pattern></defs>'
    )


def _hits(known: tuple[Belonging, ...]) -> dict[int | None, str]:
    """Unseen shapes of communes, over their territory, that answer to the pointer."""
    plan = sheet().plan
    found: dict[int | None, list[str]] = {}
    for one in known:
        if one.commune.code not in plan.faces:
            continue
        d = _paths(plan.rings(one.commune.code))
        name = escape(one.commune.name)
        shape = (
            f'<path class="hit" data-code="{escape(one.commune.code)}" data-name="{name}" fill="none" pointer-events="all" d="{d}">'
            f"<title>{name}</title></path>"
        )
        found.setdefault(None if one.to_confirm else one.territory, []).append(shape)
    return {key: "".join(shapes) for key, shapes in found.items()}


def _places(known: tuple[Belonging, ...]) -> list[str]:
    """Names of towns and of the waters: read by the eye only, the list says all of it."""
    frame = sheet()
    names = {one.commune.code: one.commune.name for one in known}
    x, y = frame.lake
    lake = f'<tspan x="{x}">Étang</tspan><tspan x="{x}" dy="12">de Berre</tspan>'
    return [
        *(
            f'<text class="place" x="{town_x}" y="{town_y}" aria-hidden="true" pointer-events="none">{escape(names[code])}</text>'
            for code, town_x, town_y in frame.towns
            if code in names
        ),
        f'<text class="sea-name lake" x="{x}" y="{y}" aria-hidden="true">{lake}</text>',
        f'<text class="sea-name" x="250" y="{frame.height - 22}" aria-hidden="true">Méditerranée</text>',
    ]


def _disc(number: int, point: tuple[int, int]) -> str:
    x, y = point
    return (
        f'<g aria-hidden="true" pointer-events="none"><circle class="disc" cx="{x}" cy="{y}" r="{_DISC}"/>'
        f'<text class="no" x="{x}" y="{y}">{number}</text></g>'
    )
