"""The bids on a lot: who scores, what was received, scoring alone, then together."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.bids.actions import LONGEST_ANSWER, choose_panel, note_other_points, receive_bid
from levier.bids.models import Grid
from levier.bids.queries import Board, board_of, grid_of, judged_lot, possible_assessors
from levier.bids.sheet_reading import LARGEST_SHEET, SheetAnswers, read_sheet
from levier.files.values import Received, read_piece, shown_name
from levier.foundation.objections import Refusal
from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.procurement.models import Lot
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed


def crumbs(lot: Lot, last: str) -> list[tuple[str, str]]:
    contract = lot.contract
    found = [
        ("Marchés", reverse("contracts")),
        (contract.reference, reverse("contract", args=[contract.public_id])),
        (f"Offres du lot {lot.number}", reverse("bids", args=[lot.public_id]) if last else ""),
    ]
    return [*found, (last, "")] if last else found


def show(request: HttpRequest, lot: str) -> HttpResponse:
    """GET: where the consultation stands. POST: the panel, an answer sheet, a typed offer, or points of the other criteria."""
    actor = actor_of(request)
    found = judged_lot(actor, lot)
    grid = grid_of(actor, found)
    if grid is None or grid.closed_at is None:
        messages.info(request, "La grille du critère n’est pas encore arrêtée\u00a0: les offres se reçoivent ensuite.")
        return redirect("criterion", lot, permanent=False)
    board = board_of(grid)
    typed = Typed(request.POST, _names(board))
    if request.method == "POST":
        try:
            said = _do(request, actor, board, typed)
        except Refusal as refusal:
            typed.refused(refusal, default="file")
        else:
            if not typed.errors:
                messages.success(request, said)
                return SeeOther(reverse("bids", args=[lot]))
    return _page(request, actor, found, board, typed)


def _names(board: Board) -> list[str]:
    return [
        "name", "siret", "offered_hours", *(f"answer-{line.place}" for line in board.lines),
        *(f"other-{bid.public_id}" for bid in board.bids),
    ]  # fmt: skip


def _do(request: HttpRequest, actor: Actor, board: Board, typed: Typed) -> str:
    lot = board.grid.lot.public_id
    match request.POST.get("do"):
        case "panel":
            chosen = [
                int(one) for one in request.POST.getlist("panel") if one.isascii() and one.isdigit() and len(one) < 12
            ]
            choose_panel(actor=actor, lot_id=lot, user_ids=chosen, now=clock.now())
            return (
                "Le jury est choisi. Chacun note seul ; les notes se montrent quand tous ont remis les leurs.".replace(
                    " ;", "\u00a0;"
                )
            )
        case "sheet":
            return _receive_sheet(request, actor, board.grid)
        case "points":
            note_other_points(actor=actor, lot_id=lot, points=_points(board, typed), now=clock.now())
            return "Les points des autres critères sont notés."
        case _:
            return _receive_typed(actor, board, typed)


def _receive_sheet(request: HttpRequest, actor: Actor, grid: Grid) -> str:
    upload = request.FILES.get("file")
    content = upload.read(LARGEST_SHEET + 1) if upload else b""
    name = shown_name((upload.name if upload else "") or "reponse.xlsx")
    read: SheetAnswers = read_sheet(content, name, grid_id=grid.public_id)
    kept: Received = read_piece(content, name, largest=LARGEST_SHEET)
    bid = receive_bid(
        actor=actor, lot_id=grid.lot.public_id, siret=read.siret, name=read.name, offered_hours=read.offered_hours,
        answers=read.answers, sheet=kept, now=clock.now(),
    )  # fmt: skip
    return f"L’offre de {bid.name} est reçue, avec son cadre de réponse."


def _receive_typed(actor: Actor, board: Board, typed: Typed) -> str:
    hours = typed.hours("offered_hours", missing="") if typed.values["offered_hours"] else None
    answers = {line.place: typed.text(f"answer-{line.place}", longest=LONGEST_ANSWER) for line in board.lines}
    if typed.errors:
        return ""
    bid = receive_bid(
        actor=actor, lot_id=board.grid.lot.public_id, siret=typed.values["siret"], name=typed.values["name"], offered_hours=hours,
        answers=answers, now=clock.now(),
    )  # fmt: skip
    return f"L’offre de {bid.name} est reçue."


def _points(board: Board, typed: Typed) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    for bid in board.bids:
        text = typed.values[f"other-{bid.public_id}"]
        try:
            found[bid.public_id] = parse_decimal(text) if text else None
        except NotAQuantity as fault:
            typed.wrong(f"other-{bid.public_id}", str(fault).replace("151,67", "78,5"))
    return {} if typed.errors else found


def _page(request: HttpRequest, actor: Actor, lot: Lot, board: Board, typed: Typed) -> HttpResponse:
    asked = {one.user_id for one in board.panel}
    mine = next((one for one in board.panel if one.user_id == actor.user_id), None)
    begun = bool(board.submitted)
    rows = [
        {
            "bid": bid,
            "progress": board.progress(bid),
            "mine_in": mine is not None and (mine.pk, bid.pk) in board.submitted,
            "name": f"other-{bid.public_id}",
            "label": f"Points des autres critères, {bid.name}",
            "other": typed.values[f"other-{bid.public_id}"]
            or ("" if bid.other_points is None else f"{bid.other_points:f}".replace(".", ",")),
            "error": typed.errors.get(f"other-{bid.public_id}", ""),
        }
        for bid in board.bids
    ]
    doing = request.POST.get("do", "")
    context: dict[str, Any] = {
        "crumbs": crumbs(lot, ""),
        "lot": lot,
        "contract": lot.contract,
        "board": board,
        "grid": board.grid,
        "rows": rows,
        "people": [(user, name, user in asked) for user, name in possible_assessors(lot)],
        "mine": mine,
        "begun": begun,
        "typed": typed,
        "doing": doing,
        "sheet_fault": typed.errors.get("file", "") if doing == "sheet" else "",
        "answers": [
            (
                f"answer-{line.place}",
                line.label,
                typed.values[f"answer-{line.place}"],
                typed.errors.get(f"answer-{line.place}", ""),
            )
            for line in board.lines
        ],
        "most": Decimal(100) - board.grid.points,
        "is_mission": actor.role is Role.MISSION,
    }
    return render(request, "bids/bids.html", context, status=422 if typed.errors else 200)
