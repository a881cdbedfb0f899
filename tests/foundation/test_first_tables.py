"""The tables of an empty base are made faster than by Django's own way, which makes those of the tests: they must be the same."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from levier import embedded

pytestmark = [pytest.mark.slow, pytest.mark.django_db]  # the mark has the base of the tests made
MAKE = "import django; django.setup(); from levier.foundation.first_tables import migrate; migrate()"


@pytest.fixture
def names(django_db_setup, django_db_blocker) -> Iterator[tuple[dict[str, str], str, str]]:
    """How to reach the server, the base of the tests, and an empty one beside it."""
    from django.db import connection

    with django_db_blocker.unblock():
        told = connection.get_connection_params()
        connection.close()
    reach = {key: str(told[key]) for key in ("user", "password", "host", "port") if told.get(key)}
    empty = f"{told['dbname']}_empty"
    with psycopg.connect(**reach, dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(empty)))
        try:
            yield reach, told["dbname"], empty
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(empty)))


def tables(reach: dict[str, str], name: str) -> list[str]:
    """Every table, wall, view and trigger, as PostgreSQL says them; without the word that differs at each dump."""
    told = {f"PG{key.upper()}": value for key, value in reach.items()} | {"PGDATABASE": name}
    dumped = subprocess.run(
        [embedded._programs() / "pg_dump", "--schema-only", "--no-owner"],
        env=os.environ | told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line for line in dumped.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def test_the_tables_of_an_empty_base_are_those_of_django_to_the_letter(names):
    reach, by_django, empty = names
    address = psycopg.conninfo.make_conninfo(**reach, dbname=empty)
    where = f"postgresql://{reach.get('user', '')}:{reach.get('password', '')}@/{empty}?host={reach.get('host', '')}&port={reach.get('port', '')}"
    settings = {"DATABASE_URL": where, "DJANGO_SETTINGS_MODULE": "levier.settings"}
    subprocess.run([sys.executable, "-c", MAKE], env=os.environ | settings, check=True)
    expected = tables(reach, by_django)
    assert len(expected) > 10_000
    assert tables(reach, empty) == expected
    with psycopg.connect(address) as base:  # planted fault: one constraint less is seen
        base.execute("ALTER TABLE organisations_organisation DROP CONSTRAINT organisations_organisation_siret_key")
    assert tables(reach, empty) != expected
