"""A statement of hours read from a table that a company keeps. Plain Python: nothing is written, nobody is looked up."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

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
from levier.spreadsheets.values import EMPTY, Book, Cell, Problem, Sent, TableRefusal, cell_of
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


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """Hours of one person in one month. `hours`: exact; None when they cannot be read. `month`: `2026-10`. `column`: that of the hours
    where a row holds several months. `person`: the reference that Levier gave them, where the file has it (our model does).
    """

    row: int
    last_name: str | None
    first_name: str | None
    birth_date: str | None
    contract_type: str | None
    employer_siret: str | None
    employer: str | None
    public_contract: str | None
    month: str | None
    hours: Fraction | None
    criterion: str | None
    commune: str | None
    person: str | None = None
    column: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems if problem.error)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems if not problem.error)


@dataclass(frozen=True, slots=True)
class ReceivedStatement:
    """`rows`: those that are not lines; `context`: what the heading said."""

    book: Book
    table: Table
    context: Context
    lines: tuple[ReceivedLine, ...]
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()


def read_statement(book: Book, name: str, wishes: Wishes | None = None) -> ReceivedStatement:
    """Raise Refusal when no table of people is found, or when it holds no line."""
    table = find_table(book, FIELDS, NEEDED, wishes or Wishes(), name, also=_is_month)
    context = context_of(table.sheet, table.header_rows[0])
    months = month_columns(table, context)
    if months:
        kept = [match for match in table.matches if match.field != "hours" and match.column not in months]
        added = [Match("hours", column, table.headings[column], 1.0) for column in months]
        table = replace(table, matches=tuple(sorted([*kept, *added], key=lambda match: (match.column, match.field))))
    rows = tuple(rows_of(table, SHAPE))
    lines = tuple(_duplicates_marked(tuple(_Reader(book, table, months).lines(rows, context))))
    if not lines:
        raise refusal(TableRefusal.NO_LINE, name=name, sheet=table.sheet.name or name)
    return ReceivedStatement(
        book,
        table,
        context,
        lines,
        tuple(row for row in rows if row.kind is not RowKind.LINE),
        tuple(_notices(book, table)),
    )


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


class _Reader:
    """Reads the lines of one table. What a column says is read once for each different cell: people, employers and months come back."""

    def __init__(self, book: Book, table: Table, months: Mapping[int, str]) -> None:
        self.table, self.months = table, months
        self.numbers = {match.field: match.column for match in table.matches}
        self.names = {field: str(column_name(book, column)) for field, column in self.numbers.items()}
        self.letters = {column: str(column_name(book, column)) for column in months}
        self._known: dict[str, dict[Cell, Reading[Any]]] = {}
        self._columns = sorted({column for field, column in self.numbers.items() if field != "hours"})
        self._people: dict[tuple[Any, ...], dict[str, Any]] = {}
        heading = next((match.heading for match in table.matches if match.field == "full_name"), "")
        self.first_name_first = plain(heading).startswith("prenom")

    def lines(self, rows: tuple[Row, ...], context: Context) -> Iterator[ReceivedLine]:
        for row in rows:
            if row.kind is RowKind.SECTION:
                context = read_context([row.text], context)
            elif row.kind is RowKind.LINE:
                yield from self._row(row.number, context)

    def cell(self, row: int, field: str) -> Cell:
        column = self.numbers.get(field)
        if column is None:
            return EMPTY
        sheet = self.table.sheet
        if self.table.spread and field != "hours" and (place := self.table.spread.get((row, column))):
            return sheet.cell(*place)
        if sheet.hints:
            return sheet.cell(row, column)
        line = sheet.rows[row - 1]
        return cell_of(line[column - 1]) if column <= len(line) else EMPTY

    def _row(self, row: int, context: Context) -> Iterator[ReceivedLine]:
        told, problems = self._told(row, context)
        if not self.months:
            yield self._line(row, told, problems, self.cell(row, "hours"), self.names.get("hours", ""))
            return
        for column, month in self.months.items():
            cell = self.table.sheet.cell(row, column)
            if not is_blank(cell):
                letter = self.letters[column]
                yield self._line(row, told | {"month": month, "column": letter}, problems, cell, letter)

    def _told(self, row: int, context: Context) -> tuple[dict[str, Any], list[Problem]]:
        """Everything of a row but its hours, and what is wrong there. The same cells again say the same, where nothing is wrong."""
        problems: list[Problem] = []
        if self.table.spread or self.table.sheet.hints:
            return self._person(row, context, problems), problems
        sents = self.table.sheet.rows[row - 1]
        key = (context, *(_hashable(sents[column - 1]) for column in self._columns if column <= len(sents)))
        told = self._people.get(key)
        if told is None:
            told = self._person(row, context, problems)
            if not problems and len(self._people) < MOST_REMEMBERED:
                self._people[key] = told
        return told, problems

    def _person(self, row: int, context: Context, problems: list[Problem]) -> dict[str, Any]:
        """Everything of a row but its hours; what is wrong goes to `problems`."""
        last, first = self._name(row, problems)
        birth = self._said("birth_date", read_birth_date, row, problems)
        siret = self._said("employer_siret", read_siret, row, problems, context.employer_siret)
        month = None if self.months else self._said("month", read_month, row, problems, context.month)
        return {
            "last_name": last,
            "first_name": first,
            "birth_date": birth.isoformat() if birth else None,
            "employer_siret": siret,
            "month": month,
            "person": self._text(row, "person"),
            "contract_type": self._text(row, "contract_type"),
            "employer": self._text(row, "employer") or context.employer,
            "public_contract": self._text(row, "public_contract") or context.public_contract,
            "criterion": self._text(row, "criterion"),
            "commune": self._text(row, "commune"),
        }

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
        return self._reading(field, _text, self.cell(row, field)).value if field in self.numbers else None

    def _reading[T](self, field: str, read: Callable[[Cell], Reading[T]], cell: Cell) -> Reading[T]:
        known = self._known.setdefault(field, {})
        found = known.get(cell)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[cell] = read(cell)
        return found

    def _said[T](
        self,
        field: str,
        read: Callable[[Cell], Reading[T]],
        row: int,
        problems: list[Problem],
        context: T | None = None,
    ) -> T | None:
        """The value of the cell; where it is empty, that of the heading of the sheet."""
        reading = self._reading(field, read, self.cell(row, field))
        if reading.code:
            if context is not None and reading.code.endswith("_missing"):
                return context
            if reading.code != "birth_date_missing" or field in self.numbers:
                self._noted(field, reading, row, problems)
        return reading.value

    def _noted[T](self, field: str, reading: Reading[T], row: int, problems: list[Problem]) -> None:
        problems.append(_problem(field, reading, self.cell(row, field), row, self.names.get(field, "")))

    def _line(self, row: int, told: dict[str, Any], problems: list[Problem], cell: Cell, column: str) -> ReceivedLine:
        reading = self._reading("hours", read_hours, cell)
        more = [_problem("hours", reading, cell, row, column)] if reading.code else []
        return ReceivedLine(row=row, hours=reading.value, problems=(*problems, *more), **told)


def _hashable(sent: Sent) -> object:
    """A day is a list; True would be the same key as 1."""
    return (*sent,) if isinstance(sent, list) else ("b", sent) if isinstance(sent, bool) else sent


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


def _duplicates_marked(lines: tuple[ReceivedLine, ...]) -> Iterator[ReceivedLine]:
    """The same person, employer, contract, month and hours twice. Homonyms differ by birth; two missions differ by their hours."""
    first: dict[tuple[object, ...], int] = {}
    for line in lines:
        person = (plain(line.last_name or ""), plain(line.first_name or ""), line.birth_date)
        key = (*person, line.employer_siret, line.public_contract, line.contract_type, line.month, line.hours)
        if line.last_name and line.hours is not None and key in first:
            why = f"Cette ligne répète la ligne {first[key]}\u00a0: même personne, même employeur, même marché, même mois, mêmes heures."
            problem = Problem(
                "duplicate_line",
                "last_name",
                line.row,
                "",
                line.last_name,
                why,
                "Effacez l’une des deux lignes.",
                error=True,
            )
            yield replace(line, problems=(*line.problems, problem))
        else:
            first.setdefault(key, line.row)
            yield line


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
