"""`levier decp`: the essential data of public procurement, checked or imported."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from levier.commands.export import options as export_options
from levier.commands.export import write

if TYPE_CHECKING:
    from levier.open_data.corrections import Corrections
    from levier.open_data.values import FileReport

_NOTHING_READ = 2
_FILES = click.argument("files", metavar="FICHIER…", nargs=-1, required=True, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Rapport en JSON.")
_PROCESSES = click.option(
    "--processes", default=2, show_default=True, type=click.IntRange(1, 64), help="Lecteurs en parallèle."
)

_CORRECTIONS = click.option(
    "--corrections",
    "corrections_file",
    type=click.Path(path_type=Path),
    help="Fichier de corrections à appliquer (CSV ou JSON).",
)


@click.group()
def decp() -> None:
    """Données essentielles de la commande publique (formats 2019 et 2022, JSON, XML ou tableau CSV)."""


@decp.command()
@_FILES
@_JSON
@_PROCESSES
@_CORRECTIONS
def check(files: tuple[Path, ...], processes: int, corrections_file: Path | None, *, as_json: bool) -> None:
    """Lire les fichiers et dire ce qu’ils valent, sans rien écrire ni ouvrir de base."""
    from levier.foundation.periods import PARIS
    from levier.open_data.checking import check_files

    corrections = _corrections(corrections_file)
    today = datetime.now(PARIS).date()
    reports = list(check_files(files, today=today, processes=processes, corrections=corrections))
    _conclude(reports, corrections, as_json=as_json, verb="retenue")


@decp.command("import")
@_FILES
@_JSON
@_PROCESSES
@_CORRECTIONS
def import_(files: tuple[Path, ...], processes: int, corrections_file: Path | None, *, as_json: bool) -> None:
    """Lire les fichiers dans la base. Importer deux fois le même fichier ne change rien."""
    corrections = _corrections(corrections_file)
    import django

    django.setup()
    from django.utils import timezone

    from levier.open_data.actions import import_file

    reports = [
        import_file(path=path, now=timezone.now(), processes=processes, corrections=corrections) for path in files
    ]
    _conclude(reports, corrections, as_json=as_json, verb="importée")


def _corrections(path: Path | None) -> "Corrections | None":
    """Read before any file is: a faulty correction stops the command with nothing done."""
    from levier.open_data.corrections import CorrectionsRefused, read_corrections

    if path is None:
        return None
    try:
        return read_corrections(path)
    except CorrectionsRefused as refusal:
        click.echo(f"{path}\u00a0: {refusal}", err=True)
        raise SystemExit(_NOTHING_READ) from None


def _conclude(reports: list["FileReport"], corrections: "Corrections | None", *, as_json: bool, verb: str) -> None:
    from levier.open_data.summary import report_as_json, summary

    if as_json:
        click.echo(json.dumps(report_as_json(reports, corrections), ensure_ascii=False, indent=2))
    else:
        click.echo(summary(reports, verb, corrections))
        for report in reports:
            if report.fault:
                click.echo(f"{report.file}\u00a0: {report.message}", err=True)
    if not any(report.counts.read for report in reports):
        raise SystemExit(_NOTHING_READ)


@decp.command()
@click.option(
    "--format", "form", type=click.Choice(["json", "xml"]), default="json", show_default=True, help="La forme."
)
@export_options
def export(
    form: str, out: Path, since: date | None, buyer: str, published_on: date | None, *, published: bool, as_json: bool
) -> None:
    """Écrire les marchés suivis, prêts à envoyer. Ceux qui sont incomplets sont cités avec ce qu’il faut y écrire."""
    write(form, out, since=since, buyer=buyer, published_on=published_on, published=published, as_json=as_json)
