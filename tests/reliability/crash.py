"""R13: SIGKILL at random points of seven jobs, which each time start again by themselves; then what was lost, what was done twice.

"A process crash", not "a power cut": the database server and the page cache survive. The client keeps its own list of what it was told
was done. A naive import, which starts again without remembering, shows that doing twice would be seen.
"""

import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connections

from levier.accounts.values import System
from levier.audit.models import JournalEntry
from levier.commitments.due_actions import enter_pieces
from levier.commitments.models import Commitment, DueBasis, DueTerms, Period
from levier.commitments.values import BasisKind, Piece
from levier.erasure.actions import daily_round
from levier.hours.actions import accept_lines, seal_month
from levier.hours.checks import TypedLine
from levier.hours.declarations import save_draft, send
from levier.hours.file_actions import receive_file
from levier.hours.filling import fill
from levier.hours.models import LedgerEntry, StatementFile, StatementLine
from levier.hours.queries import assigned_in
from levier.notifications.actions import deliver_due, queue
from levier.notifications.models import Message
from levier.participants.models import Person
from tests.attack.run import wrong
from tests.world import NOW, World, small_world

N = 200
"""Kills that landed in each job."""
MONTHS = tuple(date(2026, month, 1) for month in range(2, 11))
LONGEST = 0.25
"""Seconds at most between a start and its kill."""


@dataclass
class Job:
    """`left` gives what remains to be done, in order; `do` does some of it and tells each thing done; `done` counts each thing."""

    prepare: Callable[[], None]
    left: Callable[[], list[Any]]
    do: Callable[[list[Any]], Iterator[str]]
    done: Callable[[], dict[str, int]]
    wanted: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)


