"""A purchase plan read from a table: the columns found, each line with its typed values and what its cells leave to say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from levier.planning.columns import FIELDS, NEEDED, SHAPE, nature_of, read_yes_or_no, section_nature
from levier.planning.groups import GroupedValues, only_year, section_above
from levier.planning.values import PlanLine
from levier.procurement.values import ContractObject
from levier.spreadsheets.amounts import ACCEPTED as ACCEPTED_AMOUNT
from levier.spreadsheets.amounts import Scale, Tax, read_amount, scale_of_heading, tax_of
from levier.spreadsheets.codes import read_cpv
from levier.spreadsheets.dates import read_start
from levier.spreadsheets.durations import DurationUnit, read_duration, unit_of_heading
from levier.spreadsheets.labels import refusal
from levier.spreadsheets.readings import Reading, is_blank, not_computed
from levier.spreadsheets.rows import Row, RowKind, rows_of
from levier.spreadsheets.tables import Table, Wishes, column_name, find_table
from levier.spreadsheets.values import EMPTY, Book, Cell, Problem, TableRefusal, cell_of
from levier.spreadsheets.words import plain

ERRORS = frozenset({"object_missing", "amount_missing", "amount_unreadable", "amount_range", "duplicate_reference"})
"""Problems that stop a line; all others are warnings."""
SILENT = frozenset({"start_missing", "duration_missing"})
"""Said only where the table has the column."""
WITH_TAX = "Le montant est toutes taxes comprises\u00a0: il est ramené hors taxes à 20\u00a0% pour les calculs."
ACCEPTED_OBJECT = "L’objet du besoin en quelques mots."
ONE_REFERENCE = "Une référence par besoin\u00a0; effacez la ligne si c’est un doublon."
ACCEPTED_NATURE = "Travaux, services ou fournitures."


@dataclass(frozen=True, slots=True)
class Context:
    """What the headings say for what is bare below: unit of the amounts, tax, unit of the durations, the year of `T3`."""

    scale: Scale = Scale.EUROS
    tax: Tax = Tax.UNKNOWN
    duration: DurationUnit = DurationUnit.UNKNOWN
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`rows`: the rows that are not lines, by kind; `notices`: what a person should know about the whole table, in French."""

    book: Book
    table: Table
    lines: tuple[PlanLine, ...]
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()


def read_plan(book: Book, name: str, wishes: Wishes | None = None) -> Plan:
    """Raise Refusal when no table of purchases is found, or when it holds no line."""
    table = _amounts_settled(find_table(book, FIELDS, NEEDED, wishes or Wishes(), name))
    rows = tuple(rows_of(table, SHAPE))
    lines = tuple(_duplicates_marked(tuple(_lines(table, rows, book)), table, book))
    if not lines:
        raise refusal(TableRefusal.NO_LINE, name=name, sheet=table.sheet.name or name)
    others = tuple(row for row in rows if row.kind is not RowKind.LINE)
    return Plan(book, table, lines, others, tuple(_notices(book, table)))


def _amounts_settled(table: Table) -> Table:
    """Where the only amounts are with tax, they are the amounts, and said to be so."""
    if table.column("amount") is not None or table.column("amount_with_tax") is None:
        return table
    return replace(
        table,
        matches=tuple(replace(one, field="amount") if one.field == "amount_with_tax" else one for one in table.matches),
    )


def context_of(headings: Mapping[str, str]) -> Context:
    """`headings`: text of the heading by field."""
    amount = headings.get("amount", "")
    return Context(scale_of_heading(amount), tax_of(amount), unit_of_heading(headings.get("duration_months", "")))


def _lines(table: Table, rows: tuple[Row, ...], book: Book) -> Iterator[PlanLine]:
    headings = {match.field: match.heading for match in table.matches}
    columns = {match.field: str(column_name(book, match.column)) for match in table.matches}
    numbers = {match.field: match.column for match in table.matches}
    context = replace(context_of(headings), year=only_year(table))
    told = GroupedValues(table)
    section, nature = section_above(table)
    for row in rows:
        if row.kind is RowKind.SECTION:
            section, nature = row.text, section_nature(row.text) or nature
        elif row.kind is RowKind.LINE:
            cells = {name: told.cell(row.number, name, column) for name, column in numbers.items()}
            yield read_line(cells, row.number, columns, context, section=section, section_nature=nature)


