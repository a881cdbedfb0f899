"""The pages that people open all day, on few commitments and then on ten years of a large territory, in one run.

Queries are counted in this process, middleware, session and templates included; times and processor are those of the real server (served.py), asked
over HTTP. The first requests of each page are left out.
"""

import io
import os
import statistics
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.pages.large import BASE, COMPANY_USER, Size, ripe, somebody, young
from benchmarks.pages.served import WORKERS, Answered, Served, ask, serving
from levier.foundation.periods import add_months, first_of_month

LIMIT = 100
"""Milliseconds: what a page may take at ten years of data."""
RATIO = 1.2
"""At most this many times the same page at 50,000 lines."""
PROMISED = ("Validation screen", "Contract page", "Company's month", "Monday list")
"""Those that the limits are for; the others are told beside."""
COUNTED = 5
WARM = 6
TURNS = 30_000
"""Of the loop that tells how fast the machine is while a page is asked for: some three milliseconds when nothing disturbs it."""
DISTURBED, ROUNDS, REST = 1.3, 4, 10
"""A promised page asked while that loop took so many times its fastest is asked again, so many times in all, after so many seconds."""


@dataclass(frozen=True, slots=True)
class PageMeasure:
    page: str
    who: str
    median: float
    p95: float
    both: float
    """95 % of requests when two visitors ask at once, milliseconds."""
    processor: float
    """Milliseconds of processor a request, the server of pages and the database's sessions together: what a busy machine changes least."""
    kilobytes: float
    status: int
    pace: float
    """Milliseconds that one and the same loop took around these requests, median: another page's, and another run's, tell how busy the machine was."""
    queries: int
    database: float
    """Milliseconds spent waiting for the database, median, in this process."""
    round: int = 1
    """A page asked on a disturbed machine is asked again."""


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
            """SELECT u.email, m.territory_id FROM commitments_commitment c JOIN accounts_membership m ON m.territory_id = c.territory_id
               JOIN accounts_user u ON u.id = m.user_id WHERE c.id = %s AND m.role = 'facilitator' ORDER BY u.id LIMIT 1""",
            [BASE + size.commitments - 1],
        )
        facilitator, territory = cursor.fetchone()
        cursor.execute(
            "SELECT public_id FROM participants_person WHERE territory_id = %s ORDER BY id DESC LIMIT 1", [territory]
        )
        (person,) = cursor.fetchone()
    common, rare = somebody(size.people - 1), somebody(size.people - 4)
    contract = Commitment.objects.select_related("lot__contract").get(pk=ripe(size)).lot.contract.public_id
    commitment = Commitment.objects.get(pk=young(size)).public_id
    month = f"{add_months(first_of_month(today), -2):%Y-%m}"
    mission, buyer = names.MISSION[0], names.BUYER[0]
    return [
        ("Validation screen", facilitator, "/heures/a-valider/"),
        ("Contract page", mission, f"/marches/{contract}/"),
        ("Contract page", buyer, f"/marches/{contract}/"),
        ("Company's month", COMPANY_USER, f"/declarations/{commitment}/{month}/"),
        ("Monday list", mission, "/suivi/"),
        ("Monday list", facilitator, "/suivi/"),
        ("Commitment's page", mission, f"/suivi/{commitment}/"),
        ("À faire", mission, "/a-faire/"),
        ("À faire", facilitator, "/a-faire/"),
        ("À faire", COMPANY_USER, "/a-faire/"),
        ("Contract list", mission, "/marches/"),
        ("Contract list, searched", mission, "/marches/?q=travaux"),
        ("Contract list", buyer, "/marches/"),
        ("Contract list", facilitator, "/marches/"),
        ("Statements of a company", COMPANY_USER, "/declarations/"),
        ("Dashboard", mission, "/tableau-de-bord/"),
        ("Dashboard", facilitator, "/tableau-de-bord/"),
        ("Person's page", facilitator, f"/personnes/{person}/"),
        ("People", mission, "/personnes/"),
        ("People", facilitator, "/personnes/"),
        ("People, without a post", mission, "/personnes/?etat=unplaced"),
        ("People, a page far on", mission, "/personnes/?page=40"),
        ("People, by a name", mission, f"/personnes/?nom={rare.last_name}+{rare.first_name}"),
        ("People, by a first name", facilitator, f"/personnes/?nom={common.first_name}"),
        ("People, by three letters", mission, f"/personnes/?nom={common.last_name[:3]}"),
        ("Duplicates", facilitator, "/doublons/"),
        ("Controls", mission, "/controles/"),
        ("Search", buyer, "/recherche/?q=travaux"),
        ("Search of a person", mission, f"/recherche/?q={rare.last_name}+{rare.first_name}"),
    ]


def session_of(email: str) -> str:
    """The cookie of somebody signed in."""
    from django.test import Client

    from levier.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def request(application: Any, path: str, cookie: str) -> int:
    """The status of one GET through WSGI."""
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
    for _ in answer:
        pass
    answer.close()
    return int(told[0].split()[0])


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