def run(count: int, seed: int, _copy: object = None) -> dict[str, Any]:
    dice, world = random.Random(seed), small_world()
    with TemporaryDirectory() as folder:
        jobs = _jobs(world, Path(folder) / "sent")
        told = {name: _crash(job, dice, count) for name, job in jobs.items()}
        naive = _crash(_naive(world), dice, max(10, count // 4))
    broken = wrong()
    kills = sum(one["kills"] for one in told.values())
    lost, twice = (sum(one[what] for one in told.values()) for what in ("lost", "twice"))
    slowest = max(one["slowest_restart"] for one in told.values())
    return {
        "n": kills, "jobs": told, "lost": lost, "twice": twice, "slowest_restart": slowest, "wrong": broken,
        "planted": 1, "caught": int(naive["twice"] > 0), "naive_twice": naive["twice"],
        "holds": all(one["kills"] >= count for one in told.values()) and not lost and not twice and not broken and naive["twice"] > 0 and slowest < 5,
    }  # fmt: skip


def _crash(job: Job, dice: random.Random, kills: int) -> dict[str, Any]:
    landed, slowest = 0, 0.0
    while landed < kills:
        if not job.left():
            job.prepare()
        began = time.monotonic()
        killed, first = _start(job, dice.uniform(0, LONGEST), from_first=dice.random() < 0.5)
        landed += killed
        if first:
            slowest = max(slowest, first - began)
    while job.left():
        _start(job, None)
    done = job.done()
    return {
        "kills": landed, "things": len(job.wanted), "lost": len((job.wanted | job.told) - done.keys()),
        "twice": sum(times - 1 for times in done.values()), "slowest_restart": round(slowest, 2),
    }  # fmt: skip


def _start(job: Job, kill_after: float | None, *, from_first: bool = True) -> tuple[bool, float | None]:
    """Run the job in a process; whether a kill landed on it, and when it first did something. The kill is counted from the start of the
    process, or from the first thing it did.
    """
    connections.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            for thing in job.do(job.left()):
                os.write(writer, f"{thing}\n".encode())
            failed = 0
        finally:
            if failed:
                traceback.print_exc()
            os._exit(failed)
    os.close(writer)
    head, first = b"", None
    if from_first:
        head = os.read(reader, 1 << 16)
        first = time.monotonic() if head else None
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as said:
        job.told |= set((head + said.read()).decode().split("\n")) - {""}
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError("the job failed by itself, before any kill")
    return os.WIFSIGNALED(status), first


def _jobs(world: World, sent: Path) -> dict[str, Job]:
    return {
        "hours_by_form": _declaring(world),
        "hours_by_table": _tables(world),
        "import_of_invoices": _invoices(world),
        "validation": _validating(world),
        "sealing": _sealing(world),
        "erasure": _erasing(world),
        "outbox": _outbox(sent),
    }


def _declaring(world: World) -> Job:
    """A month of a commitment: its lines kept as a draft, then sent."""
    company = world.actors["company"]

    def prepare() -> None:
        rank = Commitment.objects.count()
        commitment = world.commitment(world.contract(f"DECL-{rank}"))
        for number in range(6):
            world.placement(world.person(f"D{rank}-{number}"), commitment)
        job.wanted |= {f"{one.public_id}|{month}|{placement}" for one, month, placement in _months(commitment)}

    def _months(commitment: Commitment) -> list[tuple[Commitment, date, str]]:
        return [
            (commitment, month, one.placement.public_id)
            for month in MONTHS
            for one in assigned_in(month, commitment=commitment)
        ]

    def left() -> list[Any]:
        sent = set(
            StatementLine.objects.filter(state="pending").values_list(
                "statement__commitment__public_id", "statement__month"
            )
        )
        mine = Commitment.objects.filter(lot__contract__reference__startswith="DECL").order_by("id")
        return [(one, month) for one in mine for month in MONTHS if (one.public_id, month) not in sent]

    def do(todo: list[Any]) -> Iterator[str]:
        for commitment, month in todo:
            placements = [one.placement.public_id for one in assigned_in(month, commitment=commitment)]
            typed = {one: TypedLine("70") for one in placements}
            save_draft(actor=company, commitment_public_id=commitment.public_id, month=month, typed=typed, now=NOW)
            send(actor=company, commitment_public_id=commitment.public_id, month=month, now=NOW)
            yield from (f"{commitment.public_id}|{month}|{one}" for one in placements)

    def done() -> dict[str, int]:
        rows = StatementLine.objects.filter(
            state="pending", statement__commitment__lot__contract__reference__startswith="DECL"
        ).values_list("statement__commitment__public_id", "statement__month", "placement__public_id")
        return _counted(f"{one}|{month}|{placement}" for one, month, placement in rows)

    job = Job(prepare, left, do, done)
    return job


def _tables(world: World) -> Job:
    """A company's own tables, received and filled; after a kill the same bytes are sent again, as a company would."""
    company = world.actors["company"]
    tables: dict[str, bytes] = {}

    def prepare() -> None:
        for _ in range(3):
            reference = f"TABL-{Commitment.objects.count()}"
            commitment = world.commitment(world.contract(reference))
            rows = ["Nom;Prénom;Marché;Mois;Heures"]
            for number in range(6):
                placement = world.placement(world.person(f"Personne {reference}-{number}", "Samira"), commitment)
                rows += [f"Personne {reference}-{number};Samira;{reference};{month:%m/%Y};70" for month in MONTHS]
                job.wanted |= {f"{reference}|{month}|{placement.public_id}" for month in MONTHS}
            tables[reference] = "\n".join(rows).encode()
            job.wanted.add(sha256(tables[reference]).hexdigest())

    def files(**state: str) -> list[str]:
        return [
            bytes(one).hex() for one in StatementFile.objects.filter(**state).values_list("file__sha256", flat=True)
        ]

    def left() -> list[Any]:
        filled = files(state="filled")
        return [one for one in tables if sha256(tables[one]).hexdigest() not in filled]

    def do(todo: list[Any]) -> Iterator[str]:
        for one in todo:
            found = receive_file(actor=company, content=tables[one], name=f"{one}.csv", now=NOW)
            fill(actor=company, file_id=found.public_id, now=NOW)
            yield sha256(tables[one]).hexdigest()

    def done() -> dict[str, int]:
        """Lines, and the files that hold them: two files of the same bytes would be one thing done twice."""
        rows = StatementLine.objects.filter(
            hours=70, state="draft", statement__commitment__lot__contract__reference__startswith="TABL"
        ).values_list("statement__commitment__lot__contract__reference", "statement__month", "placement__public_id")
        return _counted([*(f"{one}|{month}|{placement}" for one, month, placement in rows), *files()])

    job = Job(prepare, left, do, done)
    return job


def _erasing(world: World) -> Job:
    """The daily round: people whose term is over, each erased with a line of the journal."""

    def prepare() -> None:
        for number in range(40):
            person = world.person(f"E{number}")
            Person.objects.filter(pk=person.pk).update(retention_until=NOW.date() - timedelta(days=1))
            job.wanted.add(person.public_id)

    def left() -> list[Any]:
        return list(Person.objects.filter(public_id__in=job.wanted, anonymised_at=None).values_list("pk", flat=True))

    def do(_todo: list[Any]) -> Iterator[str]:
        daily_round(author=System("Essai"), now=NOW, really=True)
        yield ""

    def done() -> dict[str, int]:
        """Erased, and said once in the journal."""
        erased = set(Person.objects.filter(identity=None, anonymised_at=NOW).values_list("public_id", flat=True))
        told = JournalEntry.objects.filter(action="person.erased").values_list("object_id", flat=True)
        return {one: times for one, times in _counted(told).items() if one in erased}

    job = Job(prepare, left, do, done)
    return job


def _invoices(world: World) -> Job:
    def prepare() -> None:
        commitment = _framework(world, f"FACT-{Commitment.objects.count()}")
        job.wanted |= {f"{commitment.public_id}|F-{number}" for number in range(400)}

    def left() -> list[Any]:
        known = {(one.commitment.public_id, one.reference) for one in DueBasis.objects.select_related("commitment")}
        return sorted(thing for thing in job.wanted if tuple(thing.split("|")) not in known)

    def do(todo: list[Any]) -> Iterator[str]:
        for start in range(0, len(todo), 10):
            lot = [thing.split("|") for thing in todo[start : start + 10]]
            commitment = lot[0][0]
            lot = [one for one in lot if one[0] == commitment]
            _enter(world, commitment, [reference for _, reference in lot])
            yield from ("|".join(one) for one in lot)

    def done() -> dict[str, int]:
        rows = DueBasis.objects.filter(commitment__lot__contract__reference__startswith="FACT")
        return _counted(f"{one}|{ref}" for one, ref in rows.values_list("commitment__public_id", "reference"))

    job = Job(prepare, left, do, done)
    return job


def _naive(world: World) -> Job:
    """The same without a natural key: each start takes everything from the beginning, under numbers of its own."""

    def prepare() -> None:
        commitment = _framework(world, f"NAIF-{Commitment.objects.count()}")
        job.wanted |= {f"{commitment.public_id}|F-{number}" for number in range(60)}

    def left() -> list[Any]:
        return sorted(job.wanted - done().keys())

    def do(_todo: list[Any]) -> Iterator[str]:
        for thing in sorted(job.wanted):
            commitment, reference = thing.split("|")
            _enter(world, commitment, [f"{reference} ({os.getpid()})"])
            yield thing

    def done() -> dict[str, int]:
        rows = DueBasis.objects.filter(commitment__lot__contract__reference__startswith="NAIF")
        return _counted(
            f"{one}|{ref.split(' ')[0]}" for one, ref in rows.values_list("commitment__public_id", "reference")
        )

    job = Job(prepare, left, do, done)
    return job


def _framework(world: World, reference: str) -> Commitment:
    commitment = world.commitment(world.contract(reference), due="0")
    DueTerms.objects.create(
        commitment=commitment, method="tranche", euros_per_hour=2000, trigger_amount=0, trigger_mode="excess", source="essai",
        created_at=NOW, created_by_label="essai",
    )  # fmt: skip
    return commitment


def _enter(world: World, commitment: str, references: list[str]) -> None:
    pieces = [Piece(BasisKind.INVOICE, one, date(2026, 3, 1), Decimal(700)) for one in references]
    enter_pieces(actor=world.actors["mission"], commitment_public_id=commitment, pieces=pieces, now=NOW)


def _validating(world: World) -> Job:
    def prepare() -> None:
        commitment = world.commitment(world.contract(f"VALI-{Commitment.objects.count()}"), due="9000.00")
        for number in range(10):
            placement = world.placement(world.person(f"V{commitment.pk}-{number}"), commitment)
            for month in MONTHS:
                job.wanted.add(world.sent_line(commitment, placement, month=month, hours="50.00").public_id)

    def left() -> list[Any]:
        lines = StatementLine.objects.filter(public_id__in=job.wanted, state="pending")
        return list(lines.order_by("id").values_list("public_id", flat=True))

    def do(todo: list[Any]) -> Iterator[str]:
        for line in todo:
            yield from accept_lines(actor=world.actors["near"], line_public_ids=[line], now=NOW).accepted

    def done() -> dict[str, int]:
        return _counted(LedgerEntry.objects.values_list("line__public_id", flat=True))

    job = Job(prepare, left, do, done)
    return job


def _sealing(world: World) -> Job:
    def prepare() -> None:
        for number in range(8):
            commitment = world.commitment(world.contract(f"CLOS-{Commitment.objects.count()}-{number}"))
            job.wanted |= {f"{commitment.public_id}|{month}" for month in MONTHS}

    def done() -> dict[str, int]:
        rows = Period.objects.filter(sealed_at__isnull=False).values_list("commitment__public_id", "month")
        return _counted(f"{one}|{month}" for one, month in rows)

    def left() -> list[Any]:
        return sorted(job.wanted - done().keys())

    def do(todo: list[Any]) -> Iterator[str]:
        for thing in todo:
            commitment, month = thing.split("|")
            seal_month(
                actor=world.actors["mission"], commitment_public_id=commitment, month=date.fromisoformat(month), now=NOW
            )
            yield thing

    job = Job(prepare, left, do, done)
    return job


def _outbox(sent: Path) -> Job:
    """What the mail server took is kept in a file. It may take one message twice, under the same Message-ID, and shows it once."""

    def prepare() -> None:
        for number in range(300):
            key = f"essai-{len(job.wanted)}-{number}"
            queue(dedupe_key=key, kind="essai", to="a@exemple.test", subject="x", body="x", now=NOW)
            job.wanted.add(key)

    def take(message: Message) -> None:
        with sent.open("a") as server:
            server.write(f"{message.dedupe_key}\n")

    def left() -> list[Any]:
        return list(Message.objects.filter(sent_at__isnull=True).values_list("pk", flat=True))

    def do(_todo: list[Any]) -> Iterator[str]:
        while deliver_due(take, clock=lambda: NOW + timedelta(minutes=1), most=1).sent:
            yield ""

    def done() -> dict[str, int]:
        """By Message-ID, as the reader's mail program counts."""
        return dict.fromkeys(sent.read_text().split(), 1)

    job = Job(prepare, left, do, done)
    return job


def _counted(things: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for thing in things:
        found[thing] = found.get(thing, 0) + 1
    return found
