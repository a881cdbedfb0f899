"""Nobody gets what is not theirs: the whole matrix, then faults planted to see that it would notice."""

import pytest

from levier.reference.actions import load_published
from tests.matrix import harness
from tests.matrix.faults import all_faults
from tests.matrix.universe import two_universes
from tests.world import NOW

pytestmark = pytest.mark.django_db
FEWEST_REQUESTS = 8_000


@pytest.fixture
def pair(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    load_published(NOW)
    return two_universes()


def test_nobody_gets_what_is_not_theirs(pair, capsys):
    found = harness.run(pair, asked=harness.AT_EVERY_RUN, labels=("A",))
    with capsys.disabled():
        print(
            f"\nmatrix: {found.pages} pages, {found.requests} requests, {len(found.leaks)} leaks, {len(found.changed)} changes"
        )
    assert found.all == []
    assert found.requests >= FEWEST_REQUESTS


def test_every_planted_fault_is_noticed(pair):
    missed = []
    for fault in all_faults():
        with fault.plant():
            found = harness.run(pair, only=fault.pages, asked=harness.AT_EVERY_RUN)
        if not fault.noticed(found):
            missed.append(f"{fault.name} ({found.requests} requests on {found.pages} pages)")
    assert not missed, "\n".join(missed)
