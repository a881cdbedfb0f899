"""When a message is tried again, and when a person must look at it. Plain Python."""

from datetime import datetime, timedelta

LINK_MARK = "[lien]"
"""Stands in a body for what only the recipient may read."""
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
MOST_ATTEMPTS = 16
"""After these the message is given up and shown to the mission: about two days of a server that does not answer."""


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """After `attempts` failures (1 for the first): twice as long each time, six hours at most; None once it is given up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + min(LONGEST_DELAY, FIRST_DELAY * (1 << (attempts - 1)))
