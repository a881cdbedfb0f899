"""The calendar of needs by trade, month and territory: a chart, a table, a workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.accounts.values import Role
from levier.foundation.quantities import hundredths
from levier.reference.queries import catalogue
from levier.referrals.jobs import sector_label
from levier.referrals.labels import SOURCES
from levier.referrals.needs import Asked, Calendar, calendar
from levier.referrals.values import NeedSource
from levier.territories.queries import territories
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.positions import tabs
from levier.web.workbook import Sheet, xlsx_response

HORIZONS = (3, 6, 12)
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 1120, 280, 64, 30, 22
CSS = {NeedSource.POSITION: "c1", NeedSource.COMMITMENT: "c2", NeedSource.PLAN: "c3"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a month's column."""

    css: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    y: str
    label: str


def show(request: HttpRequest) -> HttpResponse:
    actor, asked = actor_of(request), _asked(request)
    found = calendar(actor, asked, today=clock.today(), catalogue=catalogue())
    sources = [one for one in NeedSource if one is not NeedSource.PLAN or actor.role is Role.MISSION]
    names = {one.number: one.short_name for one in territories()}
    rows = [
        {
            "row": row,
            "trade": sector_label(row.sector),
            "place": names.get(row.territory, "Territoire à préciser") if row.territory else "Territoire à préciser",
            "months": [(month, row.months.get(month)) for month in found.months],
        }
        for row in found.rows
    ]
    context = {
        "calendar": found,
        "rows": rows,
        "totals": [(month, found.month_total(month)) for month in found.months],
        "sources": [("", "Toutes les origines"), *((one.value, SOURCES[one]) for one in sources)],
        "legend": [(CSS[one], SOURCES[one], sum(found.by_source[one].values(), Decimal(0))) for one in sources],
        "trades": [
            ("", "Tous les métiers"),
            *sorted({(row.sector, sector_label(row.sector)) for row in found.rows}, key=lambda told: told[1]),
        ],
        "places": [("", "Tous les territoires"), *((str(one.number), one.short_name) for one in territories())],
        "horizons": [(str(one), f"{one} mois") for one in HORIZONS],
        "asked": asked,
        "several": actor.role is Role.MISSION,
        "columns": list(_columns(found)),
        "marks": _marks(found),
        "lines": _lines(found),
        "chart": {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH},
        "finding": _finding(found),
        "today": clock.today(),
        "tabs": tabs(actor, "needs-calendar"),
    }
    return render(request, "referrals/needs.html", context)


def _asked(request: HttpRequest) -> Asked:
    months, place = request.GET.get("mois", ""), request.GET.get("territoire", "")
    source = request.GET.get("origine", "")
    return Asked(
        int(months) if months in {str(one) for one in HORIZONS} else 6,
        int(place) if place.isascii() and place.isdigit() and len(place) < 4 else None,
        request.GET.get("metier", "")[:40],
        source if source in set(NeedSource) else "",
    )


def _finding(found: Calendar) -> str:
    if not found.hours:
        return "Aucun besoin connu sur la période"
    month = max(found.months, key=found.month_total)
    people = found.month_total(month) / found.full_time
    return f"Le besoin est le plus fort en {wording.month(month)} : {wording.hours(found.month_total(month), 0)}, soit {wording.quantity(people, 1)} personnes à temps plein"


def _highest(found: Calendar) -> Decimal:
    return max((found.month_total(month) for month in found.months), default=Decimal(0)) or Decimal(1)


def _columns(found: Calendar) -> Iterator[Bar]:
    """Stacked by source, from the axis up."""
    step = (WIDTH - LEFT) / len(found.months)
    for rank, month in enumerate(found.months):
        base = Decimal(0)
        for source in NeedSource:
            hours = found.by_source[source][month]
            if not hours:
                continue
            height = float(hours / _highest(found)) * (HEIGHT - TOP - BOTTOM)
            y = HEIGHT - BOTTOM - float(base / _highest(found)) * (HEIGHT - TOP - BOTTOM) - height
            base += hours
            x = LEFT + rank * step + step * 0.18
            yield Bar(CSS[source], f"{x:.1f}", f"{y:.1f}", f"{step * 0.64:.1f}", f"{height:.1f}")


def _marks(found: Calendar) -> list[dict[str, Mark]]:
    """Under each column its month, over it its hours."""
    step = (WIDTH - LEFT) / len(found.months)
    marks = []
    for rank, month in enumerate(found.months):
        x = LEFT + (rank + 0.5) * step
        total = found.month_total(month)
        y = HEIGHT - BOTTOM - float(total / _highest(found)) * (HEIGHT - TOP - BOTTOM)
        short = wording.month(month)[:4].rstrip(".") if len(found.months) > 6 else wording.month(month)
        value = wording.hours(total, 0) if total else ""
        marks.append(
            {
                "under": Mark(f"{x:.1f}", str(HEIGHT - 10), short),
                "over": Mark(f"{x:.1f}", f"{y - 6:.1f}", value),
            }
        )
    return marks


def _lines(found: Calendar) -> list[Mark]:
    """The axis and half the height."""
    top = _highest(found)
    return [
        Mark(
            str(LEFT),
            f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}",
            wording.hours(hundredths(top * Decimal(str(share))), 0),
        )
        for share in (0, 0.5, 1)
    ]


def export(request: HttpRequest) -> HttpResponse:
    """The table as it is filtered, and the same hours by source."""
    actor = actor_of(request)
    found = calendar(actor, _asked(request), today=clock.today(), catalogue=catalogue())
    names = {one.number: one.name for one in territories()}
    months = [wording.month(one) for one in found.months]
    rows: list[list[Any]] = [
        [
            sector_label(row.sector),
            names.get(row.territory, "") if row.territory else "",
            row.places,
            *(row.months.get(month, Decimal(0)) for month in found.months),
            row.hours,
            hundredths(row.people),
        ]
        for row in found.rows
    ]
    by_source = [
        [SOURCES[source], *(hours[month] for month in found.months), sum(hours.values(), Decimal(0))]
        for source, hours in found.by_source.items()
    ]
    note = f"Heures à pourvoir au {wording.long_day(clock.today(), weekday=False)}. Une heure n’est comptée que sous une seule origine."
    heading = ["Métier", "Territoire", "Places ouvertes", *months, "Heures", "Personnes à temps plein, au plus fort"]
    return xlsx_response(
        f"besoins-{clock.today():%Y-%m-%d}.xlsx",
        [
            Sheet("Besoins", heading, rows, {0: 36, 1: 30}, notes=(note,)),
            Sheet("Par origine", ["Origine", *months, "Heures"], by_source, {0: 26}),
        ],
    )
