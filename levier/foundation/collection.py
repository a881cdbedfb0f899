"""What Python does on its own while a long table is read: its garbage collector, and the turns that threads take."""

import contextlib
import gc
import sys
from collections.abc import Iterator

SHORT_TURN, USUAL_TURN = 0.0002, sys.getswitchinterval()
"""Seconds that a thread keeps Python when another asks for it: while a table is written, and otherwise."""


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: it would walk the hundred thousand cells of a long table again and again, and find nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def leave_alone() -> None:
    """What is in memory now stays for good and is no longer looked at: for a process that has loaded all its pages and begins to answer.

    Without it the collector walks some two hundred thousand objects that nobody will ever drop, about once in sixty requests, and the
    visitor of that one waits a tenth of a second more.
    """
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def short_turns() -> Iterator[None]:
    """With a thread that hands work to the database and asks for Python ten times a go: it does not wait five milliseconds each time."""
    sys.setswitchinterval(SHORT_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(
            USUAL_TURN
        )  # not what was found: two tables at once would leave the other's short turn behind
