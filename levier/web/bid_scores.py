"""Scoring a bid alone, then agreeing on it together; the ranking, its sensitivity, the report."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.bids.models import Bid, SubCriterion
from levier.bids.queries import (
    Board,
    agreed_scores,
    bid_for,
    board_of,
    grid_of,
    judged_lot,
    own_scores,
    scores_together,
    social_points,
)
from levier.bids.ranking import Ranked, ranking
from levier.bids.report import report
from levier.bids.scoring import Given, agree, close_agreement, save_scores
from levier.bids.values import SCALE_TOP
from levier.foundation.objections import Refusal
from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.procurement.models import Lot
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.bids import crumbs
from levier.web.typed import SeeOther, Typed

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST = 1_000


def _names(lines: list[SubCriterion]) -> list[str]:
    return [f"{name}-{line.place}" for line in lines for name in ("score", "reason")]


def _given(typed: Typed, lines: list[SubCriterion]) -> dict[int, Given]:
    scores = {str(step): step for step in range(SCALE_TOP + 1)}
    return {
        line.place: Given(scores.get(typed.values[f"score-{line.place}"]), typed.values[f"reason-{line.place}"])
        for line in lines
    }


def score(request: HttpRequest, bid: str) -> HttpResponse:
    """One's own scores: kept as a draft, or handed in."""
    actor = actor_of(request)
    found = bid_for(actor, bid)
    lines = list(found.grid.lines.all())
    if request.method != "POST":
        known = own_scores(actor, found)
        first = {
            f"score-{line.place}": "" if (s := known.get(line.pk)) is None or s.score is None else str(s.score)
            for line in lines
        }
        first |= {f"reason-{line.place}": s.reason if (s := known.get(line.pk)) else "" for line in lines}
        return _score_page(request, actor, found, lines, Typed(first, _names(lines)))
    typed, submit = Typed(request.POST, _names(lines)), request.POST.get("do") == "submit"
    try:
        save_scores(actor=actor, bid_id=bid, given=_given(typed, lines), submit=submit, now=clock.now())
    except Refusal as refusal:
        typed.refused(refusal, default=f"score-{lines[0].place}")
        return _score_page(request, actor, found, lines, typed)
    said = f"Vos notes sur {found.name} sont remises." if submit else "Brouillon gardé. Personne d’autre ne le voit."
    messages.success(request, said)
    return SeeOther(reverse("bids", args=[found.grid.lot.public_id]) if submit else reverse("bid-scores", args=[bid]))


def _lines(lines: list[SubCriterion], typed: Typed, bid: Bid) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "answer": bid.answers.get(str(line.place), ""),
            "score_name": f"score-{line.place}",
            "reason_name": f"reason-{line.place}",
            "score": typed.values[f"score-{line.place}"],
            "reason": typed.values[f"reason-{line.place}"],
            "score_error": typed.errors.get(f"score-{line.place}", ""),
            "reason_error": typed.errors.get(f"reason-{line.place}", ""),
        }
        for line in lines
    ]


def _steps(bid: Bid) -> list[tuple[str, str]]:
    return [
        ("", "Choisir une note"),
        *((str(step), f"{step} – {words}") for step, words in enumerate(bid.grid.anchors)),
    ]


def _score_page(request: HttpRequest, actor: Actor, bid: Bid, lines: list[SubCriterion], typed: Typed) -> HttpResponse:
    known = own_scores(actor, bid)
    context = {
        "crumbs": crumbs(bid.grid.lot, bid.name),
        "bid": bid,
        "lines": _lines(lines, typed, bid),
        "steps": _steps(bid),
        "typed": typed,
        "asked": bid.grid.panel.filter(user_id=actor.user_id or 0).exists(),
        "submitted": any(one.submitted_at for one in known.values()),
    }
    return render(request, "bids/score.html", context, status=422 if typed.errors else 200)


def together(request: HttpRequest, lot: str) -> HttpResponse:
    """Everybody's scores side by side once all are in, the agreed ones, the ranking and what would change it. POST closes."""
    actor = actor_of(request)
    found = judged_lot(actor, lot)
    board = _board(actor, found)
    if board is None:
        return redirect("criterion", lot, permanent=False)
    if request.method == "POST":
        try:
            close_agreement(actor=actor, grid_id=board.grid.public_id, now=clock.now())
        except Refusal as refusal:
            messages.error(request, " ".join(refusal.sentences))
        else:
            messages.success(request, "Les notes communes sont arrêtées.")
        return SeeOther(reverse("bids-together", args=[lot]))
    return render(request, "bids/together.html", _together(request, actor, found, board))


def _board(actor: Actor, lot: Lot) -> Board | None:
    grid = grid_of(actor, lot)
    return board_of(grid) if grid is not None and grid.closed_at is not None else None


