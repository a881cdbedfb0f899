"""A statement of hours read from a table that a company keeps. Plain Python: nothing is written, nobody is looked up."""

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from levier.foundation.quantities import half_up
from levier.hours.received_columns import FIELDS, NEEDED, SHAPE
from levier.hours.received_context import Context, context_of, month_in, read_context
from levier.spreadsheets.codes import read_siret
from levier.spreadsheets.columns import Match
from levier.spreadsheets.dates import read_birth_date, read_month
from levier.spreadsheets.labels import refusal
from levier.spreadsheets.people import split_name
from levier.spreadsheets.readings import Reading, is_blank
from levier.spreadsheets.rows import Row, RowKind, rows_of
from levier.spreadsheets.tables import Table, Wishes, column_name, find_table
from levier.spreadsheets.values import EMPTY, Book, Cell, Problem, Sent, TableRefusal
from levier.spreadsheets.words import plain
from levier.spreadsheets.worked_hours import read_hours

ERRORS = frozenset(
    {"last_name_missing", "hours_missing", "hours_weekly_rate", "hours_unreadable", "employer_siret_invalid", "birth_date_unreadable",
     "month_unreadable", "duplicate_line"}
)  # fmt: skip
NAME_CUT = Reading(
    "", "name_order_uncertain", "Le nom et le prénom sont dans la même cellule : vérifiez la coupure.", "NOM Prénom, ou Nom, Prénom."
)  # fmt: skip
NAME_MISSING = Reading[str](code="last_name_missing", why="Le nom manque.", accepted="Le nom de la personne.")
MOST_REMEMBERED = 50_000
"""Different cells of a column whose reading is kept."""
_NOT_HOURS = re.compile(r"\b(?:jours?|montant|taux|cout|euros?|eur|cumul|total|absence)\b")


class Said(msgspec.Struct, frozen=True, gc=False):
    """What a row says of a person and their work, but the month and its hours. `birth_date`: ISO. `person`: the reference that Levier gave
    them, where the file has it (our model does).
    """

    last_name: str | None
    first_name: str | None
    birth_date: str | None
    contract_type: str | None
    employer_siret: str | None
    employer: str | None
    public_contract: str | None
    criterion: str | None
    commune: str | None
    person: str | None


class ReceivedLine(msgspec.Struct, frozen=True, gc=False):
    """Hours of one person in one month. `hours`: exact; None when they cannot be read. `month`: `2026-10`. `column`: that of the hours
    where a row holds several months.
    """

    row: int
    said: Said
    month: str | None
    hours: Fraction | None
    column: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems if problem.error)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems if not problem.error)


@dataclass(frozen=True)
class ReceivedStatement:
    """`every`: all the rows under the header, of which `rows` are not lines; `context`: what the heading said."""

    book: Book
    table: Table
    context: Context
    every: tuple[Row, ...]
    reader: "_Reader"
    notices: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.every if row.kind is not RowKind.LINE)

    def each(self) -> Iterator[ReceivedLine]:
        """The lines, one after the other as they are read."""
        return _duplicates_marked(self.reader.lines(self.every, self.context))

    @cached_property
    def lines(self) -> tuple[ReceivedLine, ...]:
        return tuple(self.each())


def read_statement(book: Book, name: str, wishes: Wishes | None = None) -> ReceivedStatement:
    """Raise Refusal when no table of people is found, or when it holds no line."""
    table = find_table(book, FIELDS, NEEDED, wishes or Wishes(), name, also=_is_month)
    context = context_of(table.sheet, table.header_rows[0])
    months = month_columns(table, context)
    if months:
        kept = [match for match in table.matches if match.field != "hours" and match.column not in months]
        added = [Match("hours", column, table.headings[column], 1.0) for column in months]
        table = replace(table, matches=tuple(sorted([*kept, *added], key=lambda match: (match.column, match.field))))
    every = tuple(rows_of(table, SHAPE))
    found = ReceivedStatement(book, table, context, every, _Reader(book, table, months), tuple(_notices(book, table)))
    if next(found.each(), None) is None:
        raise refusal(TableRefusal.NO_LINE, name=name, sheet=table.sheet.name or name)
    return found


def _is_month(heading: str) -> bool:
    """`Juillet` or `juil-26`; the year is looked for later."""
    return len(heading) <= 30 and not _NOT_HOURS.search(plain(heading)) and month_in(heading, 2000) is not None


def month_columns(table: Table, context: Context) -> dict[int, str]:
    """Columns headed by a month: `juil-26`, `Juillet 2026 (heures)`, or `Juillet` where the year is said above."""
    if table.column("month") is not None:
        return {}
    found = {}
    for column, heading in table.headings.items():
        month = None if _NOT_HOURS.search(plain(heading)) else month_in(heading, context.year)
        if month and column not in {match.column for match in table.matches if match.field == "birth_date"}:
            found[column] = month
    return found


class _Who(NamedTuple):
    """What a row says but its month and its hours, and what is wrong there."""

    said: Said
    problems: tuple[Problem, ...]


