"""`levier statements check`: a statement of hours read from a table. Needs no database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from levier.commands.plan import HEADER_ROW, JSON, MAPPING, SHEET, TABLE, refuse, say, wishes_of

if TYPE_CHECKING:
    from levier.hours.received import ReceivedStatement


@click.group()
def statements() -> None:
    """Les relevés d’heures."""


@statements.command()
@TABLE
@JSON
@MAPPING
@SHEET
@HEADER_ROW
def check(file: Path, mappings: tuple[str, ...], sheet: str, header_row: int | None, *, as_json: bool) -> None:
    """Lire un tableau de relevés (XLSX, ODS, XLS, CSV) et dire ce qu’il vaut, sans rien écrire."""
    from levier.foundation.objections import Refusal
    from levier.hours.received import read_statement
    from levier.hours.received_summary import statement_as_json
    from levier.spreadsheets.opening import open_file

    try:
        read = read_statement(open_file(file), file.name, wishes_of(sheet, header_row, mappings))
    except Refusal as refused:
        refuse(refused, file, "hours_statement", as_json=as_json)
    if as_json:
        say(statement_as_json(read, file.name))
    else:
        click.echo(_in_words(read))


def _in_words(read: "ReceivedStatement") -> str:
    """A summary, then one line a person and month."""
    from decimal import Decimal

    from levier.foundation import french
    from levier.hours.received import total

    wrong = sum(bool(line.errors) for line in read.lines)
    where = f"Feuille «\u00a0{read.table.sheet.name}\u00a0», en-tête" if read.table.sheet.name else "En-tête"
    header = " et ".join(map(str, read.table.header_rows))
    count = french.plural(len(read.lines), "ligne lue", "lignes lues")
    said = [
        f"{where} ligne {header}\u00a0: {count}, {wrong} à corriger, {french.hours(Decimal(total(read.lines)), 2)} au total.",
        *read.notices,
    ]
    for line in read.lines:
        hours = "heures à préciser" if line.hours is None else french.hours(line.hours, 2)
        who = " ".join(part for part in (line.said.last_name, line.said.first_name) if part) or "(sans nom)"
        said.append(f"{line.row:>5}{line.column:>3}  {who}, {line.month or 'mois à préciser'}\u00a0: {hours}")
        said += [f"         {problem.why}" for problem in line.problems if problem.error]
    return "\n".join(said)
