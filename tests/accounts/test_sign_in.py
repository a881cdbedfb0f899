from datetime import UTC, datetime, timedelta

import pytest

from levier.accounts.actions import address_prefix
from levier.accounts.rules import FIRST_WAIT, LONGEST_WAIT, Attempts, wait

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def facts(pair=0, address=0, account=0, *, familiar=False, last=NOW):
    return Attempts(pair=pair, address=address, account=account, last=last, familiar=familiar)


def test_the_first_failures_cost_nothing():
    assert wait(facts(pair=4, address=4, account=4), now=NOW) == timedelta(0)


def test_the_wait_doubles_and_has_a_ceiling():
    waits = [wait(facts(pair=n), now=NOW) for n in (5, 6, 7, 40)]
    assert waits == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, LONGEST_WAIT]


def test_the_wait_runs_out():
    assert wait(facts(pair=5), now=NOW + FIRST_WAIT) == timedelta(0)


def test_guessing_one_account_from_everywhere_is_slowed_but_not_for_its_owner():
    assert wait(facts(pair=0, account=500), now=NOW) == LONGEST_WAIT
    assert wait(facts(pair=1, account=500, address=200, familiar=True), now=NOW) == timedelta(0)


def test_one_address_trying_many_accounts_is_slowed():
    assert wait(facts(pair=0, address=30), now=NOW) == FIRST_WAIT


@pytest.mark.parametrize(
    ("address", "kept"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", "unknown"), ("x", "unknown")],
)
def test_whole_addresses_are_not_kept(address, kept):
    assert address_prefix(address) == kept