class _Reader:
    """Reads the lines of one table. What cells say is read once: people, employers and months come back from one row to another."""

    def __init__(self, book: Book, table: Table, months: Mapping[int, str]) -> None:
        self.table, self.months = table, months
        self.numbers = {match.field: match.column for match in table.matches}
        self.names = {field: str(column_name(book, column)) for field, column in self.numbers.items()}
        self.letters = {column: str(column_name(book, column)) for column in months}
        self._rows = table.sheet.rows
        self._placed = bool(table.spread or table.sheet.hints) or any(bool in map(type, row) for row in self._rows)
        self._known: defaultdict[str, dict[object, Reading[Any]]] = defaultdict(dict)
        columns = {column for field, column in self.numbers.items() if field not in {"month", "hours"}}
        self._width = max(columns, default=1)
        self._month, self._figure = self.numbers.get("month", 0), self.numbers.get("hours", 0)
        self._whole = max(self._width, self._month, self._figure) if self._month and self._figure else sys.maxsize
        self._cells_of = itemgetter(*(column - 1 for column in sorted(columns or {1})))
        self._people: dict[object, _Who] = {}
        self._people_of: Context | None = None
        heading = next((match.heading for match in table.matches if match.field == "full_name"), "")
        self.first_name_first = plain(heading).startswith("prenom")

    def lines(self, rows: tuple[Row, ...], context: Context) -> Iterator[ReceivedLine]:
        for row in rows:
            if row.kind is RowKind.SECTION:
                context = read_context([row.text], context)
            elif row.kind is RowKind.LINE:
                if self.months:
                    yield from self._months_of(row.number, context)
                else:
                    yield self._known_line(row.number, context) or self._line(row.number, context)

    def _known_line(self, row: int, context: Context) -> ReceivedLine | None:
        """A line whose every cell was read before and leaves nothing to say: most are. None where one has to be looked at."""
        sents = self._rows[row - 1]
        if self._placed or context is not self._people_of or len(sents) < self._whole:
            return None
        who = self._people.get(self._cells_of(sents))
        month = self._known["month"].get(sents[self._month - 1])
        hours = self._known["hours"].get(sents[self._figure - 1])
        if not who or who.problems or not month or month.code or not hours or hours.code:
            return None
        return ReceivedLine(row, who.said, month.value, hours.value)

    def cell(self, row: int, field: str) -> Cell:
        column = self.numbers.get(field)
        if column is None:
            return EMPTY
        if self.table.spread and field != "hours" and (place := self.table.spread.get((row, column))):
            return self.table.sheet.cell(*place)
        return self.table.sheet.cell(row, column)

    def _line(self, row: int, context: Context) -> ReceivedLine:
        said, problems = self._who(row, context)
        more: list[Problem] = []
        month = self._said("month", read_month, row, more, context.month)
        hours = self._hours(row, self.numbers.get("hours", 0), self.names.get("hours", ""), more)
        return ReceivedLine(row, said, month, hours, "", (*problems, *more) if more else problems)

    def _months_of(self, row: int, context: Context) -> Iterator[ReceivedLine]:
        said, problems = self._who(row, context)
        for column, month in self.months.items():
            if not is_blank(self.table.sheet.cell(row, column)):
                more: list[Problem] = []
                hours = self._hours(row, column, self.letters[column], more)
                yield ReceivedLine(row, said, month, hours, self.letters[column], (*problems, *more))

    def _who(self, row: int, context: Context) -> _Who:
        """The same cells say the same of another row: they are read once, where none is merged, has a format that counts, or is a yes that
        would be the same key as 1.
        """
        if self._placed:
            return self._person(row, context)
        if context is not self._people_of:
            self._people_of = context
            self._people.clear()
        sents = self._rows[row - 1]
        key = self._cells_of(sents if len(sents) >= self._width else [*sents, *[None] * (self._width - len(sents))])
        who = self._people.get(key)
        if who is None:
            who = self._person(row, context)
            if len(self._people) < MOST_REMEMBERED:
                self._people[key] = who
        elif who.problems:
            who = _Who(who.said, tuple([msgspec.structs.replace(problem, row=row) for problem in who.problems]))
        return who

    def _person(self, row: int, context: Context) -> _Who:
        problems: list[Problem] = []
        last, first = self._name(row, problems)
        birth = self._said("birth_date", read_birth_date, row, problems)
        siret = self._said("employer_siret", read_siret, row, problems, context.employer_siret)
        said = Said(
            last,
            first,
            birth.isoformat() if birth else None,
            self._text(row, "contract_type"),
            siret,
            self._text(row, "employer") or context.employer,
            self._text(row, "public_contract") or context.public_contract,
            self._text(row, "criterion"),
            self._text(row, "commune"),
            self._text(row, "person"),
        )
        return _Who(said, tuple(problems))

    def _name(self, row: int, problems: list[Problem]) -> tuple[str | None, str | None]:
        whole = self._text(row, "full_name")
        last, first = self._text(row, "last_name"), self._text(row, "first_name")
        if whole and not last:
            last, first, certain = split_name(whole, first_name_first=self.first_name_first)
            if not certain:
                self._noted("full_name", NAME_CUT, row, problems)
        if not last:
            self._noted("last_name", NAME_MISSING, row, problems)
        return last or None, first or None

    def _text(self, row: int, field: str) -> str | None:
        return self._reading(field, _text, row).value if field in self.numbers else None

    def _reading[T](self, field: str, read: Callable[[Cell], Reading[T]], row: int) -> Reading[T]:
        """A cell that comes back is read once."""
        column = self.numbers.get(field, 0)
        key = self.cell(row, field) if self._placed else self._sent(row, column)
        found = self._known[field].get(key)
        return self._kept(field, key, read(self.cell(row, field))) if found is None else found

    def _hours(self, row: int, column: int, letter: str, problems: list[Problem]) -> Fraction | None:
        key = self.table.sheet.cell(row, column) if self._placed else self._sent(row, column)
        reading = self._known["hours"].get(key)
        if reading is None:
            reading = self._kept("hours", key, read_hours(self.table.sheet.cell(row, column)))
        if reading.code:
            problems.append(_problem("hours", reading, self.table.sheet.cell(row, column), row, letter))
        return reading.value

    def _sent(self, row: int, column: int) -> Sent:
        sents = self._rows[row - 1]
        return sents[column - 1] if 0 < column <= len(sents) else None

    def _kept[T](self, field: str, key: object, reading: Reading[T]) -> Reading[T]:
        known = self._known[field]
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        known[key] = reading
        return reading

    def _said[T](
        self,
        field: str,
        read: Callable[[Cell], Reading[T]],
        row: int,
        problems: list[Problem],
        context: T | None = None,
    ) -> T | None:
        """The value of the cell; where it is empty, that of the heading of the sheet."""
        reading = self._reading(field, read, row)
        if reading.code:
            if context is not None and reading.code.endswith("_missing"):
                return context
            if reading.code != "birth_date_missing" or field in self.numbers:
                self._noted(field, reading, row, problems)
        return reading.value

    def _noted[T](self, field: str, reading: Reading[T], row: int, problems: list[Problem]) -> None:
        problems.append(_problem(field, reading, self.cell(row, field), row, self.names.get(field, "")))


