"""`python -m tests.attack`: the ledger under fire, then each of its walls taken down in turn to see that it is missed.

    --operations N   in the first part (100,000)      --clients C   connections at once (16)
    --seed S         of every client's dice (1)       --each N      operations with one wall down (150)
    --cells N        parts of the world that share no row (8)
    --no-walls       the first part only

Prints one JSON object; exit code 0 when nothing went through and every wall was missed.
"""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

NAME = f"levier_attack_{os.getpid()}"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--operations", type=int, default=100_000)
    words.add_argument("--clients", type=int, default=16)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--each", type=int, default=150)
    words.add_argument("--cells", type=int, default=8)
    words.add_argument("--no-walls", action="store_true")
    asked = words.parse_args()
    with _server() as address, _databases(address) as copy:
        _open(address)
        from tests.attack.battlefield import build

        build(asked.cells)
        first = _attack(copy("fire"), count=asked.operations, clients=asked.clients, seed=asked.seed)
        held, missed, silent = ({}, [], []) if asked.no_walls else _walls(copy, asked, first.met)
        print(json.dumps(_told(first, asked, held, missed, silent), indent=2))
    return 0 if first.holds and not silent else 1


def _walls(copy, asked, met):
    """Attack again with one wall down, by the operations that had met it and honest work."""
    from tests.attack.operations import OPERATIONS
    from tests.attack.walls import HELD_BY_ANOTHER, breaches

    copy("")
    missed, silent, held = [], [], {}
    for breach in breaches():
        stopped = met.get(breach.met, set())
        only = [one for one in OPERATIONS if one.name in stopped or not one.forbidden]
        report = _attack(copy("wall"), count=asked.each, clients=2, seed=asked.seed, only=only, down=breach.sql)
        if not report.holds:
            missed.append(breach.wall)
        elif breach.wall in HELD_BY_ANOTHER:
            held[breach.wall] = HELD_BY_ANOTHER[breach.wall]
        else:
            silent.append(breach.wall)
    return held, missed, silent


def _attack(_database, *, down: str = "", **how):
    from django.db import connection

    from tests.attack.run import attack

    if down:
        with connection.cursor() as cursor:
            cursor.execute(down)
    return attack(**how)


def _told(first, asked, held, missed, silent):
    return {
        "operations": first.operations, "clients": asked.clients, "seed": asked.seed, "seconds": round(first.seconds, 1),
        "per_second": round(first.operations / first.seconds), "done": dict(first.done), "refused": sum(first.refused.values()),
        "operations_refused": len(first.refused), "slowest": {name: round(spent, 1) for name, spent in first.spent.most_common(6)},
        "breaches": dict(first.breaches), "faults": first.faults[:5], "wrong": first.wrong,
        "walls": {"down": len(missed) + len(silent) + len(held), "missed": len(missed), "held_by_another": held, "not_missed": silent},
    }  # fmt: skip


@contextlib.contextmanager
def _server() -> Iterator[str]:
    """The address of an empty database of our own, on the server of DATABASE_URL or the embedded one."""
    from levier import embedded

    given = os.environ.get("DATABASE_URL")
    server = None if given else embedded.start("test-database")
    parts = urlsplit(given or server.get_uri("postgres"))
    try:
        yield urlunsplit(parts._replace(path=f"/{NAME}"))
    finally:
        if server:
            server.cleanup()


@contextlib.contextmanager
def _databases(address: str):
    """`copy(suffix)` makes a fresh copy of the battlefield and turns Django to it; `copy("")` turns back to the original."""
    parts = urlsplit(address)
    made = [NAME]
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))

        def copy(suffix: str) -> str:
            from django.db import connection, connections

            connections.close_all()
            name = f"{NAME}_{suffix}" if suffix else NAME
            if suffix:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                admin.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(NAME))
                )
                made.append(name)
            connection.settings_dict["NAME"] = connections.settings["default"]["NAME"] = name
            return name

        try:
            yield copy
        finally:
            from django.db import connections

            connections.close_all()
            for name in dict.fromkeys(made):
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _open(address: str) -> None:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from levier.reference.actions import load_published

    load_published(timezone.now())


if __name__ == "__main__":
    sys.exit(main())
