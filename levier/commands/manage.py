"""`levier manage …`: Django's own commands."""

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []},
    add_help_option=False,
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Les commandes de Django : « levier manage migrate », « levier manage createsuperuser »…

    Sans DATABASE_URL, elles portent sur la base de la démonstration.
    """
    import os

    from django.core.management import execute_from_command_line

    if "DATABASE_URL" not in os.environ:
        from levier.installation import open_embedded

        os.environ["DATABASE_URL"] = open_embedded()
    execute_from_command_line(["levier manage", *words])
