"""R25: damaged files, bombs and hostile pieces sent through HTTP to every door of Levier that takes a file, beside honest ones.

Nothing may answer 5xx, no worker may die, none may take long nor its child take much memory; honest files come in; a hostile piece is never
given back as it is, and nothing at all while the antivirus is silent. The antivirus is a small one that knows EICAR and no more, so
that all the rest must be held by Levier itself. Ten thousand take an hour: Ctrl-C ends the sending of damaged files, does the rest,
and the answer says how many there were.
"""

import contextlib
import hashlib
import random
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.files.test_scanning import clamd
from tests.reliability import pieces
from tests.reliability.figure import Figure
from tests.reliability.server import Answer, Person, Served, serving

N = 10_000
"""Damaged files."""
HONEST = 200
SHOWN = 500
"""Damaged pieces that came in and are asked for by a reader, the original and a page drawn again."""
SLOWEST = 10.0
"""Seconds, for one file, on a machine that does little else."""
MOST_MEMORY = 768 * 1024 * 1024
"""Bytes of a child that opens a file."""


@dataclass(frozen=True)
class Door:
    """A page that takes a file: who sends it, where, in which field, which kinds are taken."""

    name: str
    who: str
    path: str
    field: str
    kinds: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    honest: Callable[[str, random.Random], bytes] | None = pieces.honest
    """What it is for; None where that is a form of its own that these files are not."""
    accepted: Callable[[Answer], bool] = lambda answer: answer.status in {200, 302, 303}


def doors(ids: dict[str, str]) -> list[Door]:
    month = f"/declarations/{ids['commitment']}/2026-11/"
    lot, case = ids["lot"], ids["case"]
    return [
        Door("a purchase plan", "buyer", "/programmation/deposer/", "file", ("xlsx", "ods", "csv")),
        Door("a piece of evidence", "company", month + "pieces/", "file", ("pdf", "png", "jpg", "xlsx", "ods", "csv")),
        Door("a tender file", "buyer", "/dossiers/lire/", "files", ("docx", "odt", "pdf", "zip")),
        Door("a table of hours", "company", "/declarations/tableaux/", "file", ("xlsx", "ods", "csv"), honest=pieces.hours_table),
        Door("an answer to a control", "company", f"/controles/{case}/repondre/", "files", ("pdf", "png", "jpg"), (("text", "Voici."),)),
        Door("a list of structures", "mission", "/structures/importer/", "file", ("xlsx", "ods", "csv"), (("write", "1"),), honest=None),
        Door("a model of clauses", "mission", "/redaction/modeles/article-ccap/deposer/", "file", ("docx",), honest=None),
        Door("an answer to a criterion", "buyer", f"/marches/lots/{lot}/offres/", "file", ("xlsx",), (("do", "sheet"),), honest=None),
    ]  # fmt: skip


