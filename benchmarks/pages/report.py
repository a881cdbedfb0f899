"""Pages at 50,000 worked lines and at ten years of a large territory, each in a database of its own on the embedded server.

With `--keep` the two bases stay as they were made, and `--reuse` measures on copies of them, brought up to date: minutes become one.
"""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.pages import large, run
from levier.foundation.periods import civil_date, first_of_month

WORLD, SMALL, LARGE, COPY = "bench_world", "bench_small", "bench_large", "bench_run"
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


@dataclass(frozen=True, slots=True)
class Asked:
    """`verify`: read the views that must stay empty at the large size too, which takes minutes. `only`: pages whose name holds that."""

    commitments: int = 20_000
    verify: bool = False
    keep: bool = False
    reuse: bool = False
    only: str = ""
    requests: int = 100


def report(asked: Asked, say: Any = print) -> tuple[str, list[str]]:
    """(the section of docs/mesures.md, what must not be and is: violations, and pages whose queries grow)."""
    from levier import embedded

    server = embedded.start("benchmark")
    pid = int((embedded.data_folder("benchmark") / "postmaster.pid").read_text().split()[0])
    began = time.perf_counter()
    sizes = {SMALL: large.Size(FEW), LARGE: large.Size(asked.commitments)}
    kept = asked.keep or asked.reuse
    try:
        ready = _ready(server, sizes) if asked.reuse else set()
        if ready != set(sizes):
            embedded.drop_database(server, WORLD)
            run.open_world(embedded.ensure_database(server, WORLD), build=True)
        measured, rows, wrong = {}, {}, {}
        for name, size in sizes.items():
            say(f"{name}: {size.commitments:,} commitments", flush=True)
            if name not in ready:
                embedded.drop_database(server, name)
                _copy(server, WORLD, name)
                _make(name, size, say)
            if kept:
                _copy(server, name, COPY)
            _bring_up(server.get_uri(COPY if kept else name), say)
            rows[name] = _rows()
            if asked.verify or name == SMALL:
                wrong[name] = _added(_violations(say))
            measured[name] = run.measure(
                size, server.get_uri(COPY if kept else name), pid, say, asked.only, asked.requests
            )
        seconds = time.perf_counter() - began
    finally:
        from django.db import connections

        connections.close_all()
        for name in (COPY,) if kept else (SMALL, LARGE, WORLD):
            embedded.drop_database(server, name)
        server.cleanup()
    told = ", ".join(f"{rows[LARGE][table]:,} {words}" for table, words in WORDS.items())
    checked = " and ".join(
        f"{sum(found.values())} violations in {rows[name]['hours_statementline']:,} lines"
        for name, found in wrong.items()
    )
    faults = [
        f"{name}, {view}: {count} rows" for name, found in wrong.items() for view, count in found.items() if count
    ]
    faults += run.growing(measured[SMALL], measured[LARGE])
    late = run.beyond(measured[SMALL], measured[LARGE])
    held = "all hold in this run" if not late else f"in this run {len(late)} do not: " + "; ".join(late)
    text = (
        f"## Pages at ten years of a large territory\n\nMade in the database itself: {told}; {checked}, by the {len(wrong[SMALL])} views of `levier verify`. "
        f"Each page is asked {asked.requests} times by one visitor, then {asked.requests} times by two at once, of the real server with {run.WORKERS} workers; "
        f"“× the small one” is its ratio to the same page on {rows[SMALL]['hours_statementline']:,} worked lines, in this run. What was promised is of the pages in "
        f"bold: p95 under {run.LIMIT} ms, {run.RATIO} times the small one at most: {held}. A page whose queries grow fails the bench. "
        f"“Loop ms” is what one and the same loop of Python took around each page, {_paces(measured)}: where it doubles, the machine ran half as fast. "
        f"A page in bold asked while the loop took more than {run.DISTURBED} times its fastest is asked again, {run.ROUNDS} times at most, and the least disturbed round is kept. All in {seconds / 60:.1f} minutes.\n\n"
        f"{run.table(measured[SMALL], measured[LARGE])}"
    )
    return text, faults


def _paces(measured: dict[str, list[run.PageMeasure]]) -> str:
    found = [one.pace for pages in measured.values() for one in pages]
    return f"{min(found):.1f} at the fastest of this run and {max(found):.1f} at the slowest"


def _ready(server: Any, sizes: dict[str, large.Size]) -> set[str]:
    """The bases that an earlier run kept, of that size and of this month: what is the last month is written in their rows."""
    import psycopg

    found = set()
    for name, size in sizes.items():
        try:
            with psycopg.connect(server.get_uri(name)) as base:
                row = base.execute("SELECT commitments, made_on FROM bench_made").fetchone()
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable):  # there is none, or it was never finished
            continue
        if (
            row
            and row[0] == size.commitments
            and first_of_month(row[1]) == first_of_month(civil_date(datetime.now(UTC)))
        ):
            found.add(name)
    return found


def _copy(server: Any, source: str, name: str) -> None:
    """Another base as that one, and this process on it where Django is open."""
    import psycopg
    from django.apps import apps
    from django.db import connections

    from levier import embedded

    if apps.ready:
        connections.close_all()
    embedded.drop_database(server, name)
    with psycopg.connect(server.get_uri(), autocommit=True) as base:
        base.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    if apps.ready:
        connections["default"].settings_dict["NAME"] = name


def _make(name: str, size: large.Size, say: Any) -> None:
    from django.db import connection

    from levier.web import clock

    began, before = time.perf_counter(), _violations(say)
    with connection.cursor() as cursor:
        large.make(cursor, size, clock.today(), say)
        say(f"{name} made in {time.perf_counter() - began:.0f} s", flush=True)
        _look(say)
        cursor.execute(
            "CREATE TABLE bench_made AS SELECT %s::int AS commitments, %s::date AS made_on, %s::jsonb AS before",
            [size.commitments, clock.today(), json.dumps(before)],
        )


def _bring_up(address: str, say: Any) -> None:
    """Tables as this version wants them, and where each commitment stands today."""
    began = time.perf_counter()
    run.open_world(address, build=False)
    say(f"  tables brought up to date in {time.perf_counter() - began:.1f} s", flush=True)
    _look(say)
    _settle(say)


def _settle(say: Any) -> None:
    """Vacuum, statistics and what is written to disk, now: on tables just copied and changed the server would do so in the pages' time.
    One in use for ten years has it behind it.
    """
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    say(f"  vacuum and statistics in {time.perf_counter() - began:.1f} s", flush=True)


def _look(say: Any) -> None:
    from django.db import connection

    from levier.following import standing
    from levier.hours.queries import reference_values
    from levier.web import clock

    began = time.perf_counter()
    moved = standing.refresh(today=clock.today(), catalogue=reference_values())
    if moved:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) following_standing, following_change")
    say(f"  {moved:,} commitments looked at in {time.perf_counter() - began:.1f} s", flush=True)


def _added(found: dict[str, int]) -> dict[str, int]:
    """What is wrong beyond what was already in the demonstration that the base was made from."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT before FROM bench_made")
        (before,) = cursor.fetchone()
    known = json.loads(before) if isinstance(before, str) else before
    return {view: count - known.get(view, 0) for view, count in found.items()}


def _rows() -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        return {table: large.count(cursor, table) for table in large.LOADED}


def _violations(say: Any) -> dict[str, int]:
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        found = large.violations(cursor)
    say(f"  violations {found} in {time.perf_counter() - began:.0f} s", flush=True)
    return found
