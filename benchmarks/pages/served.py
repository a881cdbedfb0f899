"""The pages by the real server, with the command of docs/exploitation.md: two workers on a free port, files of pages collected."""

import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from tests.reliability import server
from tests.reliability.server import HOST

WORKERS = 2
LONGEST, FEWEST = 20, 3
"""Seconds that one page may be asked for, and how many times whatever it takes."""


@dataclass(frozen=True, slots=True)
class Served:
    port: int
    pid: int

    def processor(self) -> float:
        """Seconds of processor of the server and its workers."""
        found = psutil.Process(self.pid)
        return sum(sum(one.cpu_times()[:2]) for one in (found, *found.children(recursive=True)))


@contextlib.contextmanager
def serving(address: str) -> Iterator[Served]:
    """Two workers on that base; stopped on leaving."""
    with tempfile.TemporaryDirectory(prefix="levier-bench-") as state:
        told = {"DATABASE_URL": address, "LEVIER_STATE": state, "LEVIER_STATIC": "collected"}
        collect = [sys.executable, "-P", "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, env=os.environ | told, check=True)
        with server.serving(state, DATABASE_URL=address, LEVIER_STATIC="collected") as served:
            yield Served(served.port, served.process.pid)


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    size: int
    milliseconds: float


def ask(served: Served, path: str, cookie: str, times: int, *, at_once: int = 1) -> list[Answered]:
    """`times` requests by each of `at_once` visitors, who each wait for the answer before asking again; fewer where they take too long."""
    found: list[Answered] = []
    until = time.perf_counter() + LONGEST

    def visit() -> None:
        line = http.client.HTTPConnection(HOST, served.port, timeout=120)
        try:
            for done in range(times):
                began = time.perf_counter()
                if done >= FEWEST and began > until:
                    break
                line.request("GET", path, headers={"Cookie": cookie})
                answer = line.getresponse()
                size = len(answer.read())
                found.append(Answered(answer.status, size, (time.perf_counter() - began) * 1000))
        finally:
            line.close()

    visitors = [threading.Thread(target=visit) for _ in range(at_once)]
    for one in visitors:
        one.start()
    for one in visitors:
        one.join()
    return found
