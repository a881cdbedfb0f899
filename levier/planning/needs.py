"""What is supposed of a need before its verdict: its nature, its sector, its amount without tax, the hours it could carry. Plain Python."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from levier.foundation import french
from levier.foundation.explanation import Source
from levier.foundation.quantities import LARGEST, half_up
from levier.planning.values import Article, VerdictFacts
from levier.procurement.values import ContractObject
from levier.reference.articles import published_articles
from levier.reference.published import DATA
from levier.reference.values import Catalogue, UnknownReference
from levier.sizing.purchase_sectors import Told, sector_of, sectors
from levier.sizing.rules import ROUNDING, STANDARD_FORMULA, exact_hours
from levier.sizing.values import Factor, HoursRange
from levier.spreadsheets.amounts import Tax
from levier.spreadsheets.words import plain


@dataclass(frozen=True, slots=True)
class Sizing:
    """The hours of a need with their sentence and sources; `labour_share` is a fraction."""

    hours: HoursRange
    weeks: Decimal
    people: Decimal
    labour_share: Decimal
    sentence: str
    sources: tuple[Source, ...]


def nature_and_sector(facts: VerdictFacts) -> tuple[ContractObject | None, Told | None]:
    """The nature that was said, else the one of the sector told by the code or the words."""
    told = sector_of(facts.cpv, facts.text, facts.object.value if facts.object else "")
    if facts.object is not None:
        return facts.object, told
    return (ContractObject(told.sector.nature) if told else None), told


def amount_without_tax(facts: VerdictFacts, catalogue: Catalogue) -> Decimal | None:
    """An amount whose tax is not said is taken as excl. tax, as plans are usually written."""
    if facts.amount is None or facts.tax is not Tax.INCLUDED:
        return facts.amount
    rate = catalogue.at("planning.vat", facts.consultation).value
    return half_up(Fraction(facts.amount) / (1 + Fraction(rate)), 2)


def sizing_of(told: Told | None, amount: Decimal, catalogue: Catalogue, day: date) -> Sizing | None:
    """Hours by the standard formula with the usual rate and cost of the sector; by invoiced tranche for intellectual services.

    None when the sector has no labour share, or the amount cannot be sized.
    """
    if told is None or not told.sector.share or amount <= 0:
        return None
    known = _factors(told.sector.key, catalogue, day)
    week, year, sources = known.week, known.year, known.sources
    low, central, high = (Fraction(amount) * one for one in known.hours_a_euro)
    hours = HoursRange(half_up(central, 2), half_up(low, 0), half_up(central, 0), half_up(high, 0))
    if hours.high > LARGEST:
        return None
    factors = known.words
    if told.sector.intellectual:
        hours, sentence, tranche = _by_tranche(hours, factors, amount, catalogue, day)
        sources = (*sources, tranche)
    else:
        weeks = half_up(Fraction(hours.hours) / Fraction(week), 1)
        sentence = (
            f"Heures\u00a0: {french.euros(amount)} × {factors} = {french.hours(hours.hours)} (de {french.number(hours.low)} à "
            f"{french.hours(hours.high)}), soit {french.number(weeks)}\u00a0semaines pour une personne."
        )
    weeks = half_up(Fraction(hours.hours) / Fraction(week), 1)
    people = half_up(Fraction(hours.hours) / Fraction(year), 1)
    return Sizing(hours, weeks, people, known.share, sentence, sources)


def _by_tranche(
    formula: HoursRange, factors: str, amount: Decimal, catalogue: Catalogue, day: date
) -> tuple[HoursRange, str, Source]:
    """Central: one hour per invoiced tranche; the standard formula widens the range."""
    tranche = catalogue.at("planning.intellectual.tranche", day)
    hours = Decimal(int(amount // tranche.value))
    both = HoursRange(
        half_up(Fraction(amount) / Fraction(tranche.value), 2), min(formula.low, hours), hours, max(formula.high, hours)
    )
    sentence = (
        f"Heures\u00a0: une par tranche de {french.euros(tranche.value)} facturée, soit {french.hours(hours)}\u00a0; par la part de "
        f"main-d’œuvre ({factors}), {french.hours(formula.hours)}. Fourchette de {french.number(both.low)} à {french.hours(both.high)}."
    )
    return both, sentence, tranche.as_source()


@dataclass(frozen=True, slots=True)
class _Factors:
    """The usual figures of a sector on a day; `hours_a_euro`: low, central, high. `week`, `year`: hours of one person. `words`: French."""

    share: Decimal
    hours_a_euro: tuple[Fraction, Fraction, Fraction]
    week: Decimal
    year: Decimal
    words: str
    sources: tuple[Source, ...]


@lru_cache(maxsize=2_000)
def _factors(sector: str, catalogue: Catalogue, day: date) -> _Factors:
    """Read once: a catalogue never changes."""
    known = sectors()[sector]
    values = [
        catalogue.at(key, day)
        for key in (known.share, known.rate, known.cost, "sizing.week_hours", "fte.divisor.legal")
    ]
    share, rate, cost = (Factor.of(value) for value in values[:3])
    one = Decimal(1)
    hours_a_euro = (
        exact_hours(one, share.low, rate.value, cost.high),
        exact_hours(one, share.value, rate.value, cost.value),
        exact_hours(one, share.high, rate.value, cost.low),
    )
    sources = (STANDARD_FORMULA, ROUNDING, *(value.as_source() for value in values))
    words = (
        f"{french.percent(share.value)} de main-d’œuvre × {french.percent(rate.value)} d’insertion ÷ "
        f"{french.euros(cost.value)} l’heure"
    )
    return _Factors(share.value, hours_a_euro, values[3].value, values[4].value, words, sources)


def minimum_hours(told: Told | None, catalogue: Catalogue, day: date) -> Decimal:
    """The useful volume of the sector, else that of all sectors."""
    if told is not None:
        try:
            return catalogue.at(f"planning.minimum_hours.{told.sector.key}", day).value
        except UnknownReference:
            pass  # a sector without its own volume takes that of all sectors, below
    return catalogue.at("sizing.minimum_useful_hours", day).value


@cache
def _tasks() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((DATA / "intellectual_tasks.toml").read_text(encoding="utf-8"))["trade"])


def task_ideas(told: Told | None, text: str) -> tuple[str, ...]:
    """Ideas of tasks for an intellectual service: those of the trade named by its words, else those of the sector."""
    if told is None or not told.sector.intellectual:
        return ()
    bare = plain(text)
    for trade in _tasks():
        if trade["sector"] == told.sector.key and (not trade["words"] or any(word in bare for word in trade["words"])):
            return tuple(trade["tasks"])
    return ()


PROVISIONS = {
    "obligation": ("ccp.obligation",),
    "clause": ("ccp.conditions", "ccp.link"),
    "criterion": ("ccp.link", "ccp.criteria", "ccp.criteria_list"),
    "reservation": ("ccp.reserved.disability", "ccp.reserved.siae", "ccp.reserved.both", "ccp.reserved.share"),
    "insertion_contract": ("ccp.adapted",),
    "policy": ("ccp.spaser",),
}
"""What each part of a verdict rests on: groups of the articles that the clauses cite too."""
CODE_OF_PROCUREMENT = "du code de la commande publique"


@lru_cache(maxsize=2_000)
def articles_in_force(subjects: tuple[str, ...], day: date) -> tuple[Article, ...]:
    """The articles of those subjects in force on that day, the duty first, each once."""
    wanted = dict.fromkeys(group for name, groups in PROVISIONS.items() if name in subjects for group in groups)
    return tuple(
        Article(f"CCP {one.code}" if one.label.endswith(CODE_OF_PROCUREMENT) else one.label, one.subject)
        for group in wanted
        for one in published_articles()
        if one.group == group and one.covers(day)
    )
