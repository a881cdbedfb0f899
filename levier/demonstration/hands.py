"""Several processes at work on the demonstration: what is lived under one commitment depends on no other, so each takes its share."""

import contextlib
import ctypes
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

ON_PARENTS_DEATH = 1
"""PR_SET_PDEATHSIG of Linux: the signal that a process asks for when its parent dies, however it dies."""


@dataclass(frozen=True, slots=True)
class Hands:
    """`pool` is None where everything is done by this process itself, within its own transaction if it has one."""

    pool: ProcessPoolExecutor | None = None

    def begin[Task, Done](self, work: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
        """Begin `work` on every task at once; what came of each, in the order of the tasks, as it is asked for."""
        if self.pool is None:
            return iter([work(task) for task in tasks])
        begun: list[Future[Done]] = [self.pool.submit(work, task) for task in tasks]
        return (one.result() for one in begun)


@contextlib.contextmanager
def several(processes: int) -> Iterator[Hands]:
    """That many processes, each with its own connection; what this one has written must be committed. They end with this one."""
    if processes < 2:
        yield Hands()
        return
    from django.db import connections

    connections.close_all()  # before the children are born: two processes on one connection read each other's answers
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_arrive)
    try:
        pool.submit(int).result()  # they are all born here
        yield Hands(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _arrive() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group: the parent is the one that stops
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):  # Linux alone has it
        ctypes.CDLL(None).prctl(ON_PARENTS_DEATH, signal.SIGTERM)
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.db import connections

    # A commit a small action: none waits for the disk. What a crash may lose of them is of a world marked unfinished, begun again whole;
    # the commit that marks it finished waits, and all before it with it.
    connections["default"].settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"