def read_line(
    cells: Mapping[str, Cell],
    row: int,
    columns: Mapping[str, str],
    context: Context,
    *,
    section: str = "",
    section_nature: ContractObject | None = None,
) -> PlanLine:
    """One line from its cells by field, whether they come from a file or were typed by a person (`cell_of(text)`)."""
    notes = _Notes(cells, row, columns)
    object_ = notes.of("object", _read_object(notes.cell("object")))
    money = notes.cell("amount")
    amount = notes.of("amount", read_amount(money, context.scale))
    nature = notes.of("nature", _read_nature(notes.cell("nature"), section_nature))
    cpv = notes.of("cpv", read_cpv(notes.cell("cpv")))
    start = notes.of("start", _read_start(notes.cell("start"), notes.cell("year"), context.year))
    duration = notes.of("duration_months", read_duration(notes.cell("duration_months"), context.duration))
    said = tax_of(money.raw) if isinstance(money.content, str) else Tax.UNKNOWN
    tax = context.tax if said is Tax.UNKNOWN else said
    if amount is not None and tax is Tax.INCLUDED:
        notes.of("amount", Reading(amount, "amount_with_tax", WITH_TAX, ACCEPTED_AMOUNT))
    text = {name: _text(notes.cell(name)) for name in ("reference", "department", "place", "procedure", "comment")}
    return PlanLine(
        row=row, object=object_, nature=nature, cpv=cpv, amount=amount, tax=tax, start=start, duration_months=duration,
        lots=_lots(notes.cell("lots")), clause=read_yes_or_no(notes.cell("clause")), section=section or None,
        proposed_nature=None if nature else proposed_nature(cpv, object_),
        raw={name: cell.raw for name, cell in cells.items() if cell.raw}, problems=tuple(notes.problems), **text,
    )  # fmt: skip


class _Notes:
    """The cells of one line, and what they leave to say."""

    def __init__(self, cells: Mapping[str, Cell], row: int, columns: Mapping[str, str]) -> None:
        self._cells, self._row, self._columns = cells, row, columns
        self.problems: list[Problem] = []

    def cell(self, name: str) -> Cell:
        return self._cells.get(name, EMPTY)

    def of[T](self, name: str, reading: Reading[T]) -> T | None:
        """The value read; its problem is kept, but for the silence of a column that the table does not have."""
        if reading.code and not (reading.code in SILENT and name not in self._columns):
            shown = self._columns.get(name, "")
            raw, wrong = self.cell(name).raw.strip()[:200], reading.code in ERRORS
            problem = Problem(
                reading.code, name, self._row, shown, raw, reading.why, reading.accepted, wrong, reading.suggestion
            )
            self.problems.append(problem)
        return reading.value


def _read_object(cell: Cell) -> Reading[str]:
    failed = not_computed(cell, "object_missing", str)
    if failed:
        return failed
    text = _text(cell)
    if text is None:
        return Reading(code="object_missing", why="La ligne ne dit pas ce qui est acheté.", accepted=ACCEPTED_OBJECT)
    return Reading(text)


def _read_nature(cell: Cell, section: ContractObject | None) -> Reading[ContractObject]:
    written = nature_of(cell.raw) if not is_blank(cell) else None
    if written or section:
        return Reading(written or section)
    if is_blank(cell):
        return Reading(
            code="nature_missing",
            why="La nature n’est pas dite : travaux, services ou fournitures.",
            accepted=ACCEPTED_NATURE,
        )
    why = f"«\u00a0{cell.raw.strip()[:40]}\u00a0» ne dit pas s’il s’agit de travaux, de services ou de fournitures."
    return Reading(code="nature_unreadable", why=why, accepted=ACCEPTED_NATURE)


