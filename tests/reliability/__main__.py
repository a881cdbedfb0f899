"""`python -m tests.reliability NAME`: one figure of docs/fiabilite.md, measured and printed as JSON.

    --n N        how many (files, messages, kills, runs…); the figure's own number when left out
    --seed S     of every die that is thrown (1)

Exit code 0 when the target is met and every planted fault was caught. Without a name: the list of figures. `invariants` takes the options of
`python -m tests.attack`.
"""

import argparse
import importlib
import json
import sys
import time

FIGURES = {
    "matrix": "R1, qui peut voir quoi",
    "fields": "R2, chaque colonne, lue et écrite",
    "mail": "R15, aucun message perdu",
    "uploads": "R25, fichiers hostiles et honnêtes",
    "formulas": "R26, aucune formule ne sort",
}
"""Each is a module beside this one, with `measure(n, seed)`."""
LEDGER = {
    "crash": ("R13", "arrêts brutaux de cinq travaux"),
    "replay": ("R14", "chaque formulaire envoyé une, deux, cinquante fois à la fois"),
    "tampering": ("R16", "la base modifiée par qui la possède, avec et sans ancre"),
    "clocks": ("R17", "le temps"),
    "machine": ("R18", "un modèle du registre à côté du vrai"),
}
"""Each is a module with `run(n, seed, copy)`, on a database made for the run and dropped after it."""


def main() -> int:
    if sys.argv[1:2] == ["invariants"]:
        from tests.attack.__main__ import main as attack

        del sys.argv[1]
        return attack()
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("name", nargs="?", choices=(*FIGURES, *LEDGER))
    words.add_argument("--n", type=int, default=None)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    if asked.name is None:
        listed = FIGURES | {"invariants": "R11, le registre attaqué"}
        listed |= {name: f"{number}, {meaning}" for name, (number, meaning) in LEDGER.items()}
        for name, meaning in listed.items():
            print(f"{name:<10} {meaning}")
        return 0
    if asked.name in LEDGER:
        return _ledger(asked)
    module = importlib.import_module(f"tests.reliability.{asked.name}")
    figure = module.measure(n=asked.n or module.N, seed=asked.seed)
    print(figure.told())
    return 0 if figure.holds else 1


def _ledger(asked: argparse.Namespace) -> int:
    from tests.attack.databases import databases, open_in, server

    with server() as address, databases(address) as copy:
        open_in(address)
        module = importlib.import_module(f"tests.reliability.{asked.name}")
        began = time.monotonic()
        told = module.run(asked.n or module.N, asked.seed, copy)
    answer = {"figure": LEDGER[asked.name][0], "seed": asked.seed, "seconds": round(time.monotonic() - began, 1)} | told
    print(json.dumps(answer, indent=2, ensure_ascii=False, default=str))
    return 0 if told["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