def _together(request: HttpRequest, actor: Actor, lot: Lot, board: Board) -> dict[str, Any]:
    agreed, everybody = agreed_scores(board), scores_together(board)
    points = social_points(board, agreed)
    asked, fault = _other_weight(request, board)
    ranked: Ranked | None = ranking(board, agreed, points, asked) if board.complete else None
    tables = [
        {
            "bid": bid,
            "points": points.get(bid.pk),
            "rows": [
                {
                    "line": line,
                    "scores": everybody.get((bid.pk, line.pk), []),
                    "spread": _spread([one.score or 0 for one in everybody.get((bid.pk, line.pk), [])]),
                    "agreed": agreed.get((bid.pk, line.pk)),
                }
                for line in board.lines
            ],
        }
        for bid in board.bids
    ]
    return {
        "crumbs": crumbs(lot, "Mise en commun"),
        "lot": lot,
        "grid": board.grid,
        "board": board,
        "tables": tables,
        "ranked": ranked,
        "all_agreed": bool(board.bids) and len(points) == len(board.bids),
        "weight": wording.quantity(asked),
        "weight_error": fault,
        "is_mission": actor.role is Role.MISSION,
    }


def _spread(scores: list[int]) -> int:
    return max(scores, default=0) - min(scores, default=0)


def _other_weight(request: HttpRequest, board: Board) -> tuple[Decimal, str]:
    """The other weight to try: half as much again unless another is asked (10 becomes 15)."""
    usual = min(Decimal(90), board.grid.points * Decimal("1.5"))
    text = request.GET.get("poids", "")
    if not text:
        return usual.normalize() if usual % 1 else usual.quantize(Decimal(1)), ""
    try:
        asked = parse_decimal(text)
    except NotAQuantity:
        asked = Decimal(0)
    if not 0 < asked < 100:
        return usual, "Écrivez un poids entre 0 et 100, par exemple 15."
    return asked, ""


def agree_on(request: HttpRequest, bid: str) -> HttpResponse:
    """The scores agreed on for one bid."""
    actor = actor_of(request)
    found = bid_for(actor, bid)
    board = board_of(found.grid)
    if not board.complete:
        messages.info(request, "Les notes se montrent quand chacun a remis les siennes.")
        return redirect("bids-together", found.grid.lot.public_id, permanent=False)
    if request.method != "POST":
        return _agree_page(request, found, board, Typed(_first_agreed(found, board), _names(board.lines)))
    typed = Typed(request.POST, _names(board.lines))
    try:
        agree(actor=actor, bid_id=bid, given=_given(typed, board.lines), now=clock.now())
    except Refusal as refusal:
        typed.refused(refusal, default=f"score-{board.lines[0].place}")
        return _agree_page(request, found, board, typed)
    messages.success(request, f"Les notes communes de {found.name} sont gardées.")
    return SeeOther(reverse("bids-together", args=[found.grid.lot.public_id]))


def _first_agreed(bid: Bid, board: Board) -> dict[str, str]:
    """What was agreed, else the score that everybody gave, else nothing: people decide."""
    agreed, everybody = agreed_scores(board), scores_together(board)
    first: dict[str, str] = {}
    for line in board.lines:
        known, given = agreed.get((bid.pk, line.pk)), everybody.get((bid.pk, line.pk), [])
        if known is not None:
            first |= {f"score-{line.place}": str(known.score), f"reason-{line.place}": known.reason}
        elif given and len({one.score for one in given}) == 1:
            first[f"score-{line.place}"] = str(given[0].score)
            first[f"reason-{line.place}"] = given[0].reason if len(given) == 1 else ""
    return first


def _agree_page(request: HttpRequest, bid: Bid, board: Board, typed: Typed) -> HttpResponse:
    everybody: Mapping[tuple[int, int], list[Any]] = scores_together(board)
    lines = _lines(board.lines, typed, bid)
    for one in lines:
        one["scores"] = everybody.get((bid.pk, one["line"].pk), [])
    context = {
        "crumbs": crumbs(bid.grid.lot, bid.name),
        "bid": bid,
        "lines": lines,
        "steps": _steps(bid),
        "typed": typed,
        "closed": bid.grid.agreed_at is not None,
    }
    return render(request, "bids/agree.html", context, status=422 if typed.errors else 200)


def report_docx(request: HttpRequest, lot: str) -> HttpResponse:
    """The report of analysis in Word, once the agreed scores are closed."""
    actor = actor_of(request)
    found = judged_lot(actor, lot)
    board = _board(actor, found)
    if board is None or board.grid.agreed_at is None:
        messages.error(request, "Le rapport s’écrit quand les notes communes sont arrêtées.")
        return redirect("bids-together", lot, permanent=False)
    agreed = agreed_scores(board)
    points = social_points(board, agreed)
    ranked = ranking(board, agreed, points, _other_weight(request, board)[0])
    response = HttpResponse(report(board, agreed, points, ranked), content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="analyse-critere-social-lot-{found.number}.docx"'
    return response
