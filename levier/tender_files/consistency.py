"""Several files of one consultation: where they disagree, and what none of them says."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from levier.foundation.french import number as written
from levier.tender_files.labels import CONTRADICTIONS, MISSING
from levier.tender_files.values import Consultation, Reading, Status


def together(readings: Sequence[Reading]) -> Consultation:
    """The contradictions of each file, then those between two files of the same consultation."""
    told: list[str] = []
    several = len(readings) > 1
    for reading in readings:
        told += [f"{reading.file}\u00a0: {sentence}" if several else sentence for sentence in reading.contradictions]
    for one, other in combinations([reading for reading in readings if reading.readable], 2):
        if _same_consultation(one, other):
            told += _between(one, other)
    return Consultation(tuple(readings), tuple(dict.fromkeys(told)), missing_everywhere(readings))


def missing_everywhere(readings: Sequence[Reading]) -> tuple[str, ...]:
    """What every file that speaks of the clause leaves out: a notice may be silent on penalties where the CCAP has them."""
    speaking = [reading for reading in readings if reading.readable and reading.missing]
    if not speaking:
        return ()
    stated = [reading for reading in readings if reading.has_insertion_clause is True]
    said = {MISSING[code] for reading in readings for code in _said(reading)}
    if stated:
        said |= {MISSING["nature"], MISSING["decision"], MISSING["criterion_alone"]}
    return tuple(dict.fromkeys(entry for reading in speaking for entry in reading.missing if entry not in said))


def _said(reading: Reading) -> Iterator[str]:
    if any(one.hours is not None or not (one.formula or "").startswith("nombre") for one in reading.hours):
        yield from ("hours", "hours_blank", "minimum")
    if any(one.lot not in {None, "tous"} for one in reading.hours):
        yield "lots"
    facts = {
        "publics": reading.publics, "modalities": reading.modalities, "facilitator": reading.facilitator, "control": reading.control_dates,
        "proofs": reading.proofs, "penalties": reading.penalties, "pooling": reading.pooling,
        "legal": any(article.startswith("L2112-2") for article in reading.articles),
        "facilitator_contact": reading.facilitator is not None and (reading.facilitator.contact or reading.facilitator.phone),
    }  # fmt: skip
    yield from (code for code, told in facts.items() if told)


def _same_consultation(one: Reading, other: Reading) -> bool:
    """Files handed in together are of one consultation, unless each names another number."""
    return one.reference is None or other.reference is None or one.reference == other.reference


def _between(one: Reading, other: Reading) -> Iterator[str]:
    yield from _clauses(one, other)
    yield from _hours(one, other)
    yield from _penalties(one, other)
    yield from _reservations(one, other)
    first, second = one.social_criterion, other.social_criterion
    if first and second and first.weight and second.weight and _figure(first.weight) != _figure(second.weight):
        yield _told("weight", one, other, first=first.weight, second=second.weight)
    mails = [
        reading.facilitator.contact for reading in (one, other) if reading.facilitator and reading.facilitator.contact
    ]
    if len(mails) == 2 and mails[0] != mails[1]:
        yield _told("facilitator", one, other, first=mails[0], second=mails[1])


def _told(code: str, one: Reading, other: Reading, **facts: str) -> str:
    return CONTRADICTIONS[code].format(one=one.file, other=other.file, **facts)


def _figure(weight: str) -> str:
    return weight.removesuffix("%").removesuffix(" points").strip()


def _clauses(one: Reading, other: Reading) -> Iterator[str]:
    for yes, no in ((one, other), (other, one)):
        denied = no.has_insertion_clause is False and any(
            sentence.field == "has_insertion_clause" for sentence in no.sentences
        )
        if yes.has_insertion_clause is True and denied and no.scope == "none":
            yield _told("clause", yes, no)


def total_of(reading: Reading) -> Decimal | None:
    """Hours of the whole: announced, else of all lots together, else the sum of the lots."""
    counts = [one for one in reading.hours if one.hours is not None]
    for one in counts:
        if one.announced_total or one.lot in {"tous", "unique"}:
            return one.hours
    lots = [one.hours for one in counts if one.lot is not None and one.hours is not None]
    return sum(lots, Decimal(0)) if len(lots) > 1 else None


def _hours(one: Reading, other: Reading) -> Iterator[str]:
    lots = {
        hours.lot: hours.hours
        for hours in other.hours
        if hours.hours is not None and hours.lot and hours.lot[0].isdigit()
    }
    differ = False
    for hours in one.hours:
        if hours.lot in lots and hours.hours is not None and hours.hours != lots[hours.lot]:
            differ = True
            yield _told(
                "hours",
                one,
                other,
                first=written(hours.hours),
                second=written(lots[hours.lot]),
                lot=f" (lot {hours.lot})",
            )
    first, second = total_of(one), total_of(other)
    if not differ and first is not None and second is not None and first != second:
        yield _told("hours", one, other, first=written(first), second=written(second), lot="")


def _penalties(one: Reading, other: Reading) -> Iterator[str]:
    there = {(penalty.what, penalty.unit): penalty.amount for penalty in other.penalties}
    for penalty in one.penalties:
        amount = there.get((penalty.what, penalty.unit))
        same = any(
            (penalty.what, penalty.unit, penalty.amount) == (two.what, two.unit, two.amount) for two in other.penalties
        )
        if amount is not None and not same:
            first, second = (f"{written(value)} {penalty.unit}" for value in (penalty.amount, amount))
            yield _told("penalties", one, other, what=penalty.what, first=first, second=second)


def _reservations(one: Reading, other: Reading) -> Iterator[str]:
    for yes, no in ((one, other), (other, one)):
        if (
            yes.reservation is not None and no.reservation is not None and yes.reservation.status is Status.YES
            and no.reservation.status is Status.NO and yes.reservation.lot is None
        ):  # fmt: skip
            yield _told("reservation", yes, no)
