"""The purchase plan: the board by stage, the lines with their verdicts, the same as a workbook, and the model to fill in."""

from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.commitments.queries import commitments_visible_to
from levier.foundation.pagination import page_of
from levier.planning.drafts import LABELS
from levier.planning.labels import BASES, INSTRUMENTS
from levier.planning.models import Need
from levier.planning.plan_queries import Asked, board, buyers_of, needs, total_of, uploads_visible_to
from levier.planning.stages import STAGES, Stage
from levier.planning.values import Basis, Instrument
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.plan_words import NATURES, NEED_HEADING, WIDTHS, Shown, most_hours, need_cells, shown, start_in_words
from levier.web.spreadsheet import csv_response
from levier.web.workbook import Sheet, xlsx_response

PAGE_LENGTH = 40
SORTS = {
    "reference": "reference", "montant": "amount", "heures": "hours", "lancement": "starts", "objet": "title",
}  # fmt: skip
FIRST_SORT = "-heures"
MODEL_FIELDS = (
    "reference",
    "object",
    "nature",
    "amount",
    "cpv",
    "start",
    "duration_months",
    "department",
    "place",
    "procedure",
    "lots",
    "comment",
)
MODEL_LINES = (
    ("T-01", "Rénovation énergétique d’un collège", "Travaux", Decimal(1450000), "45321000", "T1 2027", 14, "Direction des collèges",
     "Aix-en-Provence", "Procédure formalisée", 4, "Exemple à effacer"),
    ("S-02", "Nettoyage des locaux, secteur est", "Services", Decimal(88000), "90911200", "septembre 2027", 24, "Moyens généraux", "Marseille",
     "Procédure adaptée", 1, "Exemple à effacer"),
)  # fmt: skip


def asked_in(request: HttpRequest) -> Asked:
    stage, basis, nature = (request.GET.get(name, "") for name in ("etape", "avis", "nature"))
    return Asked(
        text=request.GET.get("q", "").replace("\0", "").strip()[:200],
        stage=stage if stage in set(Stage) else "",
        basis=basis if basis in set(Basis) else "",
        category=nature if nature in NATURES else "",
        undecided=request.GET.get("decision") == "1",
        gone=request.GET.get("sorties") == "1",
        organisation=request.GET.get("acheteur", "")[:26] if request.GET.get("acheteur", "").isalnum() else "",
    )


def show(request: HttpRequest) -> HttpResponse:
    actor, asked = actor_of(request), asked_in(request)
    found = needs(actor, asked, clock.today())
    columns = board(found)
    page = page_of(_sorted(found, request.GET.get("tri", "")), request.GET.get("page"), PAGE_LENGTH)
    rows = list(page.object_list)
    most = most_hours([row.verdict for row in rows])
    buyers = buyers_of(actor)
    context = {
        "page_obj": page,
        "rows": [_row(row, most) for row in rows],
        "asked": asked,
        "board": columns,
        "total": total_of(columns),
        "owed": commitments_visible_to(actor)
        .filter(lot__contract__need__in=found.order_by())
        .aggregate(hours=Sum("due_hours"))["hours"],
        "found": page.paginator.count,
        "stages": list(STAGES.items()),
        "bases": list(BASES.items()),
        "natures": list(NATURES.items()),
        "buyers": [(one.public_id, one.name) for one in buyers] if len(buyers) > 1 else [],
        "drafts": uploads_visible_to(actor).filter(state="draft").order_by("-created_at")[:3],
        "filtered": asked != Asked(),
        "first_sort": FIRST_SORT,
    }
    return render(request, "planning/plan.html", context)


def _sorted(found: QuerySet[Need], asked: str) -> QuerySet[Need]:
    order = asked if asked.removeprefix("-") in SORTS else FIRST_SORT
    column = SORTS[order.removeprefix("-")]
    expression = F(column).desc(nulls_last=True) if order.startswith("-") else F(column).asc(nulls_last=True)
    return found.order_by(expression, "reference", "id")


def _row(need: Need, most: Decimal) -> tuple[Need, Shown, str, str, str]:
    chosen = INSTRUMENTS[Instrument(need.chosen)] if need.chosen and need.chosen != need.instrument else ""
    return need, shown(need.verdict, most), STAGES[Stage(need.stage)], start_in_words(need.starts), chosen


def _lines(request: HttpRequest) -> list[list[object]]:
    found = needs(actor_of(request), asked_in(request), clock.today()).order_by("reference", "id")
    return [need_cells(need) for need in found]


def export_xlsx(request: HttpRequest) -> HttpResponse:
    """The lines shown, all of them, with the verdict, the hours and the reasons in added columns; and the board."""
    columns = board(needs(actor_of(request), asked_in(request), clock.today()))
    totals = [[one.label, one.needs, one.amount, one.hours_low, one.hours, one.hours_high] for one in columns]
    heading = ("Étape", "Marchés", "Euros", "Heures, basse", "Heures, centrale", "Heures, haute")
    sheets = [Sheet("Programmation", NEED_HEADING, _lines(request), WIDTHS), Sheet("Par étape", heading, totals)]
    return xlsx_response(f"levier-programmation-{clock.today().isoformat()}.xlsx", sheets)


def export_csv(request: HttpRequest) -> HttpResponse:
    return csv_response(f"levier-programmation-{clock.today().isoformat()}.csv", NEED_HEADING, _lines(request))


def model(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """A workbook to fill in: the columns that Levier reads, two examples, and what each column accepts."""
    heading = [LABELS[name] for name in MODEL_FIELDS]
    help_lines = [
        ("Montant hors taxes", "1 250 000, 1 250 k€ ou 1,25 M€."),
        ("Code CPV", "Huit chiffres, avec ou sans le libellé."),
        (
            "Date de lancement",
            "Un jour (15/09/2027), un mois (septembre 2027), un trimestre (T3 2027) ou un semestre (S2 2027).",
        ),
        ("Durée", "En mois, ou « 2 ans »."),
        (
            "Vos propres colonnes",
            "Gardez-les : Levier reconnaît aussi d’autres intitulés, et vous montre ce qu’il a compris.",
        ),
    ]
    sheets = [
        Sheet("Programmation", heading, MODEL_LINES, {1: 45}),
        Sheet("Mode d’emploi", ("Colonne", "Ce qui s’écrit"), help_lines, {0: 28, 1: 90}),
    ]
    return xlsx_response("levier-modele-programmation.xlsx", sheets)
