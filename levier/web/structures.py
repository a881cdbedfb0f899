"""The directory of inclusive structures: search with filters in the address, map and list, one page each, files to download."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.audit.queries import life_of
from levier.foundation.pagination import page_of
from levier.organisations.labels import STRUCTURE_KINDS
from levier.organisations.values import StructureKind
from levier.supply import queries
from levier.supply.labels import FIELD_NAMES, SOURCES, TRADES
from levier.supply.models import Structure
from levier.supply.policies import may_edit
from levier.supply.queries import Wanted
from levier.supply.values import Source, Trade
from levier.territories.queries import belongings, commune, territories
from levier.territories.values import Belonging
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.spreadsheet import csv_response
from levier.web.structure_map import structure_map
from levier.web.workbook import Sheet, xlsx_response

PAGE_LENGTH = 30
HEADING = (
    "SIRET", "Type", "Nom", "Enseigne", "Métiers", "Capacité (postes)", "Adresse", "Code postal", "Commune", "Territoire", "Site",
    "Source", "Fermée le", "Raison", "Vérifiée le",
)  # fmt: skip
EVENTS = {
    "structure.added": "Ajoutée à l’annuaire",
    "structure.changed": "Fiche modifiée",
    "structure.closed": "Fermée dans l’annuaire",
    "structure.reopened": "Rouverte",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A structure in words."""

    row: Structure
    kind: str
    trades: tuple[str, ...]
    territory: str


def wanted_in(request: HttpRequest) -> Wanted:
    number, code = request.GET.get("territoire", ""), request.GET.get("commune", "")
    kind, trade = request.GET.get("type", ""), request.GET.get("metier", "")
    return Wanted(
        text=request.GET.get("q", "").replace("\0", "").strip()[:200],
        kind=kind if kind in set(StructureKind) else "",
        trade=trade if trade in set(Trade) else "",
        territory=int(number) if number.isascii() and number.isdigit() and len(number) < 3 else None,
        commune=code if len(code) == 5 and code.isascii() and code.isalnum() else "",
        elsewhere=request.GET.get("ailleurs") == "1",
        closed=request.GET.get("fermees") == "1",
    )


def show(request: HttpRequest) -> HttpResponse:
    actor, today, wanted = actor_of(request), clock.today(), wanted_in(request)
    found, ground = queries.structures(wanted, today), belongings(today)
    names = {one.number: f"{one.number} – {one.short_name}" for one in territories()}
    page = page_of(found, request.GET.get("page"), PAGE_LENGTH)
    counts, spots = _placed(found, ground)
    context = {
        "page_obj": page,
        "lines": _lines(page.object_list, ground, names),
        "wanted": wanted,
        "found": page.paginator.count,
        "by_territory": [(names[number], number, counts.get(number, 0)) for number in names],
        "map": structure_map(ground, {number: counts.get(number, 0) for number in names}, spots, title="Structures par territoire")
        if names
        else "",
        "kinds": [(code.value, f"{code.value} – {label}") for code, label in STRUCTURE_KINDS.items()],
        "trades": list(TRADES.items()),
        "territories": list(names.items()),
        "commune_name": commune(wanted.commune).name if wanted.commune else "",
        "filtered": wanted != Wanted(),
        "edits": may_edit(actor),
    }  # fmt: skip
    return render(request, "structures/list.html", context)


def _placed(found: QuerySet[Structure], ground: Iterable[Belonging]) -> tuple[dict[int, int], list[tuple[Any, Any]]]:
    """How many in each territory, and where those that have a point are."""
    of = {one.commune.code: one.territory for one in ground}
    counts: dict[int, int] = {}
    spots = []
    for code, longitude, latitude in found.values_list("commune_id", "longitude", "latitude"):
        number = of.get(code or "")
        if number is not None:
            counts[number] = counts.get(number, 0) + 1
        if code and longitude is not None and latitude is not None:
            spots.append((longitude, latitude))
    return counts, spots


def _lines(rows: Iterable[Structure], ground: Iterable[Belonging], names: dict[int, str]) -> list[Line]:
    of = {one.commune.code: one.territory for one in ground}
    return [
        Line(
            row,
            STRUCTURE_KINDS[StructureKind(row.kind)],
            tuple(TRADES[Trade(trade)] for trade in row.trades),
            names.get(of.get(row.commune_id or "") or 0, ""),
        )
        for row in rows
    ]


def export_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all of it."""
    return csv_response(f"levier-structures-{clock.today().isoformat()}.csv", HEADING, _every_line(request))


def export_xlsx(request: HttpRequest) -> HttpResponse:
    sheet = Sheet("Structures", HEADING, _every_line(request), {0: 17, 2: 40, 4: 40, 6: 36})
    return xlsx_response(f"levier-structures-{clock.today().isoformat()}.xlsx", [sheet])


def _every_line(request: HttpRequest) -> list[list[object]]:
    today = clock.today()
    names = {one.number: f"{one.number} – {one.short_name}" for one in territories()}
    found = queries.structures(wanted_in(request), today)
    return [_exported(line) for line in _lines(found, belongings(today), names)]


def _exported(line: Line) -> list[object]:
    row = line.row
    return [
        row.siret, row.kind, row.name, row.brand, ", ".join(line.trades), row.capacity, row.address, row.postcode, row.city,
        line.territory, row.website, SOURCES[Source(row.source)], row.deactivated_on, row.deactivated_reason, row.changed_at,
    ]  # fmt: skip


def detail(request: HttpRequest, structure: str) -> HttpResponse:
    """One structure, and what was written of it."""
    actor, today = actor_of(request), clock.today()
    row = queries.structure(structure)
    ground = belongings(today)
    names = {one.number: f"{one.number} – {one.name}" for one in territories()}
    (line,) = _lines([row], ground, names)
    context = {
        "line": line,
        "row": row,
        "source": SOURCES[Source(row.source)],
        "edits": may_edit(actor),
        "edited": [FIELD_NAMES[name] for name in row.edited_fields],
        "events": _events(row) if may_edit(actor) else (),
        "crumbs": [("Structures", reverse("structures")), (row.name, "")],
    }
    return render(request, "structures/show.html", context)


def _events(row: Structure) -> list[dict[str, object]]:
    return [
        {
            "kind": "done",
            "date": entry.at,
            "text": EVENTS.get(entry.action, entry.action) + _said(entry.facts),
            "by": entry.actor_label,
        }
        for entry in life_of(row.public_id)
    ]


def _said(facts: dict[str, Any]) -> str:
    changed = [
        f"{FIELD_NAMES.get(name, name)} : « {before[:60]} » → « {after[:60]} »"
        for name, (before, after) in facts.get("fields", {}).items()
    ]
    reason = facts.get("reason", "")
    return "".join((f". {' ; '.join(changed)}" if changed else "", f". {reason}" if reason else ""))
