"""Fixtures for every test: the database server, and the shared real files, whose absence is said aloud."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from levier import embedded

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"
_absent: list[str] = []


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """The embedded server, unless DATABASE_URL names another one."""
    from django.db import connections

    from levier.settings import database

    if "DATABASE_URL" in os.environ:
        yield
        return
    server = embedded.start("test-database")
    settings = connections["default"].settings_dict
    address = database(server.get_uri("levier"))
    settings.update({name: address[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    yield
    server.cleanup()


@pytest.fixture
def shared_data(request: pytest.FixtureRequest) -> Path:
    """The folder of real files beside the project. Where it is absent, the test is skipped and the summary says so."""
    if not SHARED.is_dir():
        _absent.append(request.node.nodeid)
        pytest.skip("les fichiers réels de ../shared/data sont absents")
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _absent:
        terminalreporter.section("REAL FILES ABSENT", red=True, bold=True)
        terminalreporter.line(f"{len(_absent)} tests on real files did not run: ../shared/data is not there.")


@pytest.fixture
def world(db: None):
    """tests/world.py: one person a role and builders for the rest."""
    from tests.world import small_world

    return small_world()
