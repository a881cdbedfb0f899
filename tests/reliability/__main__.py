"""`python -m tests.reliability NAME`: one figure of docs/fiabilite.md, on a database made for the run and dropped after it.

    matrix       R1   who may see what: every address, method, person and object
    fields       R2   every column, read and written
    invariants   R11  hostile clients, then each wall taken down in turn (the options of `python -m tests.attack`)
    crash        R13  SIGKILL at random points of seven jobs
    replay       R14  every form sent once, twice, fifty times at once
    mail         R15  a mail server that refuses, cuts and falls silent; senders that are killed
    tampering    R16  random edits by the owner of the database, with and without the outside anchor
    clocks       R17  scenarios of time
    machine      R18  a model of the ledger against the real one, step by step
    uploads      R25  damaged files, bombs and hostile pieces through HTTP
    formulas     R26  what is typed comes back from a spreadsheet as it was typed

    --n N      how many (kills, tamperings, files…); each figure has its own default
    --seed S   of the dice; printed, so that a run can be made again
    --only P   replay: one page of the registry (may be given several times); the figure then does not hold, whatever it finds

Prints one JSON object with N, the seed, faults planted and caught; exit code 0 when the figure holds.
"""

import argparse
import importlib
import json
import sys
import time

FIGURES = {
    "matrix": "R1", "fields": "R2", "crash": "R13", "replay": "R14", "mail": "R15", "tampering": "R16", "clocks": "R17",
    "machine": "R18", "uploads": "R25", "formulas": "R26",
}  # fmt: skip


def main() -> int:
    if sys.argv[1:2] == ["invariants"]:
        from tests.attack.__main__ import main as attack

        del sys.argv[1]
        return attack()
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("figure", choices=sorted(FIGURES))
    words.add_argument("--n", type=int)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", action="append", default=[])
    asked = words.parse_args()
    from tests.attack.databases import databases, open_in, server

    with server() as address, databases(address) as copy:
        open_in(address)
        figure = importlib.import_module(f"tests.reliability.{asked.figure}")
        began = time.monotonic()
        part = {"only": asked.only} if asked.only else {}
        told = figure.run(asked.n or figure.N, asked.seed, copy, **part)
    answer = {"figure": FIGURES[asked.figure], "seed": asked.seed, "seconds": round(time.monotonic() - began, 1)} | told
    print(json.dumps(answer, indent=2, ensure_ascii=False, default=str))
    return 0 if told["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
