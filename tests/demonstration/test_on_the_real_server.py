"""The demonstration on the server that runs in production: rows that are committed, real instants, processes of their own.

Each role signs in and follows every link that it is offered. Nothing may fail, no link may lead nowhere, no file may be empty.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from levier.demonstration.accounts import sign_ins
from tests.demonstration.crawl import Crawl, Visit
from tests.reliability.server import serving

pytestmark = [pytest.mark.slow, pytest.mark.concurrent, pytest.mark.django_db]
PROJECT = Path(__file__).resolve().parents[2]
COMMITMENTS = 8
FEWEST_PAGES, FEWEST_KINDS = 350, 110
MAKE = f"""
import django
django.setup()
from django.utils import timezone
from levier.demonstration.world import build
from levier.reference.actions import load_published
from levier.territories.actions import load_published as load_territories
now = timezone.now()
load_published(now)
load_territories(now)
build(now=now, commitments={COMMITMENTS}, processes=2, say=lambda _: None)
"""


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    """Settings of a small demonstration, committed in a database of its own made from the tables of the tests."""
    from django.db import connection

    with django_db_blocker.unblock():
        told = connection.get_connection_params()
        connection.close()
    model, name = told["dbname"], f"{told['dbname']}_demonstration"
    admin = {key: told[key] for key in ("user", "password", "host", "port") if told.get(key)} | {"dbname": "postgres"}
    state = str(tmp_path_factory.mktemp("demonstration"))
    host = f"?host={admin['host']}" if admin.get("host", "").startswith("/") else ""
    where = "" if host else f"{admin.get('host', '')}:{admin.get('port', '')}"
    settings = {
        "DATABASE_URL": f"postgresql://{admin.get('user', '')}:{admin.get('password', '')}@{where}/{name}{host}",
        "LEVIER_STATE": state, "LEVIER_DEMO": "1", "LEVIER_CLAMD": "none", "DJANGO_SETTINGS_MODULE": "levier.settings",
    }  # fmt: skip
    with psycopg.connect(**admin, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(model)))
        try:
            subprocess.run([sys.executable, "-c", MAKE], cwd=PROJECT, env=os.environ | settings, check=True)
            yield settings
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_every_link_offered_leads_somewhere(demonstration, capsys):
    wrong, pages, kinds, files = [], 0, set(), 0
    with serving(demonstration["LEVIER_STATE"], **demonstration) as served:
        for person in (None, *sign_ins()):
            visit = Visit(served.port)
            starts = ["/", visit.sign_in(person.email, person.password)] if person else ["/"]
            crawl = Crawl(visit, objects=1, variants=1).follow(*starts)
            wrong += [f"{person.role if person else 'anybody'}: {fault}" for fault in crawl.wrong]
            pages, files = pages + sum(crawl.pages.values()), files + sum(crawl.files.values())
            kinds |= set(crawl.pages)
    with capsys.disabled():
        print(f"\ndemonstration: {pages} pages of {len(kinds)} kinds, {files} files, {len(wrong)} faults")
    assert wrong == []
    assert pages >= FEWEST_PAGES
    assert len(kinds) >= FEWEST_KINDS


def test_planted_faults_are_seen(demonstration):
    with serving(demonstration["LEVIER_STATE"], "tests.demonstration.faulty:application", **demonstration) as served:
        visit = Visit(served.port)
        visit.sign_in(sign_ins()[0].email, sign_ins()[0].password)
        crawl = Crawl(visit, only=frozenset({"contracts", "contracts-export", "following"}))
        found = "\n".join(crawl.follow("/marches/", "/marches/export.csv", "/suivi/", "/nulle-part/").wrong)
    for fault in (
        "/marches/ (from (début)): 500",
        "0 bytes of text/csv",
        "Depuis le None",
        "/nulle-part/ (from (début)): 404",
    ):
        assert fault in found
