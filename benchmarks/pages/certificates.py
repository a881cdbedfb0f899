"""How many certificates a second: sealing (the balance from the ledger, months closed, number and chain), then sealing and its PDF."""

import time
from dataclasses import dataclass
from typing import Any

MOST = 100


@dataclass(frozen=True, slots=True)
class Rate:
    what: str
    count: int
    seconds: float
    processor: float
    """Seconds of processor, this process and the database together."""

    @property
    def a_second(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0


def measure(server: int, say: Any = print) -> list[Rate]:
    """Commitments that ended and are not certified yet are sealed, as the mission would one by one."""
    from django.db.models import Exists, OuterRef

    from benchmarks.pages.run import database_time
    from levier.accounts.models import Membership
    from levier.accounts.queries import actor_from
    from levier.commitments.models import Commitment
    from levier.compliance.actions import seal_certificate
    from levier.compliance.models import Certificate
    from levier.documents.actions import keep_document
    from levier.web import clock

    mission = Membership.objects.select_related("user", "organisation", "territory").filter(role="mission").first()
    assert mission is not None
    actor, now = actor_from(mission), clock.now()
    certified = Certificate.objects.filter(commitment=OuterRef("pk"))
    ready = Commitment.objects.filter(
        ~Exists(certified), ends_on__lt=clock.today(), created_by_label="mesure"
    ).order_by("pk")
    wanted = list(ready.values_list("public_id", flat=True)[: 2 * MOST])
    half = len(wanted) // 2
    found = []
    for what, ids, paper in (
        ("sealed", wanted[:half], False),
        ("sealed, and its PDF made and kept", wanted[half:], True),
    ):
        began, spent = time.perf_counter(), time.process_time() + database_time(server)
        for commitment_id in ids:
            certificate = seal_certificate(actor=actor, commitment_id=commitment_id, now=now)
            if paper:
                keep_document(actor=actor, certificate=certificate, now=now)
        one = Rate(what, len(ids), time.perf_counter() - began, time.process_time() + database_time(server) - spent)
        say(f"{one.count} certificates {one.what}: {one.a_second:.1f} a second, {one.processor:.1f} CPU s", flush=True)
        found.append(one)
    return found


def table(found: list[Rate]) -> str:
    lines = ["| certificates | how many | a second | CPU ms each |", "|---|---:|---:|---:|"]
    lines += [
        f"| {one.what} | {one.count} | {one.a_second:.1f} | {one.processor * 1000 / max(1, one.count):.1f} |"
        for one in found
    ]
    return "\n".join(lines)
