"""`python -m tests.reliability NAME`: one figure of docs/fiabilite.md, measured and printed as JSON.

    --n N        how many (files, messages, payloads…); the figure's own number when left out
    --seed S     of every die that is thrown (1)

Exit code 0 when the target is met and every planted fault was caught. Without a name: the list of figures.
"""

import argparse
import importlib
import sys

FIGURES = {
    "matrix": "R1, qui peut voir quoi",
    "fields": "R2, chaque colonne, lue et écrite",
    "mail": "R15, aucun message perdu",
    "uploads": "R25, fichiers hostiles et honnêtes",
    "formulas": "R26, aucune formule ne sort",
}
"""Each is a module beside this one, with `measure(n, seed)`."""


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("name", nargs="?", choices=FIGURES)
    words.add_argument("--n", type=int, default=None)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    if asked.name is None:
        for name, meaning in FIGURES.items():
            print(f"{name:<10} {meaning}")
        return 0
    module = importlib.import_module(f"tests.reliability.{asked.name}")
    figure = module.measure(n=asked.n or module.N, seed=asked.seed)
    print(figure.told())
    return 0 if figure.holds else 1


if __name__ == "__main__":
    sys.exit(main())
