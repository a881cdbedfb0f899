"""The pages that people open all day, on the demonstration's year and then on ten years, in one process and one run.

Each request goes through the real WSGI application, middleware, session and templates included; what is not there is the network and
the web server. The first request of each page is left out.
"""

import io
import os
import statistics
import time
from dataclasses import asdict, dataclass
from typing import Any

LIMIT = 100
"""Milliseconds: what a page may take at ten years of data."""
REPEATS = 25


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


def addresses() -> list[tuple[str, str, str]]:
    """(page, e-mail of who opens it, address): of each kind the heaviest there is for that person."""
    from django.db import connection

    with connection.cursor() as cursor:

        def first(query: str, *values: Any) -> tuple[Any, ...]:
            cursor.execute(query, values)
            return cursor.fetchone()

        (contract,) = first(
            """SELECT c.public_id FROM procurement_contract c JOIN procurement_lot l ON l.contract_id = c.id
               JOIN commitments_commitment o ON o.lot_id = l.id JOIN hours_ledgerentry e ON e.commitment_id = o.id
               GROUP BY c.id ORDER BY count(*) DESC, c.id LIMIT 1"""
        )
        (facilitator,) = first(
            """SELECT u.email FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
               JOIN commitments_commitment c ON c.id = s.commitment_id JOIN accounts_membership m ON m.territory_id = c.territory_id
               JOIN accounts_user u ON u.id = m.user_id WHERE l.state = 'pending' GROUP BY u.id ORDER BY count(*) DESC, u.id LIMIT 1"""
        )
        commitment, month, company = first(
            """SELECT c.public_id, to_char(s.month, 'YYYY-MM'), u.email FROM hours_statement s JOIN commitments_commitment c ON c.id = s.commitment_id
               JOIN accounts_membership m ON m.organisation_id = c.holder_id AND m.role = 'company' JOIN accounts_user u ON u.id = m.user_id
               JOIN hours_statementline l ON l.statement_id = s.id GROUP BY c.id, s.id, u.id ORDER BY count(*) DESC, s.month DESC, s.id LIMIT 1"""
        )
        (busiest,) = first(
            """SELECT u.email FROM commitments_commitment c JOIN accounts_membership m ON m.organisation_id = c.holder_id AND m.role = 'company'
               JOIN accounts_user u ON u.id = m.user_id GROUP BY u.id ORDER BY count(*) DESC, u.id LIMIT 1"""
        )
    from levier.demonstration import names

    mission, buyer = names.MISSION[0], names.BUYER[0]
    return [
        ("À faire", mission, "/a-faire/"),
        ("À faire", buyer, "/a-faire/"),
        ("À faire", facilitator, "/a-faire/"),
        ("À faire", busiest, "/a-faire/"),
        ("Contract page", mission, f"/marches/{contract}/"),
        ("Contract list", mission, "/marches/"),
        ("Contract list, searched", mission, "/marches/?q=travaux"),
        ("Contract list", busiest, "/marches/"),
        ("Published contracts", mission, "/marches/publies/"),
        ("Validation screen", facilitator, "/heures/a-valider/"),
        ("Statements of a company", busiest, "/declarations/"),
        ("Company's month", company, f"/declarations/{commitment}/{month}/"),
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


def measure(server: int = 0, say: Any = print) -> list[PageMeasure]:
    from django.db import connection

    from levier.wsgi import application

    found = []
    for page, email, path in addresses():
        cookie = session_of(email)
        status, size = request(application, path, cookie)
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
            page, email.partition("@")[0], statistics.median(times), times[int(0.95 * (REPEATS - 1))], spent, queries, statistics.median(waits), size / 1024, status,
        )  # fmt: skip
        say(
            f"{one.page:26} {one.who:14} {one.median:7.1f} ms  p95 {one.p95:7.1f}  {one.processor:6.1f} CPU ms  {one.queries:3} queries {one.database:7.1f} ms  {one.kilobytes:6.0f} kB  {one.status}",
            flush=True,
        )
        found.append(one)
    return found


def all_measures(address: str, people: int, server: int, say: Any = print) -> dict[str, Any]:
    """Build, measure, lengthen, measure again."""
    from benchmarks.pages.ten_years import lengthen

    open_world(address, build=True)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    say("One year, as the demonstration", flush=True)
    small = measure(server, say)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        rows = lengthen(cursor, people, say)
    say(f"Ten years, made in {time.perf_counter() - began:.0f} s", flush=True)
    large = measure(server, say)
    return {"rows": rows, "small": [asdict(one) for one in small], "large": [asdict(one) for one in large]}


def table(found: dict[str, Any]) -> str:
    lines = [
        "| page | opened by | median ms | p95 ms | of which database | CPU ms | queries | kB | × one year | of the 100 ms |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for small, large in zip(found["small"], found["large"], strict=True):
        more = f" (one year: {small['queries']})" if small["queries"] != large["queries"] else ""
        lines.append(
            f"| {large['page']} | {large['who']} | {large['median']:.1f} | {large['p95']:.1f} | {large['database']:.1f} | {large['processor']:.1f} | {large['queries']}{more} | "
            f"{large['kilobytes']:.0f} | {large['median'] / small['median']:.2f} ({large['processor'] / small['processor']:.2f} in CPU) | {large['median'] / LIMIT:.2f}{' **over**' if large['median'] > LIMIT else ''} |"
        )
    return "\n".join(lines)
