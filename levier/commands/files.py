"""`levier files`: what waits in quarantine, looked at by the antivirus. Safe to run again and side by side."""

import click


@click.group()
def files() -> None:
    """Pièces reçues : quarantaine et antivirus."""


@files.command()
@click.option("--most", default=500, show_default=True, type=click.IntRange(1), help="Pièces par tournée.")
def scan(most: int) -> None:
    """Faire analyser les pièces qui attendent (à lancer chaque minute). Code de sortie 1 si l’antivirus ne répond pas."""
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from levier.files.actions import scan_waiting
    from levier.files.scanning import Clamd, Guard, guard

    if guard(settings.CLAMD) is not Guard.SCANNER:
        click.echo("Aucun antivirus n’est réglé (LEVIER_CLAMD) : rien n’est analysé.", err=True)
        raise SystemExit(1)
    done = scan_waiting(Clamd(settings.CLAMD), now=timezone.now(), most=most)
    click.echo(f"{done.clean} sans menace, {done.refused} écartées, {done.damaged} abîmées.")
    if done.unavailable:
        click.echo(f"L’antivirus ne répond pas ({done.unavailable}) : le reste attend en quarantaine.", err=True)
        raise SystemExit(1)
