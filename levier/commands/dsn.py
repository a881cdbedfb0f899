"""`levier dsn`: synthetic payroll declarations, for tests and demonstrations."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from levier.demonstration.payroll import Written

NORMS = ("P24V01", "P26V01")


@click.group()
def dsn() -> None:
    """Fichiers DSN fictifs, pour essayer la lecture des heures."""


@dsn.command()
@click.option("--employees", default=20, show_default=True, type=click.IntRange(1, 200_000), help="Nombre de salariés.")
@click.option("--seed", default=1, show_default=True, type=int, help="Même graine, même fichier.")
@click.option("--month", default="2026-09", show_default=True, metavar="AAAA-MM", help="Le mois déclaré.")
@click.option("--norm", default=NORMS[-1], show_default=True, type=click.Choice(NORMS), help="Version de la norme.")
@click.option("--encoding", default="utf-8", show_default=True, type=click.Choice(["utf-8", "iso-8859-1"]))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Le fichier à écrire.")
def generate(employees: int, seed: int, month: str, norm: str, encoding: str, out: Path) -> None:
    """Écrire un fichier DSN fictif et dire, en JSON, les heures qu’il contient."""
    try:
        first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 - a civil month, without an hour
    except ValueError as error:
        raise click.BadParameter("écrivez le mois comme 2026-09.", param_hint="--month") from error
    import django

    django.setup()
    from levier.demonstration.payroll import dsn as rubrics

    written, lines = rubrics(employees=employees, seed=seed, month=first, version=norm)
    with out.open("w", encoding=encoding, newline="\r\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    click.echo(json.dumps(_told(written), ensure_ascii=False, indent=2))


def _told(written: "Written") -> dict[str, object]:
    return {
        "employees": written.employees,
        "contracts": written.contracts,
        "lines_in_file": written.lines,
        "hours_worked_total": f"{written.hours_worked_total:.2f}",
        "hours_worked_by_month": {month: f"{hours:.2f}" for month, hours in sorted(written.hours_worked.items())},
        "hours_unpaid_absence_by_month": {
            month: f"{hours:.2f}" for month, hours in sorted(written.hours_unpaid_absence.items())
        },
    }
