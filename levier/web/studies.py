"""A study as it was kept: its page, its note, and another study beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.documents.note import note_pdf
from levier.foundation import french
from levier.foundation.quantities import half_up
from levier.hours.queries import reference_values
from levier.procurement.models import Lot
from levier.procurement.queries import lots_of
from levier.rulebook.reading import read_fields
from levier.rulebook.registry import rule
from levier.sizing.by_method import method_of
from levier.sizing.comparing import FACTORS, method_effects, standard_differences
from levier.sizing.models import Study
from levier.sizing.policies import may_size
from levier.sizing.queries import studies_of, study_for
from levier.sizing.rules import STANDARD_FORMULA
from levier.sizing.shares import territories
from levier.sizing.values import TerritoryWeight
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.study_words import NAMES, factors_of, label_of, note_of
from levier.web.typed import Typed

STANDARD = STANDARD_FORMULA.version.partition("/")[0]


def kept(request: HttpRequest, study: str) -> HttpResponse:
    """A study as it was kept, whatever the catalogue says today."""
    actor = actor_of(request)
    found = study_for(actor, study)
    contract = found.lot.contract
    [lot] = lots_of(actor, [contract.pk]).filter(pk=found.lot_id)
    context = {
        "crumbs": _crumbs(found),
        "study": found,
        "lot": found.lot,
        "contract": contract,
        "method": label_of(found),
        "several": Decimal(found.answer.get("people", 0)) >= 2,
        "factors": factors_of(found),
        "others": [one for one in studies_of(actor, [found.lot_id]).get(found.lot_id, []) if one.pk != found.pk],
        "can_size": may_size(actor, buyer_id=contract.buyer_id),
        "is_mission": actor.role == "mission",
        "parts": _parts(found, lot, request.GET),
    }  # fmt: skip
    return render(request, "contracts/study.html", context)


def _crumbs(study: Study) -> list[tuple[str, str]]:
    contract = study.lot.contract
    return [
        ("Marchés", reverse("contracts")),
        (contract.reference, reverse("contract", args=[contract.public_id])),
        (f"Calibrage du lot {study.lot.number}", ""),
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """What one facilitator would follow; `name` of its field, `weight` as it was typed."""

    name: str
    territory: str
    weight: str
    hours: Decimal | None


def _parts(study: Study, lot: Lot, asked: Mapping[str, str]) -> list[Part]:
    """The hours shared where several facilitators follow the lot, by the weights that the address says, equally otherwise: a proposal,
    which adds up exactly. Nothing is shared where a weight cannot be read or all are zero.
    """
    places = [one.territory for one in lot.territories.all()]
    if len(places) < 2:
        return []
    names = [f"part-{one.number}" for one in places]
    typed = Typed({name: asked.get(name, "1") for name in names}, names)
    weights = [typed.amount(name) for name in names]
    given: list[Decimal | None] = [None] * len(places)
    sound = [one for one in weights if one is not None and one >= 0]
    if len(sound) == len(places) and any(sound):
        hours = study.hours.to_integral_value() if study.hours == study.hours.to_integral_value() else study.hours
        split = territories(
            hours, tuple(TerritoryWeight(one.short_name, weight) for one, weight in zip(places, sound, strict=True))
        )
        given = [part.hours for part in split.result.parts]
    return [
        Part(name, place.short_name, typed.values[name], hours)
        for name, place, hours in zip(names, places, given, strict=True)
    ]


def note(request: HttpRequest, study: str) -> HttpResponse:
    """The one-page note, as a PDF."""
    found = study_for(actor_of(request), study)
    name = f"calibrage-{found.lot.contract.reference}-lot-{found.lot.number}.pdf"
    response = HttpResponse(note_pdf(note_of(found), at=found.at), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_plain(name)}"'
    return response


def _plain(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-") else "-" for letter in name)


@dataclass(frozen=True, slots=True)
class Line:
    """One factor of both studies; `effect` in words, empty where it cannot be told."""

    label: str
    left: str
    right: str
    same: bool
    effect: str
    why: str


def compare(request: HttpRequest, study: str) -> HttpResponse:
    """Two columns: this study, and the one named by `?avec=`, the one before it on the same lot otherwise."""
    actor = actor_of(request)
    left = study_for(actor, study)
    others = [one for one in studies_of(actor, [left.lot_id]).get(left.lot_id, []) if one.pk != left.pk]
    asked = request.GET.get("avec", "")
    right = study_for(actor, asked) if asked else (others[0] if others else None)
    context = {
        "crumbs": [*_crumbs(left)[:2], (f"Calibrage du lot {left.lot.number}", reverse("study", args=[left.public_id])), ("Comparer", "")],
        "left": left,
        "right": right,
        "left_method": label_of(left),
        "right_method": label_of(right) if right else "",
        "lines": lines_of(left, right) if right else [],
        "difference": right.hours - left.hours if right else None,
        "others": others,
        "same_lot": right is not None and right.lot_id == left.lot_id,
    }  # fmt: skip
    return render(request, "contracts/compare.html", context)


def lines_of(left: Study, right: Study) -> list[Line]:
    """Factors side by side, each with the hours it is worth where both studies are of one method; otherwise only what was given."""
    if left.rule == right.rule == STANDARD:
        return _standard_lines(left, right)
    effects = _effects(left, right)
    first, second = ({one.name: one for one in factors_of(study)} for study in (left, right))
    found = []
    for name in dict.fromkeys([*first, *second]):
        before, after = first.get(name), second.get(name)
        one, two = (before.value if before else "—"), (after.value if after else "—")
        effect = effects.get(name)
        said = "" if one == two or effect is None else _signed(effect)
        label = NAMES.get(name) or (before or after or first[name]).label
        found.append(Line(label, one, two, same=one == two, effect=said, why=""))
    told = sum((effect for effect in effects.values() if effect is not None), Decimal(0))
    rest = half_up(right.hours_exact - left.hours_exact, 2) - told
    if effects and rest:
        found.append(
            Line("Valeurs de référence et arrondis", "", "", same=False, effect=_signed(rest), why=CHANGED_VALUES)
        )
    return found


CHANGED_VALUES = "Ce que les facteurs donnés n’expliquent pas : une valeur de référence a changé entre les deux."


def _effects(left: Study, right: Study) -> dict[str, Decimal | None]:
    """Empty where the methods differ: their factors do not compare one by one."""
    method = _method(left)
    if method != _method(right):
        return {}
    return method_effects(method, _given(left), _given(right), reference_values(), clock.today())


def _method(study: Study) -> str:
    return method_of(study.rule) or "labour_share"


def _given(study: Study) -> dict[str, Any]:
    """What the study was made of, as its rule reads it; the catalogue's factors at their central value."""
    if not method_of(study.rule):
        return {
            name: Decimal(study.inputs[name]["value"] if name != "amount" else study.inputs[name]) for name in FACTORS
        }
    return dict(read_fields(study.inputs["values"], rule(study.rule).fields))


