"""Designing the grid of the social criterion, putting it in the tender file, and the answer sheet that bidders fill."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.bids.actions import close_grid, save_grid
from levier.bids.answer_sheet import answer_sheet
from levier.bids.models import Grid
from levier.bids.queries import grid_of, heading_of, judged_lot, terms_of
from levier.bids.rules import MOST_LINES, default_grid
from levier.bids.values import SCALE_TOP, GridTerms, SubCriterionTerms
from levier.files.values import XLSX
from levier.foundation.objections import Refusal
from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.hours.queries import reference_values
from levier.procurement.models import Lot
from levier.reference.values import UnknownReference
from levier.sizing.queries import studies_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

LINES = range(1, MOST_LINES + 1)
STEPS = range(SCALE_TOP + 1)
NAMES = (
    "points", "minimum_hours", "link", *(f"{name}-{line}" for line in LINES for name in ("label", "weight", "evidence")),
    *(f"anchor-{step}" for step in STEPS),
)  # fmt: skip


def show(request: HttpRequest, lot: str) -> HttpResponse:
    actor = actor_of(request)
    found = judged_lot(actor, lot)
    grid = grid_of(actor, found)
    if request.method != "POST":
        studies = studies_of(actor, [found.pk]).get(found.pk, [])
        terms = terms_of(grid, list(grid.lines.all())) if grid else default_grid()
        first = _written(terms)
        if grid is None and studies:
            first["minimum_hours"] = wording.quantity(studies[0].hours)
        return _page(request, found, grid, Typed(first, NAMES))
    typed = Typed(request.POST, NAMES)
    terms_read = _terms(typed)
    if not typed.errors:
        try:
            save_grid(actor=actor, lot_id=lot, terms=terms_read, now=clock.now())
        except Refusal as refusal:
            typed.refused(refusal, default="points")
        else:
            messages.success(request, "La grille est enregistrée. Relisez-la, puis arrêtez-la quand le dossier part.")
            return SeeOther(reverse("criterion", args=[lot]))
    return _page(request, found, grid, typed)


def close(request: HttpRequest, lot: str) -> HttpResponse:
    """The grid goes into the tender file."""
    try:
        close_grid(actor=actor_of(request), lot_id=lot, now=clock.now())
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
        return SeeOther(reverse("criterion", args=[lot]))
    messages.success(request, "La grille est arrêtée. Les offres pourront être reçues et notées.")
    return SeeOther(reverse("bids", args=[lot]))


def sheet(request: HttpRequest, lot: str) -> HttpResponse:
    """The answer sheet (Excel) of the grid as it is now."""
    actor = actor_of(request)
    grid = grid_of(actor, judged_lot(actor, lot))
    if grid is None:
        messages.error(request, "La grille n’est pas encore écrite\u00a0: enregistrez-la d’abord.")
        return redirect("criterion", lot, permanent=False)
    content = answer_sheet(heading_of(grid), terms_of(grid, list(grid.lines.all())))
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="cadre-de-reponse-lot-{grid.lot.number}.xlsx"'
    return response


def _written(terms: GridTerms) -> dict[str, str]:
    values = {
        "points": wording.quantity(terms.points.normalize()),
        "link": terms.link,
        "minimum_hours": wording.quantity(terms.minimum_hours),
    }
    for number, line in enumerate(terms.lines, start=1):
        values |= {
            f"label-{number}": line.label,
            f"weight-{number}": wording.quantity(line.weight.normalize()),
            f"evidence-{number}": line.evidence,
        }
    return values | {f"anchor-{step}": words for step, words in enumerate(terms.anchors)}


def _terms(typed: Typed) -> GridTerms:
    points = _number(typed, "points", missing="Écrivez le poids du critère sur 100, par exemple 10.")
    minimum = _number(typed, "minimum_hours")
    lines: list[SubCriterionTerms] = []
    for number in LINES:
        label, weight, evidence = (typed.values[f"{name}-{number}"] for name in ("label", "weight", "evidence"))
        if label or weight or evidence:
            if number > len(lines) + 1:
                _move_up(typed, number, len(lines) + 1)
            place = len(lines) + 1
            said = f"Écrivez le poids de « {label[:60] or 'ce sous-critère'} »."
            lines.append(SubCriterionTerms(label, _number(typed, f"weight-{place}", missing=said), evidence))
    anchors = tuple(typed.values[f"anchor-{step}"] for step in STEPS)
    return GridTerms(points, typed.values["link"], anchors, tuple(lines), minimum)


def _move_up(typed: Typed, line: int, place: int) -> None:
    """A line left empty in the middle closes up, so that sentences stand beside what they speak of."""
    for name in ("label", "weight", "evidence"):
        typed.values[f"{name}-{place}"], typed.values[f"{name}-{line}"] = typed.values[f"{name}-{line}"], ""


def _number(typed: Typed, name: str, *, missing: str = "") -> Decimal:
    text = typed.values[name]
    if not text:
        if missing:
            typed.wrong(name, missing)
        return Decimal(0)
    try:
        return parse_decimal(text)
    except NotAQuantity as fault:
        typed.wrong(name, str(fault).replace("151,67", "3"))
        return Decimal(0)


def _page(request: HttpRequest, lot: Lot, grid: Grid | None, typed: Typed) -> HttpResponse:
    contract = lot.contract
    used = [number for number in LINES if typed.values[f"label-{number}"] or typed.values[f"weight-{number}"]]
    drawn = range(1, min(MOST_LINES, max(used, default=0) + 1) + 1)
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id])),
            (f"Critère social du lot {lot.number}", ""),
        ],
        "lot": lot,
        "contract": contract,
        "grid": grid,
        "closed": grid is not None and grid.closed_at is not None,
        "typed": typed,
        "lines": [
            {
                "number": number,
                **{name: typed.values[f"{name}-{number}"] for name in ("label", "weight", "evidence")},
                **{f"{name}_name": f"{name}-{number}" for name in ("label", "weight", "evidence")},
                **{
                    f"{name}_error": typed.errors.get(f"{name}-{number}", "")
                    for name in ("label", "weight", "evidence")
                },
            }
            for number in drawn
        ],
        "anchors": [
            (f"anchor-{step}", f"Note {step}", typed.values[f"anchor-{step}"], typed.errors.get(f"anchor-{step}", ""))
            for step in STEPS
        ],
        "sum": _sum(typed),
        "usual": _usual(),
    }
    return render(request, "bids/grid.html", context, status=422 if typed.errors else 200)


def _sum(typed: Typed) -> Decimal | None:
    """Weights typed so far; None when one cannot be read."""
    try:
        return sum(
            (parse_decimal(typed.values[f"weight-{n}"]) for n in LINES if typed.values[f"weight-{n}"]), Decimal(0)
        )
    except NotAQuantity:
        return None


def _usual() -> Any:
    """The usual weight of a social criterion, where it is known, with its confidence."""
    try:
        return reference_values().at("criterion.weight.usual", clock.today())
    except UnknownReference:
        return None
