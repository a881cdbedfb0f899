"""Synthetic DSN files: invented people and companies, real rubrics, and the hours a reader must find in them.

People are invented; SIRET start with 99991, social-security numbers name communes that do not exist (13990 to 13998), so that no
number belongs to anybody. Rubrics follow the dictionary of the norm of 2024 (blocks 30, 40, 50, 51, 53, 60, 65, 90).
"""

import random
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from levier.demonstration.names import FIRST_NAMES, LAST_NAMES
from levier.foundation.identifiers import luhn

FULL_TIME = Decimal("151.67")
PART_TIMES = (Decimal("121.33"), Decimal("104.00"), Decimal("86.67"), Decimal("70.00"))
JOBS = ("Aide-maçon", "Manœuvre", "Agent de propreté", "Ouvrier paysagiste", "Peintre", "Agent de tri")
HOUR, CALENDAR_DAY = "10", "40"
PAID_WORK, UNPAID_ABSENCE = "01", "02"


@dataclass
class Written:
    """What the file holds, for a test to compare with: hours by month and in all, people, contracts, lines."""

    employees: int = 0
    contracts: int = 0
    lines: int = 0
    hours_worked: dict[str, Decimal] = field(default_factory=dict)
    hours_unpaid_absence: dict[str, Decimal] = field(default_factory=dict)

    @property
    def hours_worked_total(self) -> Decimal:
        return sum(self.hours_worked.values(), Decimal(0))


def fictitious_siret(number: int) -> str:
    """A SIRET starting with 99991 whose check digit is right."""
    stem = f"99991{number % 10_000:04d}0001"
    return next(f"{stem}{key}" for key in range(10) if luhn(f"{stem}{key}"))


def dsn(*, employees: int, seed: int, month: date, version: str = "P26V01") -> tuple[Written, Iterator[str]]:
    """The rubrics of a monthly declaration, one by one, and what they will have said once all are drawn. Same arguments, same file."""
    dice = random.Random(f"dsn-{seed}-{employees}-{month}-{version}")  # noqa: S311 - invented people, drawn again the same
    written = Written()
    return written, _counted(_lines(dice, written, employees, month, version, fictitious_siret(seed)), written)


def _counted(lines: Iterator[str], written: Written) -> Iterator[str]:
    """Those rubrics, then the total that closes a file."""
    for line in lines:
        written.lines += 1
        yield line
    written.lines += 2
    yield _rubric("S90.G00.90.001", written.lines)
    yield _rubric("S90.G00.90.002", "1")


def _rubric(code: str, value: object) -> str:
    return f"{code},'{value}'"


def _day(day: date) -> str:
    return day.strftime("%d%m%Y")


def _lines(
    dice: random.Random, written: Written, employees: int, month: date, version: str, siret: str
) -> Iterator[str]:
    company = {"06": ("001", siret[:9], "002", siret[9:], "003", "4120A"), "11": ("001", siret[9:], "002", "4120A")}
    head = {
        "S10.G00.00": ("001", "LEVIER", "002", "PAIE FICTIVE", "003", "1.0", "005", "01", "006", version, "007", "01", "008", "01"),
        "S10.G00.01": ("001", siret[:9], "002", siret[9:], "003", "BATI FICTIF"),
        "S20.G00.05": ("001", "01", "002", "01", "003", "11", "004", "0", "005", _day(month), "007", _day(_after(month)), "010", "01"),
        "S21.G00.06": company["06"],
        "S21.G00.11": company["11"],
    }  # fmt: skip
    for block, rubrics in head.items():
        for number, value in zip(rubrics[::2], rubrics[1::2], strict=True):
            yield _rubric(f"{block}.{number}", value)
    for rank in range(employees):
        written.employees += 1
        yield from _person(dice, written, rank, month)


def _after(month: date) -> date:
    return month + timedelta(days=monthrange(month.year, month.month)[1] + 4)


