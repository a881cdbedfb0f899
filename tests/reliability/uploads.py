"""R25: damaged files, bombs and hostile pieces sent through HTTP to every door of Levier that takes a file, beside honest ones.

Nothing may answer 5xx, no worker may die, none may take long; honest files come in; a hostile piece is never given back as it is.
"""

import contextlib
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.reliability import pieces
from tests.reliability.figure import Figure
from tests.reliability.server import Answer, Person, Served, serving

N = 10_000
"""Damaged files."""
HONEST = 200
SLOWEST = 10.0
"""Seconds, for one file, on a machine that does little else."""


@dataclass(frozen=True)
class Door:
    """A page that takes a file: who sends it, where, in which field, which kinds are taken."""

    name: str
    who: str
    path: str
    field: str
    kinds: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    accepted: Callable[[Answer], bool] = lambda answer: answer.status in {200, 302, 303}


def doors(ids: dict[str, str]) -> list[Door]:
    month = f"/declarations/{ids['commitment']}/2026-11/"
    return [
        Door("a purchase plan", "buyer", "/programmation/deposer/", "file", ("xlsx", "ods", "csv")),
        Door("a piece of evidence", "company", month + "pieces/", "file", ("pdf", "png", "xlsx", "ods", "csv")),
        Door("a tender file", "buyer", "/dossiers/lire/", "files", ("docx", "odt", "pdf")),
    ]


def run(n: int, seed: int, _copy: object = None) -> dict[str, Any]:
    figure = Figure(n)
    with tempfile.TemporaryDirectory() as state:
        from django.test import override_settings

        from tests.matrix.universe import two_universes

        with override_settings(MEDIA_ROOT=Path(state) / "files"):
            pair = two_universes()
        ids = pair.universes["A"].ids
        with serving(state) as served:
            people = {who: Person(served, pair.world.users[who]) for who in ("buyer", "company", "mission")}
            run = Run(served, people, doors(ids))
            run.honest(min(HONEST, max(20, n // 10)), seed)
            run.damaged(n, seed)
            run.bombs()
            run.hostile()
            figure.met = run.holds
            figure.found = run.told()
        figure.planted = planted()
    return figure.told()


class Run:
    def __init__(self, served: Served, people: dict[str, Person], places: list[Door]) -> None:
        self.served, self.people, self.places = served, people, places
        self.answers: Counter[str] = Counter()
        self.slowest, self.wrong, self.refused_honest, self.given = 0.0, [], [], []
        self.sent = self.honest_sent = self.hostile_sent = 0

    def _send(self, door: Door, suffix: str, content: bytes, what: str) -> Answer:
        answer = self.people[door.who].send(door.path, dict(door.fields), [(door.field, f"essai.{suffix}", content)])
        self.answers[f"{door.name}: {answer.status}"] += 1
        self.sent += 1
        self.slowest = max(self.slowest, answer.seconds)
        if answer.status >= 500 or answer.seconds > SLOWEST:
            self.wrong.append(f"{door.name}, {what}: {answer.status} in {answer.seconds:.1f} s")
        return answer

    def honest(self, n: int, seed: int) -> None:
        dice = random.Random(seed)
        for number in range(n):
            door = self.places[number % len(self.places)]
            kind = door.kinds[(number // len(self.places)) % len(door.kinds)]
            self.honest_sent += 1
            answer = self._send(door, kind, pieces.honest(kind, dice), f"an honest {kind}")
            if not door.accepted(answer):
                self.refused_honest.append(f"{door.name}, {kind}: {answer.status}")

    def damaged(self, n: int, seed: int) -> None:
        def one(number: int) -> None:
            dice = random.Random(seed * 1_000_003 + number)
            door = self.places[number % len(self.places)]
            kind = dice.choice(door.kinds)
            content = pieces.damaged(pieces.honest(kind, dice), dice)
            self._send(door, dice.choice((kind, kind, kind, *pieces.KINDS)), content, f"damaged {kind} {number}")

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, range(n)))

    def bombs(self) -> None:
        for what, suffix, content in pieces.bombs():
            for door in self.places:
                if suffix in door.kinds:
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
            "sent": self.sent, "honest": self.honest_sent, "honest_refused": self.refused_honest[:10], "hostile": self.hostile_sent,
            "hostile_given_as_they_came": self.given[:10], "workers": len(self.served.first), "workers_dead": self.dead,
            "slowest_seconds": round(self.slowest, 1), "wrong": self.wrong[:10], "answers": dict(sorted(self.answers.items())),
        }  # fmt: skip


def given_as_they_came(reader: Person) -> list[str]:
    """Hostile pieces that a reader can get back byte for byte."""
    from levier.files.models import StoredFile

    bad = {content for _, _, content in pieces.hostile()}
    found = []
    for piece in StoredFile.objects.all():
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
