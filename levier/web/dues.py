"""What a commitment owes, line by line; entering invoices, orders, hours worked and amendments."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Role
from levier.commitments import rules
from levier.commitments.actions import owed
from levier.commitments.due_actions import MOST_PIECES, enter_amendment, enter_pieces
from levier.commitments.labels import BASIS_KINDS, DUE_LINES, DUE_METHODS
from levier.commitments.models import Commitment
from levier.commitments.policies import may_move_due
from levier.commitments.queries import DueSeries, commitment_for, due_series, invoiced_of, transfers_of
from levier.commitments.values import PIECES_OF, BasisKind, DueMethod, Piece
from levier.following.standing import owed_of
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.quantities import NotAQuantity, hundredths, parse_decimal
from levier.hours.progress import progress
from levier.hours.queries import reference_values
from levier.hours.training import training_shown
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.spreadsheet import csv_response
from levier.web.two_figures import two_figures
from levier.web.typed import SeeOther, Typed

PIECE = ("kind", "reference", "on", "until", "amount", "pasted")
AMENDMENT = ("reference", "effective_on", "due_hours")


def show(request: HttpRequest, commitment: str) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    found = commitment_for(actor, commitment)
    series, figures = due_series(actor, found), progress([found.pk], today)[found.pk]
    context: dict[str, Any] = {
        "crumbs": crumbs(found, "Heures dues"),
        "commitment": found,
        "contract": found.lot.contract,
        "figures": figures,
        **two_figures(owed_of([found])[found.pk], figures, reference_values(), today),
        "follows": actor.role is not Role.COMPANY,
        "today": today,
        "series": series,
        "rule": _rule_words(series),
        "lines": [(line, DUE_LINES[line.kind], line.on > today) for line in series.lines],
        "orders": [one for one in series.pieces if one.kind == "order"],
        "invoices": [one for one in series.pieces if one.kind == "invoice"],
        "invoiced": invoiced_of([found.pk]).get(found.pk),
        "transfers": list(transfers_of(actor, [found.pk])),
        "counters": _counters(found, series, today),
        "pays": may_move_due(actor, owed(found)),
        "training": training_shown(found, reference_values()),
    }
    return render(request, "dues/show.html", context)


def export(request: HttpRequest, commitment: str) -> HttpResponse:
    """The same lines for a spreadsheet."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    heading = ["Date", "Jusqu’au", "Nature", "Référence", "Heures", "Heures dues ensuite", "Calcul"]
    lines = (
        [line.on, line.until, DUE_LINES[line.kind], line.reference, line.hours, line.after, line.why]
        for line in due_series(actor, found).lines
    )
    return csv_response(f"levier-heures-dues-{clock.today().isoformat()}.csv", heading, lines)


def _rule_words(series: DueSeries) -> str:
    rule = series.rule
    if rule is None:
        return DUE_METHODS[DueMethod.FIXED] + "."
    if rule.method is DueMethod.TRANCHE and rule.euros_per_hour is not None:
        counted = "au-delà du seuil" if rule.trigger_mode.value == "excess" else "depuis le premier euro, seuil atteint"
        said = f"Une heure par tranche de {wording.euros(rule.euros_per_hour)} facturée, seuil de {wording.euros(rule.trigger_amount or Decimal(0))}, comptée {counted}"
    elif rule.method is DueMethod.PERCENTAGE:
        rates = ", ".join(wording.percent(rate) for rate in rule.rates)
        said = f"Un pourcentage des heures travaillées par tous : {rates}" + (
            " (année par année)" if len(rule.rates) > 1 else ""
        )
    else:
        said = DUE_METHODS[rule.method]
    return typeset(f"{said}. {rule.source}.")


def _counters(found: Commitment, series: DueSeries, today: date) -> tuple[tuple[Decimal, str], ...]:
    """Due on invoices, estimated on orders today and at the end, each with its sentence; nothing without orders."""
    if series.rule is None or series.rule.method is not DueMethod.TRANCHE:
        return ()
    return (
        rules.due_on(series.rule, found.starts_on, series.as_pieces),
        rules.estimated_on_orders(series.rule, series.as_pieces, found.ends_on, today),
        rules.estimated_on_orders(series.rule, series.as_pieces, found.ends_on, date.max),
    )


