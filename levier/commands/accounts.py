"""`levier accounts add`: the first accounts of an installation. The link to choose a password is printed."""

import sys

import click


@click.group()
def accounts() -> None:
    """Ouvrir des accès."""


@accounts.command()
@click.argument("email")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["mission", "buyer", "facilitator", "company", "prescriber"]),
    required=True,
    help="Le rôle de la personne.",
)
@click.option("--siret", required=True, help="Le SIRET de son organisation.")
@click.option("--organisation", required=True, help="Le nom de son organisation.")
@click.option("--territory", type=int, help="Le numéro du territoire, pour un facilitateur ou un prescripteur.")
def add(email: str, name: str, role: str, siret: str, organisation: str, territory: int | None) -> None:
    """Ouvrir l’accès d'une personne ; affiche le lien où elle choisit son mot de passe."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from levier.accounts.invitations import invite
    from levier.accounts.values import OF_A_TERRITORY, Role, System
    from levier.foundation.identifiers import siret_is_valid
    from levier.foundation.objections import Refusal
    from levier.organisations.actions import make_known
    from levier.organisations.values import OrganisationKind
    from levier.territories.models import Territory

    if not siret_is_valid(siret):
        sys.exit(_said(f"« {siret} » n’est pas un SIRET : quatorze chiffres avec une clé exacte."))
    ground = Territory.objects.filter(number=territory).first() if territory is not None else None
    if (role in OF_A_TERRITORY) != (territory is not None) or (territory is not None and ground is None):
        sys.exit(
            _said(
                "Un facilitateur ou un prescripteur a un territoire (--territory 1 à 9, après `levier reference load`) ; les autres rôles n’en ont pas."
            )
        )
    kinds = {
        "mission": OrganisationKind.BUYER,
        "buyer": OrganisationKind.BUYER,
        "facilitator": OrganisationKind.FACILITATOR_BODY,
        "prescriber": OrganisationKind.PRESCRIBER,
    }
    now = timezone.now()
    try:
        with transaction.atomic():
            made = invite(
                actor=System("ligne de commande"), role=Role(role), email=email, full_name=name, territory=ground, now=now,
                organisation=make_known(siret=siret, name=organisation, kind=kinds.get(role, OrganisationKind.COMPANY), now=now),
            )  # fmt: skip
    except Refusal as refusal:
        sys.exit(_said(" ".join(refusal.sentences)))
    if made.token:
        click.echo(f"Accès ouvert. À remettre à {made.user.full_name} (sept jours, une fois) :")
        click.echo(f"{settings.PUBLIC_ADDRESS}/bienvenue/{made.user.public_id}/{made.token}/")
    else:
        click.echo(f"{made.user.full_name} a déjà un compte : le rôle est ajouté.")


def _said(sentence: str) -> int:
    click.echo(sentence, err=True)
    return 2
