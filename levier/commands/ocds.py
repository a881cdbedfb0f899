"""`levier ocds export`: our contracts in the international standard OCDS 1.1.5."""

from datetime import date
from pathlib import Path

import click

from levier.commands.export import options, write


@click.group()
def ocds() -> None:
    """Nos contrats au format international OCDS."""


@ocds.command("export")
@options
def export(
    out: Path, since: date | None, buyer: str, published_on: date | None, *, published: bool, as_json: bool
) -> None:
    """Écrire les marchés suivis en OCDS 1.1.5. Ceux qui sont incomplets sont cités avec ce qu’il faut y écrire."""
    write("ocds", out, since=since, buyer=buyer, published_on=published_on, published=published, as_json=as_json)
