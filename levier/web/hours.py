"""Deciding on hours: the lines of a month, doubts first; one line's evidence beside it; refusing and reversing with a reason."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from levier.accounts.values import Actor
from levier.audit.actions import record_reads
from levier.foundation import french
from levier.foundation.objections import Refusal
from levier.hours import actions
from levier.hours.checks import month_of
from levier.hours.codes import Doubt
from levier.hours.labels import DOUBTS
from levier.hours.queries import lines_to_validate, months_to_validate, reference_values
from levier.hours.refusals import sentence
from levier.hours.reviewing import ReviewRow, line_with_doubts, lines_with_doubts
from levier.hours.sheets import waiting_for_company
from levier.participants.queries import name_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.pieces import Piece
from levier.web.review_rows import Row, drawn
from levier.web.shell import COUNTS

LONGEST_LIST = 120
"""Lines on one page; the rest comes once these are decided."""
REASONS = {
    "Plus d’heures que le contrat n’en prévoit": "Envoyez le bulletin de paie du mois, ou corrigez les heures.",
    "Heures faites hors de ce marché": "Déclarez seulement les heures faites sur ce marché, et envoyez le relevé de chantier signé.",
    "Pièce absente ou illisible": "Envoyez le relevé d’heures signé du mois, ou le bulletin de paie.",
    "Personne non éligible à cette date": "Mettez 0 pour les jours hors de la période, ou demandez une prolongation.",
    "Heures déclarées deux fois": "Une seule des deux structures les déclare : mettez-vous d’accord avec l’agence, puis mettez 0 ici.",
    "Non confirmées par la structure ou la personne": "Envoyez un relevé signé des deux, ou corrigez les heures.",
}
"""What is wrong, and what to send: said to the company where nothing else is written."""

COUNTS["review"] = lambda actor: lines_to_validate(actor).count()
COUNTS["statements"] = waiting_for_company


@dataclass(frozen=True, slots=True)
class Line:
    """A line in words: who, where, its doubts in sentences, what its evidence is."""

    row: ReviewRow
    name: str
    where: str
    doubts: tuple[str, ...]
    past: str

    @property
    def id(self) -> str:
        return self.row.line.public_id

    @property
    def cells(self) -> Row:
        change, worked = self.row.change, self.row.line.worked_hours
        return Row(
            id=self.id,
            name=self.name,
            where=self.where,
            exact=str(self.hours),
            hours=wording.quantity(self.hours, 2),
            change=f"{'+' if change > 0 else ''}{wording.quantity(change, 2)}" if change else "",
            worked="" if worked is None else wording.quantity(worked, 2),
            pieces=bool(self.row.evidence),
            doubts=tuple((DOUBTS[Doubt(one.code)], one.code == Doubt.CONTESTED_BY_PERSON) for one in self.row.doubts),
        )

    @property
    def hours(self) -> Decimal:
        return self.row.line.hours or Decimal(0)

    @property
    def pieces(self) -> list[Piece]:
        return [Piece(one.file) for one in self.row.evidence]

    @property
    def checks(self) -> list[dict[str, str]]:
        row = self.row
        until = wording.long_day(row.eligible_until, weekday=False) if row.eligible_until else ""
        over = row.month_total > row.month_limit
        total = f"{wording.hours(row.month_total)} ce mois, tous employeurs confondus, pour {wording.hours(row.month_limit)} au plus"
        return [
            {
                "kind": "ok" if until else "bad",
                "label": "Éligible",
                "text": f"jusqu’au {until}" if until else "aucune période",
            },
            {"kind": "bad" if over else "ok", "label": "Durée", "text": total},
        ]


def review(request: HttpRequest) -> HttpResponse:
    """The pending lines of a month, those with doubts first, and the first one's evidence."""
    actor = actor_of(request)
    months = months_to_validate(actor)
    asked = month_of(request.GET.get("mois", ""))
    month = asked or (months[0][0] if months else None)
    commitment = request.GET.get("engagement", "")
    if commitment and asked is None:
        month = _month_of_commitment(actor, commitment) or month
    rows = lines_with_doubts(actor, month, values=reference_values(), commitment_public_id=commitment) if month else []
    more, rows = max(0, len(rows) - LONGEST_LIST), rows[:LONGEST_LIST]
    lines = [_line(row) for row in rows]
    doubtful, agreeing = [one for one in lines if one.doubts], [one for one in lines if not one.doubts]
    shown = doubtful if request.GET.get("vue") == "doutes" else lines
    _journal(actor, shown, "review")
    wanted = request.GET.get("ligne", "")
    current = next((one for one in shown if one.id == wanted), shown[0] if shown else None)
    groups = (
        [("doubts", doubtful)] if request.GET.get("vue") == "doutes" else [("doubts", doubtful), ("agreeing", agreeing)]
    )
    since = min((at for one in lines if (at := one.row.line.statement.sent_at)), default=None)
    context = {
        "month": month,
        "months": [
            {"label": wording.month(one), "url": f"?mois={one:%Y-%m}", "current": one == month, "count": n}
            for one, n in months
        ],
        "groups": [
            {
                "kind": kind,
                "count": len(some),
                "hours": _sum(some),
                "rows": drawn((one.cells for one in some), request.GET, current.id if current else ""),
            }
            for kind, some in groups
            if some
        ],
        "lines": lines,
        "count": len(lines),
        "companies": len({one.row.line.statement.commitment.holder_id for one in lines}),
        "hours": _sum(lines),
        "doubtful": len(doubtful),
        "more": more,
        "current": current,
        "reasons": REASONS,
        "since": since,
        "back": request.get_full_path(),
        "since_words": f"À vous, depuis le {wording.short_day(since)}" if since else "",
        "order": " ".join(one.id for _, some in groups for one in some),
        "views": _views(request, len(lines), len(doubtful)),
        "commitment": lines[0].row.line.statement.commitment if commitment and lines else None,
    }
    return render(request, "hours/review.html", context)


