"""When a message is tried again, and when a person must look at it. Plain Python."""

import re
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


_NO_SUCH_ADDRESS = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1)\b")
"""RFC 3463 and 7505: no such mailbox or domain, malformed, moved, takes no mail, closed. Not 5.7 (relaying, policy): that is ours to mend."""


class NoSuchAddress(ValueError):  # noqa: N818 - read aloud: "no such address"
    """The server said that nobody is there; trying again is of no use until a person corrects the address."""


def nobody_there(code: int, said: str) -> bool:
    """Whether a mail server's answer to a recipient (550, `5.1.1 unknown user`) says for good that the address does not exist.

    A bare 550 does not: servers say it of their own troubles too, so the message goes on being tried.
    """
    return 500 <= code < 600 and _NO_SUCH_ADDRESS.match(said) is not None
