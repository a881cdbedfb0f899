"""Many clients at once against one database; then what the views, the chain and a sum made outside the code say of it."""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, connection

from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.walls import wall_reached
from levier.hours.queries import reference_values
from levier.hours.verification import verify_chains, violations
from tests.attack import operations
from tests.attack.battlefield import Field, read
from tests.attack.operations import OPERATIONS, Operation


@dataclass
class Report:
    """`done` and `refused` by operation; `breaches` by forbidden operation that changed something; `wrong`: what does not add up."""

    operations: int = 0
    seconds: float = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    met: dict[str, set[str]] = field(default_factory=dict)
    """Which operations each wall refused, by what the database said."""
    spent: Counter[str] = field(default_factory=Counter)
    """Seconds by operation, all clients together."""

    def add(self, part: "Report") -> None:
        for mine, other in ((self.done, part.done), (self.refused, part.refused), (self.breaches, part.breaches)):
            mine.update(other)
        self.spent.update(part.spent)
        self.faults += part.faults
        for wall, names in part.met.items():
            self.met.setdefault(wall, set()).update(names)

    @property
    def holds(self) -> bool:
        return not self.breaches and not self.wrong and not self.faults


def attack(
    *, count: int, clients: int, seed: int, only: Sequence[Operation] = tuple(OPERATIONS), cells: int | None = None
) -> Report:
    """`count` operations in all, drawn with that seed, by so many processes at once, each with its connection; in the first `cells` of the
    world, or all.
    """
    report, aims = Report(operations=count // clients * clients), read()[:cells]
    operations.values[:] = [reference_values()]
    connection.close()
    began = time.monotonic()
    fork = multiprocessing.get_context("fork")
    parts = fork.SimpleQueue()
    workers = [
        fork.Process(target=_client, args=(parts, aims, only, count // clients, f"{seed}-{number}"), daemon=True)
        for number in range(clients)
    ]
    for worker in workers:
        worker.start()
    for _ in workers:
        report.add(parts.get())
    for worker in workers:
        worker.join()
    report.seconds = time.monotonic() - began
    report.wrong = wrong()
    return report


def _client(parts: Any, cells: Sequence[Field], only: Sequence[Operation], count: int, seed: str) -> None:
    """What is tried here is not whether the disk keeps what it was told: commits do not wait for it, and deadlocks are told at once."""
    part, dice = Report(), random.Random(seed)
    weights = [operation.weight for operation in only]
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET deadlock_timeout = '20ms'")
    for operation in dice.choices(only, weights, k=count):
        began = time.monotonic()
        try:
            rows = operation.run(dice, dice.choice(cells))
        except (DatabaseError, Refusal, NotForYou) as error:
            part.refused[operation.name] += 1
            part.met.setdefault(wall_reached(error), set()).add(operation.name)
        except Exception as error:  # noqa: BLE001 - told in the report, where it fails the run
            part.faults.append(f"{operation.name}: {error!r}")
        else:
            if operation.forbidden and rows:
                part.breaches[operation.name] += 1
            elif rows:
                part.done[operation.name] += 1
        part.spent[operation.name] += time.monotonic() - began
    connection.close()
    parts.put(part)


def wrong() -> list[str]:
    """Views that are not empty, chains that are broken, and sums made here from the bare rows."""
    # the view of missing walls would notice any wall taken down by its name: here it is what the missing wall let through that counts
    found = [f"{one.view}: {one.rows}" for one in violations() if one.view != "violation_wall_missing"]
    found += verify_chains().broken
    drawn: Counter[tuple[int, object]] = Counter()
    credited: Counter[int] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT commitment_id, placement_id, worked_month, hours FROM hours_ledgerentry")
        for commitment, placement, month, hours in cursor.fetchall():
            drawn[placement, month] += hours
            credited[commitment] += hours
        cursor.execute("SELECT placement_id, person_id, month, worked_hours FROM hours_workedmonth")
        worked = {(placement, month): (person, hours) for placement, person, month, hours in cursor.fetchall()}
        cursor.execute("SELECT id, credited_hours FROM commitments_commitment")
        known = dict(cursor.fetchall())
        cursor.execute("SELECT person_id, month, max_hours FROM hours_personmonth")
        limits = {(person, month): most for person, month, most in cursor.fetchall()}
    by_person: Counter[tuple[int, object]] = Counter()
    for (_, month), (person, hours) in worked.items():
        by_person[person, month] += hours
    found += [
        f"{one} drawn {hours}" for one, hours in drawn.items() if one not in worked or not 0 <= hours <= worked[one][1]
    ]
    found += [f"{one} worked {hours}" for one, hours in by_person.items() if hours > limits.get(one, Decimal(0))]
    found += [f"commitment {one} credited {known[one]}" for one in known if known[one] != credited[one]]
    return found