def decide(request: HttpRequest) -> HttpResponse:
    """Accept one line, the ticked ones, or all those shown without doubts."""
    actor, posted = actor_of(request), request.POST
    if one := posted.get("accept"):
        wanted = [one]
    elif posted.get("do") == "agreeing":
        wanted = _still_agreeing(actor, posted.getlist("agreeing") or posted.get("order", "").split())
    else:
        wanted = posted.getlist("line")
    if not wanted:
        messages.warning(request, "Aucune ligne n’est cochée : cochez celles que vous acceptez.")
        return _back(posted)
    outcome = actions.accept_lines(actor=actor, line_public_ids=wanted[:LONGEST_LIST], now=clock.now())
    if outcome.accepted:
        verb = "sont acceptées et comptées" if len(outcome.accepted) > 1 else "est acceptée et comptée"
        messages.success(request, f"{wording.plural(len(outcome.accepted), 'ligne')} {verb}.")
    for public_id, why in outcome.refused:
        name = _name(actor, public_id)
        messages.error(request, french.typeset(f"{name} : {why}" if name else why))
    return _back(posted, after=wanted[-1] if one else "")


def refuse(request: HttpRequest, line: str) -> HttpResponse:
    """Send a line back with a reason."""
    return _with_reason(
        request, line, actions.refuse_line, "hours/refuse.html", "est renvoyée à l’entreprise, avec votre motif"
    )


def reverse_line(request: HttpRequest, line: str) -> HttpResponse:
    """Take back an accepted line with a reason."""
    return _with_reason(
        request, line, actions.reverse_line, "hours/reverse.html", "n’est plus comptée ; l’entreprise peut la corriger"
    )


def panel(request: HttpRequest, line: str) -> HttpResponse:
    """The side panel of one line, fetched by validation.js as the person moves down the list."""
    actor = actor_of(request)
    found = _line(line_with_doubts(actor, line, values=reference_values()))
    _journal(actor, [found], "panel")
    return render(
        request, "hours/panel.html", {"current": found, "month": found.row.line.statement.month, "reasons": REASONS}
    )


