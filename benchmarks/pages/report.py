"""Pages at 50,000 worked lines and at ten years of a large territory, each in a database of its own on the embedded server."""

import time
from typing import Any

from benchmarks.certificates import rates
from benchmarks.pages import large, run

WORLD, SMALL, LARGE = "bench_world", "bench_small", "bench_large"
FEW = 200
"""Commitments of the small base: 50,000 worked lines, give or take those not yet lived."""
WORDS = {
    "procurement_contract": "contracts",
    "commitments_commitment": "commitments",
    "participants_person": "people",
    "hours_statement": "statements",
    "hours_statementline": "worked lines",
    "hours_ledgerentry": "ledger entries",
}


def report(commitments: int, *, verify: bool, keep: bool, say: Any = print) -> str:
    """The section of docs/mesures.md. `verify`: read the views that must stay empty at the large size too, which takes minutes."""
    from levier import embedded

    server = embedded.start("benchmark")
    pid = int((embedded.data_folder("benchmark") / "postmaster.pid").read_text().split()[0])
    began = time.perf_counter()
    for name in (SMALL, LARGE):
        embedded.drop_database(server, name)
    if not keep:
        embedded.drop_database(server, WORLD)
    try:
        run.open_world(embedded.ensure_database(server, WORLD), build=True)
        measured, rows, wrong = {}, {}, {}
        before = _violations(say)
        for name, size in ((SMALL, large.Size(FEW)), (LARGE, large.Size(commitments))):
            say(f"{name}: {size.commitments:,} commitments", flush=True)
            _copy(server.get_uri(), WORLD, name)
            rows[name] = _made(name, size, say)
            if verify or name == SMALL:
                wrong[name] = {view: count - before[view] for view, count in _violations(say).items()}
            measured[name] = run.measure(size, pid, say)
        sealed = rates.measure(pid, say)
        seconds = time.perf_counter() - began
    finally:
        from django.db import connections

        connections.close_all()
        for name in () if keep else (SMALL, LARGE, WORLD):
            embedded.drop_database(server, name)
        server.cleanup()
    told = ", ".join(f"{rows[LARGE][table]:,} {words}" for table, words in WORDS.items())
    checked = " and ".join(
        f"{sum(found.values())} violations in {rows[name]['hours_statementline']:,} lines"
        for name, found in wrong.items()
    )
    return (
        f"## Pages at ten years of a large territory\n\nMade in the database itself: {told}; {checked}, by the {len(wrong[SMALL])} views of `levier verify`, beside those of the demonstration it starts from ({sum(before.values())}). Each "
        f"page is asked {run.REPEATS} times through the real WSGI application in one process; “× the small one” is its ratio to the same page on "
        f"{rows[SMALL]['hours_statementline']:,} worked lines, in this run. The limit is {run.LIMIT} ms. All in {seconds / 60:.1f} minutes.\n\n"
        f"{run.table(measured[SMALL], measured[LARGE])}\n\n{rates.table(sealed)}"
    )


def _copy(address: str, source: str, name: str) -> None:
    import psycopg
    from django.db import connections

    connections.close_all()
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    connections["default"].settings_dict["NAME"] = name


def _made(name: str, size: large.Size, say: Any) -> dict[str, int]:
    from django.db import connection

    from levier.following import standing
    from levier.hours.queries import reference_values
    from levier.web import clock

    began = time.perf_counter()
    with connection.cursor() as cursor:
        rows = large.make(cursor, size, clock.today(), say)
    say(f"{name} made in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    moved = standing.refresh(today=clock.today(), catalogue=reference_values())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) following_standing, following_change")
    say(f"  {moved:,} commitments looked at in {time.perf_counter() - began:.1f} s", flush=True)
    return rows


def _violations(say: Any) -> dict[str, int]:
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        found = large.violations(cursor)
    say(f"  violations {found} in {time.perf_counter() - began:.0f} s", flush=True)
    return found
