"""`python -m tests.attack`: the ledger under fire, then each of its walls taken down in turn to see that it is missed.

    --operations N   in the first part (100,000)      --clients C   connections at once (16)
    --seed S         of every client's dice (1)       --each N      operations with one wall down (150)
    --cells N        parts of the world that share no row (8)
    --no-walls       the first part only

Prints one JSON object; exit code 0 when nothing went through and every wall was missed.
"""

import argparse
import json
import sys
from dataclasses import replace

from tests.attack.databases import databases, open_in, server


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--operations", type=int, default=100_000)
    words.add_argument("--clients", type=int, default=16)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--each", type=int, default=150)
    words.add_argument("--cells", type=int, default=8)
    words.add_argument("--no-walls", action="store_true")
    asked = words.parse_args()
    with server() as address, databases(address) as copy:
        open_in(address)
        from tests.attack.battlefield import build

        build(asked.cells)
        first = _attack(copy("fire"), count=asked.operations, clients=asked.clients, seed=asked.seed)
        held, missed, silent = ({}, [], []) if asked.no_walls else _walls(copy, asked, first.met)
        print(json.dumps(_told(first, asked, held, missed, silent), indent=2))
    return 0 if first.holds and not silent else 1


MOST_BEHIND = 4
"""Rows of walls that may stand one behind another."""
MOST_THROWS = 3


def _walls(copy, asked, met):
    """Attack again with one wall down, by the operations that had met it and honest work."""
    from tests.attack.walls import HELD_BY_ANOTHER, breaches

    copy("")
    walls = breaches()
    missed, silent, held = [], [], {}
    how = {"count": asked.each, "clients": 2, "seed": asked.seed, "cells": 1}
    for breach in walls:
        why = HELD_BY_ANOTHER.get(breach.wall)
        if _is_missed(copy, breach, met.get(breach.met, set()), how, throws=1 if why else MOST_THROWS):
            missed.append(breach.wall)
            continue
        others = _behind_by_any_dice(copy, walls, breach, why.attack, how) if why else []
        if others:
            held[breach.wall] = {"reason": why.reason, "attack": why.attack, "through_once_down_too": others}
        else:
            silent.append(breach.wall)
    return held, missed, silent


def _is_missed(copy, breach, stopped, how, *, throws):
    """Whether something goes through once that wall is down. Each throw of the dice is twice as long as the one before: which rows
    two clients meet in a short time depends on the moment. Every attack is thrown where the first part never met that wall.
    """
    from tests.attack.operations import OPERATIONS

    only = [one for one in OPERATIONS if not one.forbidden or not stopped or one.name in stopped]
    for more in range(throws):
        longer = how | {"seed": how["seed"] + more, "count": how["count"] << more}
        if not _attack(copy("wall"), only=only, down=[breach], **longer).holds:
            return True
    return False


def _behind_by_any_dice(copy, walls, first, attack, how):
    """One attack that goes through is a proof; with little time, it takes a few throws of the dice to meet a row that it can be made on."""
    for more in range(MOST_THROWS):
        if found := _behind(copy, walls, first, attack, how | {"seed": how["seed"] + more}):
            return found
    return []


def _behind(copy, walls, first, attack, how):
    """The walls that stand behind this one: those that must come down too before that attack goes through. None if it never does."""
    from tests.attack.operations import OPERATIONS
    from tests.attack.walls import behind

    down, every = [first], walls + behind()
    honest = [one for one in OPERATIONS if not one.forbidden]
    only = [replace(one, weight=len(honest)) for one in OPERATIONS if one.name == attack] + honest
    for _ in range(MOST_BEHIND):
        report = _attack(copy("wall"), only=only, down=down, **how)
        if report.breaches:
            return [one.wall for one in down[1:]]
        said = {wall for wall, names in report.met.items() if attack in names}
        down += [one for one in every if one.met in said and one not in down]
    return []


def _attack(_database, *, down=(), **how):
    from tests.attack.run import attack
    from tests.attack.walls import take_down

    take_down(down)
    return attack(**how)


def _told(first, asked, held, missed, silent):
    return {
        "operations": first.operations, "clients": asked.clients, "seed": asked.seed, "seconds": round(first.seconds, 1),
        "per_second": round(first.operations / first.seconds), "done": dict(first.done), "refused": sum(first.refused.values()),
        "operations_refused": len(first.refused), "slowest": {name: round(spent, 1) for name, spent in first.spent.most_common(6)},
        "breaches": dict(first.breaches), "faults": first.faults[:5], "wrong": first.wrong,
        "walls": {"down": len(missed) + len(silent) + len(held), "missed": len(missed), "held_by_another": held, "not_missed": silent},
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
