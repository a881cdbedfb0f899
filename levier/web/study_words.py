"""A kept study in words: its factors in sentences, the same on screen, in the comparison and on the note."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levier.documents.note import Note, NoteFactor
from levier.documents.sheet import AUTHORITY, SERVICE
from levier.foundation import french
from levier.rulebook.fields import Field, Kind
from levier.rulebook.registry import rule
from levier.sizing.by_method import method_of
from levier.sizing.comparing import FACTORS
from levier.sizing.labels import METHODS
from levier.sizing.models import Study
from levier.web import wording

NAMES = {
    "amount": "Montant hors taxes",
    "labour_share": "Part de main-d’œuvre",
    "insertion_rate": "Taux d’insertion",
    "hourly_cost": "Coût horaire chargé",
}
MEANINGS = {
    "labour_share": "la part du prix qui paie du travail",
    "insertion_rate": "la part de ce travail réservée à l’insertion, décidée par l’acheteur",
    "hourly_cost": "ce qu’une heure de travail coûte, charges comprises",
}


@dataclass(frozen=True, slots=True)
class ShownFactor:
    name: str
    label: str
    value: str
    bounds: str
    source: str
    version: str
    unverified: bool


def label_of(study: Study) -> str:
    """The method in words."""
    return METHODS[method_of(study.rule) or "labour_share"]


def factors_of(study: Study) -> list[ShownFactor]:
    if method_of(study.rule):
        return [
            ShownFactor(field.name, field.label, text, "", "Donné par l’auteur du calibrage", "", unverified=False)
            for field, text in _given(study)
        ]
    amount = ShownFactor(
        "amount", NAMES["amount"], french.euros(Decimal(study.inputs["amount"])), "", "Le marché, ou ce qui a été saisi", "", unverified=False
    )  # fmt: skip
    return [amount, *(_standard(name, study.inputs[name]) for name in FACTORS[1:])]


def _standard(name: str, kept: dict[str, Any]) -> ShownFactor:
    write = french.euros if name == "hourly_cost" else french.percent
    value, low, high = (Decimal(kept[part]) for part in ("value", "low", "high"))
    bounds = f"entre {write(low)} et {write(high)}" if low != high and name != "insertion_rate" else ""
    return ShownFactor(
        name, kept["label"] or NAMES[name], write(value), bounds, kept["source"], kept["version"], kept["confidence"] == "U"
    )  # fmt: skip


def _given(study: Study) -> list[tuple[Field, str]]:
    """The values of a study by another method, in the order of its rule; what was not given is left out."""
    values = study.inputs["values"]
    known = [field for field in rule(study.rule).fields if values.get(field.name) is not None]
    return [(field, _text(field, values[field.name])) for field in known]


def _text(field: Field, value: Any) -> str:
    if field.kind is Kind.LIST:
        return " ; ".join(
            ", ".join(_text(item, line[item.name]) for item in field.items if line.get(item.name) is not None)
            for line in value
        )
    match field.kind:
        case Kind.FRACTION:
            return french.percent(Decimal(str(value)))
        case Kind.DECIMAL:
            written = wording.quantity(Decimal(str(value)))
            return f"{written}{french.HARD}{field.unit}" if field.unit else written
        case Kind.CHOICE:
            return next((one.label for one in field.choices if one.code == value), str(value))
        case _:
            return f"{value}{french.HARD}{field.unit}" if field.unit else str(value)


def sentence_of(factor: ShownFactor) -> str:
    """« Part de main-d'œuvre, peinture intérieure : 70 %, entre 65 % et 75 %. C'est la part du prix qui paie du travail. »"""
    bounds = f", {factor.bounds}" if factor.bounds else ""
    meaning = f" C’est {MEANINGS[factor.name]}." if factor.name in MEANINGS and factor.version else ""
    return f"{factor.label}{french.HARD}: {factor.value}{bounds}.{meaning}"


def note_of(study: Study) -> Note:
    lot, answer = study.lot, study.answer
    contract = lot.contract
    factors = factors_of(study)
    told = {factor.version for factor in factors if factor.version}
    people = Decimal(answer["people"])
    return Note(
        authority=AUTHORITY,
        service=SERVICE,
        contract=_cut(contract.title),
        lot=f"Lot{french.HARD}{lot.number}{french.HARD}: {_cut(lot.title)}",
        method=f"Méthode{french.HARD}: {label_of(study)[:1].lower()}{label_of(study)[1:]}.",
        kept=f"{study.author_label}, le {wording.long_day(study.at, weekday=False)}",
        hours=f"{french.number(study.hours, 0)}{french.HARD}heures d’insertion",
        bounds=f"De {french.hours(study.hours_low, 0)} à {french.hours(study.hours_high, 0)}, selon ce qui est incertain."
        if study.hours_low != study.hours_high
        else "Aucun facteur n’est donné comme incertain.",
        weeks=f"{french.number(Decimal(answer['weeks']))}{french.HARD}semaines d’une personne à {french.hours(Decimal(answer['week_hours']))}",
        people=f"{french.number(people)}{french.HARD}personne{'s' if people >= 2 else ''} pendant un an ({french.hours(Decimal(answer['year_hours']))})",
        factors=tuple(NoteFactor(sentence_of(one), one.source, one.version, one.unverified) for one in factors),
        steps=tuple(step["sentence"] for step in answer["steps"]),
        sources=tuple(
            " · ".join(part for part in (source["title"], source["reference"], source["version"]) if part)
            for source in answer["sources"]
            if source["version"] not in told
        ),
        reference=f"Marché{french.HARD}{contract.reference}",
    )


def _cut(title: str, longest: int = 150) -> str:
    return title if len(title) <= longest else title[:longest].rsplit(" ", 1)[0] + "…"
