"""A study as it was kept: its page, its note, and another study beside it."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from levier.documents.note import note_pdf
from levier.foundation import french
from levier.procurement.models import Lot
from levier.procurement.queries import lots_of
from levier.sizing.comparing import standard_differences
from levier.sizing.models import Study
from levier.sizing.policies import may_size
from levier.sizing.queries import studies_of, study_for
from levier.sizing.rules import STANDARD_FORMULA
from levier.sizing.shares import territories
from levier.sizing.values import TerritoryHours, TerritoryWeight
from levier.web.acting import actor_of
from levier.web.study_words import NAMES, factors_of, label_of, note_of

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
        "parts": _parts(found, lot),
        "feasibility": urlencode({"hours": str(found.hours.to_integral_value()), "duration_months": str(contract.duration_months or "")}),
    }  # fmt: skip
    return render(request, "contracts/study.html", context)


def _crumbs(study: Study) -> list[tuple[str, str]]:
    contract = study.lot.contract
    return [
        ("Marchés", reverse("contracts")),
        (contract.reference, reverse("contract", args=[contract.public_id])),
        (f"Calibrage du lot {study.lot.number}", ""),
    ]


def _parts(study: Study, lot: Lot) -> tuple[TerritoryHours, ...]:
    """The hours shared equally where several facilitators follow the lot: a proposal, which adds up exactly."""
    names = [one.territory.short_name for one in lot.territories.all()]
    if len(names) < 2:
        return ()
    hours = study.hours.to_integral_value() if study.hours == study.hours.to_integral_value() else study.hours
    return territories(hours, tuple(TerritoryWeight(name, Decimal(1)) for name in names)).result.parts


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
    """Factors side by side. By the standard formula, each with the hours it is worth; otherwise only what was given."""
    if left.rule == right.rule == STANDARD:
        return _standard_lines(left, right)
    first, second = ({one.label: one.value for one in factors_of(study)} for study in (left, right))
    labels = dict.fromkeys([*first, *second])
    return [
        Line(label, first.get(label, "—"), second.get(label, "—"), first.get(label) == second.get(label), "", "")
        for label in labels
    ]


def _standard_lines(left: Study, right: Study) -> list[Line]:
    shown = {one.name: (one, two) for one, two in zip(factors_of(left), factors_of(right), strict=True)}
    found = []
    for one in standard_differences(left.inputs, right.inputs):
        before, after = shown[one.factor]
        effect = one.effect or Decimal(0)
        sign = "+" if effect > 0 else ""
        said = "" if one.same else f"{sign}{french.hours(effect)}"
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
