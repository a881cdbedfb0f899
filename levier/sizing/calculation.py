"""From what a person chose (a trade, a rate, a cost, perhaps figures of their own) to an explained number of hours. Plain Python."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from levier.foundation.explanation import Confidence, Explained, Source
from levier.foundation.objections import Objection
from levier.foundation.quantities import LARGEST, half_up
from levier.reference.values import Catalogue, ReferenceValue, UnknownReference
from levier.sizing import rules
from levier.sizing.refusals import SizingRefusal, refuse
from levier.sizing.values import Factor, HoursRange

RULE = "sizing.labour_share"


@dataclass(frozen=True, slots=True)
class SizingChoice:
    """Keys of the reference values chosen; `own_share`, `own_rate` (fractions) and `own_cost` replace them where given."""

    amount: Decimal
    share: str
    rate: str
    cost: str
    own_share: Decimal | None = None
    own_rate: Decimal | None = None
    own_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sized:
    """The answer with its factors; `weeks` of one person at the legal week, `people` for a year at the legal yearly hours."""

    choice: SizingChoice
    share: Factor
    rate: Factor
    cost: Factor
    explained: Explained[HoursRange]
    weeks: Decimal
    people: Decimal
    week: ReferenceValue
    year: ReferenceValue

    @property
    def hours(self) -> HoursRange:
        return self.explained.result

    @property
    def sources(self) -> tuple[Source, ...]:
        return (*self.explained.sources, self.year.as_source())


def size(choice: SizingChoice, catalogue: Catalogue, day: date) -> Sized:
    """The standard formula on these choices, with the values in force on `day`. Raise Refusal naming the field to change."""
    objections = []
    if not 0 < choice.amount <= Decimal(10) ** 15:
        objections.append(Objection(SizingRefusal.AMOUNT, "amount"))
    share = _factor(choice.share, choice.own_share, catalogue, day)
    if share is None or not 0 < share.value <= 1:
        objections.append(Objection(SizingRefusal.SECTOR, "share" if choice.own_share is None else "own_share"))
    rate = _factor(choice.rate, choice.own_rate, catalogue, day)
    if rate is None or not 0 < rate.value <= 1:
        objections.append(Objection(SizingRefusal.RATE, "rate" if choice.own_rate is None else "own_rate"))
    cost = _factor(choice.cost, choice.own_cost, catalogue, day)
    if cost is None or cost.value <= 0:
        objections.append(Objection(SizingRefusal.COST, "cost" if choice.own_cost is None else "own_cost"))
    if objections or share is None or rate is None or cost is None:
        raise refuse(*objections)
    explained = rules.labour_share_range(choice.amount, share, rate, cost, catalogue, day)
    if explained.result.high > LARGEST:
        raise refuse(Objection(SizingRefusal.TOO_MANY_HOURS, "amount"))
    week, year = catalogue.at("sizing.week_hours", day), catalogue.at("fte.divisor.legal", day)
    hours = Fraction(explained.result.hours)
    return Sized(
        choice, share, rate, cost, explained,
        half_up(hours / Fraction(week.value), 1), half_up(hours / Fraction(year.value), 1), week, year,
    )  # fmt: skip


def _factor(key: str, own: Decimal | None, catalogue: Catalogue, day: date) -> Factor | None:
    if own is not None:
        source = Source("Valeur choisie pour ce lot", "Saisie par l’auteur du calibrage", Confidence.DESIGN)
        return Factor(own, own, own, source)
    try:
        return Factor.of(catalogue.at(key, day))
    except UnknownReference:
        return None


def inputs_as_json(sized: Sized) -> dict[str, Any]:
    """All that the calculation used, so that it can be read and done again without the catalogue."""
    return {
        "amount": str(sized.choice.amount),
        "labour_share": _factor_as_json(sized.choice.share if sized.choice.own_share is None else "", sized.share),
        "insertion_rate": _factor_as_json(sized.choice.rate if sized.choice.own_rate is None else "", sized.rate),
        "hourly_cost": _factor_as_json(sized.choice.cost if sized.choice.own_cost is None else "", sized.cost),
    }


def _factor_as_json(key: str, factor: Factor) -> dict[str, Any]:
    source = factor.source
    return {
        "key": key,
        "value": str(factor.value),
        "low": str(factor.low),
        "high": str(factor.high),
        "label": source.title if source else "",
        "source": source.reference if source else "",
        "confidence": source.confidence.value if source else "",
        "version": source.version if source else "",
    }


def answer_as_json(sized: Sized) -> dict[str, Any]:
    return {
        "hours_exact": str(sized.hours.hours_exact),
        "low": str(sized.hours.low),
        "hours": str(sized.hours.hours),
        "high": str(sized.hours.high),
        "weeks": str(sized.weeks),
        "people": str(sized.people),
        "week_hours": str(sized.week.value),
        "year_hours": str(sized.year.value),
        "steps": [{"sentence": step.sentence, "value": step.value} for step in sized.explained.steps],
        "sources": [
            {"title": one.title, "reference": one.reference, "confidence": one.confidence.value, "version": one.version}
            for one in sized.sources
        ],
    }
