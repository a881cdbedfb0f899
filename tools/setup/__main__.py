"""`python3 -m tools.setup WHAT`, called by the Makefile: prepare what is needed, then do it."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

from tools.setup import browser, checks, node, python
from tools.setup.steps import PROJECT, STATE, Refusal, alone, open_state, refuse_full_disk, say, sentence_of

ROOM_FOR_PACKAGES = 700_000_000
"""Bytes that the packages, the database and the browser of a first set-up need."""


def _prepare(lock: str, *, with_browser: bool = False) -> None:
    if not python.PYTHON.exists():
        say("Préparation de Levier ; la première fois, cela prend une minute ou deux.")
        refuse_full_disk(STATE, ROOM_FOR_PACKAGES)
    with alone():
        python.prepare(lock)
        node.prepare()
        if with_browser:
            browser.prepare()


def _replace(*words: str) -> NoReturn:
    """Become that program of the environment: signals then reach it directly. It is named whole: Python looks for its packages beside
    the name it was called by, and “python” alone may be another one of the PATH.
    """
    sys.stdout.flush()
    os.chdir(PROJECT)
    program = str(python.VENV / "bin" / words[0])
    os.execv(program, [program, *words[1:]])


def _arguments() -> list[str]:
    return shlex.split(os.environ.get("ARGS", ""))


def setup() -> None:
    _prepare("dev")
    say("Prêt : la commande est .venv/bin/levier.")


def demo() -> None:
    port = os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and len(port) < 9 and 1 <= int(port) <= 65535):
        raise Refusal(f"PORT={port} n’est pas un numéro de port : choisissez un nombre entre 1024 et 65535.")
    _prepare("app")
    _replace("levier", "demo", "--port", port, *(["--fresh"] if os.environ.get("FRESH") else []))


def test() -> None:
    _prepare("dev", with_browser=True)
    workers = [] if "-n" in _arguments() else ["-n", "2", "--dist", "loadgroup"]
    _replace("pytest", *workers, *_arguments())


def check() -> None:
    _prepare("dev")
    checks.run(with_tests="--no-tests" not in _arguments())


def format() -> None:  # noqa: A001 - named as the make target
    _prepare("dev")
    for words in (["ruff", "check", "--fix", "--quiet"], ["ruff", "format", "--quiet"]):
        subprocess.run([python.VENV / "bin" / words[0], *words[1:], *checks.SOURCES], cwd=PROJECT, check=False)


def lock() -> None:
    with alone():
        python.lock()
        node.lock()


def bench() -> None:
    _prepare("dev")
    _replace("python", "-m", "benchmarks", *_arguments())


def attack() -> None:
    _prepare("dev")
    _replace("python", "-m", "tests.attack", *_arguments())


def architecture() -> None:
    _prepare("dev")
    _replace("python", "-m", "tools.draw_architecture")


def clean() -> None:
    if (python.VENV / "bin" / "levier").exists():
        subprocess.run([python.PYTHON, "-P", "-m", "levier.embedded", "remove"], cwd=PROJECT, check=False)
    for folder in (python.VENV, node.PACKAGES, STATE):
        shutil.rmtree(folder, ignore_errors=True)


TARGETS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (setup, demo, test, check, format, lock, bench, attack, architecture, clean)
}


def main(name: str) -> int:
    """Do it; say a failure in one sentence and return 1."""
    try:
        open_state()
        TARGETS[name]()
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
    except OSError as error:
        print(f"\n{sentence_of(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrompu. Relancez la même commande : elle reprendra où elle en était.", file=sys.stderr)
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
