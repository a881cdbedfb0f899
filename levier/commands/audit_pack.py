"""`levier audit-pack verify FILE`: is an audit pack whole and true? Needs no database."""

import json
from pathlib import Path

import click

WELL, WRONG, UNREADABLE = 0, 1, 2


@click.group(name="audit-pack")
def audit_pack() -> None:
    """Les dossiers de preuve : en vérifier un."""


@audit_pack.command(name="verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="Nom de la clé attendue, imprimé au bas des attestations.")
@click.option("--json", "as_json", is_flag=True, help="Le résultat en JSON.")
@click.pass_context
def verify(context: click.Context, file: Path, *, key: str, as_json: bool) -> None:
    """Recalcule chaque empreinte du dossier FICHIER, sa signature, la chaîne du registre.

    Code de sortie : 0 tout est juste, 1 une anomalie est trouvée, 2 ce n’est pas un dossier de preuve.
    """
    from levier.controls.pack_checking import NotAPack, check_pack

    try:
        report = check_pack(file.read_bytes(), key=key)
    except NotAPack as refused:
        click.echo(str(refused), err=True)
        context.exit(UNREADABLE)
    if as_json:
        facts = {
            "files": report.files,
            "entries": report.entries,
            "certificates": report.certificates,
            "key": report.key,
            "faults": list(report.faults),
        }
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for fault in report.faults:
            click.echo(f"- {fault}")
        click.echo(
            f"{report.files} fichiers, {report.entries} écritures du registre, {report.certificates} attestations. Clé : {report.key}."
        )
        click.echo(
            "Le dossier est entier et juste."
            if not report.faults
            else f"{len(report.faults)} anomalies : ne vous fiez pas à ce dossier."
        )
    context.exit(WRONG if report.faults else WELL)
