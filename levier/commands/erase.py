"""`levier erase`: people whose term is over, and files set aside that nothing holds any more. Says what it would do unless told otherwise."""

import json

import click


@click.command()
@click.option("--really", is_flag=True, help="Effacer vraiment (sans cela, rien n’est écrit).")
@click.option("--json", "as_json", is_flag=True, help="Le résultat en JSON.")
def erase(really: bool, as_json: bool) -> None:
    """Effacer les fiches dont le terme est passé et celles que plus rien ne retient (à lancer une fois par jour avec --really)."""
    from django.utils import timezone

    from levier.accounts.values import System
    from levier.erasure.actions import daily_round

    done = daily_round(author=System("Effacement, chaque jour"), now=timezone.now(), really=really)
    if as_json:
        click.echo(json.dumps({"really": really, "erased": done.erased, "limited": done.limited}, ensure_ascii=False))
        return
    verb = "effacées" if really else "à effacer"
    click.echo(f"{len(done.erased)} fiches {verb}, {done.limited} mises de côté.")
    for reference in done.erased:
        click.echo(f"  {reference}")