def _problem[T](field: str, reading: Reading[T], cell: Cell, row: int, column: str) -> Problem:
    wrong = reading.code in ERRORS
    return Problem(
        reading.code,
        field,
        row,
        column,
        cell.raw.strip()[:200],
        reading.why,
        reading.accepted,
        wrong,
        reading.suggestion,
    )


def _text(cell: Cell) -> Reading[str]:
    return Reading(None if is_blank(cell) else " ".join(cell.raw.split()) or None)


def _duplicates_marked(lines: Iterable[ReceivedLine]) -> Iterator[ReceivedLine]:
    """The same person, employer, contract, month and hours twice. Homonyms differ by birth; two missions differ by their hours."""
    first: dict[tuple[object, ...], int] = {}
    people: dict[Said, int] = {}
    ranks: dict[tuple[str | None, ...], int] = {}
    for line in lines:
        person = people.get(line.said)
        if person is None:
            person = people[line.said] = ranks.setdefault(_same(line.said), len(ranks))
        hours = None if line.hours is None else line.hours.as_integer_ratio()
        key = (person, line.month, hours)
        earlier = first.get(key)
        if earlier is not None and line.said.last_name and hours is not None:
            why = f"Cette ligne répète la ligne {earlier}\u00a0: même personne, même employeur, même marché, même mois, mêmes heures."
            problem = Problem(
                "duplicate_line",
                "last_name",
                line.row,
                "",
                line.said.last_name,
                why,
                "Effacez l’une des deux lignes.",
                error=True,
            )
            yield msgspec.structs.replace(line, problems=(*line.problems, problem))
        else:
            if earlier is None:
                first[key] = line.row
            yield line


def _same(said: Said) -> tuple[str | None, ...]:
    """Equal for two rows that mean the same person at the same work, however their names are written."""
    names = plain(said.last_name or ""), plain(said.first_name or "")
    return (*names, said.birth_date, said.employer_siret, said.public_contract, said.contract_type)


def _notices(book: Book, table: Table) -> Iterator[str]:
    if table.others:
        listed = ", ".join(f"«\u00a0{name}\u00a0»" for name in table.others)
        yield f"D’autres feuilles ressemblent à un relevé et n’ont pas été lues\u00a0: {listed}. Choisissez la feuille si ce n’est pas la bonne."
    for name, reason in book.unread:
        yield f"La feuille «\u00a0{name}\u00a0» n’a pas été lue\u00a0: {reason}."
    if table.sheet.columns_left_out:
        yield f"La feuille a trop de colonnes\u00a0: les {table.sheet.columns_left_out} dernières n’ont pas été lues."


def total(lines: Iterator[ReceivedLine] | tuple[ReceivedLine, ...]) -> str:
    """Exact hours added, then rounded once to the hundredth."""
    return str(half_up(sum((line.hours for line in lines if line.hours is not None), Fraction(0)), 2))
