"""Completing the record of a lot before it is sent: what is missing first, what is known under it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.open_data.exporting.assembling import prepare
from levier.open_data.exporting.completing import TOLD, complete_record
from levier.open_data.exporting.gathering import Filters, known_lots
from levier.open_data.exporting.values import Prepared
from levier.open_data.exporting.vocabulary import PLACE_KINDS, OfficialField, Shape
from levier.procurement.models import Lot
from levier.procurement.policies import may_publish
from levier.procurement.queries import lot_for, lots_visible_to
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

_KINDS = {Shape.TEXT: "text", Shape.DAY: "date", Shape.ONE: "select", Shape.YES_NO: "select"}
_YES_NO = [("", "Pas encore dit"), ("oui", "Oui"), ("non", "Non")]
_UNITS = {Shape.RATE: "%", Shape.AMOUNT: "€"}


@dataclass(frozen=True, slots=True)
class ShownField:
    """One input: `known` is what will be sent today, in words; `ticked` the words of a list that were told."""

    field: OfficialField
    kind: str
    value: str
    ticked: list[str]
    options: list[tuple[str, str]]
    unit: str
    known: str
    error: str

    @property
    def name(self) -> str:
        return self.field.name


def show(request: HttpRequest, lot: str) -> HttpResponse:
    actor = actor_of(request)
    found = lot_for(actor, lot)
    if not may_publish(actor, buyer_id=found.contract.buyer_id):
        raise NotForYou
    if request.method != "POST":
        return _page(request, actor, found, None, {})
    try:
        complete_record(actor=actor, lot_id=found.public_id, told=told_in(request.POST), now=clock.now())
    except Refusal as refusal:
        typed = Typed({}, ())
        typed.refused(refusal)
        return _page(request, actor, found, request.POST, typed.errors)
    left = _prepared(actor, found).lacks
    said = f"il manque encore {len(left)} réponse{'s' if len(left) > 1 else ''}." if left else "cette fiche est prête."
    messages.success(request, typeset(f"C’est enregistré : {said}"))
    return SeeOther(request.path if left else reverse("essential-data"))


def told_in(post: QueryDict) -> dict[str, Any]:
    """What the form says, under the official names; what cannot be read is passed as typed, so that it is refused by its field."""
    told: dict[str, Any] = {}
    for field in TOLD:
        text = post.get(field.name, "").replace("\0", "").strip()
        match field.shape:
            case Shape.SEVERAL:
                told[field.name] = [word for word in post.getlist(field.name) if word]
            case Shape.YES_NO:
                told[field.name] = {"oui": True, "non": False}.get(text)
            case Shape.PLACE:
                code = post.get(f"{field.name}_code", "").replace("\0", "").strip()
                told[field.name] = {"code": code, "typeCode": text} if code else None
            case Shape.RATE | Shape.AMOUNT if text:
                told[field.name] = _number(text, percent=field.shape is Shape.RATE)
            case _:
                told[field.name] = text[:1000]
    return {name: value for name, value in told.items() if value is not None and value not in ("", [])}


def _number(text: str, *, percent: bool) -> str:
    try:
        number = parse_decimal(text.replace("€", "").replace("%", ""))
    except NotAQuantity:
        return text[:60]
    return f"{(number / 100 if percent else number).normalize():f}"


def _prepared(actor: Actor, lot: Lot) -> Prepared:
    [known] = known_lots(lots_visible_to(actor).filter(pk=lot.pk), Filters())
    return prepare(known, published_on=clock.today().isoformat())


def _page(request: HttpRequest, actor: Actor, lot: Lot, post: QueryDict | None, errors: dict[str, str]) -> HttpResponse:
    prepared = _prepared(actor, lot)
    told = dict(prepared.lot.told) if post is None else told_in(post)
    lacking = {lack.field for lack in prepared.lacks} | set(errors)
    shown = sorted(_shown(prepared, told, errors), key=lambda one: one.kind == "several")
    context = {
        "crumbs": [("Marchés", reverse("contracts")), ("Données essentielles", reverse("essential-data")), (lot.contract.reference, "")],
        "lot": lot,
        "contract": lot.contract,
        "missing": [one for one in shown if one.name in lacking],
        "others": [one for one in shown if one.name not in lacking],
        "errors": list(errors.items()),
        "remarks": prepared.remarks,
        "elsewhere": [lack for lack in prepared.lacks if lack.field in {"acheteur", "titulaires"}],
    }  # fmt: skip
    return render(request, "open_data/complete.html", context, status=422 if errors else 200)


def _shown(prepared: Prepared, told: dict[str, Any], errors: dict[str, str]) -> Iterator[ShownField]:
    for field in TOLD:
        value = told.get(field.name)
        ticked = value if isinstance(value, list) else []
        yield ShownField(
            field=field,
            kind="place" if field.shape is Shape.PLACE else "several" if field.inner else _KINDS.get(field.shape, "number"),
            value=_as_typed(field, value),
            ticked=[value.get("code", ""), value.get("typeCode", "")] if isinstance(value, dict) else ticked,
            options=_options(field),
            unit=_UNITS.get(field.shape, ""),
            known=in_words(field, prepared.record.get(field.name)),
            error=errors.get(field.name, ""),
        )  # fmt: skip


def _options(field: OfficialField) -> list[tuple[str, str]]:
    if field.shape is Shape.YES_NO:
        return _YES_NO
    if field.shape is Shape.PLACE:
        return [(word, word) for word in PLACE_KINDS.values()]
    first = [("", "Pas encore dit")] if field.shape is Shape.ONE else []
    return [*first, *((word, word.replace("'", "’")) for word in field.choices)]


def _as_typed(field: OfficialField, value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | dict) or value is None:
        return ""
    text = str(value)
    if field.shape is Shape.RATE and text.replace(".", "").isdigit():
        return wording.quantity(Decimal(text) * 100)
    return text


def in_words(field: OfficialField, value: Any) -> str:
    """A value of the record as a person reads it."""
    match field.shape:
        case _ if value is None:
            return ""
        case Shape.SEVERAL:
            return ", ".join(value[field.inner])
        case Shape.PLACE:
            return f"{value['typeCode']} {value['code']}"
        case Shape.YES_NO:
            return "oui" if value else "non"
        case Shape.DAY:
            return wording.short_day(date.fromisoformat(value))
        case Shape.AMOUNT:
            return wording.euros(Decimal(value))
        case Shape.RATE:
            return wording.percent(Decimal(value))
        case _:
            return str(value)