def counted(path: str, cookie: str) -> tuple[int, float]:
    """(queries, milliseconds waiting for the database) of a request, in this process, once it is warm."""
    from django.db import connection

    from levier.wsgi import application

    connection.close()  # the next one plans as those of the server of pages do
    for _ in range(2):
        request(application, path, cookie)
    waits, queries = [], 0
    for _ in range(COUNTED):
        waiting = Waiting()
        with connection.execute_wrapper(waiting):
            request(application, path, cookie)
        waits.append(waiting.seconds * 1000)
        queries = waiting.queries
    return queries, statistics.median(waits)


def pace() -> list[float]:
    """Milliseconds of a loop that never changes, ten times."""
    found = []
    for _ in range(10):
        began, kept = time.perf_counter(), {}
        for turn in range(TURNS):
            kept[turn % 97] = str(turn)
        found.append((time.perf_counter() - began) * 1000)
    return found


def p95(answers: list[Answered]) -> float:
    return sorted(one.milliseconds for one in answers)[int(0.95 * (len(answers) - 1))]


def asked(
    served: Served, server: int, path: str, cookie: str, requests: int
) -> tuple[float, float, float, float, float, int, float]:
    """One round: median, p95, p95 of two at once, processor, kilobytes, status and pace, as PageMeasure has them."""
    loops = pace()
    spent = served.processor() + database_time(server)
    alone = ask(served, path, cookie, requests)
    together = ask(served, path, cookie, requests // WORKERS, at_once=WORKERS)
    spent = (served.processor() + database_time(server) - spent) * 1000 / (len(alone) + len(together))
    return (
        statistics.median(each.milliseconds for each in alone), p95(alone), p95(together), spent, alone[0].size / 1024,
        max(each.status for each in alone + together), statistics.median(loops + pace()),
    )  # fmt: skip


def measure(
    size: Size, address: str, server: int = 0, say: Any = print, only: str = "", requests: int = 100
) -> list[PageMeasure]:
    """Each page counted here, then asked for by one visitor, then by two at once. `only`: pages whose name holds that."""
    from levier.web import clock

    found = []
    fastest = statistics.median(pace())
    with serving(address) as served:
        for _ in range(4 * WORKERS):  # each on a connection of its own, so that every worker has begun
            ask(served, "/", "", 1, at_once=WORKERS)
        for page, email, path in addresses(size, clock.today()):
            if only not in page:
                continue
            cookie = session_of(email)
            queries, database = counted(path, cookie)
            rounds: list[PageMeasure] = []
            while not rounds or (page in PROMISED and rounds[-1].pace > DISTURBED * fastest and len(rounds) < ROUNDS):
                time.sleep(REST if rounds else 0)
                ask(served, path, cookie, WARM, at_once=WORKERS)
                times = asked(served, server, path, cookie, requests)
                rounds.append(PageMeasure(page, email.partition("@")[0], *times, queries, database, len(rounds) + 1))
                fastest = min(fastest, rounds[-1].pace)
            one = min(rounds, key=lambda each: each.pace)
            say(
                f"{one.page:26} {one.who:14} {one.median:7.1f} ms  p95 {one.p95:7.1f}  two at once {one.both:7.1f}  {one.processor:6.1f} CPU ms  "
                f"{one.queries:3} queries {one.database:7.1f} ms  {one.kilobytes:6.0f} kB  {one.status}  pace {one.pace:.1f}  round {one.round} of {len(rounds)}",
                flush=True,
            )
            found.append(one)
    return found


def growing(small: list[PageMeasure], large: list[PageMeasure]) -> list[str]:
    """Pages that ask more queries of a large base than of a small one, or did not answer, in words."""
    found = []
    for before, after in zip(small, large, strict=True):
        if before.queries != after.queries:
            found.append(
                f"{after.page}, {after.who}: {before.queries} queries on the small base, {after.queries} on the large one"
            )
        found += [f"{one.page}, {one.who}: answered {one.status}" for one in (before, after) if one.status != 200]
    return found


def beyond(small: list[PageMeasure], large: list[PageMeasure]) -> list[str]:
    """What was promised of time and does not hold in this run, in words."""
    found = []
    for before, after in zip(small, large, strict=True):
        if after.page not in PROMISED:
            continue
        if after.p95 > LIMIT:
            found.append(f"{after.page}, {after.who}: p95 {after.p95:.0f} ms, above {LIMIT}")
        if after.median > RATIO * before.median:
            found.append(
                f"{after.page}, {after.who}: {after.median / before.median:.2f} times its time on the small base"
            )
    return found


def table(small: list[PageMeasure], large: list[PageMeasure]) -> str:
    lines = [
        "| page | opened by | median ms | p95 ms | p95, two at once | of which database | CPU ms | queries | kB | × the small one | × in CPU | loop ms | round |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for before, after in zip(small, large, strict=True):
        more = f" (small: {before.queries})" if before.queries != after.queries else ""
        name = f"**{after.page}**" if after.page in PROMISED else after.page
        lines.append(
            f"| {name} | {after.who} | {after.median:.1f} | {after.p95:.1f} | {after.both:.1f} | {after.database:.1f} | {after.processor:.1f} | "
            f"{after.queries}{more} | {after.kilobytes:.0f} | {after.median / before.median:.2f} | {after.processor / before.processor:.2f} | {after.pace:.1f} | {after.round} |"
        )
    return "\n".join(lines)
