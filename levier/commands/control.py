"""`levier control draw`: do a published draw again, from its seed and its hat. Needs no database."""

import json
from pathlib import Path
from typing import Any

import click

SAME, OTHER, UNREADABLE = 0, 1, 2


@click.group(name="control")
def control() -> None:
    """Les contrôles : refaire un tirage au sort publié."""


@control.command(name="draw")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", default=None, help="La graine ; sans elle, celle du fichier.")
@click.option("--size", type=int, default=None, help="Combien tirer ; sans lui, autant que le tirage publié.")
@click.option("--json", "as_json", is_flag=True, help="Le résultat en JSON.")
@click.pass_context
def draw(context: click.Context, file: Path, *, seed: str | None, size: int | None, as_json: bool) -> None:
    """Refait le tirage du FICHIER JSON téléchargé depuis sa page publique, et le compare.

    Code de sortie : 0 le résultat est celui qui est publié, 1 il en diffère, 2 le fichier ou la demande ne va pas.
    """
    from levier.controls.rules import draw as draw_again
    from levier.controls.rules import population_hash
    from levier.controls.values import Ticketed
    from levier.foundation.explanation import NoAnswer

    try:
        published: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        population = [Ticketed(str(code), int(weight)) for code, weight in published["population"]]
        drawn = draw_again(seed or str(published["seed"]), population, size or len(published["drawn"]))
    except NoAnswer as refused:
        click.echo(str(refused), err=True)
        context.exit(UNREADABLE)
    except (ValueError, KeyError, TypeError):
        click.echo("Ce fichier n’est pas celui d’un tirage publié.", err=True)
        context.exit(UNREADABLE)
    same = list(drawn) == published["drawn"]
    digest = population_hash(population).hex()
    if as_json:
        click.echo(json.dumps({"drawn": drawn, "same": same, "population": len(population), "population_hash": digest}))
    else:
        for place, code in enumerate(drawn, start=1):
            click.echo(f"{place}. {code}")
        click.echo(f"Empreinte des {len(population)} lignes : {digest}")
        click.echo("C’est le résultat publié." if same else "Ce n’est pas le résultat publié.")
    context.exit(SAME if same else OTHER)
