import pytest

from levier.foundation import confinement
from levier.foundation.confinement import Overwhelmed, run_confined

pytestmark = pytest.mark.slow
CHILD = "tests.foundation.greedy_child"


def test_an_honest_child_answers():
    assert run_confined(CHILD, b"abc") == b"cba"


@pytest.mark.parametrize("payload", [b"memory", b"write", b"fault"])
def test_what_a_child_must_not_do_ends_it_and_the_parent_lives(payload):
    with pytest.raises(Overwhelmed):
        run_confined(CHILD, payload)
    assert run_confined(CHILD, b"ab") == b"ba"


def test_a_child_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(confinement, "WALL_SECONDS", 2)
    with pytest.raises(Overwhelmed):
        run_confined(CHILD, b"time")


def test_a_child_has_no_environment_to_tell(monkeypatch):
    monkeypatch.setenv("LEVIER_KEY", "00" * 32)
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    assert {"LEVIER_KEY", "DATABASE_URL"}.isdisjoint(run_confined(CHILD, b"environment").decode().split())
