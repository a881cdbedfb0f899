"""What makes a database ready to work: the server, the tables, the reference data; and what was already done to it.

What was done is written on the database itself (its comment), so that it is right wherever the database came from.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from levier import embedded

PACKAGE = Path(__file__).resolve().parent
SERVER = "database"
"""The embedded server of the demonstration and of the command line."""
NAME = "levier"
ONE_AT_A_TIME = 4_151_913
"""Key of the database lock held while tables are being brought up to date."""

type Say = Callable[[str], contextlib.AbstractContextManager[object]]


class InstallationError(Exception):
    """Why the database cannot be made ready, in one French sentence that tells what to do."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What was done to a database: fingerprints of the migrations applied, of the reference data, of the demonstration."""

    migrations: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    world: str = ""


def fingerprint(files: Iterable[Path]) -> str:
    """A hash of the names and contents of those files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def source_files(folder: Path) -> list[Path]:
    """The files of a folder, without what Python keeps of them."""
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def wanted_migrations() -> dict[str, str]:
    """Each migration of ours with its fingerprint, and the version of Django, which has its own."""
    from importlib.metadata import version

    found = {
        f"{path.parent.parent.name}.{path.stem}": fingerprint([path])
        for path in sorted(PACKAGE.glob("*/migrations/[0-9]*.py"))
    }
    return {**found, "django": version("django")}


def wanted_reference() -> str:
    return fingerprint(source_files(PACKAGE / "reference" / "data") + source_files(PACKAGE / "territories" / "data"))


def wanted_world() -> str:
    return fingerprint(source_files(PACKAGE / "demonstration"))


def read_marks(address: str) -> Marks:
    """What was done to that database."""
    import psycopg

    with psycopg.connect(address, connect_timeout=10) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    try:
        read = json.loads(row[0] if row else "")["levier"]
        return Marks(read["migrations"], read["reference"], read["world"])
    except (TypeError, ValueError, KeyError):
        return Marks()


def write_marks(address: str, marks: Marks) -> None:
    import psycopg
    from psycopg import sql

    text = json.dumps(
        {"levier": {"migrations": dict(marks.migrations), "reference": marks.reference, "world": marks.world}}
    )
    with psycopg.connect(address, connect_timeout=10) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(text)))


def _silently(_: str) -> contextlib.AbstractContextManager[object]:
    return contextlib.nullcontext()


def bring_up_to_date(address: str, say: Say = _silently) -> Marks:
    """Apply the migrations and load the reference data, where either changed since the last time. Django is needed only then.

    Raises InstallationError when a migration already applied was rewritten: the tables are then not what it now says.
    """
    marks = read_marks(address)
    migrations, reference = wanted_migrations(), wanted_reference()
    if marks.migrations == migrations and marks.reference == reference:
        return marks
    with _alone(address):
        marks = read_marks(address)
        rewritten = [
            name for name, mark in marks.migrations.items() if name != "django" and migrations.get(name) != mark
        ]
        if rewritten:
            raise InstallationError(
                f"Les tables de la base ont été faites par une autre version de Levier ({', '.join(sorted(rewritten)[:3])}) : "
                "« make demo FRESH=1 » repart de zéro."
            )
        _open_django(address)
        if marks.migrations != migrations:
            from levier.foundation.first_tables import migrate

            with say("Tables de la base"):
                migrate()
            marks = replace(marks, migrations=migrations)
            write_marks(address, marks)
        if marks.reference != reference:
            with say("Données de référence (seuils, communes, facilitateurs)"):
                _load_reference()
            marks = replace(marks, reference=reference)
            write_marks(address, marks)
    return marks


@contextlib.contextmanager
def _alone(address: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a generator of nothing
    import psycopg

    with psycopg.connect(address, connect_timeout=10, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        yield


def _open_django(address: str) -> None:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def _load_reference() -> None:
    from django.utils import timezone

    from levier.reference.actions import load_published as load_values
    from levier.territories.actions import load_published as load_territories

    now = timezone.now()
    load_values(now)
    load_territories(now)


def open_embedded() -> str:
    """Start or join the embedded server and its database; return the address."""
    return embedded.ensure_database(embedded.start(SERVER), NAME)


def open_database() -> None:
    """Make Django ready on the database: the one of DATABASE_URL, which must be up to date, else the embedded one, brought so.

    Raises InstallationError or embedded.EmbeddedError, in words for a person.
    """
    address = os.environ.get("DATABASE_URL")
    if not address:
        address = open_embedded()
        bring_up_to_date(address)
        _open_django(address)
        return
    _open_django(address)
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise InstallationError(
            "La base nommée par DATABASE_URL ne répond pas : vérifiez son adresse et qu’elle est démarrée."
        ) from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise InstallationError(
            "La base nommée par DATABASE_URL n’est pas à jour : lancez « levier manage migrate », puis recommencez."
        )
