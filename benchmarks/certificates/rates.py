"""How many certificates a second: sealing (the balance from the ledger, months closed, number and chain), then sealing and its PDF."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.decp.run import processor

MOST = 100
WORKERS = 2
PATIENCE = 300
"""Seconds after which a worker that says nothing is a failure."""


@dataclass(frozen=True, slots=True)
class Rate:
    what: str
    count: int
    seconds: float
    processor: float
    """Seconds of processor, the processes at work and the database together."""

    @property
    def a_second(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0


def timed(what: str, count: int, spent: Callable[[], float], work: Callable[[], Any], say: Any = print) -> Rate:
    began, before = time.perf_counter(), spent()
    work()
    one = Rate(what, count, time.perf_counter() - began, spent() - before)
    say(f"{one.count} {one.what}: {one.a_second:.1f} a second, {one.processor:.1f} CPU s", flush=True)
    return one


def measure(server: int, say: Any = print) -> list[Rate]:
    """Commitments that ended and are not certified yet are sealed, as the mission would one by one, then by two workers side by side."""
    from django.db.models import Exists, OuterRef

    from levier.commitments.models import Commitment
    from levier.compliance.models import Certificate
    from levier.hours.models import StatementLine
    from levier.web import clock

    certified = Certificate.objects.filter(commitment=OuterRef("pk"))
    waiting = StatementLine.objects.filter(statement__commitment=OuterRef("pk"), state="pending")
    ready = Commitment.objects.filter(
        ~Exists(certified), ~Exists(waiting), ends_on__lt=clock.today(), created_by_label="mesure"
    ).order_by("pk")
    wanted = list(ready.values_list("public_id", flat=True)[: 4 * MOST])
    part = len(wanted) // 4

    def spent() -> float:
        return time.process_time() + (processor(server) if server else 0.0)

    issue(wanted[:1], paper=True)  # what is read once in the life of a process
    sealed = timed("certificates sealed", part - 1, spent, lambda: issue(wanted[1:part], paper=False), say)
    papers = timed(
        "certificates sealed, with their PDF made, signed and kept", part, spent,
        lambda: issue(wanted[part : 2 * part], paper=True), say,
    )  # fmt: skip
    return [sealed, papers, _side_by_side(wanted[2 * part :], server, say)]


def issue(ids: Sequence[str], *, paper: bool) -> None:
    from levier.accounts.models import Membership
    from levier.accounts.queries import actor_from
    from levier.compliance.actions import seal_certificate
    from levier.documents.actions import issue_certificate
    from levier.web import clock

    mission = Membership.objects.select_related("user", "organisation", "territory").filter(role="mission").first()
    assert mission is not None
    actor, now = actor_from(mission), clock.now()
    for commitment_id in ids:
        (issue_certificate if paper else seal_certificate)(actor=actor, commitment_id=commitment_id, now=now)


def _side_by_side(ids: Sequence[str], server: int, say: Any) -> Rate:
    """As two workers of the web server would. Each is ready before the clock starts."""
    from django.conf import settings

    fresh = multiprocessing.get_context("spawn")  # the typesetter's own threads do not outlive a fork
    ready, told = fresh.Barrier(WORKERS + 1), fresh.Queue()
    workers = [
        fresh.Process(target=_work, args=(ids[rank::WORKERS], str(settings.MEDIA_ROOT), ready, told))
        for rank in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    ready.wait(timeout=PATIENCE)
    began, before = time.perf_counter(), processor(server) if server else 0.0
    own = sum(told.get(timeout=PATIENCE) for _ in workers)
    seconds = time.perf_counter() - began
    own += (processor(server) if server else 0.0) - before
    for worker in workers:
        worker.join()
    one = Rate(f"the same, by {WORKERS} processes", len(ids) - WORKERS, seconds, own)
    say(f"{one.count} {one.what}: {one.a_second:.1f} a second, {one.processor:.1f} CPU s", flush=True)
    return one


def _work(ids: Sequence[str], folder: str, ready: Any, told: Any) -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.MEDIA_ROOT = folder
    issue(ids[:1], paper=True)
    ready.wait(timeout=PATIENCE)
    before = time.process_time()
    issue(ids[1:], paper=True)
    told.put(time.process_time() - before)


def table(found: list[Rate]) -> str:
    lines = ["| | how many | a second | CPU ms each |", "|---|---:|---:|---:|"]
    lines += [
        f"| {one.what} | {one.count} | {one.a_second:.1f} | {one.processor * 1000 / max(1, one.count):.1f} |"
        for one in found
    ]
    return "\n".join(lines)
