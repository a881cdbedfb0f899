"""`levier plan check`: a purchase plan read from a file, with the verdict of each line. Needs no database."""

import json
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from levier.foundation.objections import Refusal
    from levier.planning.reading import Plan
    from levier.planning.values import PlanVerdict
    from levier.spreadsheets.tables import Wishes

_NOTHING_READ = 2


TABLE = click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Rapport en JSON.")
MAPPING = click.option(
    "--mapping",
    "mappings",
    multiple=True,
    metavar="CHAMP=COLONNE",
    help="Désigner la colonne d’un champ (object=B, amount=4, cpv=Code)\u00a0; répétable. CHAMP=- l’écarte.",
)
SHEET = click.option("--sheet", default="", metavar="NOM", help="Nom de la feuille à lire.")
HEADER_ROW = click.option(
    "--header-row", type=click.IntRange(1, 1000), metavar="N", help="Numéro de la ligne d’en-tête."
)


@click.group()
def plan() -> None:
    """La programmation des achats."""


@plan.command()
@TABLE
@JSON
@MAPPING
@SHEET
@HEADER_ROW
def check(file: Path, mappings: tuple[str, ...], sheet: str, header_row: int | None, *, as_json: bool) -> None:
    """Lire un tableau (XLSX, ODS, XLS, CSV) et dire ce que chaque ligne appelle, sans rien écrire."""
    from levier.foundation.objections import Refusal
    from levier.foundation.periods import PARIS
    from levier.planning.reading import read_plan
    from levier.planning.summary import plan_as_json, verdicts_of
    from levier.reference.published import published_catalogue
    from levier.spreadsheets.opening import open_file

    try:
        read = read_plan(open_file(file), file.name, wishes_of(sheet, header_row, mappings))
    except Refusal as refused:
        refuse(refused, file, "purchase_plan", as_json=as_json)
    verdicts = verdicts_of(read, published_catalogue(), datetime.now(PARIS).date())
    if as_json:
        say(plan_as_json(read, verdicts, file.name))
    else:
        click.echo(_in_words(read, verdicts))


def wishes_of(sheet: str, header_row: int | None, mappings: tuple[str, ...]) -> "Wishes":
    """What the person decided instead of the reader; several designations may be given at once, `object=B,amount=D`."""
    from levier.spreadsheets.tables import Wishes

    return Wishes(sheet, header_row, dict(designation(one) for text in mappings for one in text.split(",")))


def designation(text: str) -> tuple[str, str]:
    """`amount=D` as (`amount`, `D`)."""
    name, found, column = text.partition("=")
    if not found or not name.strip():
        raise click.BadParameter(
            f"«\u00a0{text}\u00a0» n’a pas la forme CHAMP=COLONNE, par exemple amount=D.", param_hint="--mapping"
        )
    return name.strip(), column.strip()


def refuse(refused: "Refusal", file: Path, kind: str, *, as_json: bool) -> NoReturn:
    """The sentence on the error output, the same in JSON where it was asked for, and exit code 2."""
    if as_json:
        objection = refused.objections[0]
        say(
            {
                "file": file.name,
                "kind": kind,
                "action": "refused",
                "error": {"code": str(objection.code), "message": str(refused)},
            }
        )
    click.echo(str(refused), err=True)
    raise SystemExit(_NOTHING_READ)


def say(document: dict[str, Any]) -> None:
    """UTF-8 whatever the terminal's locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))


def _in_words(read: "Plan", verdicts: "list[PlanVerdict]") -> str:
    """A summary, then one line a need."""
    from levier.foundation import french
    from levier.planning.labels import PROBLEMS, verdict_label

    wrong = sum(bool(line.errors) for line in read.lines)
    total = sum((line.amount for line in read.lines if line.amount is not None), Decimal(0))
    where = f"Feuille «\u00a0{read.table.sheet.name}\u00a0», en-tête" if read.table.sheet.name else "En-tête"
    header = " et ".join(map(str, read.table.header_rows))
    count = french.plural(len(read.lines), "ligne lue", "lignes lues")
    said = [
        f"{where} ligne {header}\u00a0: {count}, {wrong} à corriger, {french.euros(total)} au total.",
        *read.notices,
    ]
    for line, one in zip(read.lines, verdicts, strict=True):
        amount = french.euros(line.amount) if line.amount is not None else "montant à préciser"
        hours = (
            f", {french.hours(one.hours.hours)} ({french.number(one.hours.low)} à {french.number(one.hours.high)})"
            if one.hours
            else ""
        )
        said.append(f"{line.row:>5}  {verdict_label(one)}{hours}\u00a0: {line.object or '(sans objet)'}, {amount}")
        wrongs = [problem for problem in line.problems if problem.error]
        said += [f"       {PROBLEMS[problem.code]}\u00a0: {problem.why}" for problem in wrongs]
    return "\n".join(said)