def pieces(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_move_due(actor, owed(found)):
        raise NotForYou
    series = due_series(actor, found)
    kinds = PIECES_OF[series.rule.method if series.rule else DueMethod.FIXED]
    typed = Typed(request.POST, PIECE)
    if request.method == "POST":
        read = _read(typed, {kind.value: kind for kind in kinds})
        if read and not typed.errors:
            try:
                entered = enter_pieces(actor=actor, commitment_public_id=found.public_id, pieces=read, now=clock.now())
            except Refusal as refusal:
                _say(typed, refusal, read)
            else:
                known = f" {wording.plural(entered.known, 'pièce')} déjà là." if entered.known else ""
                written = wording.plural(entered.written, "pièce entrée,pièces entrées")
                messages.success(request, typeset(f"{written}.{known} {wording.hours(entered.due)} sont dues."))
                return SeeOther(reverse("commitment-due", args=[found.public_id]))
    context = {
        "crumbs": crumbs(found, "Entrer une pièce"),
        "commitment": found,
        "contract": found.lot.contract,
        "typed": typed,
        "kinds": [(kind.value, BASIS_KINDS[kind]) for kind in kinds],
        "rule": _rule_words(series),
        "worked": BasisKind.WORKED in kinds,
        "paces": BasisKind.ORDER not in kinds and BasisKind.WORKED not in kinds,
        "most": MOST_PIECES,
    }
    return render(request, "dues/pieces.html", context, status=422 if typed.errors else 200)


def _read(typed: Typed, kinds: dict[str, BasisKind]) -> list[Piece]:
    kind = typed.choice("kind", kinds, missing="Choisissez la nature de la pièce.")
    if kind is None:
        return []
    if typed.values["pasted"]:
        return _pasted(typed, kind)
    reference = typed.text("reference", longest=60, missing="Écrivez le numéro de la pièce.")
    on = typed.day("on", missing="Indiquez sa date.")
    until = typed.day("until", missing="") if typed.values["until"] else None
    amount = typed.amount("amount", missing="Écrivez son montant, par exemple 48 000.")
    return [Piece(kind, reference, on, amount, until)] if on and amount is not None else []


def _pasted(typed: Typed, kind: BasisKind) -> list[Piece]:
    """One piece a line: number, date, amount, and for an order its end; columns apart by tabs or semicolons."""
    lines = [line for line in typed.values["pasted"].splitlines() if line.strip()]
    if len(lines) > MOST_PIECES:
        typed.wrong("pasted", f"Collez {MOST_PIECES} lignes au plus : il y en a {len(lines)}.")
        return []
    found = []
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in re.split(r"[\t;]", line)]
        row = Typed(
            dict(zip(("reference", "on", "amount", "until"), cells, strict=False)),
            ("reference", "on", "amount", "until"),
        )
        on, until = row.day("on", missing="date manquante."), row.day("until", missing="")
        try:
            amount = hundredths(parse_decimal(row.values["amount"].replace("€", "")))
        except NotAQuantity as error:
            row.wrong("amount", str(error))
            amount = Decimal(0)
        if not row.values["until"]:
            row.errors.pop("until", None)
        if row.errors or on is None:
            typed.wrong("pasted", f"Ligne {number} : {next(iter(row.errors.values()))}")
            return []
        found.append(Piece(kind, row.values["reference"], on, amount, until))
    return found


def _say(typed: Typed, refusal: Refusal, read: list[Piece]) -> None:
    """Each sentence beside its field; for a paste, with the number of its line."""
    for objection, sentence in zip(refusal.objections, refusal.sentences, strict=True):
        number, _, field = objection.field.removeprefix("pieces[").partition("].")
        if typed.values["pasted"]:
            typed.wrong("pasted", f"Ligne {int(number) + 1} ({read[int(number)].reference}) : {sentence}")
        else:
            typed.wrong(field, sentence)


def amend(request: HttpRequest, commitment: str) -> HttpResponse:
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_move_due(actor, owed(found)):
        raise NotForYou
    typed = Typed(request.POST, AMENDMENT)
    if request.method == "POST":
        reference = typed.text(
            "reference", longest=60, missing="Écrivez la référence de l’avenant, par exemple « Avenant 2 »."
        )
        on = typed.day("effective_on", missing="Indiquez le jour où il prend effet.")
        hours = typed.hours("due_hours", missing="Écrivez les heures dues en tout après l’avenant.")
        if not typed.errors and on and hours is not None:
            try:
                made = enter_amendment(
                    actor=actor, commitment_public_id=found.public_id, reference=reference, due_hours=hours,
                    effective_on=on, now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                typed.refused(refusal, default="due_hours")
            else:
                more = "de plus" if made.hours > 0 else "de moins"
                messages.success(
                    request,
                    typeset(
                        f"{reference} : {wording.hours(abs(made.hours))} {more}. {wording.hours(hours)} sont dues."
                    ),
                )
                return SeeOther(reverse("commitment-due", args=[found.public_id]))
    context = {
        "crumbs": crumbs(found, "Avenant"),
        "commitment": found,
        "contract": found.lot.contract,
        "typed": typed,
        "figures": progress([found.pk], clock.today())[found.pk],
    }
    return render(request, "dues/amend.html", context, status=422 if typed.errors else 200)


def crumbs(commitment: Commitment, last: str) -> list[tuple[str, str]]:
    contract = commitment.lot.contract
    here = reverse("contract", args=[contract.public_id]) + "?rubrique=engagements"
    return [("Marchés", reverse("contracts")), (contract.reference, here), (last, "")]
