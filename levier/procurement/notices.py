"""What a published notice says of a contract when it is taken up, and what is read from it. Plain Python."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levier.procurement.values import ContractObject

_LOT_NUMBER = re.compile(r"\blot\s*(?:n\s*[°ºo]?\s*\.?\s*|num[ée]ro\s*)?(\d{1,3})\b", re.IGNORECASE)
_LOT_AND_AFTER = re.compile(
    r"[\s\-–:,;./(]*\blot\s*(?:n\s*[°ºo]?\s*\.?\s*|num[ée]ro\s*)?\d{1,3}\b.*$", re.IGNORECASE | re.DOTALL
)
SHORTEST_TITLE = 12


@dataclass(frozen=True, slots=True)
class NoticeAmendment:
    """`new_amount` is the new total, as published; None where the amendment says nothing of it."""

    sequence: int
    signed_on: date | None
    new_amount: Decimal | None
    new_duration_months: int | None


@dataclass(frozen=True, slots=True)
class NoticeHolder:
    siret: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class NoticeLot:
    """One published record. `key` finds the same record again in a later publication; `amount` includes the amendments."""

    key: bytes
    title: str
    cpv: str
    initial_amount: Decimal | None
    amount: Decimal | None
    amount_flag: str
    holders: tuple[NoticeHolder, ...]
    amendments: tuple[NoticeAmendment, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A contract as published: one reference of one buyer, and a lot for each record that bears it."""

    reference: str
    nature: str
    procedure: str
    notified_on: date | None
    duration_months: int | None
    place_code: str
    place_kind: str
    lots: tuple[NoticeLot, ...]


def object_of_cpv(cpv: str) -> ContractObject:
    """Works for division 45 of the common vocabulary (CPV), services from 50 to 98, supplies below; supplies where there is none."""
    division = cpv[:2]
    if division == "45":
        return ContractObject.WORKS
    if division.isdigit() and int(division) >= 50:
        return ContractObject.SERVICES
    return ContractObject.SUPPLIES


def object_of(lots: Iterable[NoticeLot]) -> ContractObject:
    """The object most lots have; works before services before supplies when equal."""
    found = [object_of_cpv(lot.cpv) for lot in lots]
    return max(ContractObject, key=lambda one: (found.count(one), -list(ContractObject).index(one)))


def lot_numbers(titles: tuple[str, ...]) -> tuple[int, ...]:
    """The number each title gives (« Lot n° 7 »), where no other lot has it; else the next free one."""
    said = [int(match[1]) if (match := _LOT_NUMBER.search(title)) else 0 for title in titles]
    taken = {number for number in said if number and said.count(number) == 1}
    numbers, following = [], 1
    for number in said:
        if number in taken:
            numbers.append(number)
            continue
        while following in taken:
            following += 1
        taken.add(following)
        numbers.append(following)
    return tuple(numbers)


def title_of(titles: tuple[str, ...]) -> str:
    """The contract's title: what all lots' titles begin with, without the words of the lot; else the first lot's."""
    if len(titles) == 1:
        return titles[0]
    start = titles[0]
    for title in titles[1:]:
        length = next(
            (at for at, (a, b) in enumerate(zip(start, title, strict=False)) if a != b), min(len(start), len(title))
        )
        start = start[:length]
    start = re.sub(r"[\s\-–:,;./(]*(\blots?\b[\s\dn°ºo]*)?[\s\-–:,;./(]*$", "", start, flags=re.IGNORECASE)
    if len(start) >= SHORTEST_TITLE:
        return start
    return _LOT_AND_AFTER.sub("", titles[0]).strip() or titles[0]
