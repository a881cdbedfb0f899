"""What is changed of Python while a table is read is as it was afterwards, whoever else reads one meanwhile."""

import gc
import sys
import weakref

from levier.foundation.collection import SHORT_TURN, USUAL_TURN, leave_alone, short_turns, uncollected


def test_two_tables_that_overlap_leave_nothing_behind():
    first, second = short_turns(), short_turns()
    first.__enter__()
    second.__enter__()
    assert abs(sys.getswitchinterval() - SHORT_TURN) < 1e-6
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert abs(sys.getswitchinterval() - USUAL_TURN) < 1e-6


def test_the_collector_comes_back_when_two_tables_overlap():
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    assert not gc.isenabled()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_what_is_loaded_is_left_alone_and_what_comes_after_is_still_collected():
    class Kept:
        pass

    gc.unfreeze()
    before, kept = gc.get_freeze_count(), Kept()
    leave_alone()
    try:
        assert gc.get_freeze_count() > before + 10_000, "modules, classes and functions are out of its way"
        assert not any(one is kept for one in gc.get_objects())
        dropped = Kept()
        dropped.oneself = dropped
        gone = weakref.ref(dropped)
        del dropped
        gc.collect()
        assert gone() is None
    finally:
        gc.unfreeze()
