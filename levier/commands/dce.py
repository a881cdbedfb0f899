"""`levier dce`: tender files (dossier de consultation des entreprises) read back, without a database."""

import json
from pathlib import Path

import click

_NOTHING_READ = 2


@click.group()
def dce() -> None:
    """Les pièces d’une consultation : ce qu’elles disent de la clause d’insertion, ce qui leur manque."""


@dce.command()
@click.argument("files", metavar="FICHIER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json_", is_flag=True, help="Rapport en JSON.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64), help="Lecteurs en parallèle.")
def read(files: tuple[Path, ...], processes: int, *, as_json_: bool) -> None:
    """Lire les pièces d’une même consultation (PDF, DOCX, ODT, DOC, ou ZIP) ; rien n’est écrit ni envoyé."""
    from levier.tender_files.labels import FAULTS
    from levier.tender_files.report import as_json, as_text
    from levier.tender_files.sandbox import read_files

    found = read_files(files, processes=processes)
    if as_json_:
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(found))
    for reading in found.readings:
        if reading.fault is not None:
            click.echo(f"{reading.file}\u00a0: {FAULTS[reading.fault]}", err=True)
    if not found.readable:
        raise SystemExit(_NOTHING_READ)
