"""Five thousand lines of a purchase plan, from the file that is sent to the page where every verdict stands.

The page is asked through the real WSGI application, from a process that has just started (the first row: nothing was read yet but the form) and then again.
Beside it, in the same run: what calamine takes to read the same workbook, and DuckDB the same lines as CSV, neither judging anything.
"""

import csv
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LINES, LIMIT, REPEATS = 5_000, 3.0, 5
DATABASE = "bench_plan"


@dataclass
class Taken:
    """Seconds on the clock, and of the processor of this process alone (its reader of tables and its database are others)."""

    name: str
    wall: float
    processor: float
    said: str = ""


def taken(name: str, do: Callable[[], str]) -> Taken:
    began, own = time.perf_counter(), time.process_time()
    said = do()
    return Taken(name, time.perf_counter() - began, time.process_time() - own, said)


def _signed_in() -> Any:
    """A browser that shows the form: whatever is measured, somebody opened that page first."""
    from django.test import Client
    from django.urls import reverse

    from levier.accounts.models import Membership

    client = Client()
    client.force_login(Membership.objects.select_related("user").get(role="mission").user)
    assert client.get(reverse("plan-upload")).status_code == 200
    return client


def _through_the_page(client: Any, content: bytes) -> str:
    """What the browser does by itself: send the file, follow, and go on while the progress bar stands there."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    here = client.post(reverse("plan-upload"), {"file": SimpleUploadedFile("plan.xlsx", content)}).headers["Location"]
    page, requests = client.get(here).content, 2
    while b"<progress" in page:
        client.post(here, {"do": "continue"})
        page, requests = client.get(here).content, requests + 2
    assert b"5\xe2\x80\xaf000" in page
    return f"{requests} requests"


def _calamine(path: Path) -> str:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return f"{sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names):,} rows"


def _duckdb(path: Path) -> str:
    import duckdb

    found = duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true, header = false, null_padding = true)")
    assert found is not None
    return f"{len(found.fetchall()):,} rows"


def report() -> str:
    """The section of docs/mesures.md."""
    from benchmarks.pages.run import open_world
    from levier import embedded

    server = embedded.start("benchmark")
    embedded.drop_database(server, DATABASE)
    address = embedded.ensure_database(server, DATABASE)
    try:
        open_world(address, build=False)
        from tests.planning.plans import seven_hundred

        content = seven_hundred(3, LINES)
        _people()
        with tempfile.TemporaryDirectory(prefix="levier-bench-") as folder:
            os.environ["LEVIER_MEDIA"] = folder
            found = _measured(content, Path(folder))
    finally:
        from django.db import connections

        connections.close_all()
        embedded.drop_database(server, DATABASE)
        server.cleanup()
    return _table(found)


def _people() -> None:
    from django.utils import timezone

    from levier.reference.actions import load_published as load_values
    from levier.territories.actions import load_published as load_territories
    from tests.world import World

    load_values(timezone.now())
    load_territories(timezone.now())
    world = World()
    world.user("mission", "mission", world.organisation("Département d’essai", "buyer"))


def _measured(content: bytes, folder: Path) -> list[Taken]:
    from django.test.utils import override_settings

    book, table = folder / "plan.xlsx", folder / "plan.csv"
    book.write_bytes(content)
    import python_calamine

    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            python_calamine.CalamineWorkbook.from_path(str(book)).get_sheet_by_name("Achats 2027").to_python()
        )
    with override_settings(MEDIA_ROOT=folder / "media", ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        client = _signed_in()
        first = taken("the page, in a process just started", lambda: _through_the_page(client, content))
        again = [taken("the page, again", lambda: _through_the_page(client, content)) for _ in range(REPEATS)]
    yardsticks = [
        _middle([taken("calamine reads the workbook", lambda: _calamine(book)) for _ in range(REPEATS)]),
        _middle([taken("DuckDB reads the lines as CSV", lambda: _duckdb(table)) for _ in range(REPEATS)]),
    ]
    return [first, _middle(again), *yardsticks]


def _middle(found: list[Taken]) -> Taken:
    """Medians of the same thing done several times."""
    return Taken(
        found[0].name, statistics.median(one.wall for one in found), statistics.median(one.processor for one in found), found[0].said
    )  # fmt: skip


def _table(found: list[Taken]) -> str:
    lines = [f"| {one.name} | {one.wall:.2f} | {one.processor:.2f} | {one.said} |" for one in found]
    kept = "kept" if found[0].wall <= LIMIT else "NOT kept"
    return (
        f"## A purchase plan of {LINES:,} lines\n\nFrom the workbook that is sent to the page where every line has its verdict, through the real WSGI "
        f"application, with its progress; the limit is {LIMIT:.0f} s, {kept} here. The others only read. Medians of {REPEATS}.\n\n"
        f"| what | seconds | of our processor | |\n| --- | ---: | ---: | --- |\n" + "\n".join(lines)
    )
