"""How long a sign-in must wait after failures, when a link is sent, where an invitation stands, who must stay.

Guessing slows down; nobody can lock out the owner of an account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from levier.accounts.values import Duty, InvitationState

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


LINKS_FREE, LINK_ADDRESS_FREE = 3, 20
"""Links sent to one e-mail, and asked for from one network, within WINDOW; more are not sent."""


def may_send_link(same_email: int, same_address: int) -> bool:
    """Whether one more link is sent; both count the requests within WINDOW, this one included. What the page answers does not
    depend on it.
    """
    return same_email <= LINKS_FREE and same_address <= LINK_ADDRESS_FREE


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """The moments of an invitation; `given_up`: the mail server refused it to the end."""

    expires_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    accepted_at: datetime | None
    withdrawn_at: datetime | None
    given_up: bool


def invitation_state(facts: InvitationFacts, now: datetime) -> InvitationState:
    """The furthest that it came. One accepted stays accepted; one that expired says so whether or not it was opened."""
    if facts.accepted_at:
        return InvitationState.ACCEPTED
    if facts.withdrawn_at:
        return InvitationState.WITHDRAWN
    if facts.expires_at <= now:
        return InvitationState.EXPIRED
    if facts.opened_at:
        return InvitationState.OPENED
    if facts.given_up:
        return InvitationState.UNDELIVERED
    return InvitationState.SENT if facts.sent_at else InvitationState.WAITING


def keeps_an_administrator(others: Iterable[Iterable[str]], kept: Iterable[str]) -> bool:
    """Whether somebody still administers, given the duties of the others and those the person keeps (none when removed)."""
    return Duty.ADMINISTER in set(kept) or any(Duty.ADMINISTER in set(duties) for duties in others)
