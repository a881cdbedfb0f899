"""The pages that people open all day, on few commitments and then on ten years of a large territory, in one process and one run.

Each request goes through the real WSGI application, middleware, session and templates included; what is not there is the network and
the web server. The first request of each page is left out.
"""

import io
import os
import statistics
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.pages.large import COMPANY_USER, Size, ripe, young
from levier.foundation.periods import add_months, first_of_month

LIMIT = 100
"""Milliseconds: what a page may take at ten years of data."""
REPEATS = 40


@dataclass
class PageMeasure:
    page: str
    who: str
    median: float
    p95: float
    processor: float
    """Milliseconds of processor a request, this process and its database session together: what a busy machine does not change."""
    queries: int
    database: float
    """Milliseconds spent waiting for the database, median."""
    kilobytes: float
    status: int


def open_world(address: str, *, build: bool) -> None:
    """Connect this process to that base; `build` makes the demonstration's year in it."""
    os.environ |= {"DATABASE_URL": address, "LEVIER_DEMO": "1", "LEVIER_STATIC": ""}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    from levier.installation import bring_up_to_date

    bring_up_to_date(address)
    import django

    django.setup()
    if build:
        from django.utils import timezone

        from levier.demonstration.world import build as build_world

        build_world(now=timezone.now(), say=lambda _: None)


def addresses(size: Size, today: date) -> list[tuple[str, str, str]]:
    """(page, e-mail of who opens it, address): of each kind the heaviest there is for that person, and as heavy at every size."""
    from django.db import connection

    from levier.commitments.models import Commitment
    from levier.demonstration import names

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT u.email FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
               JOIN commitments_commitment c ON c.id = s.commitment_id JOIN accounts_membership m ON m.territory_id = c.territory_id
               JOIN accounts_user u ON u.id = m.user_id WHERE l.state = 'pending' GROUP BY u.id ORDER BY count(*) DESC, u.id LIMIT 1"""
        )
        (facilitator,) = cursor.fetchone()
    contract = Commitment.objects.select_related("lot__contract").get(pk=ripe(size)).lot.contract.public_id
    commitment = Commitment.objects.get(pk=young(size)).public_id
    month = f"{add_months(first_of_month(today), -2):%Y-%m}"
    mission, buyer = names.MISSION[0], names.BUYER[0]
    return [
        ("Validation screen", facilitator, "/heures/a-valider/"),
        ("Contract page", mission, f"/marches/{contract}/"),
        ("Company's month", COMPANY_USER, f"/declarations/{commitment}/{month}/"),
        ("Monday list", mission, "/suivi/"),
        ("Monday list", facilitator, "/suivi/"),
        ("À faire", mission, "/a-faire/"),
        ("À faire", facilitator, "/a-faire/"),
        ("À faire", COMPANY_USER, "/a-faire/"),
        ("Contract list", mission, "/marches/"),
        ("Contract list, searched", mission, "/marches/?q=travaux"),
        ("Contract list", buyer, "/marches/"),
        ("Statements of a company", COMPANY_USER, "/declarations/"),
        ("Dashboard", mission, "/tableau-de-bord/"),
    ]


def session_of(email: str) -> str:
    """The cookie of somebody signed in."""
    from django.test import Client

    from levier.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def request(application: Any, path: str, cookie: str) -> tuple[int, int]:
    """(status, bytes) of one GET through WSGI."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie, "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False, "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    told: list[str] = []

    def start(status: str, *_: Any) -> None:
        told.append(status)

    answer = application(environ, start)
    size = sum(len(part) for part in answer)
    answer.close()
    return int(told[0].split()[0]), size


class Waiting:
    """Counts queries and the time they take."""

    def __init__(self) -> None:
        self.queries, self.seconds = 0, 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.seconds += time.perf_counter() - began


def database_time(server: int) -> float:
    """Seconds of processor that the database server and its sessions have used; 0 where it is not known."""
    from benchmarks.decp.run import processor

    return processor(server) if server else 0.0


def measure(size: Size, server: int = 0, say: Any = print) -> list[PageMeasure]:
    from django.db import connection

    from levier.web import clock
    from levier.wsgi import application

    found = []
    for page, email, path in addresses(size, clock.today()):
        cookie = session_of(email)
        for _ in range(2):
            status, length = request(application, path, cookie)
        times, waits, queries = [], [], 0
        spent = time.process_time() + database_time(server)
        for _ in range(REPEATS):
            waiting = Waiting()
            with connection.execute_wrapper(waiting):
                began = time.perf_counter()
                request(application, path, cookie)
                times.append((time.perf_counter() - began) * 1000)
            waits.append(waiting.seconds * 1000)
            queries = waiting.queries
        spent = (time.process_time() + database_time(server) - spent) * 1000 / REPEATS
        times.sort()
        one = PageMeasure(
            page, email.partition("@")[0], statistics.median(times), times[int(0.95 * (REPEATS - 1))], spent, queries, statistics.median(waits), length / 1024,
            status,
        )  # fmt: skip
        say(
            f"{one.page:26} {one.who:14} {one.median:7.1f} ms  p95 {one.p95:7.1f}  {one.processor:6.1f} CPU ms  {one.queries:3} queries {one.database:7.1f} ms  {one.kilobytes:6.0f} kB  {one.status}",
            flush=True,
        )
        found.append(one)
    return found


def table(small: list[PageMeasure], large: list[PageMeasure]) -> str:
    lines = [
        "| page | opened by | median ms | p95 ms | of which database | CPU ms | queries | kB | × the small one | p95 of the 100 ms |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for before, after in zip(small, large, strict=True):
        more = f" (small: {before.queries})" if before.queries != after.queries else ""
        lines.append(
            f"| {after.page} | {after.who} | {after.median:.1f} | {after.p95:.1f} | {after.database:.1f} | {after.processor:.1f} | {after.queries}{more} | "
            f"{after.kilobytes:.0f} | {after.median / before.median:.2f} ({after.processor / before.processor:.2f} in CPU) | {after.p95 / LIMIT:.2f}{' **over**' if after.p95 > LIMIT else ''} |"
        )
    return "\n".join(lines)
