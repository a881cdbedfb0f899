"""Reading what came from outside in a child process: little memory, little time, no environment; the parent survives whatever happens.

A module that reads foreign bytes has a function `answer(payload: bytes) -> bytes`; it is imported in the child alone.
"""

import importlib
import resource
import subprocess
import sys
from pathlib import Path

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 10
WALL_SECONDS = 40
_PROJECT = Path(__file__).resolve().parents[2]


class Overwhelmed(RuntimeError):  # noqa: N818 - read aloud: "overwhelmed"
    """The child took too much memory or time, or died: the file is refused, whatever it is."""


def run_confined(module: str, payload: bytes) -> bytes:
    """What the `answer` of a module of ours gives for `payload`, computed in a child. Raise Overwhelmed when it does not end well.

    The child has no environment (so no key and no address of a database), may write no file, and open few of them.
    """
    environment = {"PYTHONPATH": str(_PROJECT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
    command = [sys.executable, "-P", "-m", "levier.foundation.confinement", module]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, on a module of ours
            command, input=payload, capture_output=True, check=False, timeout=WALL_SECONDS, env=environment
        )
    except (subprocess.TimeoutExpired, BrokenPipeError):
        raise Overwhelmed(module) from None
    if done.returncode:
        raise Overwhelmed(f"{module}: {done.returncode} {done.stderr[-2000:].decode(errors='replace')}")
    return done.stdout


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _confine()
    answer = importlib.import_module(sys.argv[1]).answer
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