def _person(dice: random.Random, written: Written, rank: int, month: date) -> Iterator[str]:
    born = date(1962, 1, 1) + timedelta(days=dice.randrange(16_000))
    sex = dice.choice("12")
    stem = f"{sex}{born:%y%m}13{dice.randrange(990, 999):03d}{dice.randrange(1, 1000):03d}"
    identity = (
        ("001", stem), ("002", dice.choice(LAST_NAMES).upper()), ("004", dice.choice(FIRST_NAMES)), ("005", f"0{sex}"),
        ("006", _day(born)), ("007", "VILLEFICTIVE"), ("008", f"{dice.randrange(1, 90)} RUE DE L'INVENTION"), ("009", "13003"),
        ("010", "MARSEILLE"), ("019", f"M{rank:05d}"),
    )  # fmt: skip
    for number, value in identity:
        yield _rubric(f"S21.G00.30.{number}", value)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    two = dice.random() < 0.12
    middle = month.replace(day=15)
    spans = [(month, middle), (middle + timedelta(days=1), last)] if two else [(month, last)]
    contracts = [f"C{rank:05d}{place}" for place in range(len(spans))]
    for number, (start, end) in zip(contracts, spans, strict=True):
        written.contracts += 1
        yield from _contract(dice, number, start, end, fixed_term=two or dice.random() < 0.5)
    if dice.random() < 0.04:
        yield from _leave(month)
    yield _rubric("S21.G00.50.001", _day(last))
    yield _rubric("S21.G00.50.002", "1500.00")
    if dice.random() < 0.05:  # a back payment of the month before
        yield from _pay(dice, written, contracts[0], _month_before(month), _month_before(month), share=Decimal("0.1"))
    for number, (start, end) in zip(contracts, spans, strict=True):
        yield from _pay(dice, written, number, start, end, share=Decimal("0.5") if two else Decimal(1))


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _contract(dice: random.Random, number: str, start: date, end: date, *, fixed_term: bool) -> Iterator[str]:
    rubrics = [("001", _day(start)), ("002", "06"), ("006", dice.choice(JOBS)), ("007", "02" if fixed_term else "01"), ("008", "99"), ("009", number)]  # fmt: skip
    if fixed_term:
        rubrics.append(("010", _day(end)))
    rubrics += [("011", HOUR), ("012", f"{FULL_TIME}"), ("013", f"{FULL_TIME}"), ("014", "10")]
    for rubric, value in rubrics:
        yield _rubric(f"S21.G00.40.{rubric}", value)


def _leave(month: date) -> Iterator[str]:
    """A sick leave and a suspension: blocks a reader must never keep."""
    yield _rubric("S21.G00.60.001", "01")
    yield _rubric("S21.G00.60.002", _day(month + timedelta(days=3)))
    yield _rubric("S21.G00.65.001", "112")
    yield _rubric("S21.G00.65.002", _day(month + timedelta(days=10)))


def _pay(
    dice: random.Random, written: Written, contract: str, start: date, end: date, *, share: Decimal
) -> Iterator[str]:
    hours = (dice.choice((FULL_TIME, *PART_TIMES)) * share).quantize(Decimal("0.01"))
    absence = Decimal("7.00") if hours > 100 and dice.random() < 0.1 else Decimal(0)
    for kind in ("001", "002", "003", "010"):
        for number, value in (
            ("001", _day(start)),
            ("002", _day(end)),
            ("010", contract),
            ("011", kind),
            ("013", "1500.00"),
        ):
            yield _rubric(f"S21.G00.51.{number}", value)
        if kind == "002":
            yield from _activity(PAID_WORK, hours - absence, HOUR if dice.random() < 0.7 else None)
            if absence:
                yield from _activity(UNPAID_ABSENCE, absence, HOUR)
            if dice.random() < 0.5:
                yield from _activity(PAID_WORK, Decimal("30.00"), CALENDAR_DAY)
    key = f"{start:%Y-%m}"
    written.hours_worked[key] = written.hours_worked.get(key, Decimal(0)) + hours - absence
    if absence:
        written.hours_unpaid_absence[key] = written.hours_unpaid_absence.get(key, Decimal(0)) + absence


def _activity(kind: str, measure: Decimal, unit: str | None) -> Iterator[str]:
    yield _rubric("S21.G00.53.001", kind)
    yield _rubric("S21.G00.53.002", f"{measure:.2f}")
    if unit:
        yield _rubric("S21.G00.53.003", unit)
