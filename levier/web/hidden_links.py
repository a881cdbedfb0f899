"""What the log says of addresses that hold a secret."""

import logging
import re

SECRET_ADDRESS = re.compile(r"/(declarer|invitation|bienvenue/[^/\s]+)/[^/\s]{8,}")


class HideLinks(logging.Filter):
    """Writes `/declarer/…` for the address of a one-time link, of an invitation, of a first password."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = SECRET_ADDRESS.sub(r"/\1/…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
