"""The command `levier`. Each group of commands is imported when it is asked for, so that `levier rule` starts at once."""

import functools
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import override

import click

from levier.commands import french


@dataclass(frozen=True, slots=True)
class Entry:
    """A group of commands: what it does, and which of its commands open the database first."""

    help: str
    database: bool = False
    without: frozenset[str] = frozenset()


ENTRIES = {
    "demo": Entry("Ouvrir la démonstration dans le navigateur."),
    "rule": Entry("Les règles de calcul, une à une, en JSON."),
    "decp": Entry("Les données ouvertes de la commande publique (DECP).", database=True, without=frozenset({"check"})),
    "ocds": Entry("Nos contrats au format international OCDS.", database=True),
    "plan": Entry("La programmation des achats : lire un tableau, dire ce que chaque ligne appelle."),
    "dce": Entry("Lire les pièces d’une consultation et dire ce qu’elles contiennent de la clause."),
    "structures": Entry("L’annuaire des structures inclusives.", database=True),
    "statements": Entry("Lire un tableau de relevés d’heures et dire ce qu’il vaut."),
    "dsn": Entry("Fabriquer des fichiers DSN fictifs."),
    "control": Entry("Les contrôles : refaire un tirage au sort publié."),
    "audit-pack": Entry("Vérifier un dossier de preuve (ZIP), sans base de données."),
    "reference": Entry("Valeurs de référence datées, territoires et facilitateurs.", database=True),
    "accounts": Entry("Ouvrir des accès à l’application.", database=True),
    "notify": Entry("Les rappels et les messages qui partent.", database=True),
    "erase": Entry("Effacer les personnes dont le terme est passé.", database=True),
    "files": Entry("Les pièces reçues : les faire analyser par l’antivirus.", database=True),
    "verify": Entry("Vérifier la chaîne des décisions et les certificats.", database=True),
    "anchor": Entry("L’empreinte du registre, à garder hors de la base.", database=True),
    "manage": Entry("Les commandes de Django (migrate, createsuperuser…)."),
}
"""`levier NAME` is the command NAME of the module levier.commands.NAME (a hyphen there is an underscore); a module that is not there yet is not offered."""


def _module(name: str) -> str:
    return f"levier.commands.{name.replace('-', '_')}"


class Levier(click.Group):
    """The groups, imported one at a time."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in ENTRIES if find_spec(_module(name))]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = ENTRIES.get(cmd_name)
        if entry is None or not find_spec(_module(cmd_name)):
            return None
        command: click.Command = getattr(importlib.import_module(_module(cmd_name)), cmd_name.replace("-", "_"))
        if entry.database:
            _open_first(command, entry.without)
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of groups, from the table above: no module is imported to show it."""
        with formatter.section(french.words("Commands")):
            formatter.write_dl([(name, ENTRIES[name].help) for name in self.list_commands(ctx)])


def _open_first(command: click.Command, without: frozenset[str]) -> None:
    """Have each of those commands open the database once its arguments are known to be good."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            if name not in without:
                _open_first(inner, frozenset())
    elif command.callback is not None and not hasattr(command.callback, "opens_database"):
        command.callback = _opening(command.callback)


def _opening(callback: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(callback)
    def run(*args: object, **kwargs: object) -> object:
        from levier.installation import open_database

        open_database()
        return callback(*args, **kwargs)

    run.opens_database = True  # type: ignore[attr-defined]  # a mark against doing it twice
    return run


@click.group(cls=Levier, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def levier() -> None:
    """Levier : la clause sociale d’insertion, du contrat publié au certificat scellé."""


def main() -> None:
    """Run the command. What a person can cause or repair is one sentence and exit code 2, never a traceback."""
    french.install()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    try:
        outcome = levier.main(prog_name="levier", standalone_mode=False)
        sys.exit(outcome if isinstance(outcome, int) else 0)
    except click.exceptions.Exit as asked:
        sys.exit(asked.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        print("Interrompu.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        sys.exit(2)


def _sentence(error: Exception) -> str | None:
    """The French sentence of a failure that a person can repair; None for a fault of the program."""
    from levier.embedded import EmbeddedError
    from levier.installation import InstallationError

    if isinstance(error, EmbeddedError | InstallationError):
        return str(error)
    if isinstance(error, OSError):
        return french.system_error(error)
    if type(error).__name__ == "OperationalError":
        return "La base de données ne répond pas ou s’est arrêtée : vérifiez qu’elle est démarrée, puis recommencez."
    return None


if __name__ == "__main__":
    main()
