"""How long a sign-in must wait after failures. Guessing slows down; nobody can lock out the owner of an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
"""Failures older than this are forgotten."""
FAMILIAR_FOR = timedelta(days=30)
"""An address from which the account was opened in this span is its owner's."""
PAIR_FREE, ADDRESS_FREE, ACCOUNT_FREE = 5, 30, 50
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failures within the window: for this account from this address, from this address, for this account anywhere."""

    pair: int
    address: int
    account: int
    last: datetime | None
    familiar: bool


def wait(facts: Attempts, *, now: datetime) -> timedelta:
    """Time left before the next try. It doubles with each failure over the free ones.

    From a familiar address only the pair counts: spraying from elsewhere never delays the owner.
    """
    over = facts.pair - PAIR_FREE
    if not facts.familiar:
        over = max(over, facts.address - ADDRESS_FREE, facts.account - ACCOUNT_FREE)
    if over < 0 or facts.last is None:
        return timedelta(0)
    delay: timedelta = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(over, 10)))
    return max(timedelta(0), facts.last + delay - now)
