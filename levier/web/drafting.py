"""Writing the clauses of a contract: choose the instrument, read each piece as it will be, see what is missing, take the ZIP."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.drafting.actions import Draft, make_kit, prepare_kit, preview
from levier.drafting.filling import Block
from levier.drafting.labels import CCAGS, INSTRUMENTS, PIECES, PURPOSES, RHYTHMS
from levier.drafting.queries import drafted_contract, kit_for, kits_visible_to
from levier.drafting.values import Ccag, KitChoice, KitInstrument, LotChoice, Piece, Rhythm
from levier.files.queries import FileDamaged, content_of
from levier.foundation.objections import Refusal
from levier.hours.queries import reference_values
from levier.procurement.models import Contract, Lot
from levier.procurement.queries import lots_of
from levier.reference.labels import CONFIDENCES
from levier.reference.values import Catalogue, UnknownReference
from levier.sizing.queries import studies_of
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.errors import failure_page
from levier.web.typed import SeeOther, Typed

FIELDS = (
    "instrument", "consultation_on", "ccag", "rhythm", "penalty_hour", "penalty_late_day", "penalty_absence", "observation_days",
)  # fmt: skip
CODES = {one.value: one for one in KitInstrument}
CCAG_CODES = {one.value: one for one in Ccag}
RHYTHM_CODES = {one.value: one for one in Rhythm}
PIECE_CODES = {one.value: one for one in Piece}
OF_CATEGORY = {"works": Ccag.WORKS, "services": Ccag.SERVICES, "supplies": Ccag.SERVICES}


def show(request: HttpRequest, contract: str) -> HttpResponse:
    """What would be written, for what was chosen; `do=make` writes the kit and keeps it."""
    actor = actor_of(request)
    found = drafted_contract(actor, contract)
    lots = list(lots_of(actor, [found.pk]))
    data = request.POST if request.method == "POST" else request.GET
    typed = _typed(actor, data, found, lots)
    choice = _choice(typed, lots)
    draft, catalogue = None, reference_values()
    if choice is not None:
        draft = prepare_kit(actor=actor, contract_id=contract, choice=choice, catalogue=catalogue)
    if choice is not None and request.POST.get("do") == "make":
        try:
            kit = make_kit(actor=actor, contract_id=contract, choice=choice, catalogue=catalogue, now=clock.now())
        except Refusal as refusal:
            typed.refused(refusal, default="instrument")
        else:
            messages.success(
                request, "Le dossier est prêt et gardé dans ce marché. Relisez chaque pièce avant de publier."
            )
            return SeeOther(
                f"{reverse('contract-draft', args=[contract])}?{_again(request.POST)}dossier={kit.public_id}#dossiers"
            )
    return _page(request, actor, found, lots, typed, draft, catalogue)


def download(request: HttpRequest, kit: str) -> HttpResponse:
    """The ZIP as it was made."""
    found = kit_for(actor_of(request), kit)
    try:
        content = content_of(found.file)
    except FileDamaged:
        return failure_page(request, 500)
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.file.name}"'
    return response


def _again(data: Mapping[str, str]) -> str:
    kept = {name: value for name, value in data.items() if name in FIELDS or name.startswith(("lot-", "hours-"))}
    return f"{urlencode(kept)}&" if kept else ""


def _typed(actor: Actor, data: Mapping[str, str], contract: Contract, lots: list[Lot]) -> Typed:
    """What was typed, else what is known: the consultation's date, the lots' latest studies, the usual CCAG."""
    names = [*FIELDS, *(f"lot-{lot.number}" for lot in lots), *(f"hours-{lot.number}" for lot in lots)]
    if "instrument" in data:
        return Typed(data, names)
    studies = studies_of(actor, [lot.pk for lot in lots])
    first: dict[str, str] = {
        "instrument": KitInstrument.EXECUTION_CONDITION.value,
        "consultation_on": (contract.consultation_on or clock.today()).isoformat(),
        "ccag": OF_CATEGORY.get(contract.category, Ccag.NONE).value,
        "rhythm": Rhythm.MONTH.value,
        "observation_days": "15",
    }
    for lot in lots:
        known = studies.get(lot.pk)
        if known or len(lots) == 1:
            first[f"lot-{lot.number}"] = "1"
        if known:
            first[f"hours-{lot.number}"] = wording.quantity(known[0].hours)
    return Typed(first, names)


def _choice(typed: Typed, lots: list[Lot]) -> KitChoice | None:
    instrument = typed.choice("instrument", CODES, missing="Choisissez un moyen juridique.")
    day = typed.day(
        "consultation_on", missing="Écrivez la date de la consultation : c’est elle qui dit quels articles citer."
    )
    ccag = typed.choice("ccag", CCAG_CODES, missing="Choisissez un CCAG, ou « Aucun CCAG ».")
    rhythm = typed.choice("rhythm", RHYTHM_CODES, missing="Choisissez un rythme.")
    days = typed.whole("observation_days", low=5, high=60, wrong="Écrivez un nombre de jours, de 5 à 60.")
    hour, late, absence = (_penalty(typed, name) for name in ("penalty_hour", "penalty_late_day", "penalty_absence"))
    chosen = tuple(_lot(typed, lot) for lot in lots if typed.values[f"lot-{lot.number}"])
    if typed.errors or instrument is None or day is None or ccag is None or rhythm is None or days is None:
        return None
    return KitChoice(instrument, day, chosen, ccag, rhythm, hour, late, absence, days)


def _penalty(typed: Typed, name: str) -> Decimal | None:
    value = typed.amount(name)
    if value is not None and not 0 < value < 100_000:
        typed.wrong(name, "Écrivez un montant en euros plus grand que zéro, ou laissez vide.")
    return value


def _lot(typed: Typed, lot: Lot) -> LotChoice:
    name = f"hours-{lot.number}"
    hours = typed.hours(name, missing="") if typed.values[name] else None
    return LotChoice(lot.number, lot.title, hours, tuple(place.territory.number for place in lot.territories.all()))


def _page(
    request: HttpRequest,
    actor: Actor,
    contract: Contract,
    lots: list[Lot],
    typed: Typed,
    draft: Draft | None,
    catalogue: Catalogue,
) -> HttpResponse:
    kits = list(kits_visible_to(actor).filter(contract=contract).select_related("file")[:20])
    shown = PIECE_CODES.get(request.POST.get("voir") or request.GET.get("voir", ""))
    blocks, failure = _blocks(draft, shown)
    instrument = CODES.get(typed.values["instrument"])
    context: dict[str, Any] = {
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id])),
            ("Rédaction", ""),
        ],
        "contract": contract,
        "typed": typed,
        "draft": draft,
        "purpose": PURPOSES[instrument] if instrument else "",
        "lots": [
            {
                "lot": lot, "name": f"hours-{lot.number}", "label": f"Heures, lot {lot.number}", "checked": typed.values[f"lot-{lot.number}"], "hours": typed.values[f"hours-{lot.number}"],
                "error": typed.errors.get(f"hours-{lot.number}", ""),
            }
            for lot in lots
        ],
        "with_hours": instrument is not None and instrument.condition,
        "with_criterion": instrument is not None and instrument.criterion,
        "instruments": [(code.value, label) for code, label in INSTRUMENTS.items()],
        "ccags": [(code.value, label) for code, label in CCAGS.items()],
        "rhythms": [(code.value, label) for code, label in RHYTHMS.items()],
        "pieces": [(piece.value, label, piece is shown) for piece, label in PIECES.items()],
        "shown": PIECES.get(shown) if shown else "",
        "blocks": blocks,
        "failure": failure,
        "kits": [(kit, INSTRUMENTS[KitInstrument(kit.instrument)]) for kit in kits],
        "fresh": next((kit for kit in kits if kit.public_id == request.GET.get("dossier")), None),
        "examples": _examples(catalogue, clock.today()),
        "confidences": {mark.value: words for mark, words in CONFIDENCES.items()},
    }  # fmt: skip
    return render(
        request, "drafting/kit.html", context, status=422 if typed.errors and request.method == "POST" else 200
    )


def _blocks(draft: Draft | None, shown: Piece | None) -> tuple[list[Block], str]:
    """The piece that is read on the page, or why it cannot be."""
    if draft is None or shown is None:
        return [], ""
    try:
        return list(preview(draft, shown).blocks), ""
    except Refusal as refusal:
        return [], " ".join(refusal.sentences)


def _examples(catalogue: Catalogue, today: date) -> dict[str, str]:
    """Penalties read in real contracts: the Département's own are not known, none is proposed."""
    found: dict[str, list[str]] = {}
    for name, key, unit in (
        ("hour", "penalty.hour.epec", "CCAP de l’EPEC"),
        ("hour", "penalty.hour.rennes", "jugé à Rennes"),
        ("late", "penalty.late_proof_day.epec", "CCAP de l’EPEC"),
        ("absence", "penalty.referent_absent.training", "clause de formation"),
    ):
        try:
            found.setdefault(name, []).append(f"{wording.euros(catalogue.at(key, today).value)} ({unit})")
        except UnknownReference:
            continue  # a figure that nobody published at that date is not quoted
    return {name: f"Lu ailleurs\u00a0: {', '.join(words)}." for name, words in found.items()}
