"""The first dashboard: promised, due to date, declared, accepted, by territory and by month."""

import csv
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.observatory.queries import Dashboard, dashboard
from levier.territories.queries import territories
from levier.web import charts, clock
from levier.web.acting import actor_of

BOM = "\ufeff"


def _asked(request: HttpRequest, today: date) -> tuple[Dashboard, int, int | None]:
    year_text, territory_text = request.GET.get("annee", ""), request.GET.get("territoire", "")
    year = (
        int(year_text) if year_text.isascii() and year_text.isdigit() and 2000 <= int(year_text) <= 2100 else today.year
    )
    territory = (
        int(territory_text)
        if territory_text.isascii() and territory_text.isdigit() and len(territory_text) < 4
        else None
    )
    return dashboard(actor_of(request), year=year, today=today, territory=territory), year, territory


def show(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    figures, year, territory = _asked(request, today)
    return render(
        request,
        "dashboard/dashboard.html",
        {
            "figures": figures,
            "year": year,
            "territory": territory,
            "territories": territories(),
            "today": today,
            "chart": charts.cumulative(figures.months, today=today),
        },
    )


def export(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV, for a spreadsheet: semicolons, decimal commas, a byte-order mark."""
    today = clock.today()
    figures, year, _ = _asked(request, today)
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="levier-tableau-de-bord-{year}-{today.isoformat()}.csv"'
    sheet = csv.writer(response, delimiter=";")
    sheet.writerow(["Coupe", "Libellé", "Engagements", "Promises", "Dues à ce jour", "Déclarées", "Acceptées"])
    for part in (*figures.territories, figures.total):
        hours = (part.promised, part.due_to_date, part.declared, part.accepted)
        sheet.writerow(
            ["Territoire", part.label, part.commitments, *(f"{value:.2f}".replace(".", ",") for value in hours)]
        )
    for month in figures.months:
        worked = (month.due, month.declared, month.accepted)
        sheet.writerow(
            ["Mois", f"{month.month:%Y-%m}", "", "", *(f"{value:.2f}".replace(".", ",") for value in worked)]
        )
    return response
