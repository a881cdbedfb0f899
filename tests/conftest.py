"""Fixtures for every test: the database server, and the shared real files, whose absence is said aloud."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from levier import embedded

hypothesis.settings.register_profile("levier", deadline=None, derandomize=True)
# The same examples at every run, and no test that depends on how busy the machine is.
hypothesis.settings.load_profile("levier")

pytest_plugins = ("tests.browser",)

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"
TEST_DATABASE = "test_levier_"
"""Followed by the number of the process that tests, and by what else it makes a database for."""
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
    _drop_leftovers(server)
    settings = connections["default"].settings_dict
    address = database(server.get_uri("levier"))
    settings.update({name: address[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    # Runs side by side in one checkout share the server, never a database.
    settings["TEST"]["NAME"] = f"{TEST_DATABASE}{os.getpid()}"
    yield
    server.cleanup()


def _drop_leftovers(server: embedded.Server) -> None:
    """Remove the databases of runs that were killed."""
    import psutil
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{TEST_DATABASE}%"]
            )
        ]
    for name in names:
        if not psutil.pid_exists(int(name.removeprefix(TEST_DATABASE).partition("_")[0])):
            embedded.drop_database(server, name)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="Only the tests that need neither a database nor a browser.")


@pytest.hookimpl(tryfirst=True)  # before the workers are told what to share out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Journeys and concurrent attacks each stay on one worker, one after another; `--quick` leaves out what is slow to set up."""
    for item in items:
        for marker in ("journey", "concurrent"):
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.xdist_group(marker))
    if config.getoption("--quick"):
        slow = [item for item in items if _is_slow(item)]
        config.hook.pytest_deselected(items=slow)
        kept = [item for item in items if not _is_slow(item)]
        items[:] = kept


def _is_slow(item: pytest.Item) -> bool:
    needs = {"db", "transactional_db", "django_db_setup", "live_server", "browser", "page"} & set(
        getattr(item, "fixturenames", ())
    )
    return bool(needs) or any(item.get_closest_marker(name) for name in ("django_db", "journey", "concurrent", "slow"))


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


@pytest.fixture(autouse=True)
def _locks_outside_a_transaction_are_seen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test lives in a transaction; the server opens none of its own. A lock that relies on the test's would break in production."""
    if "db" not in request.fixturenames and not request.node.get_closest_marker("django_db"):
        return
    request.getfixturevalue("db")
    from django.db import connection
    from django.db.models.sql.compiler import SQLCompiler
    from django.db.transaction import TransactionManagementError

    compiled, of_the_test = SQLCompiler.as_sql, len(connection.savepoint_ids)

    def as_sql(self: SQLCompiler, *args: object, **kwargs: object) -> object:
        if self.query.select_for_update and len(self.connection.savepoint_ids) <= of_the_test:
            raise TransactionManagementError("select_for_update outside of a transaction of the code's own")
        return compiled(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", as_sql)
