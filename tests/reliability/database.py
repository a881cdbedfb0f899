"""A database of its own for a figure, on the server of DATABASE_URL or the embedded one; Django is set up on it."""

import contextlib
import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextlib.contextmanager
def fresh_database() -> Iterator[str]:
    """Its address. Migrated, with the published reference values; removed afterwards, whatever happens."""
    from levier import embedded

    given = os.environ.get("DATABASE_URL")
    server = None if given else embedded.start("test-database")
    parts = urlsplit(given or server.get_uri("postgres"))  # type: ignore[union-attr]  # one of the two is there
    name = sql.Identifier(f"levier_figure_{os.getpid()}")
    address = urlunsplit(parts._replace(path=f"/levier_figure_{os.getpid()}"))
    try:
        with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            _open(address)
            yield address
        finally:
            from django.db import connections

            connections.close_all()
            with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as admin:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    finally:
        if server:
            server.cleanup()


def _open(address: str) -> None:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0, interactive=False)
    from levier.reference.actions import load_published
    from tests.world import NOW

    load_published(NOW)