def run(n: int, seed: int, _copy: object = None) -> dict[str, Any]:
    figure = Figure(n)
    with tempfile.TemporaryDirectory() as state:
        from django.test import override_settings

        from tests.matrix.universe import two_universes

        with override_settings(MEDIA_ROOT=Path(state) / "files"):
            pair = two_universes()
        who = {name: pair.world.users[name] for name in ("buyer", "company", "mission")}
        places = doors(pair.universes["A"].ids)
        with (
            clamd(limit=30_000_000) as (_, small),
            serving(state, LEVIER_CLAMD=f"tcp://127.0.0.1:{small.listener.getsockname()[1]}") as served,
            most_memory(served) as most,
        ):
            run = Run(served, {name: Person(served, user) for name, user in who.items()}, places)
            run.honest(min(HONEST, max(40, n // 10)), seed)
            figure.n = run.damaged(n, seed)
            run.shown(min(SHOWN, n), seed)
            run.bombs()
            run.hostile()
            held, told = run.holds, run.told()
        told |= {"most_memory_of_a_child": most["bytes"] // 1_000_000}
        waiting, unguarded = _left_quarantine(state, who, places, seed)
        figure.met = held and most["bytes"] < MOST_MEMORY and not waiting
        figure.found = told | {"given_while_the_antivirus_was_silent": waiting}
        figure.planted = planted() | {"where no antivirus is asked for, pieces leave": bool(unguarded)}
    return figure.told()


def _left_quarantine(state: str, who: dict[str, Any], places: list[Door], seed: int) -> tuple[list[str], list[str]]:
    """What a reader gets of pieces sent while the antivirus does not answer; and, the planted fault, where none is asked for."""
    from levier.files.models import StoredFile

    door = next(one for one in places if one.name == "a piece of evidence")
    got: dict[str, list[str]] = {}
    for address in ("tcp://127.0.0.1:1", "none"):
        known = set(StoredFile.objects.values_list("pk", flat=True))
        with serving(state, LEVIER_CLAMD=address) as served:
            company, mission = Person(served, who["company"]), Person(served, who["mission"])
            dice = random.Random(f"{seed}{address}")
            eicar = next(content for _, _, content in pieces.hostile()) + address.encode()
            for suffix, content in [
                *((kind, pieces.honest(kind, dice)) for kind in door.kinds),
                ("csv", b"Nom;Heures\n" + eicar),
            ]:
                company.send(door.path, {}, [(door.field, f"essai.{suffix}", content)])
            sent = StoredFile.objects.exclude(pk__in=known)
            got[address] = [
                one.name
                for one in sent
                for page in ("", "page.png")
                if mission.get(f"/pieces/{one.public_id}/{page}").status == 200
            ]
            if not sent:
                got[address] = ["nothing was received: nothing is known"]
    return got["tcp://127.0.0.1:1"], got["none"]


@contextlib.contextmanager
def most_memory(served: Served) -> Iterator[dict[str, int]]:
    """The most that a process started by a worker was seen to hold, looked at ten times a second."""
    most, over = {"bytes": 0}, threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            for worker in served.first:
                with contextlib.suppress(psutil.Error):  # it ended while it was looked at
                    children = psutil.Process(worker).children(recursive=True)
                    most["bytes"] = max([most["bytes"], *(one.memory_info().rss for one in children)])

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield most
    finally:
        over.set()
        watch.join()


class Run:
    def __init__(self, served: Served, people: dict[str, Person], places: list[Door]) -> None:
        self.served, self.people, self.places = served, people, places
        self.answers: Counter[str] = Counter()
        self.slowest, self.wrong, self.refused_honest, self.given = 0.0, [], [], []
        self.sent = self.shown_pages = self.honest_sent = self.hostile_sent = self.bombs_made = self.bombs_sent = 0

    def _send(self, door: Door, suffix: str, content: bytes, what: str) -> Answer:
        answer = self.people[door.who].send(door.path, dict(door.fields), [(door.field, f"essai.{suffix}", content)])
        self.sent += 1
        self._judge(door.name, what, answer)
        return answer

    def _judge(self, where: str, what: str, answer: Answer) -> None:
        self.answers[f"{where}: {answer.status}"] += 1
        self.slowest = max(self.slowest, answer.seconds)
        if answer.status >= 500 or answer.seconds > SLOWEST:
            self.wrong.append(f"{where}, {what}: {answer.status} in {answer.seconds:.1f} s")

    def honest(self, n: int, seed: int) -> None:
        dice = random.Random(seed)
        open_doors = [door for door in self.places if door.honest]
        for number in range(n):
            door = open_doors[number % len(open_doors)]
            kind = door.kinds[(number // len(open_doors)) % len(door.kinds)]
            self.honest_sent += 1
            answer = self._send(door, kind, door.honest(kind, dice), f"an honest {kind}")
            if not door.accepted(answer):
                self.refused_honest.append(f"{door.name}, {kind}: {answer.status}")

    def damaged(self, n: int, seed: int) -> int:
        """How many were sent: all, or those before an interruption (Ctrl-C)."""
        enough = threading.Event()
        before = signal.signal(signal.SIGINT, lambda *_: enough.set())

        def one(number: int) -> bool:
            if enough.is_set():
                return False
            dice = random.Random(seed * 1_000_003 + number)
            door = self.places[number % len(self.places)]
            kind = dice.choice(door.kinds)
            content = pieces.damaged((door.honest or pieces.honest)(kind, dice), dice)
            self._send(door, dice.choice((kind, kind, kind, *pieces.KINDS)), content, f"damaged {kind} {number}")

            if number % 500 == 499:
                print(f"{number + 1} of {n} damaged files sent, {len(self.wrong)} wrong", file=sys.stderr)
            return True

        with ThreadPoolExecutor(2) as pool:
            sent = sum(pool.map(one, range(n)))
        signal.signal(signal.SIGINT, before)
        return sent

    def shown(self, most: int, seed: int) -> None:
        """Damaged pieces that were taken in, asked for as they came and as a page drawn again."""
        from levier.hours.models import Evidence

        came_in = list(Evidence.objects.order_by("pk").values_list("file__public_id", "file__name"))
        some = random.Random(seed).sample(came_in, min(most, len(came_in)))

        def one(piece: tuple[str, str]) -> None:
            for page in ("", "page.png"):
                answer = self.people["mission"].get(f"/pieces/{piece[0]}/{page}")
                self.shown_pages += 1
                self._judge("a piece asked for", f"{piece[1]} {page}", answer)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, some))

    def bombs(self) -> None:
        for what, suffix, content in pieces.bombs():
            self.bombs_made += 1
            for door in self.places:
                if suffix in door.kinds:
                    self.bombs_sent += 1
                    self._send(door, suffix, content, what)

    def hostile(self) -> None:
        """Sent as evidence; then the piece is asked for by the facilitator, who must not get it as it came."""
        door = next(one for one in self.places if one.name == "a piece of evidence")
        for what, suffix, content in pieces.hostile():
            self.hostile_sent += 1
            self._send(door, suffix, content, what)
        self.given = given_as_they_came(self.people["mission"])

    @property
    def dead(self) -> int:
        return len(self.served.first - self.served.workers())

    @property
    def holds(self) -> bool:
        return not (self.wrong or self.refused_honest or self.given or self.dead)

    def told(self) -> dict[str, Any]:
        return {
            "sent": self.sent, "honest": self.honest_sent, "honest_refused": self.refused_honest[:10], "bombs": self.bombs_made,
            "bombs_sent": self.bombs_sent, "hostile": self.hostile_sent,
            "pages_of_pieces_asked_for": self.shown_pages, "hostile_given_as_they_came": self.given[:10], "workers": len(self.served.first), "workers_dead": self.dead,
            "slowest_seconds": round(self.slowest, 1), "wrong": self.wrong[:10], "answers": dict(sorted(self.answers.items())),
        }  # fmt: skip


def given_as_they_came(reader: Person) -> list[str]:
    """Hostile pieces that a reader can get back byte for byte."""
    from levier.files.models import StoredFile

    bad = {content for _, _, content in pieces.hostile()}
    found = []
    for piece in StoredFile.objects.filter(sha256__in=[hashlib.sha256(content).digest() for content in bad]):
        answer = reader.get(f"/pieces/{piece.public_id}/")
        if answer.status == 200 and answer.content in bad:
            found.append(f"{piece.name} ({piece.state})")
    return found


def planted() -> dict[str, bool]:
    """What happens without the child process: a spreadsheet of one far cell ends the process that opens it with this library."""
    import subprocess
    import sys

    far = next(content for what, _, content in pieces.bombs() if what == "a cell at XFD1048576")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(far)
        file.flush()
        code = "import sys, python_calamine as c; b = c.CalamineWorkbook.from_path(sys.argv[1]); b.get_sheet_by_index(0).to_python()"
        with contextlib.suppress(subprocess.TimeoutExpired):  # a minute is death too: said by the line after
            done = subprocess.run([sys.executable, "-c", code, file.name], capture_output=True, timeout=60, check=False)
            return {"the library alone dies of a far cell": done.returncode < 0}
    return {"the library alone dies of a far cell": True}