def _read_start(cell: Cell, year: Cell, plan_year: int | None) -> Reading[str]:
    """`T3` or `septembre` takes the year of its row, else that of the plan."""
    read = read_start(cell)
    if read.code != "start_unreadable" or not isinstance(cell.content, str):
        return read
    of_row = year.raw.strip() if year.raw.strip().isdecimal() else ""
    complete = read_start(cell_of(f"{cell.raw.strip()} {of_row or plan_year}")) if of_row or plan_year else read
    if complete.value is None or of_row:
        return complete if complete.value else read
    why = f"L’année n’est pas écrite\u00a0: celle de la programmation, {plan_year}, est supposée."
    return Reading(complete.value, "start_year_assumed", why, complete.accepted)


def _text(cell: Cell) -> str | None:
    """A number used as a reference keeps its digits; a dash is nothing."""
    return None if is_blank(cell) else " ".join(cell.raw.split()) or None


def _lots(cell: Cell) -> int | None:
    if isinstance(cell.content, Decimal) and 0 < cell.content <= 500:
        return int(cell.content)
    found = re.search(r"\b(\d{1,3})\b", cell.raw)
    if found and 0 < int(found[1]) <= 500:
        return int(found[1])
    return 1 if "unique" in cell.raw.casefold() or read_yes_or_no(cell) is False else None


def proposed_nature(cpv: str | None, text: str | None) -> ContractObject | None:
    """Works from division 45, supplies up to 44 and for 48, services from 50 on; without a code, from the words. To be confirmed."""
    if cpv:
        division = int(cpv[:2])
        if division == 45:
            return ContractObject.WORKS
        return ContractObject.SUPPLIES if division < 45 or division == 48 else ContractObject.SERVICES
    return nature_of(text or "")


def _duplicates_marked(lines: tuple[PlanLine, ...], table: Table, book: Book) -> Iterator[PlanLine]:
    """The second line of one reference is in error. Lines under one merged reference are the lots of one need; numbers that start again
    in each section are no references of the whole plan; a column where a third of the lines repeat another is none at all.
    """
    keys = [_reference_key(line) for line in lines]
    repeated = len(lines) - len(set(keys))
    column = table.column("reference")
    first: dict[tuple[str, str], int] = {}
    for line, key in zip(lines, keys, strict=True):
        merged = column is not None and (line.row, column) in table.spread
        if key[1] and key in first and not merged and (repeated < 3 or repeated * 3 < len(lines)):
            why = f"La référence {line.reference} est déjà celle de la ligne {first[key]}."
            shown = str(column_name(book, column)) if column else ""
            raw = line.reference or ""
            problem = Problem("duplicate_reference", "reference", line.row, shown, raw, why, ONE_REFERENCE, error=True)
            yield replace(line, problems=(*line.problems, problem))
        else:
            first.setdefault(key, line.row)
            yield line


def _reference_key(line: PlanLine) -> tuple[str, str]:
    """(section where it counts, reference); a line without a reference is like no other."""
    key = plain(line.reference or "")
    if not key:
        return str(line.row), ""
    return (line.section or "" if key.isdecimal() and len(key) <= 3 else ""), key


def _notices(book: Book, table: Table) -> Iterator[str]:
    if table.others:
        listed = ", ".join(f"«\u00a0{name}\u00a0»" for name in table.others)
        yield f"D’autres feuilles ressemblent à une programmation et n’ont pas été lues\u00a0: {listed}. Choisissez la feuille si ce n’est pas la bonne."
    for name, reason in book.unread:
        yield f"La feuille «\u00a0{name}\u00a0» n’a pas été lue\u00a0: {reason}."
    if table.sheet.columns_left_out:
        yield f"La feuille a trop de colonnes\u00a0: les {table.sheet.columns_left_out} dernières n’ont pas été lues."
    if book.mended:
        yield "Les accents du fichier étaient abîmés\u00a0: ils ont été réparés. Relisez-les."
    if not table.sheet.visible:
        yield f"La feuille lue, «\u00a0{table.sheet.name}\u00a0», est masquée dans le classeur."