def _signed(hours: Decimal) -> str:
    return f"{'+' if hours > 0 else ''}{french.hours(hours)}"


def _standard_lines(left: Study, right: Study) -> list[Line]:
    shown = {one.name: (one, two) for one, two in zip(factors_of(left), factors_of(right), strict=True)}
    found = []
    for one in standard_differences(left.inputs, right.inputs):
        before, after = shown[one.factor]
        effect = one.effect or Decimal(0)
        said = "" if one.same else _signed(effect)
        why = "" if one.same else _why(one.left_version, one.right_version, before.label, after.label)
        found.append(Line(NAMES[one.factor], before.value, after.value, one.same, said, why))
    return found


def _why(left_version: str, right_version: str, left_label: str, right_label: str) -> str:
    """Why two values differ: another version of the same reference, another reference, or a figure of somebody's own."""
    left_key, right_key = left_version.partition("@")[0], right_version.partition("@")[0]
    if not left_key and not right_key:
        return "Saisi par les auteurs."
    if left_key and left_key == right_key:
        return f"La valeur de référence a changé entre les deux : {left_version}, puis {right_version}."
    if not left_key or not right_key:
        return "Une valeur de référence d’un côté, une valeur choisie pour ce lot de l’autre."
    return french.typeset(f"Deux références différentes : « {left_label} » et « {right_label} ».")
