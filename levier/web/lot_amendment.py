"""Recording an amendment (avenant) of a lot, and seeing what the hours would be with the new amount."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.commitments.queries import commitments_visible_to
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.periods import civil_date
from levier.hours.queries import reference_values
from levier.procurement.actions import usable_amount
from levier.procurement.amending import AmendmentTerms, record_amendment, waiting_notice
from levier.procurement.models import AmendmentNotice, Lot
from levier.procurement.policies import may_amend
from levier.procurement.queries import lot_for
from levier.sizing.actions import keep_study
from levier.sizing.calculation import RULE, Sized, SizingChoice, size
from levier.sizing.models import Study
from levier.sizing.queries import studies_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

FIELDS = ("new_amount", "signed_on", "source")
LONGEST_SOURCE = 300


def show(request: HttpRequest, lot: str) -> HttpResponse:
    found = _lot(request, lot)
    waiting = waiting_notice(found)
    if request.method != "POST":
        return _page(request, found, waiting, Typed(_first_values(waiting), FIELDS))
    typed = Typed(request.POST, FIELDS)
    terms = _terms(typed)
    if terms is not None:
        try:
            kept = record_amendment(actor=actor_of(request), lot_id=found.public_id, terms=terms, now=clock.now())
        except Refusal as refusal:
            typed.refused(refusal, default="new_amount")
        else:
            before = f" au lieu de {wording.euros(kept.old_amount)}" if kept.old_amount is not None else ""
            said = f"Avenant inscrit : {wording.euros(terms.new_amount)}{before}. Ensuite : revoir les heures."
            messages.success(request, typeset(said))
            return SeeOther(reverse("lot-amendment", args=[found.public_id]))
    return _page(request, found, waiting, typed)


def keep(request: HttpRequest, lot: str) -> HttpResponse:
    """Keep the study that the page proposes: the factors of the last one, on the amount recorded today."""
    found, actor = _lot(request, lot), actor_of(request)
    last, proposed = _studies(request, found)
    if proposed is None or last is None:
        messages.error(request, "Aucun calibrage à reprendre avec ce montant. Calibrez le lot d’abord.")
        return SeeOther(reverse("lot-size", args=[found.public_id]))
    study = keep_study(
        actor=actor, lot_id=found.public_id, choice=proposed.choice, catalogue=reference_values(), now=clock.now()
    )
    messages.success(
        request, typeset(f"Calibrage gardé : {wording.hours(study.hours)}. Les heures dues n’ont pas changé.")
    )
    return SeeOther(reverse("study", args=[study.public_id]))


def _lot(request: HttpRequest, lot: str) -> Lot:
    actor = actor_of(request)
    found = lot_for(actor, lot)
    if not may_amend(actor):
        raise NotForYou
    return found


def _first_values(waiting: AmendmentNotice | None) -> dict[str, str]:
    if waiting is None:
        return {}
    return {
        "new_amount": wording.quantity(waiting.new_amount),
        "signed_on": waiting.signed_on.isoformat() if waiting.signed_on else "",
        "source": waiting.source,
    }


def _terms(typed: Typed) -> AmendmentTerms | None:
    amount = typed.amount("new_amount", missing="Écrivez le nouveau montant total hors taxes, par exemple 480 000.")
    day = typed.day("signed_on", missing="Indiquez le jour où l’avenant a été signé ou notifié.")
    source = typed.text(
        "source", longest=LONGEST_SOURCE, missing="Dites où ce montant est écrit : avenant n° 2, publication…"
    )
    if typed.errors or amount is None or day is None:
        return None
    return AmendmentTerms(amount, day, source)


def _studies(request: HttpRequest, lot: Lot) -> tuple[Study | None, Sized | None]:
    """The last study by labour share, and the same factors on today's amount where it differs."""
    studies = [one for one in studies_of(actor_of(request), [lot.pk]).get(lot.pk, []) if one.rule == RULE]
    amount = usable_amount(lot)
    if not studies or amount is None or Decimal(studies[0].inputs["amount"]) == amount:
        return studies[0] if studies else None, None
    try:
        return studies[0], size(_choice(studies[0], amount), reference_values(), civil_date(clock.now()))
    except Refusal:
        return studies[0], None


def _choice(study: Study, amount: Decimal) -> SizingChoice:
    """A factor that was a person's own has no key: its value is taken."""
    factors = [study.inputs[name] for name in ("labour_share", "insertion_rate", "hourly_cost")]
    own = [None if factor["key"] else Decimal(factor["value"]) for factor in factors]
    return SizingChoice(amount, *(factor["key"] for factor in factors), *own)


def _page(request: HttpRequest, lot: Lot, waiting: AmendmentNotice | None, typed: Typed) -> HttpResponse:
    last, proposed = _studies(request, lot)
    commitments = commitments_visible_to(actor_of(request)).filter(lot=lot).select_related("holder").order_by("id")
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (lot.contract.reference, reverse("contract", args=[lot.contract.public_id])),
            ("Avenant", ""),
        ],
        "lot": lot,
        "waiting": waiting,
        "typed": typed,
        "last": last,
        "proposed": proposed,
        "commitments": list(commitments),
        "recorded": list(lot.amendment_notices.filter(state="recorded").order_by("-recorded_at", "-id")[:20]),
    }
    return render(request, "contracts/amendment.html", context, status=422 if typed.errors else 200)
