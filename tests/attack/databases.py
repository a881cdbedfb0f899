"""Databases of one's own for trials that commit, kill and tamper: made for the run, dropped after it."""

import contextlib
import os
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

NAME = f"levier_attack_{os.getpid()}"


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The address of an empty database of our own, on the server of DATABASE_URL or the embedded one."""
    from levier import embedded

    given = os.environ.get("DATABASE_URL")
    server = None if given else embedded.start("test-database")
    parts = urlsplit(given or server.get_uri("postgres"))
    try:
        yield urlunsplit(parts._replace(path=f"/{NAME}"))
    finally:
        if server:
            server.cleanup()


@contextlib.contextmanager
def databases(address: str) -> Iterator[Callable[[str], str]]:
    """`copy(suffix)` makes a fresh copy of the battlefield and turns Django to it; `copy("")` turns back to the original."""
    parts = urlsplit(address)
    made = [NAME]
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))

        def copy(suffix: str) -> str:
            from django.db import connection, connections

            connections.close_all()
            name = f"{NAME}_{suffix}" if suffix else NAME
            if suffix:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                admin.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(NAME))
                )
                made.append(name)
            connection.settings_dict["NAME"] = connections.settings["default"]["NAME"] = name
            return name

        try:
            yield copy
        finally:
            from django.db import connections

            connections.close_all()
            for name in dict.fromkeys(made):
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def open_in(address: str) -> None:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from levier.reference.actions import load_published

    load_published(timezone.now())
