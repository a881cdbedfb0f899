"""A line of a company's own table between its file and the statements: kept as JSON, corrected cell by cell. Plain Python.

The criterion and the commune that some tables have are not kept: a company has no need of them to declare hours.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec

from levier.foundation import french
from levier.foundation.quantities import half_up
from levier.hours.received import ERRORS, ReceivedLine, Said
from levier.hours.received_columns import FIELDS, PERSON
from levier.spreadsheets.codes import read_siret
from levier.spreadsheets.dates import read_birth_date, read_month
from levier.spreadsheets.readings import Reading, is_blank
from levier.spreadsheets.values import Cell, Problem, cell_of
from levier.spreadsheets.worked_hours import read_hours

CORRECTABLE = ("last_name", "first_name", "birth_date", "hours", "month", "public_contract", "employer_siret", "person")
"""Fields that can be corrected in their cell."""
LABELS = {one.name: one.label for one in FIELDS}
LONGEST = 200
_ENCODER = msgspec.json.Encoder()


class Match(StrEnum):
    """What became of a line against the company's placements."""

    WRONG = "wrong"
    ASKED = "asked"
    UNKNOWN = "unknown"
    NOT_PLACED = "not_placed"
    REFUSED = "refused"
    SENT = "sent"
    SAME = "same"
    READY = "ready"


class Named(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Who a line names, for which employer and contract: the same for all the months of a person. `birth_date`: ISO."""

    last_name: str | None = None
    first_name: str | None = None
    birth_date: str | None = None
    employer_siret: str | None = None
    employer: str | None = None
    public_contract: str | None = None
    person: str | None = None


class FileLine(msgspec.Struct, frozen=True, gc=False):
    """`month`: its first day. `hours`: to the hundredth. `typed`: cells as a person corrected them; `choice`: what they chose among
    several placements, as `commitment-placement`.
    """

    row: int
    column: str
    month: date | None
    hours: Decimal | None
    named: Named = Named()
    problems: tuple[Problem, ...] = ()
    typed: dict[str, str] = {}
    choice: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.error) if self.problems else ()

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.named.first_name, self.named.last_name)))

    def shown(self, name: str) -> str:
        """The text of a cell as a person would type it."""
        if name in self.typed:
            return self.typed[name]
        wrong = next((one.raw for one in self.problems if one.field == name and one.error), None)
        if wrong is not None:
            return wrong
        match name:
            case "hours":
                return "" if self.hours is None else f"{self.hours:.2f}".replace(".", ",")
            case "month":
                return f"{self.month:%m/%Y}" if self.month else ""
            case "birth_date":
                return french.day(date.fromisoformat(self.named.birth_date)) if self.named.birth_date else ""
            case _:
                return getattr(self.named, name) or ""


@lru_cache(maxsize=20_000)
def _hundredths(numerator: int, denominator: int) -> Decimal:
    return half_up(Fraction(numerator, denominator), 2)


@lru_cache(maxsize=2_000)
def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def line_of(read: ReceivedLine) -> FileLine:
    return FileLine(
        read.row,
        read.column,
        _first_day(read.month) if read.month else None,
        None if read.hours is None else _hundredths(*read.hours.as_integer_ratio()),
        _named(read.said),
        read.problems,
    )


@lru_cache(maxsize=20_000)
def _named(said: Said) -> Named:
    return Named(
        said.last_name or None, said.first_name or None, said.birth_date, said.employer_siret, said.employer or None,
        said.public_contract or None, said.person or None,
    )  # fmt: skip


class _Sealed(Named, frozen=True, omit_defaults=True):
    """What is sealed of a line; `problems` without their row, which is that of the line."""

    problems: tuple[tuple[str, str, str, str, str, str, bool, str], ...] = ()
    typed: dict[str, str] = {}
    choice: str = ""


def to_json(line: FileLine) -> str:
    """Everything of a line but its row, month and hours, which have columns of their own: the same text for all the months of a person
    whose cells leave nothing to say.
    """
    if not line.problems and not line.typed and not line.choice:
        return _named_as_json(line.named)
    problems = tuple(
        (one.code, one.field, one.column, one.raw, one.why, one.accepted, one.error, one.suggestion)
        for one in line.problems
    )
    sealed = _Sealed(**msgspec.structs.asdict(line.named), problems=problems, typed=line.typed, choice=line.choice)
    return _ENCODER.encode(sealed).decode()


@lru_cache(maxsize=20_000)
def _named_as_json(named: Named) -> str:
    return _ENCODER.encode(named).decode()


def from_json(text: str, *, row: int, column: str, month: date | None, hours: Decimal | None) -> FileLine:
    kept = msgspec.json.decode(text, type=_Sealed)
    problems = tuple(
        Problem(code, name, row, cell, raw, why, accepted, error, suggestion)
        for code, name, cell, raw, why, accepted, error, suggestion in kept.problems
    )
    named = Named(*(getattr(kept, name) for name in Named.__struct_fields__))
    return FileLine(row, column, month, hours, named, problems, kept.typed, kept.choice)


def corrected(line: FileLine, name: str, text: str) -> FileLine:
    """The line with one cell read again as a person typed it; the problems of that cell are those of the new text."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    cell = cell_of(text)
    column = next((one.column for one in line.problems if one.field == name and one.column), "")
    reading = _READERS.get(name, _text)(cell)
    about = {name, "full_name"} if name in {"last_name", "first_name"} else {name}
    kept = tuple(one for one in line.problems if one.field not in about and one.code != "duplicate_line")
    said = tuple(_problems(name, reading, line.row, column, text))
    value: Any = reading.value
    if name == "month":
        value = date.fromisoformat(f"{value}-01") if value else None
    elif name == "hours" and value is not None:
        value = half_up(value, 2)
    elif name == "birth_date" and value is not None:
        value = value.isoformat()
    told = {"problems": (*kept, *said), "typed": {**line.typed, name: text}}
    if name in {"month", "hours"}:
        return msgspec.structs.replace(line, **{name: value}, **told)
    return msgspec.structs.replace(line, named=msgspec.structs.replace(line.named, **{name: value}), **told)


def _problems(name: str, reading: Reading[Any], row: int, column: str, text: str) -> Iterator[Problem]:
    empty_is_fine = {"birth_date_missing", "employer_siret_missing"}
    if reading.code and reading.code not in empty_is_fine:
        wrong = reading.code in ERRORS or reading.code == "month_missing"
        yield Problem(reading.code, name, row, column, text, reading.why, reading.accepted, wrong, reading.suggestion)


def _text(cell: Cell) -> Reading[str]:
    return Reading(None if is_blank(cell) else cell.raw)


def _last_name(cell: Cell) -> Reading[str]:
    if is_blank(cell):
        return Reading(code="last_name_missing", why="Le nom manque.", accepted="Le nom de la personne.")
    return Reading(cell.raw)


def _person(cell: Cell) -> Reading[str]:
    text = cell.raw.strip().upper()
    return Reading(text if PERSON.fullmatch(text) else None)


_READERS: dict[str, Callable[[Cell], Reading[Any]]] = {
    "last_name": _last_name,
    "birth_date": read_birth_date,
    "hours": read_hours,
    "month": read_month,
    "employer_siret": read_siret,
    "person": _person,
}