def _with_reason(request: HttpRequest, line: str, act: Any, template: str, done: str) -> HttpResponse:
    actor = actor_of(request)
    found = _line(line_with_doubts(actor, line, values=reference_values()))
    chosen, more = request.POST.get("motif", ""), request.POST.get("reason", "")[:500]
    error = ""
    if request.method == "POST":
        what = more.strip() or REASONS.get(chosen, "")
        reason = " ".join(part for part in (chosen and f"{chosen}.", what) if part)
        try:
            act(actor=actor, line_public_id=line, reason=reason, now=clock.now())
        except Refusal as refused:
            error = " ".join(refused.sentences)
        else:
            messages.success(request, french.typeset(f"La ligne de {found.name} {done}."))
            return _back(request.POST)
    _journal(actor, [found], "decision")
    context = {
        "current": found,
        "month": found.row.line.statement.month,
        "reasons": REASONS,
        "chosen": chosen,
        "reason": more,
        "error": error,
        "errors": [("reason", error)] if error else [],
        "back": request.POST.get("back") or request.GET.get("retour", ""),
        "crumbs": [("Heures à accepter", reverse("review")), (found.name, "")],
    }
    return render(request, template, context, status=422 if error else 200)


def _back(posted: Any, after: str = "") -> HttpResponse:
    """To the list the person came from; where one line was decided, to the line that followed it."""
    asked = str(posted.get("back", ""))
    address = asked if asked.startswith((reverse("review"), reverse("statements"))) else reverse("review")
    path, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("ligne=")]
    order = str(posted.get("order", "")).split()
    if after in order[:-1]:
        kept.append(urlencode({"ligne": order[order.index(after) + 1]}))
    response = HttpResponseRedirect(path + ("?" + "&".join(kept) if kept else ""))
    response.status_code = 303
    return response


def _still_agreeing(actor: Actor, shown: list[str]) -> list[str]:
    """Among the lines shown without doubts, those that still have none; the others stay to be read."""
    months = {month for month, _ in months_to_validate(actor)}
    values = reference_values()
    asked = set(shown)
    return [
        row.line.public_id
        for month in sorted(months)
        for row in lines_with_doubts(actor, month, values=values)
        if row.line.public_id in asked and not row.doubtful
    ]


def _month_of_commitment(actor: Actor, commitment: str) -> date | None:
    lines = lines_to_validate(actor).filter(statement__commitment__public_id=commitment)
    found: date | None = lines.order_by("-statement__month").values_list("statement__month", flat=True).first()
    return found


def _line(row: ReviewRow) -> Line:
    commitment = row.line.statement.commitment
    where = f"{row.line.placement.employer.name} · {commitment.lot.contract.title}"
    past = " · ".join(wording.quantity(hours, 2) for _, hours in row.past)
    return Line(row, name_of(row.line.placement.person), where, tuple(map(sentence, row.doubts)), past)


def _name(actor: Actor, public_id: str) -> str:
    from levier.hours.queries import lines_visible_to

    line = lines_visible_to(actor).select_related("placement__person").filter(public_id=public_id).first()
    return name_of(line.placement.person) if line else ""


def _sum(lines: list[Line]) -> Decimal:
    return sum((one.hours for one in lines), Decimal(0))


def _journal(actor: Actor, lines: list[Line], what: str) -> None:
    record_reads(
        actor=actor,
        person_public_ids=[one.row.line.placement.person.public_id for one in lines],
        purpose="validate",
        what=what,
        now=clock.now(),
    )


def _views(request: HttpRequest, count: int, doubtful: int) -> list[dict[str, Any]]:
    kept = {name: request.GET[name] for name in ("mois", "engagement") if request.GET.get(name)}
    chosen = request.GET.get("vue", "")
    return [
        {
            "label": label,
            "url": "?" + urlencode(kept | ({"vue": view} if view else {})),
            "current": chosen == view,
            "count": n,
        }
        for label, view, n in (("Toutes", "", count), ("Doutes", "doutes", doubtful))
    ]
