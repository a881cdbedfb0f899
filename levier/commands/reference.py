"""`levier reference`: the dated figures and the territories, brought in from the shipped files and shown."""

import json
from datetime import date

import click


@click.group()
def reference() -> None:
    """Valeurs de référence datées, territoires et facilitateurs."""


@reference.command()
def load() -> None:
    """Charger dans la base ce qui est livré avec Levier. Recommencer ne change rien."""
    from django.utils import timezone

    from levier.reference.actions import load_published as load_values
    from levier.territories.actions import load_published as load_territories

    now = timezone.now()
    values = load_values(now)
    ground = load_territories(now)
    click.echo(f"Valeurs de référence : {values.added} ajoutées, {values.unchanged} inchangées.")
    click.echo(
        f"Territoires : {ground.territories} ; communes : {ground.communes} ; "
        f"contacts : {ground.contacts} ; périmètres : {ground.perimeters} (lignes ajoutées ou mises à jour)."
    )
    for name in (*values.kept, *ground.kept):
        click.echo(f"Gardé tel qu’une personne l’a changé ici : {name}.")


@reference.command("list")
@click.option("--on", "day", metavar="AAAA-MM-JJ", help="Valeurs en vigueur ce jour-là (par défaut : toutes).")
@click.option("--json", "as_json", is_flag=True, help="Une liste JSON.")
@click.argument("prefix", default="")
def list_values(day: str | None, prefix: str, *, as_json: bool) -> None:
    """Les valeurs de référence de la base, ou celles dont le nom commence par PREFIX."""
    from levier.reference.queries import catalogue

    known = catalogue()
    try:
        wanted = date.fromisoformat(day) if day else None
    except ValueError:
        raise click.UsageError(
            f"« {day[:20] if day else ''} » n’est pas une date. Écrivez par exemple 2026-01-31."
        ) from None
    rows = known.all_at(prefix, wanted) if wanted else tuple(value for value in known if value.key.startswith(prefix))
    if as_json:
        facts = [
            {
                "key": row.key,
                "label": row.label,
                "value": str(row.value),
                "low": None if row.low is None else str(row.low),
                "high": None if row.high is None else str(row.high),
                "unit": row.unit,
                "valid_from": row.valid_from.isoformat(),
                "valid_until": row.valid_until.isoformat() if row.valid_until else None,
                "source": row.source,
                "confidence": row.confidence.value,
                "version": row.version,
            }
            for row in rows
        ]
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("Aucune valeur. Chargez celles qui sont livrées avec : levier reference load", err=True)
    for row in rows:
        until = f" jusqu’au {row.valid_until:%d/%m/%Y}" if row.valid_until else ""
        click.echo(
            f"{row.version}  {row.value} {row.unit}  {row.label}, dès le {row.valid_from:%d/%m/%Y}{until} [{row.confidence.value}]"
        )
