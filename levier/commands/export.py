"""What `levier decp export` and `levier ocds export` share: filters, the file written whole or not at all, the report."""

import errno
import json
import os
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from levier.open_data.exporting.gathering import Filters
    from levier.open_data.exporting.values import KnownLot

NOTHING_WRITTEN = 2


def _day(_context: click.Context, parameter: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"« {text[:20]} » n’est pas une date. Écrivez par exemple 2026-01-31.") from None
    if parameter.name == "published_on" and found > datetime.now().astimezone().date():
        raise click.BadParameter("la date de publication ne peut pas être dans le futur.")
    return found


def _siret(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str:
    compact = "".join((text or "").split())
    if text is not None and not (len(compact) == 14 and compact.isascii() and compact.isdigit()):
        raise click.BadParameter(f"« {text[:20]} » n’est pas un SIRET : quatorze chiffres.")
    return compact


def options[Command: Callable[..., object]](command: Command) -> Command:
    for option in reversed((
        click.option("--out", "out", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="Le fichier à écrire."),
        click.option("--since", metavar="JOUR", callback=_day, help="Seulement ce qui a été notifié ou modifié depuis ce jour (2026-01-31)."),
        click.option("--buyer", metavar="SIRET", callback=_siret, help="Seulement les marchés de cet acheteur."),
        click.option("--published-on", "published_on", metavar="JOUR", callback=_day,
                     help="Date de première publication de ce qui n’a jamais été publié ; aujourd’hui sinon."),
        click.option("--published", "published", is_flag=True,
                     help="Aussi les marchés publiés que nous ne suivons pas (faute de marché suivi, ils sont écrits)."),
        click.option("--json", "as_json", is_flag=True, help="Rapport en JSON."),
    )):  # fmt: skip
        command = option(command)
    return command


def write(
    form: str, out: Path, *, since: date | None, buyer: str, published_on: date | None, published: bool, as_json: bool
) -> None:
    """Exit with 2, and no file, when there is nothing complete to write."""
    import django

    django.setup()
    from django.conf import settings

    from levier.foundation.french import HARD
    from levier.foundation.periods import PARIS
    from levier.open_data.exporting.gathering import Filters, known_lots
    from levier.open_data.exporting.outcome import Form, export, report_as_json, summary
    from levier.procurement.models import Lot

    filters = Filters(since, buyer)
    lots = known_lots(Lot.objects.all(), filters)
    if published or not Lot.objects.exists():
        others = _unfollowed(filters)
        if others and not published:
            click.echo(f"Aucun marché n’est suivi{HARD}: ce sont les marchés publiés qui sont écrits.", err=True)
        lots += others
    outcome = export(
        lots, Form(form), published_on=published_on or datetime.now(PARIS).date(), address=settings.PUBLIC_ADDRESS
    )
    if outcome.data:
        write_whole(out, outcome.data)
    if as_json:
        click.echo(json.dumps(report_as_json(outcome, str(out)), ensure_ascii=False, indent=2))
    elif told := summary(outcome, str(out)):
        click.echo(told)
    if not outcome.data:
        click.echo(_nothing(bool(lots), filtered=bool(since or buyer)), err=True)
        raise SystemExit(NOTHING_WRITTEN)


def _unfollowed(filters: "Filters") -> list["KnownLot"]:
    from levier.open_data.exporting.republishing import TooMany, unfollowed

    try:
        return unfollowed(filters)
    except TooMany as many:
        raise click.UsageError(str(many)) from None


def _nothing(found: bool, *, filtered: bool) -> str:
    if found:
        return "Aucune fiche complète : rien n’a été écrit. Complétez les marchés cités, puis recommencez."
    if filtered:
        return "Aucun marché suivi ne répond à ces filtres : rien n’a été écrit."
    return "Aucun marché n’est suivi : rien n’a été écrit. Suivez d’abord un marché publié, dans l’application."


def write_whole(path: Path, data: bytes) -> None:
    """The whole file or none of it: written beside, then put in its place."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "Is a directory", str(path))
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "No such directory", str(path.parent))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
